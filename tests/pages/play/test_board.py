"""The leaderboard of the page against that of the package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appmodel import leaderboard, score_predictions
from appmodel.pages.play import board_table, committed_boards

RESULTS = Path(__file__).resolve().parents[3] / "data" / "results"


@pytest.fixture
def board(predictions, effects_shared):
    return leaderboard(score_predictions(predictions, effects_shared, oracle=True), "additive")


def test_rows_have_readable_names_and_stand_by_l2(board):
    table = board_table(board)
    assert set(table.index) == {"addition", "scaled addition", "kernel ridge", "training mean", "a second measurement"}
    assert table["l2"].is_monotonic_increasing
    row = board.query("method == 'kernel_ridge' and metric == 'l2'").iloc[0]
    assert table.loc["kernel ridge", "l2"] == row["mean"]
    assert table.loc["kernel ridge", "ratio"] == row["ratio"]
    assert table.loc["kernel ridge", "ratio_text"].startswith(f"{row['ratio']:.2f} [{row['ratio_low']:.2f}")
    assert np.isnan(table.loc["training mean", "pearson_perturbed"])


def test_rows_of_several_screens_are_refused(board):
    with pytest.raises(ValueError, match="choose those of one"):
        board_table(pd.concat([board, board.assign(task="unseen")]))


def test_committed_boards_say_what_is_simulated():
    boards = committed_boards(RESULTS, ["demo", "real"])
    assert {"demo (simulated), hidden pairs", "Norman 2019, hidden pairs", "Adamson 2016, hidden genes"} <= set(boards)
    assert boards["Norman 2019, hidden pairs"].loc["addition", "ratio"] == 1
    assert "APP" in boards["Norman 2019, hidden pairs"].index
