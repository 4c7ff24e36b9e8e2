"""When predictions are a constant: the mark of a model that learned nothing."""

from __future__ import annotations

import numpy as np

COLLAPSED = 0.01  # of the spread of the training effects: predictions that differ by less are a constant


def spread(values: np.ndarray) -> float:
    """Root mean squared distance of the rows (n, n_readouts) from their mean."""
    return float(np.sqrt(np.square(values - values.mean(axis=0)).sum(axis=1).mean()))
