"""Coefficient of determination weighted by the measured significance of each readout."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, missing
from .pearson import ROUNDING
from .weighted_mse import significance_weights


def weighted_r2(case: Case) -> Scored:
    """1 - sum w (y' - y)^2 / sum w (d - d_w)^2, with d = y - m, d_w its weighted mean, m the training mean.

    The weights w are those of ``weighted_mse``.  Range minus infinity to 1, higher is better, 1 is perfect; the
    training mean as a prediction scores 0 or less.  Undefined where the weights are, where the training mean is not
    stated, and where d is constant over the weighted readouts.
    Source: Miller et al., bioRxiv 2025 (after Mejia et al., arXiv 2506.22641, 2025), the variant whose differences
    are from the perturbed mean.  Agrees with ``sklearn.metrics.r2_score(d, d', sample_weight=w)`` where defined.
    """
    if case.significance is None:
        return missing(case, "the significance of single readouts is not known")
    if case.training_mean is None:
        return missing(case, "the training mean is not stated")
    if not np.isfinite(case.training_mean).all():
        return missing(case, "the training mean is undefined")
    weights, reasons = significance_weights(case.significance)
    difference = case.observed - case.training_mean
    centred = difference - (weights * difference).sum(axis=1, keepdims=True)
    spread = (weights * centred**2).sum(axis=1)
    largest = np.maximum(np.abs(case.observed).max(axis=1), np.abs(case.training_mean).max())
    flat = np.sqrt(spread) <= ROUNDING * largest
    error = (weights * (case.predicted - case.observed) ** 2).sum(axis=1)
    values = np.full(len(error), np.nan)
    values[~flat] = 1 - error[~flat] / spread[~flat]
    return values, [
        first
        or ("the observed effect minus the training mean is constant over the weighted readouts" if is_flat else "")
        for first, is_flat in zip(reasons, flat, strict=True)
    ]


WEIGHTED_R2 = Metric("weighted_r2", weighted_r2, "higher", 1.0)
