"""A leaderboard as one row for each method: what the page shows and sorts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..headlines import ratio_in_words
from ..looks import readable
from ..tables import load_leaderboard, screen_titles

TASKS = {"doubles": "hidden pairs", "unseen": "hidden genes"}


class Shown(NamedTuple):
    """A metric of the page: how its column is named, and which way is better."""

    title: str
    better: str


METRICS_SHOWN = {
    "l2": Shown("L2", "lower"),
    "ratio": Shown("L2 ratio", "lower"),
    "pearson": Shown("Pearson", "higher"),
    "pearson_perturbed": Shown("Pearson against the mean", "higher"),
    "discrimination": Shown("discrimination", "higher"),
    "top_k_overlap": Shown("top 20 overlap", "higher"),
}
# Controls and variants of a model have chapters of their own.
METHODS = (
    "oracle",
    "no_change",
    "training_mean",
    "singles_mean",
    "additive",
    "scaled_additive",
    "main_effects",
    "linear",
    "linear_tuned",
    "nearest_genes",
    "kernel_ridge",
    "app",
    "app_of_five",
    "app_on_anchor",
    "app_shuffled",
    "anchored_app",
)


def board_table(board: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``scoring.leaderboard`` of one screen and task, a row for each method (its readable name), by L2.

    Columns are those of ``METRICS_SHOWN``, means over conditions and seeds, NaN where undefined, and ``ratio_text``,
    the ratio with its interval.  Raises ``ValueError`` where there are several screens or tasks.
    """
    if len(board[["dataset", "task"]].drop_duplicates()) > 1:
        raise ValueError("These rows are of several screens or tasks: choose those of one.")
    rows = board[board["method"].isin(METHODS)]
    table = rows.pivot(index="method", columns="metric", values="mean")
    of_l2 = rows[rows["metric"] == "l2"].set_index("method")
    table["ratio"] = of_l2["ratio"]
    table["ratio_text"] = of_l2.apply(ratio_in_words, axis=1)
    table = table.reindex(columns=[*METRICS_SHOWN, "ratio_text"]).sort_values("l2", kind="stable")
    return table.rename(index=readable).rename_axis(columns=None)


def committed_boards(folder: str | Path, studies: Iterable[str]) -> dict[str, pd.DataFrame]:
    """``board_table`` of each screen and task of the studies whose leaderboards ``folder`` holds, by title."""
    boards = {}
    for study in studies:
        titles = screen_titles(folder, study)
        for (dataset, task), rows in load_leaderboard(folder, study).groupby(["dataset", "task"], sort=False):
            boards[f"{titles[dataset]}, {TASKS[task]}"] = board_table(rows)
    return boards
