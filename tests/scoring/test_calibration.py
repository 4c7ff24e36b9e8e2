"""Calibration: how far a positive control lies from a negative one, and which metrics decide nothing."""

import numpy as np
import pandas as pd
import pytest

from appmodel import NoChange, TrainingMean, TrainingMedian, benchmark, leaderboard
from appmodel.scoring import calibration_table
from appmodel.scoring.findings import COLUMNS, found
from appmodel.scoring.intervals import APART


def scores(values, metric="l2"):
    """One row per method and condition, one seed."""
    rows = [
        (method, condition, value)
        for method, each in values.items()
        for condition, value in zip("ABCD", each, strict=False)
    ]
    return pd.DataFrame(rows, columns=["method", "condition", "value"]).assign(
        dataset="s", task="unseen", seed=0, metric=metric, reason=""
    )


def one(table):
    (row,) = calibration_table(table).to_dict("records")
    return row


def test_the_range_by_hand_where_lower_is_better():
    row = one(scores({"training_mean": [4.0, 6.0], "no_change": [5.0, 7.0], "oracle": [1.0, 2.0]}))
    assert (row["method"], row["against"], row["measure"]) == ("oracle", "training_mean", "l2")
    assert (row["negative"], row["positive"], row["n"]) == (5, 1.5, 2)
    assert row["value"] == pytest.approx((5 - 1.5) / 5)
    # A alone: 3 of 4; B alone: 4 of 6.
    assert (row["low"], row["high"]) == (pytest.approx(4 / 6), pytest.approx(3 / 4))
    assert row["says"] == "better"


def test_the_range_by_hand_where_higher_is_better():
    row = one(scores({"training_median": [0.2, 0.0], "no_change": [np.nan] * 2, "oracle": [0.6, 0.8]}, "pearson"))
    assert row["value"] == pytest.approx((0.7 - 0.1) / (1 - 0.1))
    assert (row["low"], row["high"]) == (pytest.approx(0.4 / 0.8), pytest.approx(0.8))


def test_a_metric_that_cannot_tell_its_controls_apart_decides_nothing():
    row = one(scores({"training_mean": [1.0, 2.0, 3.0, 4.0], "oracle": [2.0, 1.0, 4.0, 3.0]}))
    assert row["value"] == 0
    assert row["low"] < 0 < row["high"]
    assert row["says"] == APART


def test_a_draw_in_which_both_controls_are_perfect_has_no_range():
    # Of two conditions the constant is right about one: a quarter of the draws hold that one alone.
    row = one(scores({"training_mean": [1.0, 0.0], "oracle": [1.0, 1.0]}, "centroid_accuracy"))
    assert (row["value"], row["low"], row["high"], row["says"]) == (1, 0, 1, APART)


def test_a_positive_control_far_worse_than_the_negative_one_is_minus_one():
    row = one(scores({"training_mean": [1.0, 1.0], "oracle": [9.0, 9.0]}))
    assert (row["value"], row["low"], row["high"], row["says"]) == (-1, -1, -1, "worse")


def test_the_negative_control_is_the_best_floor_and_of_equal_ones_the_first():
    third = 1 / 3
    constants = {"no_change": [0.5, 0.5], "training_mean": [third * 1.5, 0.5], "training_median": [0.5 - 1e-15, 0.5]}
    table = scores({**constants, "oracle": [1.0, 1.0]}, "centroid_accuracy")
    assert one(table)["against"] == "training_median"
    assert one(table[table["method"] != "training_median"])["against"] == "training_mean"
    assert one(scores({**constants, "singles_mean": [0.6, 0.6], "oracle": [1.0, 1.0]}, "pearson"))["against"] == (
        "singles_mean"
    )


def test_halves_of_the_cells_are_a_positive_control_of_their_own():
    table = calibration_table(scores({"training_mean": [4.0], "oracle": [1.0], "split_halves": [2.0]}))
    assert table["method"].tolist() == ["oracle", "split_halves"]
    assert table["value"].tolist() == [0.75, 0.5]


