"""Another work's quoted errors beside ours, each on its own scale."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...scoring.findings import chosen
from ..digits import three_digits
from ..looks import readable, screen_name
from .entries import MODELS


def beside_quoted(
    published: pd.DataFrame,
    board: pd.DataFrame,
    claim: str,
    baselines: Mapping[str, str],
) -> pd.DataFrame:
    """Quoted mean errors of another work beside ours: one row per task, screen and method.

    ``published`` rows of ``claim`` (L2), ``board`` a leaderboard; ours are shown for the methods quoted and for
    both models.  The scales of the two may differ, so each stands beside its ratio to the method that ``baselines``
    names for the task.  Three digits, readable names.  An empty cell was not quoted, or not measured here.
    """
    theirs, keys = chosen(published, claim=claim, metric="l2"), ["task", "screen", "method"]
    ours = chosen(board, metric="l2").rename(columns={"dataset": "screen"}).set_index(keys)
    names = [*dict.fromkeys(theirs["method"]), *MODELS]
    order = [
        (task, screen, method)
        for task, screen in theirs[["task", "screen"]].drop_duplicates().to_numpy()
        for method in names
    ]
    table = pd.DataFrame(index=pd.MultiIndex.from_tuples(order, names=keys))
    table["theirs"] = theirs.set_index(keys)["value"]
    table["ours"] = ours["mean"]
    for side in ("theirs", "ours"):
        base = [table[side].get((task, screen, baselines[task]), np.nan) for task, screen, _ in order]
        table[f"{side}, ratio"] = table[side] / base
    table["interval of ours"] = [
        " to ".join(three_digits(low, high)) if np.isfinite(low) else ""
        for low, high in ours[["low", "high"]].reindex(order).to_numpy()
    ]
    table = table.dropna(subset=["theirs", "ours"], how="all")
    columns = ["theirs", "theirs, ratio", "ours", "interval of ours", "ours, ratio"]
    for level, name in (("screen", screen_name), ("method", readable)):
        table = table.rename(index=name, level=level)
    return table[columns].map(lambda value: value if isinstance(value, str) else _digits(value))


def _digits(value: float) -> str:
    return "" if np.isnan(value) else three_digits(value)[0]
