"""``hits_5``, ``hits_10``, ``hits_20`` and ``hit_recall``: worked by hand, ties, constants, chance."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from appmodel.scoring.metrics import METRICS, Case, hit_recall

N = 20  # one hit for each readout; one, two and four conditions are tested
# Readout 0 is moved most by condition 3, readout 1 by condition 5, readout 2 by nobody.
OBSERVED = np.zeros((N, 3))
OBSERVED[3, 0], OBSERVED[4, 0], OBSERVED[5, 1] = -4, 3, 2


def predicted(*strengths):
    """Each readout's strongest predictions, condition by condition, the strongest first."""
    values = np.zeros((N, 3))
    for readout, order in enumerate(strengths):
        values[list(order), readout] = np.arange(len(order), 0, -1) + 1
    return values


def test_by_hand():
    # Condition 3 is second for its readout, condition 5 fourth for its own.
    case = Case(predicted([7, 3, 8, 9], [0, 1, 2, 5]), OBSERVED)
    found = {name: METRICS[name](case) for name in ("hits_5", "hits_10", "hits_20")}
    assert {name: (values[3], values[5]) for name, (values, _) in found.items()} == {
        "hits_5": (0, 0),
        "hits_10": (1, 0),
        "hits_20": (1, 1),
    }
    values, reasons = found["hits_10"]
    assert np.flatnonzero(~np.isnan(values)).tolist() == [3, 5]
    assert set(reasons) == {"", "it is no hit of any readout: never among the strongest 5 %"}
    assert [hit_recall(case.predicted, OBSERVED, percent)[:2].tolist() for percent in (5, 10, 20)] == [
        [0, 0],
        [1, 0],
        [1, 1],
    ]


def test_a_readout_that_nobody_moves_is_left_out_and_can_be_counted():
    assert np.isnan(hit_recall(predicted([3]), OBSERVED, 10)).tolist() == [False, False, True]
    assert np.isnan(hit_recall(OBSERVED, OBSERVED + 1, 10)).tolist() == [False, False, True]  # all move it alike


def test_directions_by_hand():
    values = predicted([7, 3]) * [-1, 1, 1]
    assert hit_recall(values, OBSERVED, 10, "down")[0] == 1  # condition 3 goes down most
    assert hit_recall(values, OBSERVED, 10, "up")[0] == pytest.approx(2 / 18)  # condition 4 ties with all but 7 and 3
    assert hit_recall(-values, OBSERVED, 10, "down")[0] == 0
    assert np.isnan(hit_recall(values, OBSERVED, 10, "down")[1])  # nobody moves it down


def test_ties_of_the_prediction_count_with_their_chance_by_hand():
    values = np.zeros((N, 3))
    values[[0, 1, 3], 0] = 1  # three that tie for two places, one of them the hit
    assert METRICS["hits_10"](Case(values, OBSERVED))[0][3] == pytest.approx(2 / 3)


def test_ties_agree_with_breaking_them_in_every_order():
    observed, values = np.array([5.0, 1, 2, 3, 0, 4]), np.array([2.0, 2, 2, 1, 1, 3])
    drawn = [
        0 in np.array(order)[np.argsort(-values[list(order)], kind="stable")[:3]] for order in permutations(range(6))
    ]
    assert hit_recall(values[:, None], observed[:, None], 50) == pytest.approx([np.mean(drawn)])


def test_conditions_that_tie_with_the_last_hit_are_hits_and_all_of_them_can_be_found():
    observed = OBSERVED.copy()
    observed[6, 0] = 4
    values, _ = METRICS["hits_5"](Case(observed, observed))
    assert values[[3, 6]].tolist() == [1, 1]
    assert METRICS["hits_5"](Case(predicted([3, 8]), observed))[0][[3, 6]].tolist() == [1, 0]


