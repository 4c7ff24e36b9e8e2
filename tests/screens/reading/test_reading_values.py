"""What the numbers are: brought to counts or natural log1p where that is exact, asked about otherwise; storage."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import scanpy as sc
import scipy.sparse as sp

from appmodel import ReadingWarning, changes, condition_effects, load_cells, load_effects, reading_of


def logged(made, base=None, target=1e4):
    cells = made.screen(n=15)
    cells.X = cells.X.astype(np.float64)
    sc.pp.normalize_total(cells, target_sum=target)
    sc.pp.log1p(cells, base=base)
    return cells


def lowered(made, n=20):
    """Few counts per cell, as a targeted panel has."""
    cells = made.screen(n=n)
    cells.X = sp.csr_matrix(np.random.default_rng(5).binomial(cells.X.toarray().astype(int), 0.15).astype(np.float32))
    return cells


@pytest.mark.parametrize("base", [2, 10, 3])
@pytest.mark.parametrize("said", [True, False])
def test_other_bases_are_brought_to_the_natural_one(made, base, said):
    cells = logged(made, base)
    if not said:
        if base == 3:
            pytest.skip("nothing says base 3")
        del cells.uns["log1p"]
    effects = load_effects(cells)
    np.testing.assert_allclose(effects.X, load_effects(logged(made)).X, atol=1e-12)
    assert "values converted" in set(changes(effects)["change"])
    np.testing.assert_allclose(condition_effects(cells).X, effects.X, atol=1e-12)


def test_logged_twice_is_said_and_undone(made):
    cells = logged(made)
    del cells.uns["log1p"]
    sc.pp.log1p(cells)
    with pytest.warns(ReadingWarning, match="logged twice"):
        effects = load_effects(cells)
    np.testing.assert_allclose(effects.X, load_effects(logged(made)).X, atol=1e-9)


@pytest.mark.parametrize("target", [None, 1e4, 50])
@pytest.mark.parametrize("part", [40, 25])
def test_normalised_but_not_logged_is_asked(made, target, part):
    cells = lowered(made)
    sc.pp.normalize_total(cells, target_sum=target)
    cells = cells[:, :part].copy()
    for read in (load_effects, load_cells, condition_effects):
        with pytest.raises(ValueError, match=r"normalised ones that were not logged .*values='normalised'"):
            read(cells)
    effects = load_effects(cells, values="normalised")
    by_hand = np.log1p(np.asarray(cells.X.todense(), dtype=float))
    true = cells.uns["true"]
    expected = by_hand[true == "BAK1"].mean(axis=0) - by_hand[true == "control"].mean(axis=0)
    np.testing.assert_allclose(effects["BAK1"].X[0], expected, atol=1e-12)


def test_corrected_counts_are_said(made):
    cells = lowered(made)
    cells.X.data = (cells.X.data * np.random.default_rng(1).uniform(0.85, 1, cells.X.data.size)).astype(np.float32)
    cells.layers["counts"] = lowered(made).X
    with pytest.warns(ReadingWarning, match=r"nothing in them says so .*corrected counts.*layers\['counts'\]"):
        load_effects(cells)
    assert load_effects(cells, values="log1p").n_obs == 8
    X = np.asarray(cells.X.todense(), dtype=float)
    by_hand = np.log1p(X / X.sum(axis=1, keepdims=True) * np.median(X.sum(axis=1)))
    true = cells.uns["true"]
    expected = by_hand[true == "BAK1"].mean(axis=0) - by_hand[true == "control"].mean(axis=0)
    np.testing.assert_allclose(load_effects(cells, values="corrected")["BAK1"].X[0], expected, atol=1e-12)
    made.agree(load_effects(cells, layer="counts"), lowered(made))


@pytest.mark.parametrize("centred", [True, False])
def test_scaled_values_are_refused_with_the_layer(made, centred):
    cells = logged(made)
    cells.layers["counts"] = made.screen(n=15).X
    cells.X = cells.X.toarray()
    sc.pp.scale(cells, max_value=10, zero_center=centred)
    with pytest.raises(ValueError, match=r"(negative|scaled) values.*layers\['counts'\] \(layer='counts'\)"):
        load_effects(cells)
    made.agree(load_effects(cells, layer="counts"), made.screen(n=15))


def test_an_empty_x_points_at_the_layer(made):
    cells = made.screen()
    cells.layers["counts"], cells.X = cells.X.copy(), None
    with pytest.raises(ValueError, match=r"has no X .*layers\['counts'\] \(layer='counts'\)"):
        load_effects(cells)
    made.agree(load_effects(cells, layer="counts"), made.screen())
    with pytest.raises(ValueError, match="has no layer 'umi': choose one of 'counts'"):
        load_effects(cells, layer="umi")


def test_raw_holds_all_genes(made):
    cells = made.screen()
    cells.raw = cells.copy()
    cells = cells[:, :12].copy()
    made.agree(load_effects(cells, layer="raw"), made.screen())


def test_counts_and_logs_in_one_file(made):
    cells = logged(made)
    X = cells.X.toarray()
    X[:30] = made.screen(n=15).X.toarray()[:30]
    cells.X = sp.csr_matrix(X)
    with pytest.raises(ValueError, match=r"mixes counts and other values .30 of 120 cells"):
        load_effects(cells)


@pytest.mark.parametrize("dtype", [np.float16, ">f4", ">f8", np.int64, np.uint8, np.uint16, ">i4"])
@pytest.mark.parametrize("form", ["dense", "csr", "csc", "fortran"])
def test_storage_of_counts(made, tmp_path, dtype, form):
    cells = made.screen()
    D = cells.X.toarray()
    half = np.dtype(dtype) == np.float16
    if form in ("csr", "csc"):
        cells.X = getattr(sp, f"{form}_matrix")(D)
        cells.write_h5ad(tmp_path / "a.h5ad")
        with h5py.File(tmp_path / "a.h5ad", "r+") as file:
            data = file["X/data"][:].astype(dtype)
            del file["X/data"]
            file["X"].create_dataset("data", data=data)
    else:
        cells.X = D.astype(dtype, order="F" if form == "fortran" else "C")
        cells.write_h5ad(tmp_path / "a.h5ad")
    read = load_cells(tmp_path / "a.h5ad")
    assert read.uns["dataset_hash"] == load_cells(made.screen()).uns["dataset_hash"]
    assert read.X.dtype == np.float32 if half else read.X.dtype.isnative
    made.agree(load_effects(tmp_path / "a.h5ad"), made.screen())


def test_half_precision_logs_are_still_logs(made):
    cells = logged(made)
    cells.X = cells.X.toarray().astype(np.float16)
    effects = load_effects(cells)
    np.testing.assert_allclose(effects.X, load_effects(logged(made)).X, atol=3e-3)
    assert reading_of(effects).set_index("decision").loc["values", "reading"] == "log1p"


def test_large_corrected_counts_are_asked_about(made):
    cells = made.screen()
    cells.X.data = cells.X.data * np.random.default_rng(1).uniform(0.8, 1, cells.X.data.size)
    with pytest.raises(ValueError, match=r"neither counts nor log1p values; .*values='corrected'"):
        load_effects(cells)
    with pytest.raises(ValueError, match="too large for a logarithm"):
        load_effects(cells, values="log1p")
    assert load_effects(cells, values="corrected").n_obs == load_effects(cells, values="normalised").n_obs == 8


def test_told_values_must_fit(made):
    with pytest.raises(
        ValueError, match=r"values='log1p', but the cells of .* hold whole numbers: say values='counts'"
    ):
        load_cells(made.screen(), values="log1p")
    with pytest.raises(ValueError, match=r"values='counts', but the cells of .* hold fractions"):
        load_cells(logged(made), values="counts")


def test_small_conditions_are_dropped_when_told(made):
    cells = made.screen()
    cells.obs["condition"] = [*cells.obs["condition"][:-2], "JUNB", "MAP2K3"]
    with pytest.raises(ValueError, match=r"single cell.*min_cells=2"):
        load_effects(cells)
    effects = load_effects(cells, min_cells=2)
    assert effects.n_obs == 8
    assert "fewer than 2 cells" in set(changes(effects)["reason"])
