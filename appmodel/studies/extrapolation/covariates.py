"""What might make a test condition hard: degree, distance to the nearest training gene, effect and interaction size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ...effects import screen_targets
from ...names import all_genes, genes_of, shown
from ...networks import Network
from ...scoring import scored_readouts
from ...splits import Split, seen_genes

COVARIATES = ("degree", "distance", "effect_size", "interaction_size")


def condition_covariates(effects: AnnData, network: Network, splits: Sequence[Split]) -> pd.DataFrame:
    """One row per split and test condition: seed, condition, n_seen, degree, distance, effect_size, interaction_size.

    ``n_seen``: genes of the condition that training measured as singles.  ``degree``: neighbours in the graph that APP
    is given by default, mean over the perturbed genes.  ``distance``: 1 minus the largest cosine between the network
    features of a gene (memberships or edges, the largest over the sources) and those of any gene that training
    perturbs, mean over the genes that training does not perturb.  ``effect_size`` |y| and ``interaction_size``
    |y_AB - y_A - y_B|: L2 norms over the scored readouts of what was measured, noise included (log1p units).
    What is undefined is NaN: the distance where training perturbs every gene or the network does not know one of them,
    and the interaction of a single or of genes that were not measured alone.  Raises ``ValueError`` for a condition
    that the effects lack.
    """
    if missing := sorted({name for split in splits for name in split.test} - set(effects.obs_names)):
        raise ValueError(f"The effects do not hold {shown(missing)}: pass those that the splits were made from.")
    degree, cosine = _degrees(effects, network), _cosines(effects, network)
    values = np.asarray(effects.X, dtype=float)[:, scored_readouts(effects)]
    measured, rows = dict(zip(effects.obs_names, values, strict=True)), []
    for split in splits:
        trained = all_genes(split.train)
        for name in split.test:
            genes = genes_of(name)
            rows.append(
                {
                    "seed": split.seed,
                    "condition": name,
                    "n_seen": seen_genes(split, name),
                    "degree": float(np.mean([degree[gene] for gene in genes])),
                    "distance": _distance(sorted(set(genes) - set(trained)), trained, cosine, network),
                    "effect_size": float(np.linalg.norm(measured[name])),
                    "interaction_size": _interaction_size(name, measured),
                }
            )
    return pd.DataFrame(rows)


def _degrees(effects: AnnData, network: Network) -> dict[str, int]:
    # The graph of APP with its defaults: targets, readouts that are genes, and their best-connected neighbours.
    readouts = list(effects.var_names) if "control_mean" in effects.var else []
    nodes = network.nodes(screen_targets(effects), readouts)
    return dict(zip(nodes, np.diff(network.adjacency(nodes).indptr).tolist(), strict=True))


def _cosines(effects: AnnData, network: Network) -> pd.DataFrame:
    """Cosine between the features of any two targets, the largest over the sources (n_targets, n_targets)."""
    targets = screen_targets(effects)
    largest = np.zeros((len(targets), len(targets)))
    for source in network.sources:
        rows = network.features(source, targets)
        largest = np.maximum(largest, (rows @ rows.T).toarray())
    # Rounded, so that genes of equal features are at distance 0 and not at that of rounding.
    return pd.DataFrame(largest.round(9), index=targets, columns=targets)


def _distance(unseen: list[str], trained: list[str], cosine: pd.DataFrame, network: Network) -> float:
    if not unseen or not network.has(unseen).all():
        return np.nan
    return float((1 - cosine.loc[unseen, trained].max(axis=1)).mean())


def _interaction_size(name: str, measured: Mapping[str, np.ndarray]) -> float:
    genes = genes_of(name)
    if len(genes) == 1 or not set(genes) <= measured.keys():
        return np.nan
    return float(np.linalg.norm(measured[name] - sum(measured[gene] for gene in genes)))
