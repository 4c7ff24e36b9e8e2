"""Small invented screens with a known answer: counts, labels in any spelling, effects worked out with numpy alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

GENES = ["ATF4", "BAK1", "DDIT3", "FOXA1", "JUNB", "MAP2K3", "HLA-B", "NKX3-1", "MT-ND1", "ORF_7", "Y_RNA"]
GENES += [f"LOC{i}" for i in range(100, 129)]
SINGLES = ["control", "ATF4", "BAK1", "DDIT3", "FOXA1"]
PAIRS = [*SINGLES, "ATF4+BAK1", "BAK1+DDIT3", "ATF4+FOXA1"]


def counts_of(conditions, seed=3) -> np.ndarray:
    """Poisson counts (cells, genes): five genes of each perturbed gene doubled, itself down to a fifth."""
    rng = np.random.default_rng(seed)
    base = np.random.default_rng(7).uniform(1, 15, len(GENES))
    rows = []
    for name in conditions:
        mean = base.copy()
        for gene in [] if name == "control" else name.split("+"):
            mean[GENES.index(gene)] *= 0.2
            mean[np.random.default_rng(len(gene) + GENES.index(gene)).choice(len(GENES), 5, replace=False)] *= 2
        rows.append(rng.poisson(mean * rng.uniform(0.6, 1.4)))
    return np.array(rows)


def screen(conditions=PAIRS, n=12, key="condition", spell=None, **obs) -> AnnData:
    """``n`` cells of each condition, labelled in ``obs[key]`` as ``spell(condition, number of the cell)`` says."""
    true = [name for name in conditions for _ in range(n)]
    labels = [name if spell is None else spell(name, i) for i, name in enumerate(true)]
    table = pd.DataFrame({key: labels, **obs}, index=[f"ACGTACGT{i:04d}-1" for i in range(len(true))])
    cells = AnnData(sp.csr_matrix(counts_of(true).astype(np.float32)), obs=table, var=pd.DataFrame(index=list(GENES)))
    cells.uns["true"] = np.array(true, dtype=object)
    return cells


def reference(cells: AnnData) -> pd.DataFrame:
    """Effects by hand: median-total normalisation, log1p, mean minus the mean of the control."""
    X, true = np.asarray(cells.X.todense(), dtype=float), cells.uns["true"]
    logged = np.log1p(X / X.sum(axis=1, keepdims=True) * np.median(X.sum(axis=1)))
    control = logged[true == "control"].mean(axis=0)
    names = sorted(set(true))
    return pd.DataFrame({name: logged[true == name].mean(axis=0) - control for name in names}, index=GENES).T


def agree(effects: AnnData, cells: AnnData) -> None:
    """Assert that effects are those worked out by hand, condition for condition."""
    expected = reference(cells)
    assert sorted(effects.obs_names) == sorted(expected.index)
    np.testing.assert_allclose(effects.X, expected.loc[effects.obs_names].to_numpy(), atol=1e-12)


@pytest.fixture
def made():
    """``screen``, ``reference``, ``agree``, ``counts_of`` and the names that they use."""
    return SimpleNamespace(
        screen=screen, reference=reference, agree=agree, counts_of=counts_of, genes=GENES, singles=SINGLES, pairs=PAIRS
    )
