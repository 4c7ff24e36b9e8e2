"""Distance correlation by hand and against dcor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

A, B, OTHER = np.random.default_rng(0).normal(size=(3, 60))


def test_distance_correlation_by_hand(dcor_of):
    # (0, 0, 1) has the centred distances [[-2, -2, 4], [-2, -2, 4], [4, 4, -8]] / 9 and (0, 1, 0) the same, permuted:
    # V(x, x) = V(y, y) = 144 / 729, V(x, y) = 36 / 729, and dCor = sqrt(36 / 144)
    assert dcor_of(np.array([0.0, 0, 1]), np.array([0.0, 1, 0])) == pytest.approx(0.5)
    assert dcor_of(A, 3 - 2 * A) == pytest.approx(1.0)
    square = np.array([-1.0, 0, 1])
    assert dcor_of(square, square**2) > 0.4  # Pearson says 0


def test_distance_correlation_of_a_constant_is_missing(dcor_of):
    assert np.isnan(dcor_of(np.full(9, 0.1), np.arange(9.0)))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(2, 20))
def test_distance_correlation_agrees_with_dcor(dcor_of, seed, width, n):
    dcor = pytest.importorskip("dcor", reason="the reference implementation is not installed (pip install dcor)")
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, width)), rng.normal(size=n)
    assert dcor_of(x, y) == pytest.approx(dcor.distance_correlation(x, y), abs=1e-9)
