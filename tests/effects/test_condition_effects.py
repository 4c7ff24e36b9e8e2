"""Cells to effects on six cells by hand; small conditions; files of either kind."""

import logging
from math import log

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import as_effects, changes, condition_effects, load_effects
from appmodel.effects import effects_of, perturbed, preprocess, screen_targets
from appmodel.files import data_dir
from appmodel.screens import content_hash
from appmodel.screens.demo import demo_screen, true_effects

LABELS = ["control", "control", "A", "A", "A+B", "A+B"]
COUNTS = np.array([[1, 1, 2], [2, 2, 4], [4, 0, 0], [3, 1, 0], [2, 0, 2], [0, 8, 0]])  # median total 4


def screen(X=COUNTS, labels=LABELS):
    obs = pd.DataFrame({"condition": labels}, index=[f"c{i}" for i in range(len(labels))])
    return AnnData(X, obs=obs, var=pd.DataFrame(index=["A", "G", "H"]), uns={"dataset": "six"})


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix, sp.csc_matrix])
@pytest.mark.parametrize("order", [range(6), [5, 0, 3, 1, 4, 2]])
def test_six_cells_by_hand(form, order):
    effects = condition_effects(screen(form(COUNTS[list(order)]), [LABELS[i] for i in order]))
    assert list(effects.obs_names) == ["control", "A", "A+B"]
    control = [log(2), log(2), log(3)]
    a = [(log(5) + log(4)) / 2, log(2) / 2, 0]
    ab = [log(3) / 2, log(5) / 2, log(3) / 2]
    np.testing.assert_allclose(effects.var["control_mean"], control)
    np.testing.assert_allclose(effects.X, [[0] * 3, np.subtract(a, control), np.subtract(ab, control)], atol=1e-15)
    # the variance of two numbers (n - 1 below) is half their squared difference; one more half for the mean of two
    squared = [0, (log(5) - log(4)) ** 2 + log(2) ** 2, log(3) ** 2 + log(5) ** 2 + log(3) ** 2]
    np.testing.assert_allclose(effects.obs["sampling_var"], np.array(squared) / 4, atol=1e-15)
    assert (effects.obs["sampling_var"] >= 0).all()
    assert effects.obs["n_cells"].tolist() == [2, 2, 2]
    assert effects.obs["n_targets"].tolist() == [0, 1, 2]
    assert effects.uns["control"] == "control"
    assert effects.uns["dataset"] == "six"
    assert list(effects.uns["targets"]) == ["A", "B"]
    assert isinstance(effects.X, np.ndarray)
    assert effects.X.dtype == np.float64


def test_hash_is_that_of_the_cells():
    cells = screen()
    assert condition_effects(cells).uns["dataset_hash"] == content_hash(cells)


def test_sampling_variance_is_that_of_repeated_sampling():
    rng = np.random.default_rng(0)
    labels = ["control"] * 3 + ["A"] * 5
    draws = [effects_of(screen(rng.normal(3, 1, size=(8, 3)), labels)) for _ in range(60)]
    stated = np.mean([draw.obs.loc["A", "sampling_var"] for draw in draws])
    means = np.array([draw["A"].X[0] + draw.var["control_mean"].to_numpy() for draw in draws])
    assert stated == pytest.approx(3 / 5, rel=0.15)
    assert means.var(axis=0, ddof=1).sum() == pytest.approx(stated, rel=0.4)


@pytest.mark.parametrize("dtype", [str, "category"])
def test_unused_categories_make_no_rows(dtype):
    cells = screen()
    cells.obs["condition"] = cells.obs["condition"].astype(dtype)
    if dtype == "category":
        cells.obs["condition"] = cells.obs["condition"].cat.add_categories(["Z"])
    assert list(condition_effects(cells).obs_names) == ["control", "A", "A+B"]


def test_one_cell_in_a_condition_is_refused_or_dropped_and_counted(caplog):
    cells = screen(np.vstack([COUNTS, [[1, 2, 1]]]), [*LABELS, "B"])
    with pytest.raises(ValueError, match=r"has a single cell of 'B', .*min_cells=2"):
        condition_effects(cells)
    with caplog.at_level(logging.WARNING, "appmodel"):
        effects = condition_effects(cells, min_cells=2)
    assert list(effects.obs_names) == ["control", "A", "A+B"]
    assert changes(effects)[["change", "count", "reason", "examples"]].to_numpy().tolist() == [
        ["conditions dropped", 1, "fewer than 2 cells", "'B'"]
    ]
    assert "1 conditions dropped" in caplog.text


def test_min_cells_counts_what_it_drops(tiny_cells):
    sizes = tiny_cells.obs["condition"].value_counts()
    small = sizes.index[sizes < 12]
    effects = condition_effects(tiny_cells, min_cells=12)
    assert set(effects.obs_names) == set(sizes.index) - set(small)
    assert changes(effects).set_index("change").loc["conditions dropped", "count"] == len(small) > 0
    assert condition_effects(tiny_cells, min_cells=0).n_obs == len(sizes)


def test_too_few_control_cells():
    with pytest.raises(ValueError, match="six has no control condition"):
        condition_effects(screen(labels=["B", "B", *LABELS[2:]]))
    with pytest.raises(ValueError, match=r"has 1 control cells where 2 are needed: add some"):
        condition_effects(screen(COUNTS[1:], LABELS[1:]), min_cells=2)
    empty = COUNTS.copy()
    empty[:2] = 0
    with pytest.raises(ValueError, match="has no control cell with counts"):
        condition_effects(screen(empty))
    empty[1, 0] = 1
    with pytest.raises(ValueError, match=r"has 1 control cells where 2 are needed: add some"):
        condition_effects(screen(empty))


