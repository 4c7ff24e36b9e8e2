"""What the report on predicted interactions says of each method: findings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...provenance import code_version
from ...scoring.findings import findings
from ...scoring.intervals import N_BOOTSTRAP, divided, drawn_weights, interval
from .. import rankings

# What a row needs for a statistic: column, and the function of rows and weights (n_draws, n_rows).
_Statistic = tuple[list[str], Callable[[pd.DataFrame, np.ndarray], np.ndarray]]


def _right(rows: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    counted = (rows["is_interaction"] & (rows["predicted_kind"] != "additive")).to_numpy(dtype=bool)
    return rankings.mean((rows["kind"] == rows["predicted_kind"])[counted], weights[:, counted])


# What every method is compared with: no interaction at all, and deviations that know nothing of the pair.
SIMPLE = ("additive", "no_change", "training_mean", "scaled_additive")
_REASONS = {
    "auroc": "all doubles interact, or none does",
    "average_precision": "no double interacts",
    "spearman": "the predicted deviation is the same for all doubles",
    "cosine": "no deviation is predicted",
    "kind_right": "no deviation is predicted for an interaction",
}
STATISTICS: dict[str, _Statistic] = {
    "auroc": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.auroc(rows["predicted_deviation"], rows["is_interaction"], weights),
    ),
    "average_precision": (
        ["predicted_deviation", "is_interaction"],
        lambda rows, weights: rankings.average_precision(rows["predicted_deviation"], rows["is_interaction"], weights),
    ),
    "spearman": (
        ["predicted_deviation", "deviation"],
        lambda rows, weights: rankings.spearman(rows["predicted_deviation"], rows["deviation"], weights),
    ),
    "cosine": (["cosine"], lambda rows, weights: rankings.mean(rows["cosine"], weights)),
    "kind_right": (["is_interaction", "predicted_direction", "direction"], _right),
}


def interaction_findings(
    report: pd.DataFrame, screen: str, n_bootstrap: int = N_BOOTSTRAP, seed: int = 0
) -> pd.DataFrame:
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
    for measure, (needed, _) in STATISTICS.items():
        defined = report.dropna(subset=needed).set_index(["seed", "condition"], drop=False)
        sides = {name: defined[defined["method"] == name] for name in dict.fromkeys(report["method"])}
        draws = {name: _drawn(side, measure, n_bootstrap, seed) for name, side in sides.items()}
        for method, own in sides.items():
            about = {"screen": screen, "task": "doubles", "method": method, "measure": measure}
            rows.append(about | _finding(draws[method], len(own), measure))
            for other in (name for name in SIMPLE if name in sides and name != method):
                both = own.index.intersection(sides[other].index)
                pair = [
                    draws[name] if len(side) == len(both) else _drawn(side.loc[both], measure, n_bootstrap, seed)
                    for name, side in ((method, own), (other, sides[other]))
                ]
                rows.append(about | {"against": other} | _finding(pair[0] - pair[1], len(both), measure))
    table = findings(rows)
    table.attrs["provenance"] = {**report.attrs.get("provenance", {}), "code_version": code_version(__name__)}
    return table


def _finding(drawn: np.ndarray, n: int, measure: str) -> dict:
    """The value and its interval, from the value and its bootstrap draws."""
    if np.isnan(drawn[0]):
        return {"n": n, "reason": _REASONS[measure]}
    (low,), (high,) = interval(drawn[1:, None])
    return {"value": drawn[0], "low": low, "high": high, "n": n}


def _drawn(rows: pd.DataFrame, measure: str, n_bootstrap: int, seed: int) -> np.ndarray:
    """A measure averaged over splits: of the rows as they are, then for each bootstrap draw of genes and splits."""
    if rows.empty:
        return np.full(n_bootstrap + 1, np.nan)
    # Genes and seeds are drawn; a split that is drawn twice counts twice in the average over splits.
    drawn = drawn_weights(rows["condition"], np.zeros(len(rows), int), n_bootstrap, seed)
    weights, seeds = np.vstack([np.ones(len(rows)), drawn]), rows["seed"].to_numpy()
    splits = np.unique(seeds)
    of_split = [(rows[seeds == split], weights[:, seeds == split]) for split in splits]
    per_split = np.array([STATISTICS[measure][1](*part) for part in of_split]).T
    times = np.ones((n_bootstrap, 1))  # one split says nothing about others
    if len(splits) > 1:
        times = drawn_weights([f"S{split}" for split in splits], [0] * len(splits), n_bootstrap, seed + 1)
    known, times = np.isfinite(per_split), np.vstack([np.ones(len(splits)), times])
    return divided((np.where(known, per_split, 0) * times).sum(axis=1), (known * times).sum(axis=1))
