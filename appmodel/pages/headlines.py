"""Headlines are typed by hand: their numbers, and what the tables say, for the assertions beside each sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..scoring.intervals import MARGIN, says


def ratios_in_words(board: pd.DataFrame, methods: Sequence[str]) -> dict[str, str]:
    """Error ratios of a leaderboard as text: "app norman19 doubles" to "1.06 [0.95, 1.18]", for ``glue``.

    The ratio is to the baseline of the task, with its interval; a method without one is left out.
    """
    rows = board[(board["metric"] == "l2") & board["method"].isin(methods)].dropna(subset=["ratio"])
    return {f"{row['method']} {row['dataset']} {row['task']}": ratio_in_words(row) for _, row in rows.iterrows()}


def ratio_in_words(row: pd.Series) -> str:
    """The ratio of a row of a leaderboard as text: "1.06 [0.95, 1.18]".

    Where the method does not predict all conditions of the baseline, the share that it does stands behind it:
    "0.86 [0.81, 0.91] on 54 %"; "undefined" where there is no ratio.
    """
    if np.isnan(row["ratio"]):
        return "undefined"
    text = f"{row['ratio']:.2f} [{row['ratio_low']:.2f}, {row['ratio_high']:.2f}]"
    return text if row["coverage"] > 0.999 else f"{text} on {100 * row['coverage']:.0f} %"


def says_table(board: pd.DataFrame, methods: Sequence[str]) -> pd.DataFrame:
    """What a leaderboard says of each method (row) on each "screen task" (column): better, worse, or neither.

    ``better``: it errs less than the baseline of the task by more than the margin, 1 % of the baseline's mean
    (``scoring.intervals.says``).  Raises ``KeyError`` for a method that has no rows.
    """
    rows = board[board["metric"] == "l2"].set_index("method").loc[list(methods)].reset_index()
    margins = MARGIN * (rows["mean"] - rows["difference"]).abs()
    said = map(says, rows["difference_low"], rows["difference_high"], margins)
    rows = rows.assign(says=list(said), place=rows["dataset"] + " " + rows["task"])
    return rows.pivot_table(index="method", columns="place", values="says", aggfunc="first", sort=False)
