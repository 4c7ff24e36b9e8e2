"""What attention ranks: the genes that respond, or those that any simpler list would name?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from ...names import all_genes, genes_of, shown
from ...networks import Network
from ..rankings import auroc, average_precision, spearman

# What genes are ranked by, in the words of the figures.
RANKINGS = {
    "attention": "attention",
    "shuffled": "attention, shuffled network",
    "mean_attention": "mean attention of other perturbations",
    "specific": "attention over that mean",
    "degree": "neighbours in the network",
    "distance": "closeness in the network",
    "prediction": "predicted effect",
    "uniform": "all genes alike",
}


def gene_rankings(
    attention: pd.DataFrame, network: Network, n_neighbors: int = 20, **others: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What genes can be ranked by, each a table like ``attention`` (n_conditions, n_genes), larger is first.

    ``attention`` itself; ``mean_attention`` of the other conditions and ``specific``, attention divided by that mean;
    ``degree``, the number of neighbours among these genes, and ``distance``, minus the steps from the nearest
    perturbed gene (genes that cannot be reached come last), both in the graph form of ``network``; ``uniform``, all
    genes tied.  The tables given as ``others`` are added, NaN for genes they lack.
    Raises ``ValueError`` for fewer than two conditions and for perturbed genes without a column.
    """
    genes, mean = list(attention.columns), mean_of_others(attention)
    adjacency = network.adjacency(genes, n_neighbors)
    found = {
        "attention": attention,
        "mean_attention": mean,
        "specific": attention / mean,
        "degree": _like(attention, np.tile(np.diff(adjacency.indptr).astype(float), (len(attention), 1))),
        "distance": -steps_from(adjacency, attention.index, genes),
        "uniform": _like(attention, np.zeros(attention.shape)),
    }
    return found | {name: table.reindex(index=attention.index, columns=genes) for name, table in others.items()}


def mean_of_others(attention: pd.DataFrame) -> pd.DataFrame:
    """For each condition the mean attention of all others (n_conditions, n_genes); ``ValueError`` where it is alone."""
    if len(attention) < 2:
        raise ValueError("Attention is compared with its mean over other conditions: give two conditions or more.")
    values = attention.to_numpy(dtype=float)
    return _like(attention, (values.sum(axis=0) - values) / (len(values) - 1))


def steps_from(adjacency: sparse.csr_matrix, conditions: Sequence[str], genes: Sequence[str]) -> pd.DataFrame:
    """Steps from the nearest perturbed gene of each condition (n_conditions, n_genes).

    Genes that cannot be reached are as far as there are genes.  Raises ``ValueError`` for perturbed genes that are
    not among ``genes``.
    """
    perturbed, position = all_genes(conditions), {gene: i for i, gene in enumerate(genes)}
    if absent := [gene for gene in perturbed if gene not in position]:
        raise ValueError(
            f"Perturbed gene {shown(absent)} is not among the {len(genes)} genes: give the genes of the model's graph."
        )
    steps = {
        gene: csgraph.dijkstra(adjacency, directed=False, unweighted=True, indices=position[gene]) for gene in perturbed
    }
    nearest = np.array([np.min([steps[gene] for gene in genes_of(name)], axis=0) for name in conditions])
    return pd.DataFrame(
        np.where(np.isfinite(nearest), nearest, len(genes)), index=list(conditions), columns=list(genes)
    )


def ranking_scores(
    rankings: Mapping[str, pd.DataFrame],
    responding: Mapping[str, Collection[str]],
    what: str,
    universe: Collection[str] | None = None,
) -> pd.DataFrame:
    """How well each ranking puts the ``responding`` genes of each condition first.

    Two measures per condition and ranking, called auroc_``what`` (the chance that a responding gene stands before
    another one, ties counting one half) and average_precision_``what`` (tied genes taken together).  Perturbed genes
    are left out, so are genes outside ``universe`` (None: nothing is).
    Columns: condition, ranking, measure, value, reason (why a value is NaN).
    """
    rows = []
    for name, genes, tables in _rows_of(rankings, universe):
        positive = np.isin(genes, sorted(responding.get(name, ())))
        reason = _undefined(name, positive, responding)
        for ranking, values in tables.items():
            why = reason or ("the ranking does not know all genes" if np.isnan(values).any() else "")
            for measure, score in (("auroc", auroc), ("average_precision", average_precision)):
                value = np.nan if why else float(score(values, positive)[0])
                rows.append((name, ranking, f"{measure}_{what}", value, why))
    return _table(rows)


def rank_correlations(
    rankings: Mapping[str, pd.DataFrame], reference: pd.DataFrame, measure: str, leave_out_perturbed: bool = True
) -> pd.DataFrame:
    """Spearman correlation of each ranking with ``reference`` (n_conditions, n_columns), condition by condition.

    Columns where either is NaN are left out, and the perturbed genes where columns are genes.  NaN where fewer than
    three columns are left or one side is the same everywhere.  Columns as those of ``ranking_scores``.
    """
    rows = []
    for name, columns, tables in _rows_of(rankings, None, leave_out_perturbed):
        truth = reference.loc[name, columns].to_numpy(dtype=float)
        for ranking, values in tables.items():
            value, why = rank_correlation(values, truth)
            rows.append((name, ranking, measure, value, why))
    return _table(rows)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> tuple[float, str]:
    """Spearman's, ties sharing their mean rank, over the places where both are finite; NaN comes with the reason."""
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 3:
        return float("nan"), "fewer than three values to compare"
    value = float(spearman(first[both], second[both])[0])
    return value, "one side is the same everywhere" if np.isnan(value) else ""


def _rows_of(rankings: Mapping[str, pd.DataFrame], universe: Collection[str] | None, leave_out_perturbed: bool = True):
    """Each condition with the columns that are ranked and every ranking's values there."""
    first = next(iter(rankings.values()))
    columns = np.array(first.columns, dtype=object)
    allowed = np.ones(len(columns), dtype=bool) if universe is None else np.isin(columns, list(universe))
    for table in rankings.values():
        if not (table.index.equals(first.index) and table.columns.equals(first.columns)):
            raise ValueError("The rankings are of different conditions or genes: make them for the same ones.")
    for i, name in enumerate(first.index):
        keep = allowed & ~np.isin(columns, genes_of(name)) if leave_out_perturbed else allowed
        yield (
            name,
            columns[keep],
            {ranking: table.to_numpy(dtype=float)[i, keep] for ranking, table in rankings.items()},
        )


def _undefined(name: str, positive: np.ndarray, responding: Mapping[str, Collection[str]]) -> str:
    if name not in responding:
        return "it is not known which genes respond"
    if not positive.any():
        return "none of the ranked genes responds"
    return "all of the ranked genes respond" if positive.all() else ""


def _like(table: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def _table(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["condition", "ranking", "measure", "value", "reason"])