@pytest.mark.parametrize("percent", [5, 10, 20])
@pytest.mark.parametrize("constant", [0.0, -0.3])
def test_a_constant_scores_chance_for_every_condition(percent, constant):
    rng = np.random.default_rng(2)
    observed = rng.normal(size=(60, 30))
    values, reasons = METRICS[f"hits_{percent}"](Case(np.full_like(observed, constant), observed))
    hit = [not reason for reason in reasons]
    assert sum(hit) > 40
    np.testing.assert_allclose(values[hit], percent / 100)
    np.testing.assert_allclose(hit_recall(np.zeros_like(observed), observed, percent), percent / 100)


@pytest.mark.parametrize("percent", [5, 10, 20])
def test_permuted_predictions_score_about_chance(percent):
    rng = np.random.default_rng(4)
    observed = rng.normal(size=(100, 400))
    shuffled = rng.permuted(observed, axis=0)
    assert np.nanmean(METRICS[f"hits_{percent}"](Case(shuffled, observed))[0]) == pytest.approx(percent / 100, abs=0.02)
    assert hit_recall(shuffled, observed, percent).mean() == pytest.approx(percent / 100, abs=0.02)


def test_more_tests_find_no_fewer_hits():
    rng = np.random.default_rng(6)
    observed = rng.normal(size=(40, 50))
    case = Case(observed + 2 * rng.normal(size=observed.shape), observed)
    five, ten, twenty = (METRICS[f"hits_{percent}"](case)[0] for percent in (5, 10, 20))
    known = ~np.isnan(five)
    assert (five[known] <= ten[known]).all()
    assert (ten[known] <= twenty[known]).all()
    assert five[known].mean() < twenty[known].mean()


def test_strong_perturbations_count_more_in_the_mean_over_readouts():
    observed = np.abs(np.random.default_rng(0).normal(size=(N, 10))) / 10
    observed[0], observed[1, 9] = 5, 9  # one condition is the hit of nine readouts, another of one
    values = np.zeros_like(observed)
    values[0] = 1
    assert hit_recall(values, observed, 5).mean() == pytest.approx(0.9)
    assert np.nanmean(METRICS["hits_5"](Case(values, observed))[0]) == pytest.approx(0.5)


@pytest.mark.parametrize("side", ["predicted", "observed"])
def test_undefined_conditions_do_not_compete(side):
    case = Case(predicted([7, 3], [5]), OBSERVED.copy())
    getattr(case, side)[7] = np.nan
    values, reasons = METRICS["hits_5"](case)
    assert values[3] == 1  # 7 would have been tested first
    assert np.isnan(values[7])
    assert "undefined" in reasons[7]


def test_what_is_not_predicted_is_not_tested_and_no_prediction_at_all_is_undefined():
    some, nothing = predicted([3], [5]), np.full_like(OBSERVED, np.nan)
    some[3] = np.nan
    assert hit_recall(some, OBSERVED, 10)[:2].tolist() == [0, 1]
    assert np.isnan(hit_recall(nothing, OBSERVED, 10)).all()
    assert np.isnan(METRICS["hits_10"](Case(nothing, OBSERVED))[0]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((OBSERVED[:, 0], OBSERVED[:, 0]), "differ in shape: give both as"),
        ((OBSERVED[1:], OBSERVED), "differ in shape: give both as"),
        ((OBSERVED, OBSERVED, 0), "not 0"),
        ((OBSERVED, OBSERVED, 10, "sideways"), "not 10, 'sideways'"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        hit_recall(*arguments)


@given(
    observed=arrays(float, st.tuples(st.integers(2, 30), st.integers(1, 5)), elements=st.integers(-4, 4).map(float)),
    percent=st.sampled_from([5, 10, 20]),
)
@settings(max_examples=100, deadline=None)
def test_a_perfect_prediction_finds_every_hit(observed, percent):
    recall = hit_recall(observed * 3, observed, percent)
    np.testing.assert_allclose(recall[~np.isnan(recall)], 1)
    varies = (np.abs(observed) != np.abs(observed[0])).any(axis=0)
    assert (~np.isnan(recall) == varies).all()
