"""``weighted_mse`` and ``weighted_r2`` on numbers worked by hand, and where they are undefined."""

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case
from appmodel.scoring.metrics.weighted_mse import significance_weights

SIGNIFICANCE = np.array([[1.0, 2.0, -3.0]])
OBSERVED = np.array([[9.0, 1.0, 6.0]])
MEAN = np.array([7.0, 8.0, 9.0])


def test_weights_by_hand():
    # Between least 1 and most 3: 0, 1/2, 1; squared 0, 1/4, 1; divided by their sum 5/4.
    weights, reasons = significance_weights(SIGNIFICANCE)
    assert weights == pytest.approx(np.array([[0.0, 0.2, 0.8]]))
    assert reasons == [""]


def test_weighted_mse_by_hand():
    case = Case(OBSERVED + np.array([[5.0, 1.0, 2.0]]), OBSERVED, significance=SIGNIFICANCE)
    values, reasons = METRICS["weighted_mse"](case)
    assert values == pytest.approx([0.2 * 1 + 0.8 * 4])
    assert reasons == [""]


def test_weighted_r2_by_hand():
    # d = (9, 1, 6) has the weighted mean 5 and the spread 0.2 * 16 + 0.8 * 1 = 4; the error is 3.4.
    observed = OBSERVED + MEAN
    case = Case(observed + np.array([[5.0, 1.0, 2.0]]), observed, MEAN, SIGNIFICANCE)
    values, reasons = METRICS["weighted_r2"](case)
    assert values == pytest.approx([1 - 3.4 / 4])
    assert reasons == [""]


def test_the_training_mean_as_a_prediction_scores_zero_or_less():
    rng = np.random.default_rng(0)
    mean, observed, significance = rng.normal(size=20), *rng.normal(size=(2, 8, 20))
    values, _ = METRICS["weighted_r2"](Case(np.tile(mean, (8, 1)), observed, mean, significance))
    assert (values <= 0).all()


@pytest.mark.parametrize("name", ["weighted_mse", "weighted_r2"])
@pytest.mark.parametrize(
    ("significance", "reason"),
    [
        ([2.0, -2.0, 2.0], "the significance is the same for all readouts"),
        ([0.0, 0.0, 0.0], "the significance is the same for all readouts"),
        ([1.0, np.nan, 2.0], "the significance of its readouts is undefined"),
        ([1.0, np.inf, 2.0], "the significance of its readouts is undefined"),
        ([np.inf, np.inf, np.inf], "the significance of its readouts is undefined"),
    ],
)
def test_no_weights_is_missing_and_leaves_other_conditions_alone(name, significance, reason):
    observed = np.tile(OBSERVED, (2, 1))
    case = Case(observed + 1, observed, np.zeros(3), np.array([significance, SIGNIFICANCE[0]]))
    values, reasons = METRICS[name](case)
    assert np.isnan(values).tolist() == [True, False]
    assert reasons == [reason, ""]


def test_r2_of_an_effect_without_spread_is_missing():
    for observed in (MEAN + 0.3, MEAN + np.array([4.0, 0.0, 0.0])):  # constant; constant where there is weight
        values, reasons = METRICS["weighted_r2"](Case(np.zeros((1, 3)), observed[None], MEAN, SIGNIFICANCE))
        assert np.isnan(values[0])
        assert reasons == ["the observed effect minus the training mean is constant over the weighted readouts"]
