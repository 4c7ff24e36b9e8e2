"""Beside the quoted numbers: each on its own scale, and the figure of shares."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from appmodel.pages.claims.beside import beside_quoted
from appmodel.pages.claims.plots import plot_shares


def test_quoted_and_measured_errors_stand_on_their_own_scales():
    published = pd.DataFrame(
        [("x", "additive", "norman19", "doubles", "l2", 2.0), ("x", "gears", "norman19", "doubles", "l2", 3.0)],
        columns=["claim", "method", "screen", "task", "metric", "value"],
    )
    board = pd.DataFrame(
        [("norman19", "doubles", "l2", "additive", 4.0, 3.5, 4.5), ("norman19", "doubles", "l2", "app", 6.0, 5.5, 6.5)],
        columns=["dataset", "task", "metric", "method", "mean", "low", "high"],
    )
    table = beside_quoted(published, board, "x", {"doubles": "additive"})
    assert list(table.index.get_level_values("method")) == ["addition", "GEARS", "APP"]
    assert set(table.index.get_level_values("screen")) == {"Norman 2019"}
    assert table["theirs, ratio"].tolist() == ["1.00", "1.50", ""]
    assert table["ours, ratio"].tolist() == ["1.00", "", "1.50"]
    assert table["interval of ours"].tolist() == ["3.50 to 4.50", "", "5.50 to 6.50"]


def board(**columns):
    return pd.DataFrame(
        {
            "dataset": "x",
            "task": "doubles",
            "metric": "l2",
            "method": ["a", "b", "c"],
            "share": [0.5, -3.0, np.nan],
            "share_low": [0.4, -3.1, np.nan],
            "share_high": [0.7, -2.9, np.nan],
            **columns,
        }
    )


def test_a_mark_needs_an_interval_and_what_lies_beyond_the_edge_is_an_arrow():
    figure = plot_shares(board(), ["a", "b", "c"])
    ax = figure.axes[0]
    drawn = ax.containers[0]
    assert drawn.lines[0].get_xdata().tolist() == [0.5]
    assert drawn.lines[2][0].get_segments()[0][:, 0].tolist() == pytest.approx([0.4, 0.7])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    arrows = [line for line in ax.lines if line.get_marker() == "<"]
    assert arrows[0].get_ydata().tolist() == [1.0]
    plt.close(figure)
    with pytest.raises(ValueError, match="No method has a share"):
        plot_shares(board(share_low=np.nan), ["a", "b", "c"])
    with pytest.raises(ValueError, match="several tasks"):
        plot_shares(board(task=["doubles", "doubles", "unseen"]), ["a"])
