"""What is shown of each pair, against the same worked out by hand."""

import json

import numpy as np
import pytest

from appmodel import load_effects, score_predictions
from appmodel.pages.play import error_table, known_truth, pair_data
from appmodel.studies.interactions.deviations import deviation_table


@pytest.fixture
def of_pair(data):
    return {pair["name"]: pair for pair in data["pairs"]}


def test_every_pair_of_the_genes_is_there_once(data, of_pair, effects_shared):
    n = len(data["genes"])
    assert len(data["pairs"]) == len(of_pair) == n * (n - 1) // 2
    assert {name for name, pair in of_pair.items() if pair["measured"]} == set(of_pair) & set(effects_shared.obs_names)
    assert data["simulated"] is True
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_genes_stand_from_the_strongest_single_to_the_weakest(data, effects_shared):
    sizes = np.linalg.norm(effects_shared[data["genes"]].X, axis=1)
    assert (np.diff(sizes) <= 0).all()


def test_values_errors_and_noise_of_a_measured_pair(of_pair, effects_shared, truth):
    name = next(name for name, pair in of_pair.items() if pair["measured"])
    pair, (a, b) = of_pair[name], name.split("+")
    value, first, second, control = (effects_shared[row].X[0] for row in (name, a, b, "control"))
    assert not control.any()
    top = np.argsort(-np.maximum(np.abs(value), np.abs(first + second)), kind="stable")[:5]
    assert pair["readouts"] == top.tolist()
    np.testing.assert_allclose(pair["value"], value[top], atol=6e-4)
    np.testing.assert_allclose(pair["predicted"][0], (first + second)[top], atol=6e-4)
    assert pair["error"][0] == pytest.approx(np.linalg.norm(value - first - second), abs=6e-4)
    assert pair["interaction"][0] == 0
    assert pair["value_interaction"] == pair["error"][0]
    variance = effects_shared.layers["sampling_var"]
    rows = [effects_shared.obs_names.get_loc(row) for row in (name, "control")]
    np.testing.assert_allclose(pair["reach"], 1.96 * np.sqrt(variance[rows].sum(axis=0))[top], atol=6e-4)
    assert pair["cells"] == effects_shared.obs["n_cells"][name]
    true = truth[name, effects_shared.var_names].X[0]
    assert pair["truth_error"] == pytest.approx(np.linalg.norm(true - value), abs=6e-4)
    assert pair["interacts"] == deviation_table(effects_shared).set_index("condition").loc[name, "is_interaction"]


def test_errors_are_those_of_the_benchmark(data, predictions, effects_shared):
    scores = score_predictions(predictions, effects_shared, metrics=["l2"])
    ridge = scores[scores["method"] == "kernel_ridge"].set_index("condition")["value"]
    errors = error_table(data)["kernel ridge"]
    assert len(errors) > 2
    np.testing.assert_allclose(errors, ridge[errors.index], atol=6e-4)


def test_a_pair_that_nobody_measured_has_predictions_alone(of_pair):
    pair = next(pair for pair in of_pair.values() if not pair["measured"])
    assert len(pair["predicted"]) == 3
    assert {"value", "error", "truth", "reach", "cells", "value_size"}.isdisjoint(pair)


def test_what_the_screen_does_not_state_is_left_out(effects_shared, predictions, unmeasured, genes):
    bare = effects_shared.copy()
    del bare.layers["sampling_var"], bare.obs["sampling_var"], bare.obs["n_cells"]
    pair = next(pair for pair in pair_data(bare, predictions, unmeasured, genes)["pairs"] if pair["measured"])
    assert pair["cells"] is None
    assert pair["interaction_noise"] is None
    assert {"reach", "truth", "truth_error"}.isdisjoint(pair)


def test_only_a_simulated_screen_of_cells_has_a_truth(tmp_path, cells_shared, effects_shared):
    cells, effects = tmp_path / "cells.h5ad", tmp_path / "effects.h5ad"
    cells_shared.write_h5ad(cells)
    read = load_effects(str(cells))
    assert known_truth(str(cells), read)[list(read.obs_names), :].n_obs == read.n_obs
    stored = effects_shared.copy()
    stored.uns = {"control": "control", "simulated": True}
    stored.write_h5ad(effects)
    assert known_truth(str(effects), load_effects(str(effects))) is None
    read.uns["simulated"] = False
    assert known_truth(str(cells), read) is None
