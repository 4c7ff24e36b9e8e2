"""Pearson correlation of predicted and observed differences from control."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored

ROUNDING = 1e-12  # relative to the largest value: what is smaller than this is left over from rounding


def pearson(case: Case) -> Scored:
    """Pearson correlation r(y', y) of predicted and observed differences from control over the scored readouts.

    Range -1 to 1, higher is better, 1 is perfect; blind to the size of the prediction.  Undefined where either side
    is constant over the readouts (no change is), never 0.  Agrees with ``scipy.stats.pearsonr``.
    """
    return correlation(case.predicted, case.observed)


def correlation(
    predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray | float = 0.0, sides: str = ""
) -> Scored:
    """Pearson correlation row by row (n_conditions,) of both sides minus ``reference`` (n_readouts,).

    A row is undefined where a side is constant up to rounding; ``sides`` says in its reason what was taken off.
    """
    p, flat_p = _centred(predicted, reference)
    o, flat_o = _centred(observed, reference)
    reasons = [
        f"the prediction{sides} is constant over the readouts"
        if p_is_flat
        else f"the observed effect{sides} is constant over the readouts"
        if o_is_flat
        else ""
        for p_is_flat, o_is_flat in zip(flat_p, flat_o, strict=True)
    ]
    usable = ~(flat_p | flat_o)
    p, o = p[usable], o[usable]
    values = np.full(len(usable), np.nan)
    norms = np.linalg.norm(p, axis=1) * np.linalg.norm(o, axis=1)
    values[usable] = np.clip((p * o).sum(axis=1) / norms, -1, 1)
    return values, reasons


def _centred(side: np.ndarray, reference: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """``side`` minus ``reference`` minus its mean over the readouts, and which rows are zero but for rounding."""
    difference = side - reference
    difference = difference - difference.mean(axis=1, keepdims=True)
    largest = np.maximum(np.abs(side).max(axis=1), np.abs(reference).max())
    return difference, np.linalg.norm(difference, axis=1) <= ROUNDING * np.maximum(largest, 1e-300)


PEARSON = Metric("pearson", pearson, "higher", 1.0)
