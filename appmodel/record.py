"""The record of what a reader dropped or renamed: counted, kept with the data, and said in the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from .arguments import called
from .names import shown

logger = logging.getLogger("appmodel")
_COLUMNS = ["change", "count", "reason", "examples"]


def counted(where: str, change: str, names: Sequence[str], reason: str) -> list[dict]:
    """One line of the record (``change`` such as 'conditions dropped'), said in the log; none where nothing changed.

    Losses are logged as warnings, the rest as information.
    """
    if not len(names):
        return []
    line = {"change": change, "count": len(names), "reason": reason, "examples": shown(names, 3)}
    level = logging.WARNING if "dropped" in change else logging.INFO
    logger.log(level, "%s: %d %s (%s): %s", where, len(names), change, reason, line["examples"])
    return [line]


def record_change(data: AnnData, change: str, names: Sequence[str], reason: str) -> None:
    """Append the line of ``counted`` to the record of ``data``."""
    if lines := counted(data.uns.get("dataset", "screen"), change, names, reason):
        table = pd.DataFrame([*changes(data).to_dict("records"), *lines], columns=_COLUMNS)
        table.index = table.index.astype(str)
        data.uns["changes"] = table


def changes(data: AnnData) -> pd.DataFrame:
    """What was dropped or renamed on the way to ``data``: change, count, reason, examples (empty: nothing was).

    A network keeps its own record, with the source of each line.
    """
    if not isinstance(data, AnnData) and not isinstance(data, type) and callable(getattr(data, "changes", None)):
        return data.changes()
    if not isinstance(data, AnnData):
        raise TypeError(f"A screen or a network keeps changes, not {called(data)}: pass one that was read.")
    table = data.uns.get("changes")
    return pd.DataFrame(columns=_COLUMNS) if table is None else table.copy()
