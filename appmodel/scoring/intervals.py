"""Bootstrap of scores, clustered by condition."""

from __future__ import annotations

import numpy as np
import pandas as pd

N_BOOTSTRAP, LEVEL = 2000, 0.95


def drawn_counts(n: int, n_bootstrap: int = N_BOOTSTRAP, seed: int = 0) -> np.ndarray:
    """How often each of ``n`` conditions is drawn in each bootstrap sample (n_bootstrap, n)."""
    drawn = np.random.default_rng(seed).integers(n, size=(n_bootstrap, n))
    places = drawn + n * np.arange(n_bootstrap)[:, None]
    return np.bincount(places.ravel(), minlength=n_bootstrap * n).reshape(n_bootstrap, n).astype(float)


def clustered_means(rows: pd.DataFrame, counts: np.ndarray) -> np.ndarray:
    """Mean of each column in each bootstrap sample (n_bootstrap, n_columns), NaN where it has no value.

    ``rows`` has one line per condition (first index level) and seed; a drawn condition brings all its seeds along,
    because test sets of different seeds overlap and rows of one condition are not independent.
    """
    by_condition = rows.groupby(level=0, sort=True)
    sums, sizes = by_condition.sum().to_numpy(), by_condition.count().to_numpy()
    totals, numbers = counts @ sums, counts @ sizes
    return np.divide(totals, numbers, out=np.full_like(totals, np.nan), where=numbers > 0)


def interval(drawn: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the percentile interval of each column of bootstrap values (n_bootstrap, n_columns)."""
    tail = 100 * (1 - level) / 2
    empty = np.isnan(drawn).all(axis=0)
    low, high = np.nanpercentile(np.where(empty, 0.0, drawn), [tail, 100 - tail], axis=0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
