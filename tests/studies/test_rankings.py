"""Ranking statistics with weights: against scikit-learn and SciPy, ties, and one kind only."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from appmodel.studies import rankings


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 25), st.integers(1, 6))
def test_weighted_statistics_agree_with_scikit_learn_and_scipy(seed, n, levels):
    rng = np.random.default_rng(seed)
    score, other = rng.integers(levels, size=(2, n)).astype(float)  # many ties
    truth = rng.permutation(np.arange(n) % 2 == 0)
    weights = rng.integers(1, 4, size=(3, n)).astype(float)
    for kind, row in zip(rankings.auroc(score, truth, weights), weights, strict=True):
        assert kind == pytest.approx(roc_auc_score(truth, score, sample_weight=row), abs=1e-12)
    for kind, row in zip(rankings.average_precision(score, truth, weights), weights, strict=True):
        assert kind == pytest.approx(average_precision_score(truth, score, sample_weight=row), abs=1e-12)
    for kind, row in zip(rankings.spearman(score, other, weights), weights.astype(int), strict=True):
        if np.ptp(score) and np.ptp(other):
            assert kind == pytest.approx(spearmanr(np.repeat(score, row), np.repeat(other, row)).statistic, abs=1e-12)
        else:
            assert np.isnan(kind)


def test_statistics_of_ties_and_of_one_kind_only():
    once = np.ones((1, 4))
    truth = np.array([True, False, False, False])
    assert rankings.auroc(np.zeros(4), truth, once)[0] == 0.5
    assert rankings.average_precision(np.zeros(4), truth, once)[0] == 0.25
    assert rankings.auroc(np.array([3.0, 2, 1, 0]), truth, once)[0] == 1.0
    assert np.isnan(rankings.auroc(np.arange(4.0), ~truth | truth, once)[0])
    assert np.isnan(rankings.average_precision(np.arange(4.0), truth & ~truth, once)[0])
    assert np.isnan(rankings.mean(np.arange(4.0), 0 * once)[0])


def test_a_case_of_weight_zero_is_not_there():
    score, truth = np.array([5.0, 3, 2, 1]), np.array([False, True, False, True])
    kept = np.array([[0.0, 1, 1, 1]])
    assert rankings.auroc(score, truth, kept)[0] == roc_auc_score(truth[1:], score[1:])
    assert rankings.average_precision(score, truth, kept)[0] == average_precision_score(truth[1:], score[1:])
    y = np.array([0.0, 2, 3, 1])
    assert rankings.spearman(score, y, kept)[0] == pytest.approx(spearmanr(score[1:], y[1:]).statistic)
