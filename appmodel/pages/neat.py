"""Tables as pages show them: numbers with as many digits as one reads, and nothing that says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .digits import three_digits
from .looks import LOOKS, SCREENS, readable, screen_name

_DECIMALS = 4  # up to so many stay where a table was rounded; of longer numbers three digits count
_SMALL = 1e-3  # what is smaller is written with its power of ten


def neat_tables() -> None:
    """Have this notebook show its tables with ``table_html``; outside of one it does nothing."""
    from IPython import get_ipython

    if (shell := get_ipython()) is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, table_html)


def table_html(table: pd.DataFrame) -> str:
    """A table for a page: without empty columns and mere row numbers, numbers on the right, texts whole.

    A column that was rounded to at most four decimals keeps them, other numbers have three significant digits; what
    is missing is blank, and no zero is negative.  Methods and screens have the names that pages call them by.  The name
    of the index heads its column; an empty table says so.
    """
    if table.empty:
        return "<p>No rows.</p>"
    texts = [_texts(table.iloc[:, i]) for i in range(table.shape[1])]
    told = [i for i, column in enumerate(texts) if any(column)] or list(range(len(texts)))
    shown = pd.DataFrame(dict(enumerate(texts[i] for i in told)), index=table.index, dtype=object)
    shown.columns = table.columns[told]
    shown = shown.rename(index=_spelled, columns=_spelled)
    counted = table.index.name is None and _counts(table.index)
    if table.index.nlevels == 1:  # else pandas gives the name of the index a row of its own below the heads
        names = [*table.columns.names[:-1], table.index.name or table.columns.names[-1]]
        shown = shown.rename_axis(index=None).rename_axis(columns=names if len(names) > 1 else names[0])
    with pd.option_context("display.max_colwidth", None):
        html = shown.to_html(index=not counted, max_rows=pd.options.display.max_rows, border=0, justify="left")
    return _aligned(html, [_is_numeric(texts[i]) for i in told], 0 if counted else table.index.nlevels)


def _spelled(name: Any) -> Any:
    """A method or a screen as pages call it, anything else as it is."""
    if not isinstance(name, str):
        return name
    return readable(name) if name in LOOKS else screen_name(name) if name in SCREENS else name


def _counts(index: pd.Index) -> bool:
    """Whether an index holds mere row numbers; a file gives them back as text."""
    return pd.api.types.is_integer_dtype(index) or list(index) == [str(i) for i in range(len(index))]


def _texts(column: pd.Series) -> list[str]:
    """Each value of a column as text; '' for what is missing."""
    values = [None if _is_missing(value) else value for value in column.tolist()]
    if not all(value is None or _is_number(value) for value in values):
        return ["" if value is None else str(_spelled(value)) for value in values]
    numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
    finite = numbers[np.isfinite(numbers)]
    rounded = (n for n in range(_DECIMALS + 1) if np.allclose(finite, finite.round(n), rtol=0, atol=1e-12))
    decimals = next(rounded, None)
    return [_number(value, decimals) for value in numbers]


def _is_missing(value: object) -> bool:
    return value == "" if isinstance(value, str) else pd.api.types.is_scalar(value) and bool(pd.isna(value))


def _is_number(value: object) -> bool:
    return isinstance(value, float | int | np.number) and not isinstance(value, bool)


def _number(value: float, decimals: int | None) -> str:
    if not np.isfinite(value):
        return "" if np.isnan(value) else str(value)
    if decimals is None and 0 < abs(value) < _SMALL:
        return f"{value:.2g}"
    if decimals is None and value:
        return three_digits(value)[0].replace(",", "")  # as whole numbers are written here
    return f"{round(value, decimals or 0) + 0.0:.{decimals or 0}f}"  # a zero loses its sign


def _is_numeric(texts: Iterable[str]) -> bool:
    found = [text for text in texts if text]
    return bool(found) and all(re.fullmatch(r"[-+]?[\d.,]+(e[-+]?\d+)?( ?[%x])?|inf", text) for text in found)


def _aligned(html: str, numeric: list[bool], n_index: int) -> str:
    """The cells of numeric columns in the class ``number``, and what heads them, where that is one row."""
    head, body = html.split("</thead>")
    if head.count("<tr") == 1:
        head = _marked(head, "th", [False] * n_index + numeric)
    rows = [_marked(row, "td", numeric) for row in body.split("</tr>")]
    return f"{head}</thead>{'</tr>'.join(rows)}"


def _marked(row: str, tag: str, numeric: list[bool]) -> str:
    places = iter(numeric)
    return re.sub(f"<{tag}>", lambda cell: f'<{tag} class="number">' if next(places, False) else cell[0], row)
