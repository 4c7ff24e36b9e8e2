"""``centroid_accuracy``, ``centroid_rank`` and both forms of ``discrimination``: who is nearer, what ties are worth."""

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case

FAMILY = ["centroid_accuracy", "centroid_rank", "discrimination", "discrimination_cosine"]
every_one = pytest.mark.parametrize("name", FAMILY)
# Three conditions on a line, at 0, 3 and 10; predicted at 1, 8 and 8.
LINE = Case(np.array([[1.0, 0], [8, 0], [8, 0]]), np.array([[0.0, 0], [3, 0], [10, 0]]))


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [("centroid_accuracy", [1, 0.5, 1]), ("discrimination", [1, 0.5, 1]), ("centroid_rank", [0, 0.75, 0.25])],
)
def test_competitors_on_a_line_by_hand(name, by_hand):
    # Observed effects compete.  From 1: own 1, others 2 and 9.  From 8: own 5, others 8 and 2; own 2, others 8 and 5.
    # Predictions for a rank.  To 0: own 1, others 8.  To 3: own 5, others 2 and a tie.  To 10: own 2, others 9, a tie.
    values, reasons = METRICS[name](LINE)
    assert values.tolist() == by_hand
    assert reasons == ["", "", ""]


def test_discrimination_measures_the_l1_distance_and_centroid_accuracy_the_l2_distance():
    # Own effect (4, 0): L1 4, L2 4.  The other (2.5, 2.5): L1 5, L2 3.54.
    case = Case(np.array([[0.0, 0.0], [2.5, 2.5]]), np.array([[4.0, 0.0], [2.5, 2.5]]))
    assert METRICS["discrimination"](case)[0].tolist() == [1.0, 1.0]
    assert METRICS["centroid_accuracy"](case)[0].tolist() == [0.0, 1.0]


def test_discrimination_by_direction_by_hand():
    # Directions 0, 45 and 90 degrees, lengths do not count; predicted 10, 80 and no direction at all.
    observed = np.array([[1.0, 0], [20, 20], [0, 3]])
    predicted = np.array([[100 * np.cos(np.pi / 18), 100 * np.sin(np.pi / 18)], [np.cos(np.pi / 2.25), 1], [0, 0]])
    values, reasons = METRICS["discrimination_cosine"](Case(predicted, observed))
    # The first is nearest to its own; the second to the third, then to its own; the third to nobody.
    assert values.tolist() == [1.0, 0.5, 0.5]
    assert reasons == ["", "", ""]


def test_parallel_effects_of_any_size_tie_by_direction():
    rng = np.random.default_rng(8)
    effect = rng.normal(size=40)
    case = Case(np.tile(effect, (3, 1)), np.outer([1.0, 7.0, 1e-3], effect))
    assert METRICS["discrimination_cosine"](case)[0].tolist() == [0.5] * 3


def test_an_observed_effect_of_zero_has_no_direction():
    case = Case(np.array([[1.0, 0], [0, 1], [1, 0]]), np.array([[0.0, 0], [0, 1], [1, 1]]))
    # The cosine with an effect of zero is 0, as at a right angle: the first ties with the second, the third is nearer.
    assert METRICS["discrimination_cosine"](case)[0].tolist() == [0.25, 1.0, 1.0]


@every_one
def test_one_prediction_for_all_scores_what_chance_scores(name):
    rng = np.random.default_rng(3)
    observed = rng.normal(size=(7, 12))
    values, _ = METRICS[name](Case(np.tile(observed.mean(axis=0), (7, 1)), observed))
    assert values.mean() == pytest.approx(0.5, abs=1e-14)
    if name == "centroid_rank":  # all predictions tie for each condition
        assert values.tolist() == [0.5] * 7
    else:  # they rank the observed effects by how typical they are
        assert sorted(values) == pytest.approx(np.arange(7) / 6)


@every_one
def test_the_mirror_image_of_a_perfect_prediction_is_the_worst(name):
    observed = np.array([[-2.0, 0.0], [2.0, 0.0]])
    assert METRICS[name](Case(-observed, observed))[0].tolist() == [1 - METRICS[name].perfect] * 2


@every_one
@pytest.mark.parametrize(
    "observed", [np.eye(4), np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])], ids=["exact", "rounded"]
)
def test_all_tied_is_one_half(name, observed):
    # 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit.
    assert METRICS[name](Case(0 * observed, observed))[0].tolist() == [0.5] * len(observed)


@every_one
@pytest.mark.parametrize("left", [0, 1])
def test_fewer_than_two_conditions_is_missing(name, left):
    observed = np.full((3, 2), np.nan)
    observed[:left] = 1.0
    values, reasons = METRICS[name](Case(np.ones((3, 2)), observed))
    assert np.isnan(values).all()
    assert reasons[:left] == ["fewer than two test conditions are defined, so there is nothing to tell it from"] * left
    assert reasons[left:] == ["the observed effect is undefined"] * (3 - left)


def test_only_the_rank_depends_on_whether_others_are_predicted():
    case = Case(LINE.predicted.copy(), LINE.observed)
    case.predicted[2] = np.nan
    assert METRICS["centroid_accuracy"](case)[0][:2].tolist() == [1.0, 0.5]
    assert METRICS["discrimination"](case)[0][:2].tolist() == [1.0, 0.5]
    assert METRICS["discrimination_cosine"](case)[0][:2].tolist() == [0.0, 0.75]
    assert METRICS["centroid_rank"](case)[0][:2].tolist() == [0.0, 1.0]


def test_agree_with_counting_pairs_one_by_one():
    rng = np.random.default_rng(4)
    predicted, observed = np.round(rng.normal(size=(2, 9, 2)))  # few values: many ties
    case = Case(predicted, observed)
    for name, order, swap in (
        ("centroid_accuracy", 2, False),
        ("discrimination", 1, False),
        ("centroid_rank", 2, True),
    ):
        expected = []
        for i in range(9):
            own = np.linalg.norm(predicted[i] - observed[i], order)
            points = 0.0
            for j in set(range(9)) - {i}:
                other = np.linalg.norm(predicted[j] - observed[i] if swap else predicted[i] - observed[j], order)
                points += 0.5 if np.isclose(own, other) else other < own if swap else other > own
            expected.append(points / 8)
        np.testing.assert_allclose(METRICS[name](case)[0], expected, rtol=1e-14)