@pytest.mark.parametrize(
    ("values", "metric", "reason"),
    [
        ({"training_mean": [1.0], "oracle": [np.nan]}, "l2", "the positive control is undefined"),
        ({"training_mean": [1.0]}, "l2", "the positive control is undefined"),
        ({"app": [1.0], "oracle": [1.0]}, "l2", "the negative control is undefined"),
        ({"training_mean": [np.nan], "oracle": [1.0]}, "pearson", "the negative control is undefined"),
        ({"training_mean": [0.0], "oracle": [1.0]}, "l2", "the negative control is perfect"),
        ({"training_mean": [2.0], "oracle": [1.0]}, "error_ratio", "neither control is an end of a scale"),
    ],
)
def test_without_a_range_there_is_a_reason(values, metric, reason):
    row = one(scores(values, metric))
    assert np.isnan([row["value"], row["low"], row["high"]]).all()
    assert reason in row["reason"]
    assert row["says"] == ""


@pytest.fixture(scope="module")
def benched(_tiny_effects):
    methods = {"no_change": NoChange(), "training_mean": TrainingMean(), "training_median": TrainingMedian()}
    return benchmark(methods, _tiny_effects, seeds=range(3), oracle=True)


def test_a_leaderboard_gives_the_same_range_and_interval(benched):
    table, board = calibration_table(benched), calibration_table(leaderboard(benched, "training_mean"))
    assert list(table.columns) == [*COLUMNS, "negative", "positive", "says"] == list(board.columns)
    assert table["value"].notna().sum() > 8
    assert board["n"].isna().all()
    pd.testing.assert_frame_equal(table.drop(columns="n"), board.drop(columns="n"))
    assert set(table["says"]) == {"better", APART, ""}  # few cells: not even l2 can be trusted
    assert found(table, measure="l2")["says"] == APART


def test_a_leaderboard_without_the_range_is_wider_as_a_rule_and_leaves_open_what_it_cannot_say(benched):
    table = calibration_table(benched)
    old = leaderboard(benched, "training_mean").drop(columns=["range", "range_low", "range_high"])
    board = calibration_table(old)
    pd.testing.assert_frame_equal(table[["against", "value"]], board[["against", "value"]])
    known = table["value"].notna()
    assert (board["low"][known] <= table["low"][known] + 0.02).all()
    assert (board["high"][known] >= table["high"][known] - 0.02).all()
    assert set(board["says"]) == {"better", ""}
    assert (board["says"][table["says"] == APART] == "").all()
    opened = board["reason"].str.contains("leave open")
    assert opened[known].equals((board["says"] == "")[known])
    assert not opened[~known].any()


def test_an_older_leaderboard_is_read_the_same_beside_a_newer_one(benched):
    new = leaderboard(benched, "training_mean")
    old = new.drop(columns=["range", "range_low", "range_high"])
    both = calibration_table(pd.concat([old, new.assign(dataset="newer")], ignore_index=True))
    newer = both["screen"] == "newer"
    pd.testing.assert_frame_equal(both[~newer].reset_index(drop=True), calibration_table(old))
    pd.testing.assert_frame_equal(
        both[newer].reset_index(drop=True), calibration_table(new).assign(screen="newer")[list(both)]
    )


def test_a_control_whose_interval_reaches_a_perfect_score_leaves_the_old_leaderboard_open():
    board = pd.DataFrame(
        {"method": ["training_mean", "oracle"], "mean": [0.5, 1.0], "low": [0.25, 0.9], "high": [1.0, 1.0]}
    ).assign(dataset="s", task="unseen", metric="centroid_accuracy")
    row = one(board)
    assert (row["value"], row["low"], row["high"], row["says"]) == (1, -1, 1, "")


@pytest.mark.parametrize(("metric", "better"), [("l2", "lower"), ("pearson", "higher")])
def test_one_condition_is_a_fraction_of_scperteval(reference, metric, better):
    drf = reference("scperteval.calibrators").CALIBRATORS["drf"].per_pert
    protocol = reference("scperteval.types").Protocol(
        metric, None, "centroid", better=better, perfect={"l2": 0.0, "pearson": 1.0}[metric]
    )
    for negative, positive in [(0.8, 0.3), (0.3, 0.8), (0.1, 0.9), (0.05, 0.95)]:
        ours = one(scores({"training_mean": [negative], "oracle": [positive]}, metric))["value"]
        # It adds 1e-6 to what it divides by.
        assert ours == pytest.approx(drf({"positive": positive, "negative": negative}, protocol), abs=1e-4)
