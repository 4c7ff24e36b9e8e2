"""Calibration: which metric tells a good prediction from a constant, and on which screen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .ceilings import ORACLE, SPLIT_HALVES
from .comparison import paired_values
from .findings import findings
from .intervals import interval, row_weights, says, weighted_means
from .leaderboards import FLOORS, dynamic_range
from .metrics import METRICS, Metric


def calibration_table(table: pd.DataFrame) -> pd.DataFrame:
    """How far a positive control lies from a negative one, under every metric: a finding per screen, task and metric.

    ``table`` are scores (``benchmark``), or a ``leaderboard`` of them.  The negative control (``against``) is the best
    of what says the same of every condition (``FLOORS``), the positive one (``method``) a second measurement
    (``oracle``), and in a row of its own one half of the cells (``split_halves``) where it is there.  ``value`` is the
    dynamic range (``dynamic_range``) of their mean scores: 0 where the metric does not tell them apart, 1 where the
    positive control is perfect.  Its interval draws genes and seeds, for both controls together; with one seed only
    genes vary.  Beside the columns of ``findings``: ``negative`` and ``positive``, the means in units of the metric,
    and ``says``: 'better' where the interval excludes zero, else the metric decides nothing on that screen.
    A leaderboard made before it had the range sets the ends of both intervals against each other, which is too wide
    to say that nothing is decided: where that holds zero, ``says`` is empty and the reason says so.
    Source: the dynamic range fraction of Miller et al., bioRxiv 2025, a mean of fractions, each of one condition and
    cut off before: ours is a fraction of means, as every ratio of this package is.
    """
    rows, more = [], []
    for (screen, task, name), part in table.groupby(["dataset", "task", "metric"], sort=False):
        there = [control for control in (ORACLE, SPLIT_HALVES) if control in set(part["method"])]
        for positive in there or [ORACLE]:
            about = {"screen": screen, "task": task, "method": positive, "measure": name}
            found = _range(part, METRICS[name], positive)
            rows.append(about | found._asdict())
            more.append((found.negative, found.positive, found.says))
    return findings(rows).join(pd.DataFrame(more, columns=["negative", "positive", "says"]))


class _Range(NamedTuple):
    """What is found of one metric; the names are those of the columns."""

    against: str = ""
    negative: float = np.nan
    positive: float = np.nan
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: float = np.nan
    reason: str = ""
    says: str = ""


def _range(part: pd.DataFrame, metric: Metric, positive: str) -> _Range:
    """The range of one metric on one screen and task."""
    if metric.better == "one":
        return _Range(reason="neither control is an end of a scale on which one is best")
    board = "value" not in part
    rows = part.set_index("method") if board else paired_values(part, metric.name)
    means = rows["mean"] if board else rows.mean()
    floors = means.reindex(FLOORS).dropna().round(12)  # of constants that tie but for rounding the first
    if pd.isna(means.get(positive)) or floors.empty:
        which = "negative" if floors.empty else "positive"
        return _Range(reason=f"the {which} control is undefined")
    negative = floors.idxmin() if metric.better == "lower" else floors.idxmax()
    found = (_of_board if board else _of_scores)(rows, metric, negative, positive)
    if found.negative == metric.perfect:
        return _Range(negative, found.negative, found.positive, reason="the negative control is perfect")
    return found


def _of_scores(wide: pd.DataFrame, metric: Metric, negative: str, positive: str) -> _Range:
    both = wide[[negative, positive]].dropna()
    drawn_negative, drawn_positive = weighted_means(both, row_weights(both)).T
    ranges = dynamic_range(drawn_negative, drawn_positive, metric.perfect)
    (low,), (high,) = interval(ranges[:, None])
    worst, best = both.mean()
    value, n = float(dynamic_range(worst, best, metric.perfect)), len(both.index.unique(level="condition"))
    return _Range(negative, worst, best, value, low, high, n, says=says(low, high, better="higher"))


def _of_board(rows: pd.DataFrame, metric: Metric, negative: str, positive: str) -> _Range:
    of, (worst, best) = rows.loc[positive], rows.loc[[negative, positive], "mean"]
    if pd.notna(of.get("range_low")):  # beside newer leaderboards an older one has the column, empty
        said = says(of["range_low"], of["range_high"], better="higher")
        return _Range(negative, worst, best, of["range"], of["range_low"], of["range_high"], says=said)
    worse, better = ("high", "low") if metric.better == "lower" else ("low", "high")
    low, high = (
        float(dynamic_range(rows.loc[negative, far], of[near], metric.perfect))
        for far, near in ((better, worse), (worse, better))
    )
    decided = low > 0 or high < 0
    reason = "" if decided else "the intervals of this leaderboard leave open whether it tells its controls apart"
    said = says(low, high, better="higher") if decided else ""
    value = float(dynamic_range(worst, best, metric.perfect))
    return _Range(negative, worst, best, value, low, high, reason=reason, says=said)
