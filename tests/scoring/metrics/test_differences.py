"""``l2``, ``mae`` and ``error_ratio`` on numbers worked by hand."""

import numpy as np
import pytest

from appmodel import NoChange, TrainingMean, as_effects, benchmark
from appmodel.scoring.metrics import METRICS, Case


@pytest.mark.parametrize(("name", "first"), [("l2", 5.0), ("mae", 3.5), ("error_ratio", 2.0)])
def test_an_error_by_hand(name, first):
    predicted, observed = np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 4.0], [1.0, 1.0]])
    values, reasons = METRICS[name](Case(predicted, observed, stated_error=np.array([2.5, 1.0])))
    assert values.tolist() == [first, 0.0]
    assert reasons == ["", ""]


def test_the_perturbed_genes_are_left_out_where_they_are_told():
    predicted, observed = np.array([[3.0, 0.0, 12.0], [1.0, 1.0, 0.0]]), np.array([[0.0, 4.0, 0.0], [1.0, 1.0, 5.0]])
    targets = np.array([[False, False, True], [False, False, False]])  # the target of the second is no readout
    values, reasons = METRICS["l2_without_targets"](Case(predicted, observed, targets=targets))
    assert values.tolist() == [5.0, 5.0]
    assert reasons == ["", ""]
    values, reasons = METRICS["l2_without_targets"](Case(predicted, observed))
    assert np.isnan(values).all()
    assert set(reasons) == {"no readout is a gene that a test condition perturbs"}


def test_targets_are_found_among_the_readouts_of_a_screen(tiny_effects):
    methods = {"mean": TrainingMean(), "none": NoChange()}
    scores = benchmark(methods, tiny_effects, "doubles", seeds=[0], metrics=["l2", "l2_without_targets"])
    wide = scores.pivot(index=["method", "condition"], columns="metric", values="value")
    truth = tiny_effects.to_df()
    for name in wide.loc["none"].index:
        own, all_but = wide.loc[("none", name)], truth.loc[name].drop(name.split("+"))
        assert own["l2"] == pytest.approx(np.linalg.norm(truth.loc[name]))
        assert own["l2_without_targets"] == pytest.approx(np.linalg.norm(all_but))
    assert (wide["l2_without_targets"] < wide["l2"]).all()
    axes = as_effects(tiny_effects.X, list(tiny_effects.obs_names), [f"PC{i}" for i in range(tiny_effects.n_vars)])
    scores = benchmark(methods, axes, "doubles", seeds=[0], metrics=["l2_without_targets"])
    assert scores["value"].isna().all()


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (0.0, "the stated error is 0, not a positive number"),
        (-1.0, "the stated error is -1, not a positive number"),
        (np.inf, "the stated error is inf, not a positive number"),
        (np.nan, "the method states no error"),
    ],
)
def test_an_unusable_stated_error_is_missing_not_infinite(stated, reason):
    case = Case(np.ones((2, 3)), np.zeros((2, 3)), stated_error=np.array([stated, np.sqrt(3)]))
    values, reasons = METRICS["error_ratio"](case)
    assert np.isnan(values[0])
    assert values[1] == pytest.approx(1)
    assert reasons == [reason, ""]
