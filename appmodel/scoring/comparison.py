"""Comparing methods: ratios to a baseline and paired differences with intervals, on the same conditions only."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .findings import findings
from .intervals import (
    APART,
    LEVEL,
    MARGIN,
    N_BOOTSTRAP,
    Cluster,
    divided,
    interval,
    row_weights,
    says,
    weighted_means,
)
from .metrics import METRICS

_NUMBERS = ("difference", "low", "high", "baseline", "ratio", "ratio_low", "ratio_high")


def ratio_table(scores: pd.DataFrame, baseline: str, metric: str = "l2") -> pd.DataFrame:
    """Mean score and ratio to ``baseline`` per dataset, task and method.

    A ratio is the mean over a method's rows divided by the mean over the baseline's rows of the same conditions (those
    that both predict), per seed, then averaged.  ``mean`` is over all rows of the method and ``sd`` the standard
    deviation of its per-seed means; ``undefined`` counts missing values and ``coverage`` is the share of rows that
    method and baseline both predict, of those that the baseline predicts.  ``collapsed`` is the share of seeds whose
    predictions are a constant.  Raises ``ValueError`` where the baseline or the metric has no rows.
    """
    tables = [
        _ratios(part, baseline).assign(dataset=dataset, task=task)
        for (dataset, task), part in _of(scores, metric, baseline).groupby(["dataset", "task"], sort=False)
    ]
    table = pd.concat(tables, ignore_index=True).assign(metric=metric)
    return table[
        ["dataset", "task", "method", "metric", "mean", "sd", "ratio", "ratio_sd", "coverage", "undefined", "collapsed"]
    ]


def paired_difference(
    scores: pd.DataFrame,
    method: str,
    baseline: str,
    metric: str = "l2",
    n_bootstrap: int = N_BOOTSTRAP,
    level: float = LEVEL,
    seed: int = 0,
    by: Cluster = "gene",
) -> dict:
    """Mean difference ``method`` minus ``baseline`` and ratio, over the same conditions and seeds, with intervals.

    The ratio is that of ``ratio_table``.  The bootstrap draws genes (or conditions: ``by``) and seeds
    (``drawn_weights``).  ``says`` reads the interval of the difference: 'better' or 'worse' where it lies wholly
    beyond a margin of 1 % of the baseline's mean and there are several seeds, else 'cannot be told apart'; of a metric
    that should be one, the distances from it are compared.  ``rows`` (conditions of a seed) where either is undefined
    are left out and counted (``undefined``, ``coverage`` as in ``ratio_table``); without any the numbers are NaN.
    Raises ``ValueError`` for a method or metric without rows, and for scores of several screens or tasks.
    """
    better = METRICS[metric].better if metric in METRICS else "lower"
    wide = paired_values(scores, metric, [method, baseline])
    both = wide[list(dict.fromkeys([method, baseline]))].dropna()
    if better == "one":
        both = (both - 1).abs()
    of_baseline = int(wide[baseline].notna().sum())
    about = {
        "conditions": len(both.index.unique(level="condition")),
        "seeds": len(both.index.unique(level="seed")),
        "rows": len(both),
        "undefined": int(len(wide) - len(both)),
        "coverage": len(both) / of_baseline if of_baseline else 0.0,
    }
    if both.empty:
        return {**dict.fromkeys(_NUMBERS, float("nan")), **about, "says": ""}
    drawn = weighted_means(both, row_weights(both, n_bootstrap, seed, by))
    own, other = drawn[:, 0], drawn[:, -1]
    (low,), (high,) = interval((own - other)[:, None], level)
    (ratio_low,), (ratio_high,) = interval(divided(own, other)[:, None], level)
    base, per_seed = float(both[baseline].mean()), both.groupby(level="seed").mean()
    numbers = (
        float((both[method] - both[baseline]).mean()),
        low,
        high,
        base,
        divided(per_seed[method], per_seed[baseline]).mean(),
        ratio_low,
        ratio_high,
    )
    read = says(low, high, MARGIN * abs(base), "higher" if better == "higher" else "lower")
    return {
        **dict(zip(_NUMBERS, map(float, numbers), strict=True)),
        **about,
        "says": read if about["seeds"] > 1 or not read else APART,
    }


def difference_table(scores: pd.DataFrame, reference: str, methods: Sequence[str], metric: str = "l2") -> pd.DataFrame:
    """What each of ``methods`` changes in ``metric``, paired with ``reference``: a finding per screen, task and method.

    Beside the columns of ``findings`` (value, low and high in units of the metric): ``baseline``, the mean of the
    reference; ``ratio``, ``coverage`` and ``says`` as in ``paired_difference``; ``collapsed`` where most seeds of the
    method predict a constant.
    """
    rows, more = [], []
    for (screen, task), part in scores.groupby(["dataset", "task"], sort=False):
        collapsed = part.get("collapsed", pd.Series(False, part.index)).astype(float).groupby(part["method"]).mean()
        about = {"screen": screen, "task": task, "against": reference, "measure": metric}
        for method in methods:
            paired = paired_difference(part, method, reference, metric)
            numbers = {"value": paired["difference"], "n": paired["conditions"]}
            rows.append(about | {"method": method, "low": paired["low"], "high": paired["high"]} | numbers)
            beside = {name: paired[name] for name in ("baseline", "ratio", "coverage", "says")}
            more.append(beside | {"collapsed": collapsed[method] > 0.5})
    return findings(rows).join(pd.DataFrame(more))


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


def in_common(wide: pd.DataFrame, baseline: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values of each method, and the baseline's beside it, where both are defined, else NaN.

    No method is measured on easier conditions than what it is compared with.
    """
    known = wide.notna().to_numpy() & wide[[baseline]].notna().to_numpy()
    of_baseline = pd.DataFrame(dict.fromkeys(wide.columns, wide[baseline]), index=wide.index)
    return wide.where(known), of_baseline.where(known)


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


def _ratios(rows: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """``ratio_table`` of one screen and task."""
    order = list(dict.fromkeys(rows["method"]))
    wide = rows.set_index(["condition", "seed", "method"])["value"].unstack()[order]
    per_seed = wide.groupby(level="seed").mean()
    own, of_baseline = in_common(wide, baseline)
    ratios = own.groupby(level="seed").mean() / of_baseline.groupby(level="seed").mean()
    collapsed = rows.get("collapsed", pd.Series(False, rows.index)).astype(float)
    return pd.DataFrame(
        {
            "method": order,
            "mean": per_seed.mean().to_numpy(),
            "sd": per_seed.std().to_numpy(),
            "ratio": ratios.mean().to_numpy(),
            "ratio_sd": ratios.std().to_numpy(),
            "coverage": own.notna().sum().to_numpy() / max(int(wide[baseline].notna().sum()), 1),
            "undefined": wide.isna().sum().to_numpy(),
            "collapsed": collapsed.groupby(rows["method"]).mean()[order].to_numpy(),
        }
    )


def _of(scores: pd.DataFrame, metric: str, *methods: str) -> pd.DataFrame:
    rows = scores[scores["metric"] == metric]
    if rows.empty:
        raise ValueError(f"The scores hold no metric {metric!r}: they hold {sorted(set(scores['metric']))}.")
    for method in methods:
        if method not in set(rows["method"]):
            raise ValueError(f"The scores hold no method {method!r}: they hold {sorted(set(rows['method']))}.")
    return rows
