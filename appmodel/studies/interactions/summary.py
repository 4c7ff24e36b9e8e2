"""What the report on predicted interactions says of each method: statistics with their intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...scoring.intervals import drawn_weights
from .. import rankings

# What a row needs for a statistic: column, and the function of rows and weights (n_draws, n_rows).
_Statistic = tuple[list[str], Callable[[pd.DataFrame, np.ndarray], np.ndarray]]


def _right(rows: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    counted = (rows["is_interaction"] & (rows["predicted_kind"] != "additive")).to_numpy(dtype=bool)
    return rankings.mean((rows["kind"] == rows["predicted_kind"])[counted], weights[:, counted])


STATISTICS: dict[str, _Statistic] = {
    "auroc": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.auroc(rows["predicted_deviation"], rows["is_interaction"].astype(bool), weights),
    ),
    "average_precision": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.average_precision(
            rows["predicted_deviation"], rows["is_interaction"].astype(bool), weights
        ),
    ),
    "spearman": (
        ["predicted_deviation", "deviation"],
        lambda rows, weights: rankings.spearman(rows["predicted_deviation"], rows["deviation"], weights),
    ),
    "cosine": (["cosine"], lambda rows, weights: rankings.mean(rows["cosine"], weights)),
    "kind_right": (["is_interaction", "predicted_direction", "direction"], _right),
}


def interaction_summary(
    report: pd.DataFrame, level: float = 0.95, n_bootstrap: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """How well each method finds the interactions: one row per method and statistic.

    Statistics, each computed per split and averaged over splits: auroc and average_precision (doubles ranked by
    predicted deviation, against ``is_interaction``; 0.5 and the share of interactions are chance), spearman (predicted
    and measured deviation norm, no threshold), cosine (mean over doubles), kind_right (among interactions with a
    predicted deviation: share whose predicted kind, synergistic, buffering or opposite, is the measured one).
    Columns: method, statistic, value, low, high (percentile bootstrap that draws genes and splits),
    undefined (rows left out because prediction or truth is undefined), reason.
    """
    rows = []
    for method, part in report.groupby("method", sort=False):
        for statistic in STATISTICS:
            value, low, high = _interval(*_drawn(part, statistic, n_bootstrap, seed), level)
            undefined = int(part[STATISTICS[statistic][0]].isna().any(axis=1).sum())
            rows.append(
                {
                    "method": method,
                    "statistic": statistic,
                    "value": value,
                    "low": low,
                    "high": high,
                    "undefined": undefined,
                    "reason": _reason(statistic) if np.isnan(value) else "",
                }
            )
    return pd.DataFrame(rows)


def interaction_difference(
    report: pd.DataFrame,
    method: str,
    baseline: str,
    statistic: str = "auroc",
    level: float = 0.95,
    n_bootstrap: int = 2000,
    seed: int = 0,
) -> dict[str, float]:
    """``method`` minus ``baseline`` in a statistic of ``interaction_summary``, paired, with its interval.

    Both are computed on the same doubles and splits (where both are defined; ``value`` and ``baseline``) and, in each
    bootstrap draw, on the same drawn genes and splits.  NaN where either is undefined.
    Raises ``ValueError`` for a method or statistic that is unknown.
    """
    if statistic not in STATISTICS:
        raise ValueError(f"The statistic {statistic!r} is not known: use one of {', '.join(STATISTICS)}.")
    for name in (method, baseline):
        if name not in set(report["method"]):
            raise ValueError(f"The report holds no method {name!r}: it holds {sorted(set(report['method']))}.")
    sides = [report[report["method"] == name].dropna(subset=STATISTICS[statistic][0]) for name in (method, baseline)]
    keys = [pd.MultiIndex.from_frame(side[["seed", "condition"]]) for side in sides]
    first, second = (side[own.isin(other)] for side, own, other in zip(sides, keys, keys[::-1], strict=True))
    if first.empty:
        return {**dict.fromkeys(("difference", "low", "high", "value", "baseline"), float("nan")), "conditions": 0}
    one, other = (_drawn(side, statistic, n_bootstrap, seed) for side in (first, second))
    value, low, high = _interval(one[0] - other[0], one[1] - other[1], level)
    return {
        "difference": value,
        "low": low,
        "high": high,
        "value": one[0],
        "baseline": other[0],
        "conditions": int(first["condition"].nunique()),
    }


def interaction_verdict(
    report: pd.DataFrame, method: str, baseline: str, statistic: str = "auroc", level: float = 0.95
) -> str:
    """One sentence on whether ``method`` finds interactions better than ``baseline``, with the interval."""
    paired = interaction_difference(report, method, baseline, statistic, level=level)
    if np.isnan(paired["difference"]):
        return f"{method} and {baseline} have no {statistic} in common to compare."
    says = (
        "is better than"
        if paired["low"] > 0
        else "is worse than"
        if paired["high"] < 0
        else "cannot be told apart from"
    )
    return (
        f"{method} {says} {baseline} ({statistic} {paired['value']:.2f} against {paired['baseline']:.2f}, "
        f"difference {paired['difference']:+.3f}, {level:.0%} interval {paired['low']:+.3f} to "
        f"{paired['high']:+.3f})."
    )


def _drawn(rows: pd.DataFrame, statistic: str, n_bootstrap: int, seed: int) -> tuple[float, np.ndarray]:
    """A statistic averaged over splits, of the rows as they are and for each bootstrap draw of genes and splits."""
    needed, function = STATISTICS[statistic]
    rows = rows.dropna(subset=needed)
    if rows.empty:
        return float("nan"), np.full(n_bootstrap, np.nan)
    # Genes and seeds are drawn; a split that is drawn twice counts twice in the average over splits.
    drawn = drawn_weights(rows["condition"], np.zeros(len(rows), int), n_bootstrap, seed)
    weights, seeds = np.vstack([np.ones(len(rows)), drawn]), rows["seed"].to_numpy()
    splits = np.unique(seeds)
    per_split = [function(rows[seeds == split], weights[:, seeds == split]) for split in splits]
    times = drawn_weights([f"S{split}" for split in splits], [0] * len(splits), n_bootstrap, seed + 1)
    if len(splits) == 1:
        times = np.ones_like(times)
    times = np.vstack([np.ones(len(splits)), times])
    known = np.isfinite(per_split).T
    averaged = rankings.ratio(
        (np.where(known, np.transpose(per_split), 0) * times).sum(axis=1), (known * times).sum(axis=1)
    )
    return float(averaged[0]), averaged[1:]


def _interval(value: float, drawn: np.ndarray, level: float) -> tuple[float, float, float]:
    """The value with its percentile interval over the draws in which it is defined."""
    defined = drawn[np.isfinite(drawn)]
    if np.isnan(value) or defined.size == 0:
        return value, float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return value, float(low), float(high)


def _reason(statistic: str) -> str:
    return {
        "auroc": "all doubles interact, or none does",
        "average_precision": "no double interacts",
        "spearman": "the predicted deviation is the same for all doubles",
        "cosine": "no deviation is predicted",
        "kind_right": "no deviation is predicted for an interaction",
    }[statistic]
