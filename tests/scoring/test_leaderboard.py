"""The leaderboard: intervals, wins, the way from floor to ceiling, and leaks that show."""

import numpy as np
import pandas as pd
import pytest

from appmodel import Additive, NoChange, TrainingMean, benchmark
from appmodel.predictors import Predictor
from appmodel.scoring import leaderboard, suspected_leaks
from appmodel.scoring.comparison import paired_values, wins


@pytest.fixture
def hand(made_scores):
    return made_scores(
        {
            "training_mean": {(0, "A"): 4.0, (0, "B"): 6.0, (1, "B"): 8.0},
            "no_change": {(0, "A"): 5.0, (0, "B"): 7.0, (1, "B"): 9.0},
            "mine": {(0, "A"): 3.0, (0, "B"): 7.0, (1, "B"): np.nan},
            "oracle": {(0, "A"): 1.0, (0, "B"): 2.0, (1, "B"): 3.0},
        }
    )


def test_places_by_hand(hand):
    board = leaderboard(hand, "training_mean").set_index("method")
    assert board.loc["training_mean", "mean"] == 6
    # over the two rows where it is defined: floor (4 + 6) / 2, ceiling (1 + 2) / 2
    assert board.loc["mine", ["floor", "ceiling", "share"]].tolist() == [5, 1.5, 0]
    assert board.loc["mine", "undefined"] == 1
    assert board.loc["oracle", "share"] == 1
    assert board.loc["no_change", "share"] == pytest.approx((7 - 6) / (2 - 6))
    assert board.loc["mine", ["wins", "losses"]].tolist() == [1, 1]
    assert board.loc["mine", "difference"] == 0  # -1 and +1
    assert board.loc["oracle", "difference_high"] < 0


def test_the_range_is_the_way_from_the_floor_to_a_perfect_score(hand):
    board = leaderboard(hand, "training_mean").set_index("method")
    assert board.loc["oracle", "range"] == pytest.approx((6 - 2) / 6)
    assert board.loc["training_mean", ["range", "range_low", "range_high"]].tolist() == [0, 0, 0]
    assert board.loc["no_change", "range"] == pytest.approx(-1 / 6)
    low, high = board.loc["oracle", ["range_low", "range_high"]]
    assert 0.6 < low <= board.loc["oracle", "range"] <= high < 0.8  # (6 - 2) / 6 and (8 - 3) / 8 are within
    turned = leaderboard(hand.assign(value=-hand["value"], metric="pearson"), "training_mean").set_index("method")
    assert turned.loc["oracle", "range"] == pytest.approx((6 - 2) / (1 + 6))


def test_higher_is_better_turns_the_signs(hand):
    board = leaderboard(hand.assign(metric="pearson"), "training_mean").set_index("method")
    assert board.loc["mine", ["wins", "losses"]].tolist() == [1, 1]
    assert board.loc["no_change", ["wins", "losses"]].tolist() == [2, 0]
    assert board.loc["oracle", "floor"] == 7  # the better of the two
    assert np.isnan(board.loc["oracle", "share"])  # the ceiling is below the floor


def test_a_method_that_abstains_is_compared_on_its_own_conditions(hand):
    board = leaderboard(hand, "training_mean").set_index("method")
    assert board.loc["mine", "coverage"] == pytest.approx(2 / 3)
    assert board.loc["mine", "ratio"] == pytest.approx(10 / 10)  # seed 0 alone: (3 + 7) over (4 + 6)
    assert board.loc["mine", "mean"] == 5
    assert board["collapsed"].eq(0).all()
    board = leaderboard(hand.assign(collapsed=hand["method"] == "mine"), "training_mean").set_index("method")
    assert board["collapsed"].to_dict() == {"training_mean": 0, "no_change": 0, "mine": 1, "oracle": 0}


def test_the_floor_is_the_best_constant(hand, made_scores):
    median = made_scores({"training_median": {(0, "A"): 3.5, (0, "B"): 6.0, (1, "B"): 7.0}})
    board = leaderboard(pd.concat([hand, median]), "training_mean").set_index("method")
    assert board.loc["oracle", "floor"] == 5.5


def test_without_floor_or_ceiling_the_share_is_missing(hand):
    board = leaderboard(hand[hand["method"].isin(["mine", "training_mean"])], "training_mean")
    assert board["share"].isna().all()


def test_wins_count_conditions_not_rows_and_rounding_is_no_win(made_scores):
    values = paired_values(
        made_scores(
            {
                "a": {(0, "A"): 1.0, (1, "A"): 5.0, (0, "B"): 1.0},
                "b": {(0, "A"): 2.0, (1, "A"): 2.0, (0, "B"): 1.0 + 1e-12},
            }
        ),
        "l2",
    )
    assert wins(values, "a", "b") == (0, 1)
    assert wins(values, "a", "b", "higher") == (1, 0)
    assert wins(values, "a", "b", "one") == (0, 1)  # |1 - 1| and |5 - 1| against |2 - 1| twice


class Peeker(Predictor):
    """Answers with whatever row of the training table has the name it is asked for."""

    def _fit(self, effects, network):
        self.rows_ = dict(zip(effects.obs_names, np.asarray(effects.X), strict=True))

    def _predict(self, names):
        nothing = np.full(len(self.readouts_), np.nan)
        return (
            np.array([self.rows_.get(name, nothing) for name in names]),
            {"reason": ["" if name in self.rows_ else "not in training" for name in names]},
        )


class Insider(Predictor):
    """Was handed the whole screen behind the benchmark's back."""

    def __init__(self, screen=None):
        self.screen = screen

    def _fit(self, effects, network):
        pass

    def _predict(self, names):
        return np.asarray(self.screen[names].X)


def test_a_predictor_that_peeks_finds_nothing_to_peek_at(tiny_effects):
    for task in ("doubles", "unseen"):
        scores = benchmark({"peeker": Peeker()}, tiny_effects, task, seeds=[0, 1])
        assert scores["value"].isna().all()
        assert (scores["reason"] == "not in training").all()


def test_a_predictor_that_was_handed_the_answers_is_detected(tiny_effects):
    methods = {"insider": Insider(tiny_effects), "additive": Additive(), "none": NoChange(), "mean": TrainingMean()}
    scores = benchmark(methods, tiny_effects, seeds=[0, 1], oracle=True)
    assert list(suspected_leaks(scores)) == ["insider"]
    assert "errs less than the measurement itself" in suspected_leaks(scores)["insider"]
    with pytest.raises(ValueError, match="hold no oracle"):
        suspected_leaks(scores[scores["method"] != "oracle"])


def test_the_right_answer_with_its_own_noise_is_no_leak(tiny_effects):
    scores = benchmark({"mean": TrainingMean()}, tiny_effects, seeds=range(3), oracle=True)
    assert suspected_leaks(scores) == {}


def test_a_baseline_that_is_no_method_is_refused(hand):
    with pytest.raises(ValueError, match=r"hold no method 'nobody': choose from"):
        leaderboard(hand, baseline="nobody")
