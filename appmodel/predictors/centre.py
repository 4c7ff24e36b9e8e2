"""The centre of many effects for a metric that is an unsquared norm; needs no torch."""

from __future__ import annotations

import numpy as np

_SAME_PLACE = 1e-10  # of the largest distance from the mean


def geometric_median(Y: np.ndarray, steps: int = 100) -> np.ndarray:
    """argmin_m sum_i |y_i - m| of the rows of ``Y`` (n, n_readouts), from the mean in ``steps`` steps.

    Weiszfeld's fixed point, T(m) = sum_i w_i y_i / sum_i w_i with w_i = 1 / |y_i - m|, is undefined where m falls on
    a data point.  There the other rows pull with r = |sum_i w_i (y_i - m)|, and the eta rows in that place hold m
    back: the next m is (1 - eta/r) T(m) + eta/r m, with T over the others; where eta >= r, m is the median
    (Vardi and Zhang, PNAS 2000).  Where it only just is (eta near r), the steps towards it are short, and the sum of
    distances may stay above its minimum by a thousandth.
    """
    centre = Y.mean(axis=0)
    close = _SAME_PLACE * np.linalg.norm(Y - centre, axis=1).max()
    for _ in range(steps):
        distance = np.linalg.norm(Y - centre, axis=1)
        here = distance <= close
        if here.all():
            break
        weights = np.divide(1.0, distance, out=np.zeros_like(distance), where=~here)
        step = weights @ Y / weights.sum()
        if here.any():
            pull, eta = np.linalg.norm(weights @ (Y - centre)), here.sum()
            if eta >= pull:
                return Y[here][0].copy()
            step += eta / pull * (centre - step)
        centre = step
    return centre
