"""What the table of the extrapolation study says, in sentences that are counted from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..provenance import load_scores
from ..scoring import BASELINES
from ..studies.extrapolation.summary import COLUMNS, OF_RATIO, RATIO

# Where a gain is larger when the ratio to the baseline rises with the covariate, and when it falls.
PLACES = {
    "distance": ("near training genes", "far from training genes"),
    "degree": ("for genes with few neighbours", "for genes with many neighbours"),
    "effect_size": ("for weak effects", "for strong effects"),
    "interaction_size": ("for small interactions", "for large interactions"),
}


def load_extrapolation(path: str | Path) -> pd.DataFrame:
    """The table that the study wrote (``extrapolation_summary``), with its provenance.

    Raises ``FileNotFoundError`` where it is missing, ``ValueError`` where it has other columns.
    """
    table = load_scores(path).fillna({"against": ""})
    if list(table.columns) != COLUMNS:
        raise ValueError(f"{path} has columns {list(table.columns)}, expected {COLUMNS}: make it again.")
    return table


def gains(table: pd.DataFrame, model: str) -> pd.DataFrame:
    """``model`` against the baseline of each screen and task: ratio of errors with interval, and what it says."""
    rows = _ratios(table, model, "all").copy()
    rows["says"] = [
        "better" if row.high < 1 else "worse" if row.low > 1 else "cannot be told apart" for row in rows.itertuples()
    ]
    return rows[["dataset", "simulated", "task", "against", "value", "low", "high", "n", "says"]].reset_index(drop=True)


def trends(table: pd.DataFrame, model: str, against: str = "") -> pd.DataFrame:
    """Where the ratio of ``model`` to ``against`` (the task's baseline by default) changes with a covariate.

    One row per covariate: on how many screens and tasks the interval of the rank correlation lies above zero (the gain
    is ``larger_low``, at small values), below it (``larger_high``), and how many there are (``of``).
    """
    rows = table[
        (table["statistic"] == OF_RATIO)
        & (table["method"] == model)
        & (table["against"] == (against or table["task"].map(BASELINES)))
    ].dropna(subset=["low"])
    counts = [
        {
            "by": by,
            "larger_low": int((part["low"] > 0).sum()),
            "larger_high": int((part["high"] < 0).sum()),
            "of": len(part),
        }
        for by in PLACES
        if len(part := rows[rows["by"] == by])
    ]
    return pd.DataFrame(counts, columns=["by", "larger_low", "larger_high", "of"])


def gain_sentence(table: pd.DataFrame, model: str) -> str:
    """On how many screens and tasks ``model`` beats the baseline."""
    found = gains(table, model)
    if found.empty:
        return f"`{model}` was not run."
    counts = found["says"].value_counts()
    return (
        f"`{model}` beats the baseline on {counts.get('better', 0)} of {len(found)} screens and tasks, loses on "
        f"{counts.get('worse', 0)} and cannot be told apart on {counts.get('cannot be told apart', 0)}."
    )


def place_sentence(table: pd.DataFrame, model: str, against: str = "") -> str:
    """Where the gain of ``model`` is larger: the covariates whose correlation with the ratio is clear somewhere."""
    found = trends(table, model, against)
    if found.empty:
        return ""
    parts, unclear = [], []
    for row in found.itertuples():
        low, high = PLACES[row.by]
        said = [f"{place} on {n} of {row.of}" for place, n in ((low, row.larger_low), (high, row.larger_high)) if n]
        (parts if said else unclear).append(" and ".join(said) or f"{row.by.replace('_', ' ')} (0 of {row.of})")
    text = f"Compared with {f'`{against}`' if against else 'the baseline'}, `{model}` is relatively better "
    text += ("; ".join(parts) if parts else "nowhere in particular") + "."
    return text + (f" No clear trend with {', '.join(unclear)}." if unclear else "")


def range_sentence(table: pd.DataFrame, model: str) -> str:
    """Between which ratios to the baseline ``model`` lies over all bins of all screens, unseen genes."""
    rows = table[
        (table["statistic"] == RATIO)
        & (table["method"] == model)
        & (table["task"] == "unseen")
        & (table["against"] == BASELINES["unseen"])
    ].dropna(subset=["value"])
    if rows.empty:
        return ""
    return (
        f"Whatever the bin, the screen and the share held out, `{model}` errs {rows['value'].min():.2f} to "
        f"{rows['value'].max():.2f} times as much as the baseline on unseen genes."
    )


def growth_sentence(table: pd.DataFrame, model: str) -> str:
    """How the ratio to the baseline changes from the smallest test share to the largest."""
    rows = _ratios(table, model, "test_share").dropna(subset=["value"])
    parts = []
    for dataset, part in rows.sort_values("low_edge").groupby("dataset", sort=False):
        if len(part) > 1:
            first, last = part.iloc[0], part.iloc[-1]
            parts.append(
                f"{dataset} {first['value']:.2f} at {first['low_edge']:.0%} to {last['value']:.2f} at "
                f"{last['low_edge']:.0%}"
            )
    return f"Error of `{model}` over the baseline's as more genes are held out: {'; '.join(parts)}." if parts else ""


def _ratios(table: pd.DataFrame, model: str, by: str) -> pd.DataFrame:
    return table[
        (table["statistic"] == RATIO)
        & (table["method"] == model)
        & (table["by"] == by)
        & (table["against"] == table["task"].map(BASELINES))
    ]
