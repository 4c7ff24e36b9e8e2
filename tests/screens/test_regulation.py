"""The regulatory network behind the demo screen: steady states by hand, with feedback, and none."""

import numpy as np
import pytest

from appmodel.screens.regulation import regulatory_network, steady_state


def test_steady_state_of_two_genes_by_hand():
    """Gene 2 listens to gene 1: x1 = log s(0 + 1) - log s(0), x2 = log s(-1 + 2 x1) - log s(-1)."""
    drive = np.array([[1.0, 0.0], [0.0, 0.0]])
    x = steady_state(np.array([[0.0, 2.0], [0.0, 0.0]]), np.array([0.0, -1.0]), drive)
    first = np.log(2 / (1 + np.exp(-1.0)))
    second = np.log((1 + np.exp(1.0)) / (1 + np.exp(1.0 - 2 * first)))
    np.testing.assert_allclose(x, [[first, second], [0, 0]], atol=1e-8)


def test_steady_state_solves_its_equation_with_feedback():
    rng = np.random.default_rng(0)
    weights = 0.3 * rng.normal(size=(6, 6))
    occupancy, drive = rng.normal(size=6), rng.normal(size=(4, 6))
    x = steady_state(weights, occupancy, drive)
    right = -np.logaddexp(0, -(occupancy + x @ weights + drive)) + np.logaddexp(0, -occupancy)
    np.testing.assert_allclose(x, right, atol=1e-8)
    assert np.abs(x).max() > 0.1


def test_steady_state_that_does_not_converge_is_an_error():
    weights, drive = np.array([[0.0, -30.0], [30.0, 0.0]]), np.array([[1.0, 0.0]])
    with pytest.raises(RuntimeError, match="did not converge in 50 steps"):
        steady_state(weights, np.zeros(2), drive, max_steps=50)


@pytest.mark.parametrize("seed", range(3))
def test_feedback_stays_below_one(seed):
    network = regulatory_network(np.random.default_rng(seed), 400, 40)
    weights = np.zeros((400, 400))
    weights[tuple(network["edges"].T)] = np.abs(network["weights"])
    assert np.abs(np.linalg.eigvals(weights)).max() < 0.91
