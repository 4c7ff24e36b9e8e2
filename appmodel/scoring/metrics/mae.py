"""Mean absolute error over the scored readouts."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, defined


def mae(case: Case) -> Scored:
    """Mean of |y' - y| over the scored readouts.

    Range 0 to infinity, lower is better, 0 is perfect; units of the effects (log1p).  No ties, no zero rules.
    Unlike ``l2`` it does not grow with the number of readouts.  Source: one of the three scores of the Virtual Cell
    Challenge (Roohani et al., Cell 2025); agrees with ``sklearn.metrics.mean_absolute_error``.
    """
    return defined(np.abs(case.predicted - case.observed).mean(axis=1))


MAE = Metric("mae", mae, "lower", 0.0)
