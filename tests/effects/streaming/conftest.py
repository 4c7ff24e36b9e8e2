"""A small screen with all that can be odd, written in any form, and what two tables of effects must share."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import changes
from appmodel.screens.stored import matrix

FORMS = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": np.asarray}
GENES = [f"GENE{i}" for i in (7, 3, 11, 0, 5, 2, 10, 1, 9, 4, 8, 6)]  # in no order


def odd_cells(form="csr", change=lambda X: X):
    """90 cells: odd labels, names in no order, four cells without counts, unequal batches."""
    rng = np.random.default_rng(4)
    labels = rng.choice(["NT", "control", "GENE7", "GENE3_1", "GENE5+GENE3", "GENE3+GENE5", "*"], 90)
    X = rng.poisson(rng.gamma(1, 3, 12) * rng.uniform(0.3, 2, (90, 1))).astype(np.float32)
    X[[5, 6, 60, 61]] = 0
    batch = np.where(rng.random(90) < np.where(labels == "GENE7", 0.9, 0.4), "a", "b")
    batch[np.flatnonzero(labels == "GENE7")[:2]] = "c"  # has no control
    obs = pd.DataFrame({"condition": labels, "batch": batch}, index=[f"cell{i}" for i in rng.permutation(90)])
    return AnnData(FORMS[form](change(X)), obs=obs, var=pd.DataFrame(index=GENES))


@pytest.fixture
def made():
    return odd_cells


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Blocks of 40 values, so that a small screen has many."""
    monkeypatch.setattr(matrix, "BLOCK", 40)


@pytest.fixture
def same():
    def agree(one, other, exact=True):
        assert list(one.obs_names) == list(other.obs_names)
        assert list(one.var_names) == list(other.var_names)
        close = {"rtol": 0, "atol": 1e-12} if exact else {"rtol": 1e-6, "atol": 1e-6}
        np.testing.assert_allclose(one.X, other.X, **close)
        np.testing.assert_allclose(one.layers["sampling_var"], other.layers["sampling_var"], **close)
        pd.testing.assert_frame_equal(one.obs, other.obs, **close)
        pd.testing.assert_frame_equal(one.var, other.var, **close)
        pd.testing.assert_frame_equal(changes(one), changes(other))
        assert set(one.uns) == set(other.uns)
        assert one.uns["dataset_hash"] == other.uns["dataset_hash"]
        assert list(one.uns["targets"]) == list(other.uns["targets"])
        if "reading" in one.uns:
            tables = [each.uns["reading"] for each in (one, other)]
            pd.testing.assert_frame_equal(*(table[table["decision"] != "form"] for table in tables))

    return agree
