"""Comparing methods: ratios to a baseline and paired differences with intervals."""

from __future__ import annotations

import pandas as pd

from .intervals import LEVEL, N_BOOTSTRAP, clustered_means, drawn_counts, interval


def ratio_table(scores: pd.DataFrame, baseline: str, metric: str = "l2") -> pd.DataFrame:
    """Mean score and ratio to ``baseline`` per dataset, task and method.

    A ratio is the mean over a method's rows divided by the mean over the baseline's rows, per seed, then
    averaged; ``sd`` is the standard deviation of the per-seed means, ``undefined`` counts missing values.
    Raises ``ValueError`` where the baseline or the metric has no rows.
    """
    rows = _of(scores, metric, baseline)
    keys = ["dataset", "task", "seed", "method"]
    means = rows.groupby(keys, sort=False)["value"].mean().unstack("method")
    ratios = means.div(means[baseline], axis=0)
    undefined = rows.assign(value=rows["value"].isna()).groupby(keys, sort=False)["value"].sum().unstack("method")
    by = ["dataset", "task"]
    parts = {"mean": means.groupby(by, sort=False).mean(), "sd": means.groupby(by, sort=False).std(),
             "ratio": ratios.groupby(by, sort=False).mean(), "ratio_sd": ratios.groupby(by, sort=False).std(),
             "undefined": undefined.groupby(by, sort=False).sum()}
    table = pd.concat({name: part.stack(future_stack=True) for name, part in parts.items()}, axis=1).reset_index()
    table.insert(3, "metric", metric)
    return table


def paired_difference(scores: pd.DataFrame, method: str, baseline: str, metric: str = "l2",
                      n_bootstrap: int = N_BOOTSTRAP, level: float = LEVEL, seed: int = 0) -> dict[str, float]:
    """Mean difference ``method`` minus ``baseline`` over the same conditions and seeds, with its interval.

    The bootstrap draws conditions, with all their seeds (``clustered_means``).  Rows where either is undefined are
    left out and counted; without any other the numbers are NaN.  Raises ``ValueError`` for a method or metric
    without rows, and for scores of several screens or tasks.
    """
    wide = paired_values(scores, metric, [method, baseline])
    both = wide[list(dict.fromkeys([method, baseline]))].dropna()
    if both.empty:
        nothing = dict.fromkeys(("difference", "low", "high"), float("nan"))
        return {**nothing, "conditions": 0, "undefined": len(wide)}
    difference = (both[method] - both[baseline]).to_frame()
    n = len(difference.index.unique(level="condition"))
    low, high = interval(clustered_means(difference, drawn_counts(n, n_bootstrap, seed)), level)
    return {"difference": float(difference.to_numpy().mean()), "low": float(low[0]), "high": float(high[0]),
            "conditions": n, "undefined": int(len(wide) - len(both))}


def paired_values(scores: pd.DataFrame, metric: str, methods: list[str] | None = None) -> pd.DataFrame:
    """Values of ``metric`` with one line per condition and seed and one column per method.

    Raises ``ValueError`` for a method or metric without rows, and for scores of several screens or tasks, whose
    conditions must not be mixed.
    """
    rows = _of(scores, metric, *(methods or []))
    if len(rows[["dataset", "task"]].drop_duplicates()) > 1:
        raise ValueError("The scores hold several screens or tasks: choose the rows of one, then compare.")
    if methods is not None:
        rows = rows[rows["method"].isin(methods)]
    order = list(dict.fromkeys(rows["method"]))
    return rows.set_index(["condition", "seed", "method"])["value"].unstack()[order]


def wins(values: pd.DataFrame, method: str, baseline: str, better: str = "lower") -> tuple[int, int]:
    """On how many conditions ``method`` is better than ``baseline``, and on how many it is worse.

    ``values`` as ``paired_values`` gives them; a condition counts once, by its mean difference over the seeds.
    ``better`` is 'lower', 'higher' or 'one' (the nearer to one).
    """
    both = values[list(dict.fromkeys([method, baseline]))].dropna()
    if better == "one":
        both = (both - 1).abs()
    difference = (both[method] - both[baseline]).groupby(level="condition").mean()
    # Two methods that differ by rounding alone are tied.
    less, more = int((difference < -1e-9).sum()), int((difference > 1e-9).sum())
    return (more, less) if better == "higher" else (less, more)


def _of(scores: pd.DataFrame, metric: str, *methods: str) -> pd.DataFrame:
    rows = scores[scores["metric"] == metric]
    if rows.empty:
        raise ValueError(f"The scores hold no metric {metric!r}: they hold {sorted(set(scores['metric']))}.")
    for method in methods:
        if method not in set(rows["method"]):
            raise ValueError(f"The scores hold no method {method!r}: "
                             f"they hold {sorted(set(rows['method']))}.")
    return rows
