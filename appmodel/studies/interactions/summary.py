"""What the report on predicted interactions says of each method: findings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...provenance import code_version
from ...scoring.findings import findings
from ...scoring.intervals import N_BOOTSTRAP, divided, drawn_weights, interval
from .. import rankings


def _right(rows: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    counted = (rows["is_interaction"] & (rows["predicted_kind"] != "additive")).to_numpy(dtype=bool)
    return rankings.mean((rows["kind"] == rows["predicted_kind"])[counted], weights[:, counted])


# What every method is compared with: no interaction at all, and deviations that know nothing of the pair.
SIMPLE = ("additive", "no_change", "training_mean", "scaled_additive")
# Of each measure: the columns that a row needs, its function of rows and weights (n_draws, n_rows), and why it may be
# undefined.
STATISTICS: dict[str, tuple[list[str], Callable[[pd.DataFrame, np.ndarray], np.ndarray], str]] = {
    "auroc": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.auroc(rows["predicted_deviation"], rows["is_interaction"], weights),
        "all doubles interact, or none does",
    ),
    "average_precision": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.average_precision(rows["predicted_deviation"], rows["is_interaction"], weights),
        "no double interacts",
    ),
    "spearman": (
        ["predicted_deviation", "deviation"],
        lambda rows, weights: rankings.spearman(rows["predicted_deviation"], rows["deviation"], weights),
        "the predicted deviation is the same for all doubles",
    ),
    "cosine": (["cosine"], lambda rows, weights: rankings.mean(rows["cosine"], weights), "no deviation is predicted"),
    "kind_right": (
        ["is_interaction", "predicted_direction", "direction"],
        _right,
        "no deviation is predicted for an interaction",
    ),
}


def interaction_findings(report: pd.DataFrame, screen: str) -> pd.DataFrame:
    """How well each method finds the interactions of a screen, and how much better than simple ones: ``findings``.

    Measures, each computed per split and averaged over splits: auroc and average_precision (doubles ranked by
    predicted deviation, against ``is_interaction``; 0.5 and the share of interactions are chance), spearman (predicted
    and measured deviation norm, no threshold), cosine (mean over doubles), kind_right (among interactions with a
    predicted deviation: share whose predicted kind, synergistic, buffering or opposite, is the measured one).
    Differences (``against`` each of ``SIMPLE``) are paired: on the doubles and splits where both are defined, and in
    each bootstrap draw on the same genes and splits.  ``n`` counts the doubles, all splits together, where the measure
    is defined.
    """
    rows = []
    for measure, (needed, statistic, undefined) in STATISTICS.items():
        defined = report.dropna(subset=needed).set_index(["seed", "condition"], drop=False)
        sides = {name: defined[defined["method"] == name] for name in dict.fromkeys(report["method"])}
        draws = {name: _drawn(side, statistic) for name, side in sides.items()}
        for method, own in sides.items():
            about = {"screen": screen, "task": "doubles", "method": method, "measure": measure}
            rows.append(about | _finding(draws[method], len(own), undefined))
            for other in (name for name in SIMPLE if name in sides and name != method):
                both = own.index.intersection(sides[other].index)
                pair = [
                    draws[name] if len(sides[name]) == len(both) else _drawn(sides[name].loc[both], statistic)
                    for name in (method, other)
                ]
                rows.append(about | {"against": other} | _finding(pair[0] - pair[1], len(both), undefined))
    table = findings(rows)
    table.attrs["provenance"] = {**report.attrs.get("provenance", {}), "code_version": code_version(__name__)}
    return table


def _finding(drawn: np.ndarray, n: int, undefined: str) -> dict:
    """The value and its interval, from the value and its bootstrap draws."""
    if np.isnan(drawn[0]):
        return {"n": n, "reason": undefined}
    (low,), (high,) = interval(drawn[1:, None])
    return {"value": drawn[0], "low": low, "high": high, "n": n}


def _drawn(rows: pd.DataFrame, statistic: Callable[[pd.DataFrame, np.ndarray], np.ndarray]) -> np.ndarray:
    """A measure averaged over splits: of the rows as they are, then for each bootstrap draw of genes and splits."""
    if rows.empty:
        return np.full(N_BOOTSTRAP + 1, np.nan)
    weights = np.vstack([np.ones(len(rows)), drawn_weights(rows["condition"], [0] * len(rows))])
    seeds = rows["seed"].to_numpy()
    splits = np.unique(seeds)
    per_split = np.array([statistic(rows[seeds == split], weights[:, seeds == split]) for split in splits]).T
    # A split that is drawn twice counts twice in the average over splits.
    times = drawn_weights([f"S{split}" for split in splits], [0] * len(splits), seed=1)
    known, times = np.isfinite(per_split), np.vstack([np.ones(len(splits)), times])
    return divided((np.where(known, per_split, 0) * times).sum(axis=1), (known * times).sum(axis=1))
