"""Ceilings: what another measurement scores, from the stated variance and from halves of the cells."""

import numpy as np
import pytest

from appmodel import TrainingMean, as_effects, benchmark, condition_effects
from appmodel.effects import preprocess
from appmodel.scoring import predict_splits, score_predictions
from appmodel.scoring.ceilings import another_measurement, split_halves
from appmodel.trials.trial import trials


def wide(variance, n=400):
    return as_effects(
        np.zeros((len(variance), n)),
        [f"G{i}" for i in range(len(variance))],
        [f"r{i}" for i in range(n)],
        sampling_var=variance,
    )


def test_two_measurements_differ_by_the_errors_of_both():
    effects = wide([4.0, 9.0])
    again, reasons = another_measurement(effects, seed=0)
    np.testing.assert_allclose(np.linalg.norm(again, axis=1), [8**0.5, 18**0.5], rtol=0.1)
    assert reasons == ["", ""]
    truth, _ = another_measurement(effects, seed=0, errors=1.0)
    np.testing.assert_allclose(truth * 2**0.5, again)


def test_the_variance_of_each_readout_comes_first():
    effects = wide([400.0])
    effects.layers["sampling_var"] = np.zeros(effects.shape)
    effects.layers["sampling_var"][0, 3] = 1.0
    again, _ = another_measurement(effects, seed=1)
    assert np.flatnonzero(again[0]).tolist() == [3]


def test_without_a_variance_the_ceiling_is_missing_with_a_reason(tiny_effects):
    bare = as_effects(np.asarray(tiny_effects.X), list(tiny_effects.obs_names), list(tiny_effects.var_names))
    scores = benchmark({"mean": TrainingMean()}, bare, seeds=[0], oracle=True)
    oracle = scores[(scores["method"] == "oracle") & (scores["metric"] == "l2")]
    assert oracle["value"].isna().all()
    assert set(oracle["reason"]) == {"the screen states no sampling variance of it"}


def test_the_oracle_has_rows_like_any_method_and_its_name_is_its_own(tiny_effects):
    scores = benchmark({"mean": TrainingMean()}, tiny_effects, seeds=[0, 1], oracle=True)
    counts = scores.groupby("method").size()
    assert counts["oracle"] == counts["mean"]
    l2 = scores[scores["metric"] == "l2"].groupby("method")["value"].mean()
    assert l2["oracle"] < l2["mean"]
    assert "oracle" in scores.attrs["provenance"]["methods"]
    with pytest.raises(ValueError, match="A predictor is named 'oracle'"):
        benchmark({"oracle": TrainingMean()}, tiny_effects, seeds=[0], oracle=True)


def test_halves_of_the_cells_agree_with_the_stated_variance(tiny_cells):
    """A half has half of the cells: two halves differ by four times the sampling variance, squared."""
    effects = condition_effects(tiny_cells)
    trial = trials(effects, "doubles", [0])[0]
    first, second = split_halves(preprocess(tiny_cells), trial)
    assert list(first.obs_names) == list(second.obs_names) == trial.split.test
    wanted = effects[trial.split.test]
    assert (first.obs["n_cells"].to_numpy() + second.obs["n_cells"].to_numpy() == wanted.obs["n_cells"]).all()
    measured = ((np.asarray(first.X) - np.asarray(second.X)) ** 2).sum(axis=1).mean()
    control = effects.obs.loc["control", "sampling_var"]
    assert measured == pytest.approx(4 * (wanted.obs["sampling_var"].mean() + control), rel=0.35)


def test_halves_stand_beside_the_methods(tiny_cells, tiny_effects):
    predictions = predict_splits({"mean": TrainingMean()}, tiny_effects, seeds=[0])
    scores = score_predictions(predictions, tiny_effects, cells=tiny_cells)
    assert set(scores["method"]) == {"mean", "split_halves"}
    assert scores[scores["metric"] == "l2"]["value"].notna().all()


def test_too_few_cells_for_halves_are_named(tiny_cells, tiny_effects):
    trial = trials(tiny_effects, "doubles", [0])[0]
    name = trial.split.test[0]
    of_it = np.flatnonzero(tiny_cells.obs["condition"] == name)
    few = tiny_cells[np.setdiff1d(np.arange(tiny_cells.n_obs), of_it[3:])].copy()
    with pytest.raises(ValueError, match=f"{name.replace('+', '.')} has 3 cells"):
        split_halves(preprocess(few), trial)
