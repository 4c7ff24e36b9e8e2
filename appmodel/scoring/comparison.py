"""Comparing methods: ratios to a baseline and paired differences with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd


def ratio_table(scores: pd.DataFrame, baseline: str, metric: str = "l2") -> pd.DataFrame:
    """Mean score and ratio to ``baseline`` per dataset, task and method.

    A ratio is the mean over a method's rows divided by the mean over the baseline's rows, per seed, then
    averaged; ``sd`` is the standard deviation of the per-seed means, ``undefined`` counts missing values.
    Raises ``ValueError`` where the baseline or the metric has no rows.
    """
    rows = scores[scores["metric"] == metric]
    if rows.empty:
        raise ValueError(f"The scores hold no metric {metric!r}: they hold {sorted(set(scores['metric']))}.")
    if baseline not in set(rows["method"]):
        raise ValueError(f"The scores hold no method {baseline!r}: they hold {sorted(set(rows['method']))}.")
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


def paired_difference(scores: pd.DataFrame, method: str, baseline: str, metric: str = "l2", n_bootstrap: int = 2000,
                      level: float = 0.95, seed: int = 0) -> dict[str, float]:
    """Mean difference ``method`` minus ``baseline`` over the same conditions and seeds, with its interval.

    The bootstrap draws conditions, with all their seeds: test sets of different seeds overlap, so rows of one
    condition are not independent.  Rows where either is undefined are left out and counted; without any other the
    numbers are NaN.  Raises ``ValueError`` for a method or metric without rows, and for scores of several screens
    or tasks.
    """
    rows = scores[scores["metric"] == metric]
    for name in (method, baseline):
        if name not in set(rows["method"]):
            raise ValueError(f"The scores hold no {metric!r} of {name!r}: they hold {sorted(set(scores['method']))}.")
    if len(rows[["dataset", "task"]].drop_duplicates()) > 1:
        raise ValueError("The scores hold several screens or tasks: choose the rows of one, then compare.")
    wide = rows[rows["method"].isin([method, baseline])].set_index(["condition", "seed", "method"])["value"].unstack()
    both = wide[list(dict.fromkeys([method, baseline]))].dropna()
    if both.empty:
        nothing = dict.fromkeys(("difference", "low", "high"), float("nan"))
        return {**nothing, "conditions": 0, "undefined": len(wide)}
    difference = (both[method] - both[baseline]).groupby("condition").agg(["sum", "count"]).to_numpy()
    rng = np.random.default_rng(seed)
    drawn = difference[rng.integers(len(difference), size=(n_bootstrap, len(difference)))].sum(axis=1)
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [tail, 100 - tail])
    return {"difference": float(difference[:, 0].sum() / difference[:, 1].sum()), "low": float(low),
            "high": float(high), "conditions": len(difference), "undefined": int(len(wide) - len(both))}
