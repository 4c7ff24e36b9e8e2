"""The geometric median on known cases, and where the plain fixed point is undefined."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from appmodel.predictors.centre import geometric_median


@pytest.mark.parametrize(
    ("points", "median"),
    [
        ([[1], [2], [9]], [2]),  # in one dimension: the middle one, not the mean 4
        ([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0]),
        ([[3, 4], [3, 4], [3, 4]], [3, 4]),
        ([[0, 0], [0, 0], [0, 0], [7, 1]], [0, 0]),  # a majority holds it
        ([[0, 2], [4, 2]], [2, 2]),
    ],
)
def test_geometric_median_of_known_cases(points, median):
    np.testing.assert_allclose(geometric_median(np.array(points, dtype=float)), median, atol=1e-6)


def test_fermat_point_of_a_triangle():
    Y = np.random.default_rng(2).normal(size=(3, 2)) * 0.2 + [[0, 0], [1, 0], [0.5, 0.9]]
    directions = Y - geometric_median(Y, steps=1000)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    np.testing.assert_allclose(directions.sum(axis=0), [0, 0], atol=1e-6)  # pulled alike from all sides


def test_geometric_median_has_the_smallest_sum_of_distances():
    Y = np.random.default_rng(3).standard_t(2, size=(40, 5))
    total = lambda m: np.linalg.norm(Y - m, axis=1).sum()  # noqa: E731
    centre = geometric_median(Y)
    assert total(centre) < min(total(Y.mean(axis=0)), total(np.median(Y, axis=0)))
    assert all(total(centre) <= total(centre + step) + 1e-9 for step in 0.01 * np.vstack([np.eye(5), -np.eye(5)]))


def distances(Y, centre):
    return np.linalg.norm(Y - centre, axis=1).sum()


def test_the_first_step_off_a_row_by_hand():
    # The mean 3 is a row.  The others have the weights 1/3, 1/2, 1 and 1/6: T = (0 + 1/2 + 2 + 9/6) / 2 = 2; three
    # pull to the left and one to the right, so r = 2, and one row holds back: (1 - 1/2) 2 + 1/2 3 = 2.5.
    Y = np.array([[0], [1], [2], [3], [9]], dtype=float)
    np.testing.assert_allclose(geometric_median(Y, steps=1), [2.5], atol=1e-14)
    np.testing.assert_allclose(geometric_median(Y), [2], atol=1e-6)


def test_a_row_in_the_place_of_the_mean_does_not_hold_it():
    # The others pull at the row at the origin, which is the mean, with 1.024 > 1.  Weiszfeld's step, kept off the
    # division by zero with 1e-9, would be 1e-9 long and after 100 steps still end within 2e-8 of the origin.
    Y = np.array([[0, 0], [2, 6], [4, -5], [-6, 5], [-1, -6], [1, 0]], dtype=float)
    pull = np.linalg.norm((Y[1:] / np.linalg.norm(Y[1:], axis=1, keepdims=True)).sum(axis=0))
    assert 1.02 < pull < 1.03
    median = geometric_median(Y)
    assert np.linalg.norm(median) > 1e-3
    assert distances(Y, median) < distances(Y, Y[0])
    found = minimize(
        lambda m: distances(Y, m),
        [0.1, 0.1],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 5000},
    ).x
    np.testing.assert_allclose(geometric_median(Y, steps=5000), found, atol=1e-6)


def test_a_row_that_is_the_median_is_given_exactly():
    Y = np.array([[0, 0], [0, 0], [2, 0], [-2, 0], [0, 3], [0, -3], [9, 9]], dtype=float)
    np.testing.assert_array_equal(geometric_median(Y), [0, 0])  # two rows hold it, and the others pull with 1
    np.testing.assert_array_equal(geometric_median(Y + 5), [5, 5])


def test_away_from_the_rows_it_is_weiszfelds_fixed_point():
    Y = np.random.default_rng(4).normal(size=(25, 6))
    centre = Y.mean(axis=0)
    for _ in range(100):
        weights = 1 / np.linalg.norm(Y - centre, axis=1)
        centre = weights @ Y / weights.sum()
    np.testing.assert_allclose(geometric_median(Y), centre, atol=1e-14)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=8), st.floats(1e-6, 1e6))
def test_no_row_and_not_the_mean_is_a_better_centre(points, scale):
    Y = np.array(points, dtype=float) * scale  # few places: rows coincide with each other and with steps
    median = geometric_median(Y, steps=500)
    for centre in (*Y, Y.mean(axis=0), np.median(Y, axis=0)):
        # Towards a row that only just holds the median (eta = r, or nearly) the steps grow short: a thousandth.
        assert distances(Y, median) <= 1.001 * distances(Y, centre) + 1e-9 * scale


def test_the_median_moves_and_grows_with_the_rows():
    Y = np.random.default_rng(5).normal(size=(12, 3))
    np.testing.assert_allclose(geometric_median(1e-8 * Y) * 1e8, geometric_median(Y), atol=1e-9)
    np.testing.assert_allclose(geometric_median(Y + 7) - 7, geometric_median(Y), atol=1e-9)


def test_of_one_row_it_is_that_row():
    np.testing.assert_array_equal(geometric_median(np.array([[3.0, 4.0]])), [3, 4])
