"""A screen whose genes fall into three families: relatives do alike, and pairs do what their genes do together."""

from itertools import combinations

import numpy as np
import pytest

from appmodel import as_effects
from appmodel.networks import network_from_sets

FAMILIES = {family: [f"{family}{i}" for i in range(8)] for family in ("QQA", "QQB", "QQC")}
GENES = [gene for genes in FAMILIES.values() for gene in genes]
READOUTS = [f"r{i}" for i in range(12)]


def family_screen(n_pairs=0, structured=True, error=0.01, singles=True, genes=GENES):
    """Effects of the genes alone and of ``n_pairs`` pairs; without structure relatives have nothing in common."""
    rng = np.random.default_rng(0)
    of_family = dict(zip(FAMILIES, 3 * rng.normal(size=(3, len(READOUTS))), strict=True))
    of_gene = {
        gene: (of_family[gene[:3]] if structured else 0) + (0.5 if structured else 3) * rng.normal(size=len(READOUTS))
        for gene in GENES
    }
    rows = {gene: of_gene[gene] for gene in genes} if singles else {}
    every = list(combinations(genes, 2))
    for i in np.random.default_rng(1).permutation(len(every))[:n_pairs]:
        noise = 0.3 * rng.normal(size=len(READOUTS))
        rows["+".join(sorted(every[i]))] = 0.7 * (of_gene[every[i][0]] + of_gene[every[i][1]]) + noise
    names, more = list(rows), {} if error is None else {"sampling_var": [error] * len(rows)}
    effects = as_effects(np.array([rows[name] for name in names]), names, READOUTS, **more)
    if error is not None:
        effects.layers["sampling_var"] = np.full(effects.shape, error / len(READOUTS))
    effects.uns["dataset"] = "families"
    return effects


@pytest.fixture(scope="session")
def network():
    return network_from_sets({**FAMILIES, "others": ["QQA0", "NEW1", "NEW2"]})