@pytest.mark.parametrize("X", [COUNTS - 1, np.where(COUNTS == 8, np.nan, COUNTS), COUNTS * 33.3])
def test_bad_values_are_refused(X):
    with pytest.raises(ValueError, match=r"negative values|not finite|neither counts nor log1p"):
        condition_effects(screen(X))


def test_perturbed_genes_are_readouts(tiny_cells):
    effects = condition_effects(tiny_cells, n_top_genes=5)
    assert set(effects.uns["targets"]) <= set(effects.var_names)
    assert len(effects.uns["targets"]) == 12
    assert effects.n_vars < 20
    assert "genes left out" in set(changes(effects)["change"])


def test_sparse_and_dense_say_the_same(tiny_cells, tiny_effects):
    tiny_cells.X = tiny_cells.X.toarray()
    dense = condition_effects(tiny_cells)
    np.testing.assert_allclose(dense.X, tiny_effects.X, atol=1e-12)
    np.testing.assert_allclose(dense.obs["sampling_var"], tiny_effects.obs["sampling_var"], rtol=1e-9)


def test_effects_of_is_the_second_half_of_condition_effects(tiny_cells, tiny_effects):
    np.testing.assert_array_equal(effects_of(preprocess(tiny_cells)).X, tiny_effects.X)


def test_effects_tend_to_the_truth():
    cells = demo_screen(seed=3, n_genes=60, n_singles=4, n_doubles=0, n_controls=600, cells_per_condition=(300, 300))
    effects = condition_effects(cells)
    truth = true_effects(cells)[effects.obs_names, effects.var_names].X[1:]
    assert np.linalg.norm(effects.X[1:] - truth) < 0.4 * np.linalg.norm(truth)


def test_load_effects_of_a_file_of_cells_and_of_a_file_of_effects(tmp_path, tiny_cells, tiny_effects):
    tiny_cells.write_h5ad(tmp_path / "cells.h5ad")
    from_cells = load_effects(tmp_path / "cells.h5ad")
    np.testing.assert_array_equal(from_cells.X, tiny_effects.X)
    assert from_cells.uns["dataset"] == "cells"
    tiny_effects.write_h5ad(tmp_path / "mine.h5ad")
    from_effects = load_effects(str(tmp_path / "mine.h5ad"))
    np.testing.assert_array_equal(from_effects.X, tiny_effects.X)
    assert list(from_effects.uns["targets"]) == list(from_cells.uns["targets"]) == list(tiny_effects.uns["targets"])
    assert from_effects.var["control_mean"].tolist() == tiny_effects.var["control_mean"].tolist()


def test_load_effects_sorts_and_counts_the_names_of_pairs(tmp_path):
    AnnData(
        np.array([[0.0, 0], [1, 2], [3, 4]]),
        obs=pd.DataFrame(index=["control", "KLF1+CEBPE", "KLF1"]),
        var=pd.DataFrame(index=["axis_1", "axis_2"]),
    ).write_h5ad(tmp_path / "a.h5ad")
    effects = load_effects(tmp_path / "a.h5ad")
    assert list(effects.obs_names) == ["control", "CEBPE+KLF1", "KLF1"]
    assert changes(effects).set_index("change")["count"].to_dict() == {"conditions renamed": 1}
    assert list(effects.uns["targets"]) == ["CEBPE", "KLF1"]


def test_load_effects_names_what_it_cannot_find(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.h5ad"):
        load_effects(tmp_path / "absent.h5ad")
    with pytest.raises(ValueError, match="no screen 'norman'"):
        load_effects("norman")


@pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")
def test_real_cells_by_name():
    effects = load_effects("adamson16_pilot")
    assert effects.n_obs == 6
    assert np.isfinite(effects.X).all()
    assert not effects["control"].X.any()


def test_as_effects_checks_its_form():
    effects = as_effects([[1, 2]], ["B+A"], ["x", "y"], reason=["because"])
    assert effects.obs.loc["B+A", ["n_targets", "reason"]].tolist() == [2, "because"]
    with pytest.raises(ValueError, match=r"shape \(1, 2\), but 2 conditions and 2 readouts"):
        as_effects([[1, 2]], ["A", "B"], ["x", "y"])
    with pytest.raises(ValueError, match="'A' is named twice"):
        as_effects([[1], [2]], ["A", "A"], ["x"])


def test_perturbed_and_targets():
    effects = as_effects(np.zeros((3, 1)), ["control", "B+A", "C"], ["x"])
    assert list(perturbed(effects).obs_names) == ["B+A", "C"]
    assert screen_targets(effects) == ["A", "B", "C"]
    effects.uns["targets"] = np.array(["D", "A"], dtype=object)
    assert screen_targets(effects) == ["A", "B", "C", "D"]
    with pytest.raises(ValueError, match="no perturbed condition"):
        perturbed(effects["control"])
    other = as_effects(np.zeros((2, 1)), ["NT", "C"], ["x"])
    other.uns["control"] = "NT"
    assert screen_targets(other) == ["C"]
    assert list(perturbed(other).obs_names) == ["C"]
