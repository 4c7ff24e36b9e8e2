"""Tables that fit a page: a row for each method, a column for each screen and task, whole findings in a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from .looks import readable, screen_name
from .tables import with_interval


def by_place(
    rows: pd.DataFrame, words: Callable[[pd.Series], str], titles: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Each row as the text that ``words`` makes of it: a row for each method, a column for each screen and task.

    ``rows`` name their screen (``screen`` or ``dataset``), task and method.  In a comparison each has ``against`` too:
    the column says it where all its rows have the same, else it stands beside the method.  Where there is ``n``, the
    column says of how many conditions it is.  ``titles``: other names of screens than those of ``screen_name``.
    Raises ``ValueError`` where two rows belong into one cell.
    """
    screens = rows["screen" if "screen" in rows else "dataset"]
    place = (screens.map(titles) if titles else screens.map(screen_name)) + ", " + rows["task"]
    methods = [name for name in ("method", "against") if name in rows]
    if "against" in rows and (rows["against"].groupby(place).nunique() == 1).all():
        place, methods = place + ", against " + rows["against"].map(readable), ["method"]
    if "n" in rows:
        place += " (" + rows["n"].groupby(place).transform(_span) + " conditions)"
    shown = rows[methods].map(readable).assign(place=place, text=[words(row) for _, row in rows.iterrows()])
    cells = shown.set_index([*methods, "place"])["text"]
    if cells.index.has_duplicates:
        raise ValueError(f"Two rows are of {cells.index[cells.index.duplicated()][0]}: choose one of them.")
    order = {"index": shown.set_index(methods).index.unique(), "columns": list(dict.fromkeys(place))}
    return cells.unstack("place").reindex(**order).fillna("").rename_axis(columns=None)


def _span(numbers: pd.Series) -> str:
    low, high = numbers.min(), numbers.max()
    return f"{low}" if low == high else f"{low} to {high}"


def difference_in_words(row: pd.Series) -> str:
    """A row of ``scoring.difference_table``: "-1.21 (-1.73 to -0.82), 0.68 times: better".

    The change of the metric with its interval, the ratio and what is said; the share of conditions where it is not
    all, and whether the method is collapsed.
    """
    change = with_interval(row["value"], row["low"], row["high"], "{:+.3f}".format)
    said = f": {row['says']}" if row["says"] else ""
    share, collapsed = _caveats(row)
    return f"{change}, {row['ratio']:.2f} times{share}{collapsed}{said}"


def error_in_words(row: pd.Series) -> str:
    """A row of ``paper_table``: "2.78 ± 0.25 (0.96)", the error over seeds, in brackets its ratio to the baseline's.

    With the share of conditions where it is not all, and whether the method is collapsed.
    """
    if np.isnan(row["mean"]):
        return "undefined"
    share, collapsed = _caveats(row)
    return f"{row['mean']:.2f} ± {row['sd']:.2f} ({row['ratio']:.2f}{share}){collapsed}"


def _caveats(row: pd.Series) -> tuple[str, str]:
    share = "" if row["coverage"] > 0.999 else f" on {100 * row['coverage']:.0f} %"
    # A mark in the tables of differences, a word in those of errors.
    return share, ", collapsed" if row["collapsed"] in (True, "collapsed") else ""


def intervals_in_words(table: pd.DataFrame, digits: int = 2) -> pd.DataFrame:
    """The table with each number and its interval in one column: "0.86 (0.82 to 0.90)".

    The ends of ``difference`` are ``difference_low`` and ``difference_high``; ``low`` and ``high`` alone are those of
    the column before them.  Other numbers are rounded to as many digits.
    """
    shown, form = table.round(digits).copy(), f"{{:.{digits}f}}".format
    for low in [name for name in table if name.endswith("low")]:
        high, name = low.removesuffix("low") + "high", low.removesuffix("_low")
        if low == "low":
            name = str(table.columns[list(table.columns).index("low") - 1])
        ends = table[[name, low, high]].to_numpy(float)
        shown[name] = [
            with_interval(value, first, last, form=form) if np.isfinite(value) else "" for value, first, last in ends
        ]
        shown = shown.drop(columns=[low, high])
    return shown
