"""Perturbation discrimination by direction: is the predicted effect more parallel to the right one than to others?"""

from __future__ import annotations

import numpy as np

from .competitors import observed_rows, share_farther
from .form import Case, Metric, Scored


def discrimination_cosine(case: Case) -> Scored:
    """Share of the other test conditions j with cos(y'_i, y_j) < cos(y'_i, y_i).

    ``discrimination`` in the cosine distance 1 - cos, with the same rules: range 0 to 1, higher is better, 1 is
    perfect, a tie counts one half (the middle of the ranks that tie).  Blind to the size of every effect; a perfect
    prediction scores 1 unless two observed effects are parallel.  An effect of zero has the cosine 0 with every other:
    no change scores 0.5 for each condition.  Undefined with fewer than two conditions; those without an observed
    effect are no competitors.
    Source: ``pds_cosine`` of cell-eval2 with its mid-ranks (Arc Research Institute, 2026; after Roohani et al., Cell
    2025), which divides by n, not by n - 1, unless told to, and leaves the perturbed genes out: ours does not, as a
    case has no gene names.
    """
    cosine = _directions(case.predicted) @ _directions(case.observed).T
    # 2 - cos in place of 1 - cos: what counts as a tie is relative, and parallel effects would have the distance 0.
    return share_farther(case, 2 - cosine, observed_rows(case))


def _directions(effects: np.ndarray) -> np.ndarray:
    """Each effect (n_conditions, n_readouts) divided by its length; an effect of zero stays zero."""
    lengths = np.linalg.norm(effects, axis=1, keepdims=True)
    return np.divide(effects, lengths, out=np.zeros(effects.shape), where=lengths != 0)


DISCRIMINATION_COSINE = Metric("discrimination_cosine", discrimination_cosine, "higher", 1.0)
