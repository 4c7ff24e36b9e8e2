"""What one training of APP sees: targets in units of their own beside perturbation rows."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .training import Examples


def standardised(Y: np.ndarray, trains: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre (n_readouts,) and one scale for all readouts of the training rows: the spread of ``Y``, or 1 without any.

    One scale, as the norm of an error weighs all readouts alike.
    """
    centre = Y[trains].mean(axis=0)
    scale = float((Y[trains] - centre).std())
    return centre, scale if scale > 0 else 1.0


def examples_of(
    perturbed: Tensor,
    Y: np.ndarray,
    trains: np.ndarray,
    validates: np.ndarray,
    centre: np.ndarray,
    scale: float,
    loss: str,
) -> Examples:
    """Targets (Y - centre) / scale beside their perturbation rows (n, n_genes), on one device."""
    device = perturbed.device
    targets = torch.tensor((Y - centre) / scale, dtype=torch.float32, device=device)
    training, validating = (torch.tensor(which, device=device) for which in (trains, validates))
    return Examples(perturbed, targets, training, validating, unit=scale if loss == "norm" else scale**2)
