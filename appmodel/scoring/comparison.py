"""Comparing methods: ratios to a baseline and paired differences with intervals, on the same conditions only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..arguments import called, listed
from ..names import shown
from .findings import findings
from .intervals import APART, MARGIN, divided, interval, row_weights, says, weighted_means
from .metrics import METRICS

_NEEDED = ["dataset", "task", "seed", "method", "condition", "metric", "value"]


def ratio_table(scores: pd.DataFrame, baseline: str, metric: str = "l2") -> pd.DataFrame:
    """Mean score and ratio to ``baseline`` per dataset, task and method.

    A ratio is the mean over a method's rows divided by the mean over the baseline's rows of the same conditions (those
    that both predict), per seed, then averaged.  ``mean`` and ``sd`` are those of a method's per-seed means over all
    its rows; ``undefined`` counts missing values and ``coverage`` is the share of rows that method and baseline both
    predict, of those that the baseline predicts.  ``collapsed`` is the share of seeds whose predictions are a constant.
    Raises ``ValueError`` where the baseline or the metric has no rows.
    """
    tables = []
    for (dataset, task), part in _of(scores, metric, baseline).groupby(["dataset", "task"], sort=False):
        wide = paired_values(part, metric)
        own, of_baseline = in_common(wide, baseline)
        ratios = own.groupby(level="seed").mean() / of_baseline.groupby(level="seed").mean()
        per_seed = wide.groupby(level="seed").mean()
        columns = {
            "mean": per_seed.mean(),
            "sd": per_seed.std(),
            "ratio": ratios.mean(),
            "ratio_sd": ratios.std(),
            "coverage": own.notna().sum() / max(int(wide[baseline].notna().sum()), 1),
            "undefined": wide.isna().sum(),
            "collapsed": _collapsed(part)[wide.columns],
        }
        about = {"dataset": dataset, "task": task, "method": wide.columns, "metric": metric}
        tables.append(pd.DataFrame(about | {name: column.to_numpy() for name, column in columns.items()}))
    return pd.concat(tables, ignore_index=True)


def paired_difference(scores: pd.DataFrame, method: str, baseline: str, metric: str = "l2") -> dict:
    """Mean difference ``method`` minus ``baseline`` and ratio, over the same conditions and seeds, with intervals.

    The ratio is that of ``ratio_table``.  The bootstrap draws genes and seeds (``drawn_weights``).  ``says`` reads the
    interval of the difference: 'better' or 'worse' where it lies wholly beyond a margin of 1 % of the baseline's mean
    and there are several seeds, else 'cannot be told apart'; of a metric that should be one, the distances from it are
    compared.  ``rows`` (conditions of a seed) where either is undefined are left out and counted (``undefined``,
    ``coverage`` as in ``ratio_table``); without any the numbers are NaN.
    Raises ``ValueError`` for a method or metric without rows, and for scores of several screens or tasks.
    """
    wide = paired_values(scores, metric, [method, baseline])
    both, better = wide[list(dict.fromkeys([method, baseline]))].dropna(), METRICS[metric].better
    if better == "one":
        both = (both - 1).abs()
    drawn = weighted_means(both, row_weights(both))
    own, other = drawn[:, 0], drawn[:, -1]
    (low, ratio_low), (high, ratio_high) = (
        ends.tolist() for ends in interval(np.column_stack([own - other, divided(own, other)]))
    )
    base, per_seed = float(both[baseline].mean()), both.groupby(level="seed").mean()
    read = says(low, high, MARGIN * abs(base), "higher" if better == "higher" else "lower")
    return {
        "difference": float((both[method] - both[baseline]).mean()),
        "low": low,
        "high": high,
        "baseline": base,
        "ratio": float(divided(divided(per_seed[method], per_seed[baseline]).sum(), len(per_seed))),
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
        "conditions": len(both.index.unique(level="condition")),
        "seeds": len(per_seed),
        "rows": len(both),
        "undefined": len(wide) - len(both),
        "coverage": len(both) / max(int(wide[baseline].notna().sum()), 1),
        "says": read if len(per_seed) > 1 or not read else APART,
    }


def difference_table(scores: pd.DataFrame, reference: str, methods: Sequence[str], metric: str = "l2") -> pd.DataFrame:
    """What each of ``methods`` changes in ``metric``, paired with ``reference``: a finding per screen, task and method.

    Beside the columns of ``findings`` (value, low and high in units of the metric): ``baseline``, the mean of the
    reference; ``ratio``, ``coverage`` and ``says`` as in ``paired_difference``; ``collapsed`` where most seeds of the
    method predict a constant.
    """
    check_scores(scores)
    if not listed("methods", methods, "['app']"):
        raise ValueError("methods is empty: name at least one of the scores.")
    rows = []
    for (screen, task), part in scores.groupby(["dataset", "task"], sort=False):
        about, collapsed = {"screen": screen, "task": task, "against": reference, "measure": metric}, _collapsed(part)
        for method in methods:
            paired = paired_difference(part, method, reference, metric)
            more = {"value": paired["difference"], "n": paired["conditions"], "collapsed": collapsed[method] > 0.5}
            rows.append({**about, "method": method, **paired, **more})
    return findings(rows).join(pd.DataFrame(rows)[["baseline", "ratio", "coverage", "says", "collapsed"]])


def paired_values(scores: pd.DataFrame, metric: str, methods: Sequence[str] | None = None) -> pd.DataFrame:
    """Values of ``metric`` with one line per condition and seed and one column per method.

    Raises ``ValueError`` for a method or metric without rows, and for scores of several screens or tasks, whose
    conditions must not be mixed.
    """
    rows = _of(scores, metric, *(methods or []))
    if len(rows[["dataset", "task"]].drop_duplicates()) > 1:
        raise ValueError("The scores hold several screens or tasks: choose the rows of one, then compare.")
    if methods is not None:
        rows = rows[rows["method"].isin(methods)]
    if (twice := rows.duplicated(["condition", "seed", "method"])).any():
        first = rows[twice].iloc[0]
        raise ValueError(
            f"The scores hold {first['condition']!r} of {first['method']!r}, seed {first['seed']}, more than once: "
            f"keep one row of each."
        )
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


def _collapsed(rows: pd.DataFrame) -> pd.Series:
    """Share of a method's rows that are of a constant."""
    return rows.get("collapsed", pd.Series(False, rows.index)).astype(float).groupby(rows["method"]).mean()


def check_scores(scores: object) -> None:
    """Raise ``TypeError`` or ``ValueError`` for what is no table of scores as ``benchmark`` gives it."""
    if not isinstance(scores, pd.DataFrame):
        raise TypeError(f"Scores are a table, not {called(scores)}: pass what benchmark or load_scores gives.")
    if missing := [column for column in _NEEDED if column not in scores]:
        raise ValueError(f"The scores have no column {shown(missing)}: pass what benchmark or load_scores gives.")
    if scores.empty:
        raise ValueError("The scores hold no row: pass what benchmark or load_scores gives.")


def _of(scores: pd.DataFrame, metric: str, *methods: str) -> pd.DataFrame:
    check_scores(scores)
    rows = scores[scores["metric"] == metric]
    if rows.empty:
        there = shown(sorted(set(scores["metric"])), len(METRICS))
        raise ValueError(f"The scores hold no metric {metric!r}: choose from {there}.")
    for method in methods:
        if method not in set(rows["method"]):
            there = shown(sorted(set(map(str, rows["method"]))), 20)
            raise ValueError(f"The scores hold no method {method!r}: choose from {there}.")
    return rows
