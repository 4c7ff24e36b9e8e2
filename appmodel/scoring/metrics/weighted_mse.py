"""Squared error weighted by the measured significance of each readout."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, missing


def weighted_mse(case: Case) -> Scored:
    """Weighted mean of (y' - y)^2 with weights that grow with the significance of the observed effect.

    w = ((|t| - min |t|) / (max |t| - min |t|))^2, divided by its sum, where t is the observed effect divided by its
    standard error and min and max run over the scored readouts.  Range 0 to infinity, lower is better, 0 is perfect;
    squared units of the effects.  The least significant readout has the weight 0.  Undefined where the significance
    is not stated, undefined, or the same for all readouts.
    Source: Miller et al., bioRxiv 2025 (after Mejia et al., arXiv 2506.22641, 2025).  There t compares with all other
    perturbed cells instead of control, in half of the cells.
    """
    if case.significance is None:
        return missing(case, "the significance of single readouts is not known")
    weights, reasons = significance_weights(case.significance)
    return (weights * (case.predicted - case.observed) ** 2).sum(axis=1), reasons


def significance_weights(significance: np.ndarray) -> Scored:
    """Weights (n_conditions, n_readouts) that sum to 1 in each row, NaN with the reason where they are undefined."""
    t = np.abs(significance)
    least = t.min(axis=1, keepdims=True)
    span = t.max(axis=1, keepdims=True) - least  # NaN where t holds NaN or infinite values throughout
    unknown = ~np.isfinite(t).all(axis=1)
    usable = ~unknown & (span[:, 0] > 0)
    weights = np.full(t.shape, np.nan)
    weights[usable] = ((t[usable] - least[usable]) / span[usable]) ** 2
    weights[usable] /= weights[usable].sum(axis=1, keepdims=True)
    return weights, [
        "the significance of its readouts is undefined"
        if bad
        else ""
        if ok
        else "the significance is the same for all readouts"
        for bad, ok in zip(unknown, usable, strict=True)
    ]


WEIGHTED_MSE = Metric("weighted_mse", weighted_mse, "lower", 0.0)
