"""Ranking statistics with weights: how well a score finds what is true, for many bootstrap draws at once.

scikit-learn and SciPy compute the same for one set of weights at a time (the tests compare); two thousand draws,
several methods and splits take minutes there and a second here.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def auroc(score: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Area under the ROC curve for each row of ``weights`` (n_draws, n): chance that a true case ranks above a false.

    Range 0 to 1, higher is better, 0.5 is chance; a tie counts half, so that a score that is the same for all gives
    exactly 0.5.  NaN for a draw without a true or without a false case.
    """
    score, truth = np.asarray(score, dtype=float), np.asarray(truth, dtype=bool)
    true, false = weights[:, truth], weights[:, ~truth]
    above = 0.5 * (np.sign(score[truth][:, None] - score[~truth]) + 1)
    return ratio(((true @ above) * false).sum(axis=1), true.sum(axis=1) * false.sum(axis=1))


def average_precision(score: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average precision for each row of ``weights`` (n_draws, n): sum over thresholds of precision times recall gained.

    Range 0 to 1, higher is better, chance is the share of true cases.  Cases with one score enter together, so that
    a score that is the same for all gives exactly chance.  NaN for a draw without a true case.
    """
    block = rankdata(-np.asarray(score, dtype=float), method="dense") - 1
    into_blocks = np.eye(block.max() + 1)[block]
    all_found = (weights @ into_blocks).cumsum(axis=1)
    true_found = ((weights * np.asarray(truth, dtype=float)) @ into_blocks).cumsum(axis=1)
    gained = np.diff(true_found, axis=1, prepend=0)
    return ratio((ratio(true_found, all_found, empty=0.0) * gained).sum(axis=1), true_found[:, -1])


def spearman(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation for each row of ``weights`` (n_draws, n), whole numbers: a case drawn so many times.

    Range -1 to 1, ties share the mean of their ranks.  NaN where one side is the same for all cases drawn.
    """
    total = weights.sum(axis=1, keepdims=True)
    ranks = [_weighted_ranks(np.asarray(side, dtype=float), weights) - (total + 1) / 2 for side in (x, y)]
    products = [(weights * a * b).sum(axis=1) for a, b in ((ranks[0], ranks[1]), (ranks[0],) * 2, (ranks[1],) * 2)]
    return ratio(products[0], np.sqrt(products[1] * products[2]))


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean for each row of ``weights`` (n_draws, n); NaN for a draw without a case."""
    return ratio(weights @ np.asarray(values, dtype=float), weights.sum(axis=1))


def _weighted_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean ranks (n_draws, n) of cases that are drawn ``weights`` times."""
    block = rankdata(values, method="dense") - 1
    sizes = weights @ np.eye(block.max() + 1)[block]
    return (sizes.cumsum(axis=1) - sizes / 2 + 0.5)[:, block]


def ratio(numerator: np.ndarray, denominator: np.ndarray, empty: float = np.nan) -> np.ndarray:
    """The quotient, ``empty`` where the denominator is not positive."""
    return np.divide(numerator, denominator, out=np.full(np.shape(numerator), empty), where=denominator > 0)
