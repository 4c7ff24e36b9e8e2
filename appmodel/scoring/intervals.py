"""Bootstrap of scores over genes and seeds, and the one rule that reads an interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from ..names import all_genes, genes_of

N_BOOTSTRAP = 2000
MARGIN = 0.01  # of what is compared with: a difference smaller than this is none
APART = "cannot be told apart"


def drawn_weights(conditions: Sequence[str], seeds: Sequence[int], seed: int = 0) -> np.ndarray:
    """How often each row, a condition of a seed, is drawn in each bootstrap sample (N_BOOTSTRAP, n_rows).

    Genes and seeds are drawn apart, with replacement, and a row counts as often as its genes and its seed together
    (the pigeonhole bootstrap: Owen, Annals of Applied Statistics 2007).  So rows that share a gene, or a split and
    the model trained on it, are not taken for independent.  One seed alone says nothing about seeds: then only genes
    vary.  The same rows are drawn alike at every call, and kept: many methods are compared on them.
    """
    return _drawn(tuple(conditions), tuple(seeds), seed)


@lru_cache(maxsize=16)
def _drawn(conditions: tuple[str, ...], seeds: tuple[int, ...], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    parts = [genes_of(name) for name in conditions]
    place = {gene: i for i, gene in enumerate(all_genes(conditions))}
    counts = _drawn_counts(len(place), rng)
    weights = np.ones((N_BOOTSTRAP, len(parts)))
    for order in range(max(map(len, parts), default=0)):  # all first genes, then all second ones
        rows = [i for i, each in enumerate(parts) if len(each) > order]
        weights[:, rows] *= counts[:, [place[parts[i][order]] for i in rows]]
    codes, levels = pd.factorize(np.asarray(seeds), sort=True)
    if len(levels) > 1:
        weights *= _drawn_counts(len(levels), rng)[:, codes]
    weights.setflags(write=False)
    return weights


def row_weights(rows: pd.DataFrame) -> np.ndarray:
    """``drawn_weights`` of the rows of a table whose index has the levels condition and seed."""
    of = rows.index.get_level_values
    return drawn_weights(of("condition"), of("seed"))


def weighted_means(rows: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Mean of each column in each bootstrap sample (N_BOOTSTRAP, n_columns), over its defined rows; NaN without any."""
    values = rows.to_numpy(dtype=float)
    known = np.isfinite(values)
    return divided(weights @ np.where(known, values, 0.0), weights @ known)


def divided(numbers: np.ndarray, by: np.ndarray | float, empty: float = np.nan) -> np.ndarray:
    """The quotients, ``empty`` where there is none: a mean of nothing, or a baseline without any error."""
    numbers, by = np.asarray(numbers, dtype=float), np.asarray(by, dtype=float)
    return np.divide(numbers, by, out=np.full(np.broadcast(numbers, by).shape, empty), where=by != 0)


def interval(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 95 % percentile interval of each column of bootstrap values (N_BOOTSTRAP, n_columns)."""
    empty = np.isnan(drawn).all(axis=0)
    low, high = np.nanpercentile(np.where(empty, 0.0, drawn), [2.5, 97.5], axis=0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def mean_intervals(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of the mean of each column of a table whose index has the levels condition and seed."""
    return interval(weighted_means(rows, row_weights(rows)))


def says(low: float, high: float, margin: float = 0.0, better: str = "lower") -> str:
    """The one rule that reads the interval of a difference: 'better', 'worse' or 'cannot be told apart'.

    It is better or worse where the whole interval lies beyond the margin, and which of the two depends on whether
    ``lower`` or ``higher`` values are ``better``; '' for an interval that is not known.
    """
    if not np.isfinite([low, high]).all():
        return ""
    below, above = ("better", "worse") if better == "lower" else ("worse", "better")
    return below if high < -margin else above if low > margin else APART


def _drawn_counts(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.multinomial(n, np.full(n, 1 / n), size=N_BOOTSTRAP).astype(float) if n else np.ones((N_BOOTSTRAP, 0))
