"""Metrics: one value per condition, or NaN with the reason (section 4.1.2 of the paper)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from anndata import AnnData

# (values per condition, reason per condition: empty where the value is defined)
Scored = tuple[np.ndarray, list[str]]
N_EXPRESSED = 1000


def scored_readouts(effects: AnnData, n: int = N_EXPRESSED) -> np.ndarray:
    """Positions of the ``n`` readouts with the highest control expression.

    All readouts where the screen has no more than ``n``, or no ``var["control_mean"]`` (axes); ties go to the
    readout that comes first.
    """
    if effects.n_vars <= n or "control_mean" not in effects.var:
        return np.arange(effects.n_vars)
    order = np.argsort(-effects.var["control_mean"].to_numpy(), kind="stable")
    return np.sort(order[:n])


def l2(predicted: np.ndarray, observed: np.ndarray) -> Scored:
    """Euclidean distance |y' - y| of predicted and observed effects, both (n_conditions, n_readouts).

    Range 0 to infinity, lower is better, units of the effects (log1p); undefined where the prediction is.
    """
    predicted, observed, reasons = _defined(predicted, observed)
    return np.linalg.norm(predicted - observed, axis=1), reasons


def pearson(predicted: np.ndarray, observed: np.ndarray) -> Scored:
    """Pearson correlation of predicted and observed differences from control, both (n_conditions, n_readouts).

    Range -1 to 1, higher is better; undefined where either side is constant over the readouts.
    """
    predicted, observed, undefined = _defined(predicted, observed)
    p = predicted - predicted.mean(axis=1, keepdims=True)
    o = observed - observed.mean(axis=1, keepdims=True)
    norm_p, norm_o = np.linalg.norm(p, axis=1), np.linalg.norm(o, axis=1)
    # A constant vector differs from its mean by rounding alone.
    flat_p = norm_p <= 1e-12 * np.maximum(np.abs(predicted).max(axis=1), 1e-300)
    flat_o = norm_o <= 1e-12 * np.maximum(np.abs(observed).max(axis=1), 1e-300)
    reasons = [reason if reason else
               "the prediction is constant over the readouts" if p_is_flat else
               "the observed effect is constant over the readouts" if o_is_flat else ""
               for reason, p_is_flat, o_is_flat in zip(undefined, flat_p, flat_o, strict=True)]
    defined = np.array([not reason for reason in reasons])
    values = np.full(len(p), np.nan)
    values[defined] = (p[defined] * o[defined]).sum(axis=1) / (norm_p[defined] * norm_o[defined])
    return values, reasons


def _defined(predicted: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Both sides with rows that hold NaN or infinite values all NaN, and the reason for each such row."""
    p_bad, o_bad = (~np.isfinite(side).all(axis=1) for side in (predicted, observed))
    reasons = ["the prediction is undefined" if p else "the observed effect is undefined" if o else ""
               for p, o in zip(p_bad, o_bad, strict=True)]
    return np.where(p_bad[:, None], np.nan, predicted), np.where(o_bad[:, None], np.nan, observed), reasons


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], Scored]] = {"l2": l2, "pearson": pearson}
