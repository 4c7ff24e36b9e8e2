"""The table of dynamic ranges: what is written where, and the metrics that decide nothing."""

from pathlib import Path

import pandas as pd

from appmodel.pages import load_leaderboard, ranges_in_words
from appmodel.scoring import METRICS, calibration_table

RESULTS = Path(__file__).parents[2] / "data" / "results"


def test_a_row_for_each_metric_and_a_column_for_each_place_in_their_order():
    rows = [
        ("z", "unseen", "mae", 0.5, 0.25, 0.75, "better"),
        ("z", "unseen", "l2", 0.1, -0.2, 0.3, "cannot be told apart"),
        ("a_b", "doubles", "mae", 0.2, -1.0, 0.3, ""),
        ("a_b", "doubles", "l2", float("nan"), float("nan"), float("nan"), ""),
    ]
    table = pd.DataFrame(rows, columns=["screen", "task", "measure", "value", "low", "high", "says"])
    shown = ranges_in_words(table)
    assert shown.index.tolist() == ["mae", "l2"]
    assert shown["z, unseen"].tolist() == ["0.50 [0.25, 0.75]", "(0.10 [-0.20, 0.30])"]
    assert shown["a b, doubles"].tolist() == ["(0.20 [-1.00, 0.30])", ""]


def test_committed_leaderboards_are_read_whatever_metrics_they_hold():
    board = load_leaderboard(RESULTS, "real")
    shown = ranges_in_words(calibration_table(board))
    assert shown.index.tolist() == [name for name in METRICS if name in set(board["metric"])]
    assert shown.shape[1] == 5
    fewer = board[board["metric"] != "mae"]
    assert "mae" not in ranges_in_words(calibration_table(fewer)).index
