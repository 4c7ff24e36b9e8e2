"""Stages 2 and 3 of AnchoredAPP: attention over what was measured, with the decoder solved in closed form.

For a query q and a bank of measured conditions with residuals r_j = y_j - anchor_j,

    prediction(q) = anchor(q) + sum_j alpha_j(q) r_j,    alpha(q) = k(q, bank) (K + noise)^-1.

k(q, bank) compares the query with every measured condition (query and keys), the inverse is the linear decoder
(kernel ridge regression), and the error of leaving a condition out of the bank has a closed form, so that all
hyperparameters are fitted on training conditions without refitting anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor

STEPS, LEARNING_RATE = 40, 0.1  # of Adam on a handful of logarithms


def inverse(K: Tensor, noise: Tensor) -> Tensor:
    """(K + diag(noise))^-1 (n, n)."""
    return torch.cholesky_inverse(torch.linalg.cholesky(K + torch.diag(noise)))


def left_out(G: Tensor, R: Tensor, n: int | None = None) -> Tensor:
    """Error of each of the first ``n`` conditions predicted from all others: e_i = [G r]_i / G_ii."""
    return (G[:n] @ R) / G.diagonal()[:n, None]


def minimise(loss: Callable[[], Tensor], parameters: Sequence[Tensor]) -> None:
    """Adam on ``parameters``; deterministic, as everything starts from fixed values."""
    optimiser = torch.optim.Adam(parameters, lr=LEARNING_RATE)
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()


def calibrate(errors: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Non-negative weights of ``terms`` (n, k) that give the left-out ``errors`` (n,), scaled to their mean."""
    weights, _ = nnls(terms, errors)
    stated = (terms @ weights).mean()
    return weights * (errors.mean() / stated) if stated > 0 else weights
