"""Preprocessing on six cells by hand; genes are chosen by control cells alone; counts and logs are told apart."""

import logging
import warnings

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import changes
from appmodel.effects import preprocess

LABELS = ["control", "control", "A", "A", "A+B", "A+B"]
# totals 4, 8, 4, 4, 4, 8: their median is 4
COUNTS = np.array([[1, 1, 2], [2, 2, 4], [4, 0, 0], [3, 1, 0], [2, 0, 2], [0, 8, 0]])
LOGS = np.log1p(np.array([[1, 1, 2], [1, 1, 2], [4, 0, 0], [3, 1, 0], [2, 0, 2], [0, 4, 0]], dtype=float))


def six_cells(X=COUNTS, labels=LABELS, genes=("A", "G", "H")):
    obs = pd.DataFrame({"condition": list(labels)}, index=[f"c{i}" for i in range(len(labels))])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not unique.*")
        return AnnData(X, obs=obs, var=pd.DataFrame(index=list(genes)), uns={"dataset": "six"})


@pytest.mark.parametrize("form", [np.asarray, np.int32, sp.csr_matrix, lambda X: sp.csr_matrix(X.astype("f4"))])
def test_normalised_to_the_median_total_and_logged(form):
    cells = six_cells(form(COUNTS))
    out = preprocess(cells)
    X = out.X.toarray() if sp.issparse(out.X) else out.X
    np.testing.assert_allclose(X, LOGS, rtol=1e-12)
    assert X.dtype == np.float64
    before = cells.X.toarray() if sp.issparse(cells.X) else cells.X
    np.testing.assert_array_equal(before, COUNTS)  # the caller's cells stay as they were


def test_target_sum():
    np.testing.assert_allclose(preprocess(six_cells(), target_sum=8).X, np.log1p(2 * np.expm1(LOGS)))


def test_log_values_are_not_normalised_again():
    np.testing.assert_array_equal(preprocess(six_cells(LOGS)).X, LOGS)
    np.testing.assert_array_equal(preprocess(six_cells(LOGS), values="log1p", target_sum=7).X, LOGS)


@pytest.mark.parametrize(
    ("X", "values", "says"),
    [
        (LOGS, "counts", "values='counts', but the cells of six hold fractions: say values='log1p'"),
        (COUNTS, "log1p", "values='log1p', but the cells of six hold whole numbers: say values='counts'"),
        (COUNTS, "raw", "values='raw' is not known: say 'auto', 'counts' or 'log1p'"),
        (COUNTS / 0.03, "auto", "fractions up to 266.7: neither counts nor log1p"),
        (COUNTS - 1, "auto", "six holds negative values, the first in cell 'c2', gene 'G'"),
        (LOGS - 0.5, "auto", "six holds negative values"),
        (np.where(COUNTS == 3, np.nan, COUNTS), "auto", "not finite .*cell 'c3', gene 'A'"),
    ],
)
def test_contradictions_get_a_sentence(X, values, says):
    with pytest.raises(ValueError, match=says):
        preprocess(six_cells(X), values=values)


def test_no_control_and_repeated_genes():
    with pytest.raises(ValueError, match="six has no control condition"):
        preprocess(six_cells(labels=["X"] * 2 + LABELS[2:]))
    with pytest.raises(ValueError, match=r"six names genes more than once .'G'"):
        preprocess(six_cells(genes=("A", "G", "G")))


def test_empty_cells_are_dropped_counted_and_logged(caplog):
    X = np.vstack([COUNTS, [[0, 0, 0]]])
    with caplog.at_level(logging.WARNING, "appmodel"):
        out = preprocess(six_cells(X, [*LABELS, "A"]))
    np.testing.assert_allclose(out.X, LOGS)
    assert changes(out)[["change", "count", "examples"]].to_numpy().tolist() == [["cells dropped", 1, "'c6'"]]
    assert "no count at all" in caplog.text


@pytest.fixture
def chosen(tiny_cells):
    return preprocess(tiny_cells, n_top_genes=20)


def test_top_genes_and_perturbed_genes_stay(tiny_cells, chosen):
    perturbed = set(tiny_cells.var_names[tiny_cells.var["perturbed"]])
    variable = set(chosen.var_names[chosen.var["highly_variable"]])
    assert len(variable) == 20
    assert len(perturbed - variable) > 0  # else the next line says nothing
    assert set(chosen.var_names) == variable | perturbed
    assert list(chosen.var_names) == [gene for gene in tiny_cells.var_names if gene in set(chosen.var_names)]
    assert chosen.n_obs == tiny_cells.n_obs
    line = changes(chosen).set_index("change").loc["genes left out"]
    assert line["count"] == tiny_cells.n_vars - chosen.n_vars


def test_perturbed_genes_that_were_not_measured_are_no_readouts(tiny_cells):
    gene = tiny_cells.var_names[tiny_cells.var["perturbed"]][0]
    rest = tiny_cells[:, tiny_cells.var_names != gene].copy()
    assert gene not in preprocess(rest, n_top_genes=20).var_names


def test_values_do_not_depend_on_the_selection(tiny_cells, chosen):
    whole = preprocess(tiny_cells, n_top_genes=None)
    assert whole.shape == tiny_cells.shape
    np.testing.assert_array_equal(whole[:, chosen.var_names].X.toarray(), chosen.X.toarray())


@pytest.mark.parametrize("change", ["deeper", "shuffled", "fewer"])
def test_perturbed_cells_have_no_say_in_the_selection(tiny_cells, chosen, change):
    rows = (tiny_cells.obs["condition"] != "control").to_numpy()
    X = tiny_cells.X.toarray()
    if change == "deeper":  # also moves the median total
        X[rows] *= 50
    elif change == "shuffled":
        X[rows] = np.random.default_rng(0).permuted(X[rows], axis=1)
    other = tiny_cells.copy()
    other.X = sp.csr_matrix(X)
    if change == "fewer":
        other = other[~other.obs["condition"].str.contains("+", regex=False)].copy()
    assert list(preprocess(other, n_top_genes=20).var_names) == list(chosen.var_names)


def test_control_cells_do_choose(tiny_cells, chosen):
    rows = (tiny_cells.obs["condition"] == "control").to_numpy()
    X = tiny_cells.X.toarray()
    X[rows] = X[rows][:, ::-1]
    tiny_cells.X = sp.csr_matrix(X)
    assert list(preprocess(tiny_cells, n_top_genes=20).var_names) != list(chosen.var_names)


def test_selection_of_log_values(tiny_cells):
    logged = preprocess(tiny_cells, n_top_genes=None)
    logged.uns.pop("log1p", None)
    out = preprocess(logged, n_top_genes=20)
    assert out.var["highly_variable"].sum() == 20


def test_backed_cells(tmp_path, tiny_cells, chosen):
    tiny_cells.write_h5ad(tmp_path / "cells.h5ad")
    backed = anndata.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    np.testing.assert_array_equal(preprocess(backed, n_top_genes=20).X.toarray(), chosen.X.toarray())
    backed.file.close()
