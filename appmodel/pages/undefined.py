"""Where a predictor says nothing: how many conditions, and why."""

from __future__ import annotations

import pandas as pd


def undefined_table(scores: pd.DataFrame, metric: str = "l2") -> pd.DataFrame:
    """For each method with undefined rows of one metric: how many of how many, and the reason of the first.

    Reasons of other metrics are left out: that a method states no error, or that a constant has no correlation, does
    not mean that it predicts nothing.  Columns: method, undefined, rows, reason; no row where all is defined.
    """
    rows = scores[scores["metric"] == metric]
    missing = rows[rows["value"].isna()]
    table = missing.groupby("method", sort=False).agg(undefined=("value", "size"), reason=("reason", "first"))
    table.insert(1, "rows", rows.groupby("method").size().reindex(table.index))
    return table.reset_index()
