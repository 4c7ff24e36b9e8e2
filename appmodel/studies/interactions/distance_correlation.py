"""Distance correlation: zero for independent profiles only, one for profiles alike up to scale and shift."""

from __future__ import annotations

import numpy as np


def distances(profile: np.ndarray) -> np.ndarray:
    """Distances between the readouts of a profile (n_readouts,) or of several, (n_readouts, n_profiles): (n, n)."""
    profile = np.asarray(profile, dtype=float)
    if profile.ndim == 1:
        return np.abs(profile[:, None] - profile)
    return np.sqrt(sum((column[:, None] - column) ** 2 for column in profile.T))


def centred(distance: np.ndarray) -> np.ndarray:
    """Distances (n, n) with the means of rows and columns taken away and the mean of all added: A_kl."""
    rows = distance.mean(axis=0)
    return distance - rows - rows[:, None] + rows.mean()


def correlation_of(A: np.ndarray, B: np.ndarray) -> float:
    """Distance correlation from centred distances; NaN where one side is constant (its variance is zero)."""
    own = np.sqrt(np.vdot(A, A) * np.vdot(B, B))
    return float(np.sqrt(max(np.vdot(A, B), 0.0) / own)) if own > 0 else float("nan")


def distance_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Distance correlation of two sides observed at the same readouts, each (n_readouts,) or (n_readouts, n).

    dCor = sqrt(V(x, y) / sqrt(V(x, x) V(y, y))), V(x, y) = mean over k, l of A_kl B_kl, with A and B the centred
    distances of the readouts (Szekely, Rizzo and Bakirov, Annals of Statistics 2007, definitions 4 and 5).  Range 0
    to 1; with few readouts it is well above 0 even for independent sides.  NaN, where the source says 0, if one
    side is constant.  Raises ``ValueError`` where the sides differ in length.
    """
    if len(x) != len(y):
        raise ValueError(f"The sides hold {len(x)} and {len(y)} readouts: give both over the same readouts.")
    return correlation_of(centred(distances(x)), centred(distances(y)))
