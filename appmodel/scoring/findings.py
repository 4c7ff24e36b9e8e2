"""The one form of what a study finds: a value with its interval, and what it is the value of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..provenance import load_scores

COLUMNS = ["screen", "task", "method", "against", "measure", "by", "bin", "value", "low", "high", "n", "reason"]
_TEXT = ("screen", "task", "method", "against", "measure", "by", "bin", "reason")


def findings(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """A table of findings, one row each.

    ``method`` on ``screen`` and ``task``, or what it differs by from ``against``, in ``measure``, in one ``bin`` of
    what conditions are told apart ``by``; ``value`` with its 95 % interval (``low``, ``high``) over ``n`` conditions
    or measurements, and the ``reason`` where there is no value or no interval.  What is not said is empty or NaN.
    """
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    return table.astype(dict.fromkeys(("value", "low", "high"), float)).fillna(dict.fromkeys(_TEXT, ""))


def load_findings(path: str | Path) -> pd.DataFrame:
    """Findings that ``save_scores`` wrote, with their provenance.

    Raises ``FileNotFoundError`` where they are missing, ``ValueError`` where the table has another form.
    """
    table = load_scores(path)
    if list(table.columns) != COLUMNS:
        raise ValueError(f"{path} has the columns {', '.join(table.columns)}, not {', '.join(COLUMNS)}: make it again.")
    # A column of bins that are all numbers is text all the same.
    bins = table["bin"].map(lambda value: f"{value:g}" if isinstance(value, int | float) else value, na_action="ignore")
    return table.assign(bin=bins).fillna(dict.fromkeys(_TEXT, ""))


def chosen(table: pd.DataFrame, **asked: object) -> pd.DataFrame:
    """The rows whose columns are as ``asked``: a value, or a collection of allowed ones."""
    rows = pd.Series(True, table.index)
    for column, value in asked.items():
        if isinstance(value, list | tuple | set | dict):
            rows &= table[column].isin(list(value))
        else:
            rows &= table[column] == value
    return table[rows]


def found(table: pd.DataFrame, **asked: object) -> pd.Series:
    """The one row that is ``asked`` for.  Raises ``ValueError`` where there is none, or several."""
    rows = chosen(table, **asked)
    if len(rows) != 1:
        wanted = ", ".join(f"{column} {value!r}" for column, value in asked.items())
        raise ValueError(f"The findings hold {len(rows)} rows of {wanted}: there should be one.")
    return rows.iloc[0]
