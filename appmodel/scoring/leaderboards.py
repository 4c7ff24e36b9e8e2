"""The leaderboard: every method under every metric, with its interval, between a floor and a ceiling."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..names import shown
from .ceilings import ORACLE
from .comparison import check_scores, in_common, paired_values, ratio_table, wins
from .intervals import divided, interval, row_weights, weighted_means
from .metrics import METRICS

FLOORS = ("training_median", "training_mean", "singles_mean", "no_change")
# What each task is measured against: the strongest of the simplest predictors.  On screens of single perturbations the
# mean of the training singles is that of all training conditions; pairs in training would make it an easy one to beat.
BASELINES = {"doubles": "additive", "unseen": "singles_mean", "seen": "training_mean"}
_PLACES = ("floor", "ceiling", "share", "share_low", "share_high", "range", "range_low", "range_high")


def leaderboard(scores: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """One row per dataset, task, metric and method: what it scores, and where that stands.

    ``mean`` with its interval (``low``, ``high``); ``ratio`` to ``baseline`` (``ratio_table``) and ``difference`` from
    it, both over the conditions and seeds where both are defined, with intervals, and ``coverage``, which share of the
    baseline's that is; ``wins`` and ``losses`` against it, in conditions; ``floor`` (the best of what says the same of
    every condition), ``ceiling`` (a second measurement of the same conditions, which errs sqrt(2) times as far as a
    perfect prediction would), ``share``, the way from floor to ceiling, and ``range``, the way from floor to a perfect
    score (``dynamic_range``), both with their intervals (floor and ceiling drawn along), all over the rows where the
    method is defined; ``undefined`` rows; ``collapsed``, the share of seeds whose predictions are a constant.  All
    intervals draw genes and seeds (``drawn_weights``).  What cannot be said, without a floor or an oracle among the
    methods, is NaN.  Raises ``ValueError`` where ``baseline`` has no rows of a metric.
    """
    check_scores(scores)
    if unknown := sorted(set(map(str, scores["metric"].unique())) - set(METRICS)):
        raise ValueError(f"The scores hold {shown(unknown)}, which is no metric: leave these rows out.")
    groups = scores.groupby(["dataset", "task", "metric"], sort=False)
    tables = {key: _of_metric(part, key[2], baseline) for key, part in groups}
    return pd.concat(tables, names=["dataset", "task", "metric"]).droplevel(-1).reset_index()


def suspected_leaks(scores: pd.DataFrame) -> dict[str, str]:
    """Methods whose L2 is smaller than the error of the measurement itself, each with a sentence that says so.

    The right answer, without any noise, misses a measurement by the measurement's error; the oracle misses it by
    sqrt(2) times that, as it has an error of its own.  Nobody who has not seen the test conditions does better, so
    that an interval below oracle / sqrt(2) says that something leaked.  Needs the rows of the oracle.
    """
    check_scores(scores)
    found = {}
    for (dataset, task), part in scores[scores["metric"] == "l2"].groupby(["dataset", "task"], sort=False):
        wide = paired_values(part, "l2")
        if ORACLE not in wide:
            raise ValueError(f"The scores of {dataset}, {task} hold no oracle: run benchmark(..., oracle=True).")
        weights = row_weights(wide)
        for method in wide.columns.drop(ORACLE):
            excess = (wide[method] - wide[ORACLE] / np.sqrt(2)).to_frame()
            if interval(weighted_means(excess, weights))[1][0] < 0:
                found[method] = (
                    f"{dataset}, {task}: {method} errs less than the measurement itself: "
                    f"it must have seen what it is tested on."
                )
    return found


def _of_metric(part: pd.DataFrame, metric: str, baseline: str) -> pd.DataFrame:
    wide, compared = paired_values(part, metric), ratio_table(part, baseline, metric)
    weights, better = row_weights(wide), METRICS[metric].better
    table = pd.DataFrame({"method": wide.columns, "mean": wide.mean().to_numpy()})
    table["low"], table["high"] = interval(weighted_means(wide, weights))
    table["ratio"] = compared["ratio"]
    own, of_baseline = (weighted_means(side, weights) for side in in_common(wide, baseline))
    ratios = divided(own, of_baseline)
    table["ratio_low"], table["ratio_high"] = interval(ratios)
    differences = wide.sub(wide[baseline], axis=0)
    table["difference"] = differences.mean().to_numpy()
    table["difference_low"], table["difference_high"] = interval(weighted_means(differences, weights))
    table["coverage"] = compared["coverage"]
    won = [wins(wide, method, baseline, better) for method in wide.columns]
    table["wins"], table["losses"] = zip(*won, strict=True)
    places = pd.DataFrame([_place(wide, method, metric, weights) for method in wide.columns])
    return table.join(places).join(compared[["undefined", "collapsed"]])


def dynamic_range(negative: np.ndarray | float, positive: np.ndarray | float, perfect: float) -> np.ndarray:
    """(P - N) / (perfect - N): the part of the way from N to a perfect score that P has gone, cut off at -1 and 1.

    0 where both are the same, -1 where N alone is perfect.  Source: Miller et al., bioRxiv 2025.
    """
    gone = np.asarray(positive) - np.asarray(negative)
    return np.where(gone == 0, 0.0, np.clip(divided(gone, perfect - np.asarray(negative), empty=-1.0), -1.0, 1.0))


def _place(wide: pd.DataFrame, method: str, metric: str, weights: np.ndarray) -> dict[str, float]:
    """Floor, ceiling, the way between them and that to a perfect score, over the rows where the method is defined."""
    known, better, perfect = wide[method].notna(), METRICS[metric].better, METRICS[metric].perfect
    rows = wide[known]
    means = rows.mean()
    floors = means.reindex([name for name in FLOORS if name in means]).dropna()
    place = dict.fromkeys(_PLACES, np.nan)
    if better == "one":
        return place
    place["ceiling"] = means.get(ORACLE, np.nan)
    if floors.empty:
        return place
    best = floors.idxmin() if better == "lower" else floors.idxmax()
    ends = pd.DataFrame({"method": rows[method], "floor": rows[best], "ceiling": rows.get(ORACLE, np.nan)})
    own, floor, ceiling = weighted_means(ends, weights[:, known.to_numpy()]).T
    place["floor"], place["range"] = floors[best], float(dynamic_range(floors[best], means[method], perfect))
    (place["range_low"],), (place["range_high"],) = interval(dynamic_range(floor, own, perfect)[:, None])
    way = place["ceiling"] - place["floor"]
    # Where the ceiling is no better than the floor, this metric cannot tell the methods of this screen apart.
    if way < 0 if better == "lower" else way > 0:
        place["share"] = (means[method] - place["floor"]) / way
        (place["share_low"],), (place["share_high"],) = interval(divided(own - floor, ceiling - floor)[:, None])
    return place
