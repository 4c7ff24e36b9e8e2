"""What AnchoredAPP attends to, measured conditions and not genes: do they have effects like the one asked for?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import all_genes, genes_of
from ...networks import Network
from .gene_rankings import rank_correlations, steps_from

# What measured conditions are ranked by, in the words of the figures.
CONDITION_RANKINGS = {
    "attention": "attention",
    "shuffled": "attention, shuffled network",
    "mean_attention": "mean attention of other perturbations",
    "distance": "closeness in the network",
    "sum": "similarity to the sum of the singles",
}


def effect_similarity(asked: AnnData, measured: AnnData) -> pd.DataFrame:
    """Cosine between the effects of conditions asked for and of measured ones (n_asked, n_measured).

    The mean effect of the measured conditions is taken away first: what all perturbations do alike makes none of
    them similar.  Effects in log1p units over the same readouts; a row without any other effect than the mean has
    NaN.  Raises ``ValueError`` where the readouts differ.
    """
    if list(asked.var_names) != list(measured.var_names):
        raise ValueError("The two tables of effects have different readouts: give effects of one screen.")
    known = np.asarray(measured.X, dtype=float)
    centre = known.mean(axis=0)
    cosines = _unit(np.asarray(asked.X, dtype=float) - centre) @ _unit(known - centre).T
    return pd.DataFrame(cosines, index=list(asked.obs_names), columns=list(measured.obs_names))


def condition_rankings(
    attention: pd.DataFrame, network: Network, nodes: Sequence[str], **others: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What measured conditions can be ranked by, each a table like ``attention`` (n_asked, n_measured).

    ``attention`` of ``AnchoredAPP`` (weights of a regression: their sign counts), ``mean_attention`` of the other
    rows, ``distance`` (minus the steps between the nearest perturbed genes, over ``nodes`` of ``network``), and the
    tables given as ``others``.  A condition that a row is not compared with has an attention of exactly zero; it is
    NaN in all of them.  Ask for unseen genes and for pairs apart: their weights are of different kinds.
    """
    compared = attention != 0
    weights = attention.where(compared)
    count, total = compared.sum(axis=0), weights.sum(axis=0)
    mean = (total - weights.fillna(0.0)) / (count - compared.astype(int)).where(lambda n: n > 0)
    genes = all_genes([*attention.index, *attention.columns])
    steps = steps_from(network.adjacency(list(nodes)), genes, nodes)[genes].to_numpy()
    rows, columns = (
        [[genes.index(gene) for gene in genes_of(name)] for name in names]
        for names in (attention.index, attention.columns)
    )
    distance = [[steps[np.ix_(one, other)].min() for other in columns] for one in rows]
    found = {
        "attention": weights,
        "mean_attention": mean,
        "distance": -pd.DataFrame(distance, index=attention.index, columns=attention.columns),
    }
    found |= {name: table.reindex(index=attention.index, columns=attention.columns) for name, table in others.items()}
    return {name: table.where(compared) for name, table in found.items()}


def similarity_scores(rankings: dict[str, pd.DataFrame], similarity: pd.DataFrame) -> pd.DataFrame:
    """Spearman correlation of each ranking with the similarity of effects, one row per condition and ranking.

    Columns: condition, ranking, measure (``spearman_similarity``), value, reason (why a value is NaN).
    """
    scores = rank_correlations(rankings, similarity, "spearman_similarity", leave_out_perturbed=False)
    silent = rankings["attention"].isna().all(axis=1)
    scores.loc[scores["condition"].map(silent), "reason"] = "the anchor alone predicts: nothing is attended to"
    return scores


def _unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.full_like(rows, np.nan), where=length > 0)
