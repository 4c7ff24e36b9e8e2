"""The leaderboard: every method under every metric, with its interval, between a floor and a ceiling."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ceilings import ORACLE
from .comparison import in_common, paired_values, ratio_table, wins
from .intervals import LEVEL, N_BOOTSTRAP, divided, interval, row_weights, weighted_means
from .metrics import METRICS

FLOORS = ("training_median", "training_mean", "singles_mean", "no_change")
# What each task is measured against: the strongest of the simplest predictors.  On screens of single perturbations the
# mean of the training singles is that of all training conditions; pairs in training would make it an easy one to beat.
BASELINES = {"doubles": "additive", "unseen": "singles_mean", "seen": "training_mean"}


def leaderboard(
    scores: pd.DataFrame, baseline: str, n_bootstrap: int = N_BOOTSTRAP, level: float = LEVEL, seed: int = 0
) -> pd.DataFrame:
    """One row per dataset, task, metric and method: what it scores, and where that stands.

    ``mean`` with its interval (``low``, ``high``); ``ratio`` to ``baseline`` (``ratio_table``) and ``difference`` from
    it, both over the conditions and seeds where both are defined, with intervals, and ``coverage``, which share of the
    baseline's that is; ``wins`` and ``losses`` against it, in conditions; ``floor`` (the best of what says the same of
    every condition), ``ceiling`` (a second measurement of the same conditions, which errs sqrt(2) times as far as a
    perfect prediction would) and ``share``, the way from floor to ceiling with its interval (floor and ceiling drawn
    along), all over the rows where the method is defined; ``undefined`` rows; ``collapsed``, the share of seeds whose
    predictions are a constant.  All intervals draw genes and seeds (``drawn_weights``).  What cannot be said is NaN: no
    floor or oracle among the methods, or a baseline without the metric.
    Raises ``ValueError`` where ``baseline`` is none of the methods.
    """
    tables = []
    for (dataset, task), part in scores.groupby(["dataset", "task"], sort=False):
        if baseline not in set(part["method"]):
            raise ValueError(
                f"The scores of {dataset}, {task} hold no method {baseline!r} to be the baseline: it is one of "
                f"{', '.join(dict.fromkeys(part['method']))}."
            )
    for (dataset, task, metric), part in scores.groupby(["dataset", "task", "metric"], sort=False):
        table = _of_metric(part, str(metric), baseline, n_bootstrap, level, seed)
        for place, (key, value) in enumerate({"dataset": dataset, "task": task, "metric": metric}.items()):
            table.insert(place, key, value)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def suspected_leaks(scores: pd.DataFrame, level: float = LEVEL) -> dict[str, str]:
    """Methods whose L2 is smaller than the error of the measurement itself, each with a sentence that says so.

    The right answer, without any noise, misses a measurement by the measurement's error; the oracle misses it by
    sqrt(2) times that, as it has an error of its own.  Nobody who has not seen the test conditions does better, so
    that an interval below oracle / sqrt(2) says that something leaked.  Needs the rows of the oracle.
    """
    found = {}
    for (dataset, task), part in scores[scores["metric"] == "l2"].groupby(["dataset", "task"], sort=False):
        wide = paired_values(part, "l2")
        if ORACLE not in wide:
            raise ValueError(f"The scores of {dataset}, {task} hold no oracle: run the benchmark with oracle=True.")
        weights = row_weights(wide)
        for method in wide.columns.drop(ORACLE):
            excess = (wide[method] - wide[ORACLE] / np.sqrt(2)).to_frame()
            if interval(weighted_means(excess, weights), level)[1][0] < 0:
                found[method] = (
                    f"{dataset}, {task}: {method} errs less than the measurement itself: "
                    f"it must have seen what it is tested on."
                )
    return found


def _of_metric(
    part: pd.DataFrame, metric: str, baseline: str, n_bootstrap: int, level: float, seed: int
) -> pd.DataFrame:
    wide = paired_values(part, metric)
    weights = row_weights(wide, n_bootstrap, seed)
    better = METRICS[metric].better
    low, high = interval(weighted_means(wide, weights), level)
    table = pd.DataFrame({"method": wide.columns, "mean": wide.mean().to_numpy(), "low": low, "high": high})
    if baseline in wide:
        compared = ratio_table(part, baseline, metric).set_index("method").loc[wide.columns]
        table["ratio"] = compared["ratio"].to_numpy()
        ratios = divided(*(weighted_means(side, weights) for side in in_common(wide, baseline)))
        table["ratio_low"], table["ratio_high"] = interval(ratios, level)
        differences = wide.sub(wide[baseline], axis=0)
        table["difference"] = differences.mean().to_numpy()
        table["difference_low"], table["difference_high"] = interval(weighted_means(differences, weights), level)
        table["coverage"] = compared["coverage"].to_numpy()
        won = [wins(wide, method, baseline, better) for method in wide.columns]
        table["wins"], table["losses"] = zip(*won, strict=True)
    places = pd.DataFrame([_place(wide, method, better, weights, level) for method in wide.columns])
    table[list(places.columns)] = places.to_numpy()
    table["undefined"] = wide.isna().sum().to_numpy()
    collapsed = part.get("collapsed", pd.Series(False, part.index)).astype(float).groupby(part["method"]).mean()
    table["collapsed"] = collapsed[wide.columns].to_numpy()
    return table


def _place(wide: pd.DataFrame, method: str, better: str, weights: np.ndarray, level: float) -> dict[str, float]:
    """Floor, ceiling and the share of the way between them, over the rows where the method is defined."""
    known = wide[method].notna()
    rows = wide[known]
    means = rows.mean()
    floors = means.reindex([name for name in FLOORS if name in means]).dropna()
    place = dict.fromkeys(("floor", "ceiling", "share", "share_low", "share_high"), np.nan)
    if better == "one":
        return place
    if not floors.empty:
        place["floor"] = floors.min() if better == "lower" else floors.max()
    place["ceiling"] = means.get(ORACLE, np.nan)
    way = place["ceiling"] - place["floor"]
    # Where the ceiling is no better than the floor, this metric cannot tell the methods of this screen apart.
    open_way = way < 0 if better == "lower" else way > 0
    if open_way:
        lowest = floors.idxmin() if better == "lower" else floors.idxmax()
        drawn = weighted_means(
            pd.DataFrame({"method": rows[method], "floor": rows[lowest], "ceiling": rows[ORACLE]}),
            weights[:, known.to_numpy()],
        ).T
        place["share"] = (means[method] - place["floor"]) / way
        low, high = interval(divided(drawn[0] - drawn[1], drawn[2] - drawn[1])[:, None], level)
        place["share_low"], place["share_high"] = low[0], high[0]
    return place
