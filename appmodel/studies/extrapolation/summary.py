"""Extrapolation (section 4.5, Figure 3, Table 3): where a method gains on a baseline, and where it loses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ...scoring.findings import findings
from ...scoring.intervals import divided, interval, row_weights, weighted_means
from .. import rankings
from .covariates import COVARIATES

MODELS = ("app", "anchored_app")
USUAL_SHARE = 0.25  # of the genes, in split_unseen and split_by_seen
N_BINS = 4
# What every method is compared with, and what the two models are compared with besides.
AGAINST = {"unseen": ("singles_mean",), "doubles": ("additive", "training_mean")}
ALSO_AGAINST = {"unseen": ("training_median", "linear", "kernel_ridge"), "doubles": ("scaled_additive", "linear")}
RATIO, OF_RATIO, OF_ERROR = "ratio", "spearman_ratio", "spearman_error"
UNKNOWN = "unknown"  # the bin of conditions whose covariate is undefined


def error_rows(scores: pd.DataFrame, covariates: pd.DataFrame, test_share: float, by_seen: bool) -> pd.DataFrame:
    """L2 of every method and test condition beside what is known of the condition, one row each.

    ``scores`` are of one screen, task and kind of split, ``covariates`` those of ``condition_covariates`` for the same
    splits.  Columns: screen, task, by_seen, test_share, seed, method, condition, l2, n_seen and the covariates.
    Raises ``ValueError`` where the scores are of other conditions.
    """
    rows = scores.loc[scores["metric"] == "l2", ["dataset", "task", "seed", "method", "condition", "value"]]
    rows, keys = rows.rename(columns={"value": "l2", "dataset": "screen"}), ["seed", "condition"]
    known = covariates[[*keys, "n_seen", *COVARIATES]]
    if set(map(tuple, known[keys].to_numpy())) != set(map(tuple, rows[keys].to_numpy())):
        raise ValueError("The scores and the splits do not name the same test conditions: score these splits.")
    rows = rows.merge(known, on=keys, how="left", validate="many_to_one")
    return rows.assign(by_seen=by_seen, test_share=test_share)


def extrapolation_summary(conditions: pd.DataFrame) -> pd.DataFrame:
    """Ratios of errors by bin, and rank correlations, from the rows of ``error_rows``: ``findings``.

    ``ratio``: mean L2 of the method over mean L2 of ``against``, both over the conditions of the bin where both are
    defined, all seeds together; bins are quartiles of a covariate over test conditions and seeds (an edge belongs to
    the bin above it), ``n_seen`` genes, ``test_share``, or all.  ``spearman_ratio`` and ``spearman_error``: rank
    correlation of the covariate with the ratio and with the L2 of single conditions.  Covariates are those of the
    usual splits; distance and ``n_seen`` of doubles come from splits by seen genes, as all genes are seen elsewhere.
    Intervals are 95 % bootstrap intervals that draw genes and seeds.  A bin is named by its edges, '' is all of them;
    what is undefined is NaN and ``reason`` says why; two methods that are never defined together (addition, where no
    condition has all genes seen) are not compared.
    """
    rows = []
    for (screen, task), part in conditions.groupby(["screen", "task"], sort=False):
        about = {"screen": screen, "task": task}
        for by, questioned in _questions(part, str(task)):
            rows += [about | {"by": by} | entry for entry in _answers(questioned, by, str(task))]
    return findings(rows)


def _questions(part: pd.DataFrame, task: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """What is asked of one screen and task, with the rows that answer it."""
    by_seen = part["by_seen"].astype(bool)
    usual = part[~by_seen & (part["test_share"] == USUAL_SHARE)]
    yield "", usual
    yield from ((by, usual) for by in COVARIATES if usual[by].notna().any())
    if task == "unseen":
        yield from (("test_share", rows) for _, rows in part[~by_seen].groupby("test_share"))
    if by_seen.any():
        yield "n_seen", part[by_seen]
        yield "distance", part[by_seen & (part["n_seen"] < part["condition"].str.count(r"\+") + 1)]


def _answers(part: pd.DataFrame, by: str, task: str) -> Iterator[dict]:
    wide = part.pivot(index=["condition", "seed"], columns="method", values="l2")
    known = part.drop_duplicates(["condition", "seed"]).set_index(["condition", "seed"]).loc[wide.index]
    bins, methods = _bins(known, by), list(dict.fromkeys(part["method"]))
    for method, against in _pairs(methods, task):
        both = wide[[method, against]]
        if both.notna().all(axis=1).sum() == 0:
            continue
        about = {"method": method, "against": against}
        for label in bins.cat.categories:
            yield about | {"measure": RATIO, "bin": label, **_ratio(both[bins == label], method, against)}
        if by in COVARIATES:
            ratio = pd.Series(divided(*both.to_numpy().T), both.index)
            yield about | {"measure": OF_RATIO, **_correlation(known[by], ratio)}
    if by in COVARIATES:
        for method in methods:
            yield {"method": method, "measure": OF_ERROR, **_correlation(known[by], wide[method])}


def _pairs(methods: Sequence[str], task: str) -> list[tuple[str, str]]:
    """Who is compared with whom: all with the baselines, the models with more, and with their own shuffled control."""
    pairs = [(method, against) for against in AGAINST[task] for method in methods]
    pairs += [(model, against) for model in MODELS for against in (*ALSO_AGAINST[task], f"{model}_shuffled")]
    return [(method, against) for method, against in pairs if method != against and {method, against} <= set(methods)]


def _bins(known: pd.DataFrame, by: str) -> pd.Series:
    """The bin of each row, in order of their edges; one of its own for genes that the network does not know."""
    if not by:
        return pd.Series("", known.index, dtype="category")
    values = known[by]
    if by in ("n_seen", "test_share"):
        return values.map("{:.4g}".format).astype("category")
    edges = np.unique(np.quantile(values.dropna(), np.linspace(0, 1, N_BINS + 1)).round(9))
    edges = np.repeat(edges, 2) if len(edges) == 1 else edges
    names = [f"{low:.6g} to {high:.6g}" for low, high in itertools.pairwise(edges)]
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(names) - 1)
    named = np.where(values.isna(), UNKNOWN, np.array(names, dtype=object)[place])
    return pd.Series(pd.Categorical(named, [*names, UNKNOWN]).remove_unused_categories(), known.index)


def _ratio(both: pd.DataFrame, method: str, against: str) -> dict:
    defined = both.dropna()
    n = len(defined.index.unique(level="condition"))
    if n == 0:
        return {"n": n, "reason": f"{method} or {against} is undefined for all {len(both)} rows"}
    value = float(divided(*defined.mean()))
    if n == 1:
        return {"value": value, "n": n, "reason": "one condition: no interval"}
    means = weighted_means(defined, row_weights(defined))
    (low,), (high,) = interval(divided(means[:, 0], means[:, 1])[:, None])
    return {"value": value, "low": low, "high": high, "n": n}


def _correlation(covariate: pd.Series, value: pd.Series) -> dict:
    defined = pd.DataFrame({"x": covariate, "y": value}).dropna()
    n, (x, y) = len(defined.index.unique(level="condition")), defined.to_numpy().T
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return {"n": n, "reason": "fewer than three conditions, or the same value for all"}
    (low,), (high,) = interval(rankings.spearman(x, y, row_weights(defined))[:, None])
    return {"value": rankings.spearman(x, y)[0], "low": low, "high": high, "n": n}
