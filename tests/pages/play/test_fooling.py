"""What the sliders do, by hand, and what each metric cannot see."""

import numpy as np
import pytest

from appmodel import score_predictions
from appmodel.pages.play import Start, best_shrinkage, distorted, mean_scores, starting_point
from appmodel.pages.play.fooling import FOOLED
from appmodel.pages.play.numbers import packed, unpacked


@pytest.fixture
def by_hand():
    predicted = {"mine": np.array([[2.0, 0.0], [0.0, 4.0]])}
    noise = np.array([[1.0, -1.0], [0.0, 2.0]])
    return Start(["A+B", "A+C"], predicted, np.eye(2), np.array([1.0, 1.0]), noise)


def test_predictions_are_mixed_then_shrunk_then_blurred(by_hand):
    made = distorted(by_hand, "mine", shrinkage=0.5, noise=2.0, mixed=0.25)
    np.testing.assert_allclose(made, [[0.5 * 1.75 + 2, 0.5 * 0.25 - 2], [0.5 * 0.25, 0.5 * 3.25 + 4]])
    np.testing.assert_array_equal(distorted(by_hand, "mine"), by_hand.predicted["mine"])


def test_at_the_start_the_scores_are_those_of_the_benchmark(start, predictions, effects_shared):
    scores = score_predictions(predictions, effects_shared, metrics=FOOLED).query("seed == 0 and method == 'additive'")
    mine = mean_scores(start, start.predicted["additive"])
    for metric, values in scores.groupby("metric")["value"]:
        assert mine[metric] == pytest.approx(values.mean())


def test_each_metric_is_blind_to_something(start):
    before = mean_scores(start, start.predicted["additive"])
    shrunk = mean_scores(start, distorted(start, "additive", shrinkage=0.6))
    assert shrunk["pearson"] == pytest.approx(before["pearson"])
    assert shrunk["l2"] != pytest.approx(before["l2"])
    mixed = mean_scores(start, distorted(start, "additive", mixed=0.6))
    assert mixed["pearson_perturbed"] == pytest.approx(before["pearson_perturbed"])
    assert mixed["pearson"] != pytest.approx(before["pearson"])
    flat = mean_scores(start, distorted(start, "additive", mixed=1.0))
    assert np.isnan(flat["pearson_perturbed"])
    assert flat["discrimination"] == pytest.approx(0.5)


def test_the_best_shrinkage_is_that_of_the_smallest_l2(by_hand):
    # |c 2 - 1| + |c 4 - 1| is smallest at c = 1/2 or above 1/4: norms, not squares, are summed.
    assert best_shrinkage(by_hand, "mine") == pytest.approx(0.75)
    perfect = Start(by_hand.conditions, {"mine": by_hand.observed}, by_hand.observed, by_hand.mean, by_hand.noise)
    assert best_shrinkage(perfect, "mine") == 0


def test_noise_is_as_large_as_the_effects_and_always_the_same(start, predictions, effects_shared):
    assert (start.noise**2).mean() == pytest.approx((start.observed**2).mean(), rel=0.2)
    again = starting_point(predictions, effects_shared, ["additive"])
    np.testing.assert_array_equal(again.noise, start.noise)
    other = starting_point(predictions, effects_shared, ["additive"], seed=1)
    assert not np.array_equal(other.noise, start.noise)


def test_conditions_are_cut_and_incomplete_methods_left_out(predictions, effects_shared):
    few = starting_point(predictions, effects_shared, ["additive"], n_conditions=2)
    assert few.observed.shape[0] == len(few.conditions) == 2
    gone = predictions.copy()
    gone.X[gone.obs["method"] == "additive"] = np.nan
    assert list(starting_point(gone, effects_shared, ["additive", "kernel_ridge"]).predicted) == ["kernel_ridge"]
    with pytest.raises(ValueError, match="'additive' predicts all"):
        starting_point(gone, effects_shared, ["additive"])


def test_packed_numbers_come_back():
    values = np.array([[1.0, -3.0, 0.5], [0.0, 2.0, 1e-6]])
    np.testing.assert_allclose(unpacked(packed(values)), values, atol=3 / 65000)
    np.testing.assert_array_equal(unpacked(packed(np.zeros((2, 2)))), np.zeros((2, 2)))
