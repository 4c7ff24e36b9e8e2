"""The record of what a loader dropped or renamed: counted, kept with the data, and said in the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from .names import shown

logger = logging.getLogger("appmodel")
_COLUMNS = ["change", "count", "reason", "examples"]


def record_change(data: AnnData, change: str, names: Sequence[str], reason: str) -> None:
    """Append one line (``change`` such as 'conditions dropped', its count, reason and examples) to ``data``.

    Nothing is recorded where ``names`` is empty.  Losses are logged as warnings, the rest as information.
    """
    if not len(names):
        return
    line = {"change": change, "count": len(names), "reason": reason, "examples": shown(names, 3)}
    table = pd.DataFrame([*changes(data).to_dict("records"), line], columns=_COLUMNS)
    table.index = table.index.astype(str)
    data.uns["changes"] = table
    level = logging.WARNING if "dropped" in change else logging.INFO
    logger.log(level, "%s: %d %s (%s): %s", data.uns.get("dataset", "screen"), len(names), change, reason,
               line["examples"])


def changes(data: AnnData) -> pd.DataFrame:
    """What was dropped or renamed on the way to ``data``: change, count, reason, examples (empty: nothing was)."""
    table = data.uns.get("changes")
    return pd.DataFrame(columns=_COLUMNS) if table is None else table.copy()
