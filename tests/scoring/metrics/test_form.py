"""What all metrics have in common: names, undefined rows, missing pieces, memory."""

import tracemalloc

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case

every_metric = pytest.mark.parametrize("name", METRICS)


def full_case(n=6, readouts=40, seed=0):
    rng = np.random.default_rng(seed)
    predicted, observed, significance = rng.normal(size=(3, n, readouts))
    targets = np.eye(n, readouts, dtype=bool)
    return Case(predicted, observed, rng.normal(size=readouts), significance, rng.uniform(1, 2, n), targets)


def test_names_of_the_metrics():
    assert [name for name in METRICS if name.startswith("l2")] == ["l2", "l2_without_targets"]
    assert all(metric.name == name for name, metric in METRICS.items())


@every_metric
def test_a_full_case_is_defined_everywhere(name):
    values, reasons = METRICS[name](full_case())
    assert np.isfinite(values).all()
    assert reasons == [""] * 6


@every_metric
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("side", ["prediction", "observed effect"])
def test_undefined_rows_are_missing_with_the_reason_and_the_others_are_not(name, bad, side):
    case = full_case()
    (case.predicted if side == "prediction" else case.observed)[2, 5] = bad
    values, reasons = METRICS[name](case)
    assert np.isnan(values).tolist() == [False, False, True, False, False, False]
    assert reasons == ["", "", f"the {side} is undefined", "", "", ""]


@every_metric
def test_undefined_conditions_leave_the_scores_of_the_others_as_they_were_without_them(name):
    case = full_case()
    others = np.array([0, 1, 3, 4, 5])
    alone = {key: value if key == "training_mean" else value[others] for key, value in vars(case).items()}
    expected, _ = METRICS[name](Case(**alone))
    case.observed[2] = np.nan
    values, _ = METRICS[name](case)
    np.testing.assert_allclose(values[others], expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "piece", "reason"),
    [
        ("pearson_perturbed", "training_mean", "training mean is not stated"),
        ("weighted_r2", "training_mean", "training mean is not stated"),
        ("weighted_r2", "significance", "significance of single readouts is not known"),
        ("weighted_mse", "significance", "significance of single readouts is not known"),
        ("error_ratio", "stated_error", "states no error"),
        ("l2_without_targets", "targets", "no readout is a gene"),
    ],
)
def test_what_was_not_measured_makes_a_metric_missing(name, piece, reason):
    case = full_case()
    pieces = {key: value for key, value in vars(case).items() if key != piece}
    values, reasons = METRICS[name](Case(**pieces))
    assert np.isnan(values).all()
    assert len(reasons) == 6
    assert all(reason in text for text in reasons)


@pytest.mark.parametrize("name", ["pearson_perturbed", "weighted_r2"])
def test_an_undefined_training_mean_is_a_reason(name):
    case = full_case()
    case.training_mean[3] = np.nan
    values, reasons = METRICS[name](case)
    assert np.isnan(values).all()
    assert set(reasons) == {"the training mean is undefined"}


@every_metric
def test_no_array_of_conditions_by_conditions_by_readouts(name):
    case = full_case(120, 500)
    tracemalloc.start()
    METRICS[name](case)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 120 * 120 * 500 * 8 / 5
