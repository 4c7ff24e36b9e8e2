"""Every kind of bad cells gets its own sentence; counts and log values are told apart; content is hashed."""

import warnings

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel.screens import check_cells, content_hash, expression_kind


def screen(X=None, conditions=("control", "A", "A+B"), genes=("g0", "g1"), names=None) -> AnnData:
    X = np.arange(6.0).reshape(3, 2) if X is None else X
    names = names or [f"c{i}" for i in range(len(conditions))]
    obs = pd.DataFrame({"condition": list(conditions)}, index=names)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not unique.*")
        return AnnData(X, obs=obs, var=pd.DataFrame(index=list(genes)), uns={"dataset": "mine"})


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix, sp.csc_matrix])
def test_good_cells_pass(form):
    check_cells(screen(form(np.arange(6.0).reshape(3, 2))))


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix, sp.csc_matrix])
@pytest.mark.parametrize(("value", "says"), [(np.nan, "not finite"), (np.inf, "not finite"), (-1.0, "negative")])
def test_bad_values_are_found_and_placed(form, value, says):
    X = np.arange(6.0).reshape(3, 2)
    X[2, 1] = value
    with pytest.raises(ValueError, match=f"mine holds .*{says}.*cell 'c2', gene 'g1'"):
        check_cells(screen(form(X)))


def test_infinity_beside_minus_infinity_and_nan_last():
    for X in ([[np.inf, -np.inf], [0, 0], [0, 0]], [[0, 1], [2, 3], [-1, np.nan]]):
        with pytest.raises(ValueError, match="not finite"):
            check_cells(screen(np.array(X, dtype=float)))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"conditions": ("A", "B", "C")}, "mine has no control condition .*'A'"),
        ({"conditions": ("control", "B+A", "C")}, "not in standard form .'B\\+A'"),
        ({"conditions": ("control", "A+A", "C")}, "mine: Condition 'A\\+A' names a gene twice"),
        ({"conditions": ("control", None, "C")}, "mine holds 1 cells without a condition"),
        ({"genes": ("g0", "g0")}, "mine names genes more than once .'g0'"),
        ({"names": ["c", "c", "d"]}, "mine names cells more than once .'c'"),
        ({"X": np.zeros((3, 0)), "genes": ()}, "mine is empty .3 cells x 0 genes"),
        ({"X": np.zeros((0, 2)), "conditions": ()}, "mine is empty .0 cells"),
    ],
)
def test_bad_cells_get_a_sentence(arguments, says):
    with pytest.raises(ValueError, match=says):
        check_cells(screen(**arguments))


def test_missing_condition_column():
    cells = screen()
    del cells.obs["condition"]
    cells.obs["guide"] = "x"
    with pytest.raises(ValueError, match=r"no obs.'condition'. .*'guide'"):
        check_cells(cells)


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix, sp.csc_matrix])
def test_counts_and_logs_are_told_apart(form):
    counts = np.array([[0, 3], [1, 0]])
    assert expression_kind(form(counts)) == "counts"
    assert expression_kind(form(counts.astype(np.float32))) == "counts"
    assert expression_kind(form(np.log1p(counts))) == "log1p"
    assert expression_kind(form(counts - 1)) == "log1p"


def test_kind_sees_the_last_rows():
    X = np.zeros((10_000, 2))
    X[-1, -1] = 0.5
    assert expression_kind(X) == expression_kind(sp.csr_matrix(X)) == "log1p"


def test_sparse_is_never_made_dense(monkeypatch):
    cells = screen(sp.csr_matrix(np.arange(6.0).reshape(3, 2)))
    for name in ("toarray", "todense"):
        monkeypatch.setattr(sp.csr_matrix, name, None)
    check_cells(cells)
    assert expression_kind(cells.X) == "counts"
    content_hash(cells)


def test_hash_follows_content_not_order_or_storage():
    cells = screen()
    first = content_hash(cells)
    assert len(first) == 12
    assert first == content_hash(cells[::-1, ::-1].copy())
    assert first == content_hash(screen(sp.csr_matrix(cells.X.astype(np.float32))))
    for change in ("value", "condition", "gene", "cell"):
        other = cells.copy()
        if change == "value":
            other.X[0, 0] += 1e-9
        elif change == "condition":
            other.obs["condition"] = ["control", "A", "B"]
        elif change == "gene":
            other.var_names = ["g0", "g2"]
        else:
            other.obs_names = ["c0", "c1", "c3"]
        assert content_hash(other) != first, change


def test_backed_cells(tmp_path):
    cells = screen(sp.csr_matrix(np.arange(6.0).reshape(3, 2)))
    cells.write_h5ad(tmp_path / "cells.h5ad")
    backed = anndata.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    check_cells(backed)
    assert expression_kind(backed.X) == "counts"
    assert content_hash(backed) == content_hash(cells)
    backed.file.close()


def test_dask_cells():
    dask = pytest.importorskip("dask.array")
    X = np.arange(6.0).reshape(3, 2)
    lazy = screen(dask.from_array(X, chunks=(2, 2)))
    check_cells(lazy)
    assert expression_kind(lazy.X) == "counts"
    assert content_hash(lazy) == content_hash(screen(X))
    with pytest.raises(ValueError, match="negative values, the first in cell 'c0', gene 'g0'"):
        check_cells(screen(dask.from_array(X - 1, chunks=(2, 2))))
