"""How a condition's own distance compares with those to its competitors; ties count one half."""

from __future__ import annotations

import numpy as np

from .form import Case, Scored, defined, missing

ROUNDING = 1e-12  # relative; distances that differ by less differ in the order of their sums only
TOO_FEW = "fewer than two test conditions are defined, so there is nothing to tell it from"


def observed_rows(case: Case) -> np.ndarray:
    """Conditions (n_conditions,) whose observed effect is defined: the others are nobody's competitor."""
    return np.isfinite(case.observed).all(axis=1)


def share_farther(case: Case, distances: np.ndarray, takes_part: np.ndarray) -> Scored:
    """For each row i the share of competitors j != i with ``distances[i, j] > distances[i, i]`` (n_conditions,).

    ``distances`` is (n_conditions, n_conditions), its diagonal the right matches; ``takes_part`` (n_conditions,)
    says which columns compete; with fewer than two all is undefined.  A tie counts one half: what drawing lots would
    give on average.
    """
    if takes_part.sum() < 2:
        return missing(case, TOO_FEW)
    own = np.diag(distances)[:, None]
    tied = np.abs(distances - own) <= ROUNDING * np.maximum(distances, own)
    points = np.where(tied, 0.5, distances > own)
    competes = takes_part & ~np.eye(len(distances), dtype=bool)
    return defined((points * competes).sum(axis=1) / competes.sum(axis=1))
