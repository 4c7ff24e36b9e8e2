"""The closed forms against brute force."""

import numpy as np
import pytest
import torch

from appmodel.predictors.anchored.closed_form import calibrate, inverse, left_out, minimise


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9, 4))
    return torch.tensor(X @ X.T), torch.tensor(rng.uniform(0.1, 1.0, 9)), torch.tensor(rng.normal(size=(9, 3)))


def test_inverse(problem):
    K, noise, _ = problem
    np.testing.assert_allclose(inverse(K, noise), np.linalg.inv(K.numpy() + np.diag(noise)), atol=1e-12)


@pytest.mark.parametrize("n", [None, 4])
def test_left_out_is_the_error_of_refitting_without_each_condition(problem, n):
    K, noise, R = problem
    errors = []
    for i in range(n or 9):
        rest = [j for j in range(9) if j != i]
        alpha = np.linalg.solve(K.numpy()[np.ix_(rest, rest)] + np.diag(noise[rest]), K.numpy()[rest, i])
        errors.append(R[i].numpy() - alpha @ R[rest].numpy())
    np.testing.assert_allclose(left_out(inverse(K, noise), R, n), errors, atol=1e-11)


def test_diagonal_of_the_inverse_is_the_left_out_variance(problem):
    K, noise, _ = problem
    rest = list(range(1, 9))
    k = K.numpy()[rest, 0]
    variance = K[0, 0] + noise[0] - k @ np.linalg.solve(K.numpy()[np.ix_(rest, rest)] + np.diag(noise[rest]), k)
    assert 1 / inverse(K, noise)[0, 0] == pytest.approx(float(variance))


def test_minimise_finds_a_minimum_and_is_deterministic():
    def found():
        x = torch.zeros(2, dtype=torch.float64, requires_grad=True)
        minimise(lambda: ((x - torch.tensor([0.5, -1.0])) ** 2).sum(), [x])
        return x.detach().numpy()

    np.testing.assert_allclose(found(), [0.5, -1.0], atol=0.15)
    np.testing.assert_array_equal(found(), found())


def test_calibrate_keeps_the_mean_and_is_not_negative():
    rng = np.random.default_rng(1)
    terms, errors = rng.uniform(size=(50, 3)), rng.uniform(1, 3, size=50)
    terms[:, 2] = 5 - errors  # least squares would weigh this one negatively
    weights = calibrate(errors, terms)
    assert (weights >= 0).all()
    assert (terms @ weights).mean() == pytest.approx(errors.mean(), rel=1e-12)
    exact = calibrate(terms @ [0.0, 2.0, 1.0], terms)
    np.testing.assert_allclose(exact, [0, 2, 1], atol=1e-10)


def test_calibrate_without_errors_or_terms_says_zero():
    np.testing.assert_array_equal(calibrate(np.zeros(4), np.ones((4, 2))), [0, 0])
    np.testing.assert_array_equal(calibrate(np.ones(4), np.zeros((4, 2))), [0, 0])
