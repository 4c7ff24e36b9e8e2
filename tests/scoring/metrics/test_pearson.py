"""``pearson`` and ``pearson_perturbed``: constants, shared means and rounding."""

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case


def test_pearson_by_hand():
    # Centred: (-1, 0, 1) and (-1, 1, 0); their product sums to 1, their lengths are sqrt(2) each.
    values, reasons = METRICS["pearson"](Case(np.array([[0.0, 1.0, 2.0]]), np.array([[4.0, 6.0, 5.0]])))
    assert values == pytest.approx([0.5])
    assert reasons == [""]


@pytest.mark.parametrize("constant", [0.0, 0.1, -3.7])
def test_pearson_of_a_constant_is_missing_not_zero(constant):
    varied, flat = np.random.default_rng(1).normal(size=(1, 30)), np.full((1, 30), constant)
    values, reasons = METRICS["pearson"](Case(flat, varied))
    assert np.isnan(values[0])
    assert reasons == ["the prediction is constant over the readouts"]
    values, reasons = METRICS["pearson"](Case(varied, flat))
    assert np.isnan(values[0])
    assert reasons == ["the observed effect is constant over the readouts"]


def test_pearson_perturbed_by_hand():
    mean = np.array([10.0, 20.0, 30.0])
    case = Case(mean + np.array([[0.0, 1.0, 2.0]]), mean + np.array([[4.0, 6.0, 5.0]]), mean)
    values, reasons = METRICS["pearson_perturbed"](case)
    assert values == pytest.approx([0.5])
    assert reasons == [""]
    assert METRICS["pearson"](case)[0][0] > 0.95  # the shared mean hides what is special


def test_the_training_mean_as_a_prediction_is_missing_even_where_rounding_differs():
    rng = np.random.default_rng(0)
    training = rng.normal(size=(200, 50))
    mean = training.mean(axis=0)
    again = sum(training[::-1]) / 200  # the same mean, summed in another order
    assert (again != mean).any()
    values, reasons = METRICS["pearson_perturbed"](Case(np.tile(again, (3, 1)), rng.normal(size=(3, 50)), mean))
    assert np.isnan(values).all()
    assert set(reasons) == {"the prediction minus the training mean is constant over the readouts"}


def test_pearson_perturbed_without_a_shared_mean_is_pearson():
    predicted, observed = np.random.default_rng(2).normal(size=(2, 4, 30))
    case = Case(predicted, observed, np.zeros(30))
    np.testing.assert_array_equal(METRICS["pearson_perturbed"](case)[0], METRICS["pearson"](case)[0])
