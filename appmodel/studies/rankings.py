"""Ranking statistics with weights: how well a score finds what is true, for many bootstrap draws at once.

scikit-learn and SciPy compute the same for one set of weights at a time and check their input each time (the tests
compare); two thousand draws, or a hundred conditions of some thousand genes, take minutes there and a second here.
Each function takes ``weights`` (n_draws, n), how often a case counts in each draw; without any, every case once.
"""

from __future__ import annotations

import numpy as np

from ..scoring.intervals import divided


def auroc(score: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Area under the ROC curve for each draw: chance that a true case ranks above a false one.

    Range 0 to 1, higher is better, 0.5 is chance; a tie counts half, so that a score that is the same for all gives
    exactly 0.5.  NaN for a draw without a true or without a false case.
    """
    true, false = _blocks(score, np.asarray(truth, dtype=bool), weights)
    below = false.cumsum(axis=1) - false / 2
    return divided((true * below).sum(axis=1), true.sum(axis=1) * false.sum(axis=1))


def average_precision(score: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Average precision for each draw: sum over thresholds of precision times recall gained.

    Range 0 to 1, higher is better, chance is the share of true cases.  Cases with one score enter together, so that
    a score that is the same for all gives exactly chance.  NaN for a draw without a true case.
    """
    true, false = (counts[:, ::-1] for counts in _blocks(score, np.asarray(truth, dtype=bool), weights))
    found = true.cumsum(axis=1)
    precision = divided(found, found + false.cumsum(axis=1), empty=0.0)
    return divided((precision * true).sum(axis=1), found[:, -1])


def spearman(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Spearman's rank correlation for each draw, whose ``weights`` are whole numbers: a case drawn so many times.

    Range -1 to 1, ties share the mean of their ranks.  NaN where one side is the same for all cases drawn.
    """
    weights = np.ones((1, len(x))) if weights is None else weights
    middle = (weights.sum(axis=1, keepdims=True) + 1) / 2
    first, second = (_ranks(np.asarray(side, dtype=float), weights) - middle for side in (x, y))
    product, *squares = ((weights * a * b).sum(axis=1) for a, b in ((first, second), (first,) * 2, (second,) * 2))
    return divided(product, np.sqrt(squares[0] * squares[1]))


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean for each draw; NaN for a draw without a case."""
    return divided(weights @ np.asarray(values, dtype=float), weights.sum(axis=1))


def _blocks(score: np.ndarray, truth: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """How many true and false cases each value of the score has in each draw (n_draws, n_values), lowest first."""
    weights = np.ones((1, len(truth))) if weights is None else weights
    order, starts, _ = _ordered(np.asarray(score, dtype=float))
    return tuple(np.add.reduceat((weights * of)[:, order], starts, axis=1) for of in (truth, ~truth))


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean ranks (n_draws, n) of cases that are drawn ``weights`` times."""
    order, starts, block = _ordered(values)
    sizes = np.add.reduceat(weights[:, order], starts, axis=1)
    return (sizes.cumsum(axis=1) - sizes / 2 + 0.5)[:, block]


def _ordered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The order of the values (n,), where in it each new value begins, and the block of equal values of each case."""
    _, block, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return np.argsort(values, kind="stable"), np.r_[0, sizes.cumsum()[:-1]], block
