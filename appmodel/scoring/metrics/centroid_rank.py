"""Centroid rank: is a condition's own prediction nearer to its observed effect than the predictions for others?"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from .competitors import observed_rows, share_farther
from .form import Case, Metric, Scored


def centroid_rank(case: Case) -> Scored:
    """Share of the other test conditions j with |y'_j - y_i| < |y'_i - y_i| (Euclidean).

    The other way round than ``centroid_accuracy``: here the predictions compete for one observed effect.  Range 0 to
    1, lower is better; 0 is perfect, and a perfect prediction scores 0 unless two observed effects are the same.  A
    tie counts one half, so a prediction that is the same for all conditions scores 0.5 for each.  Undefined with
    fewer than two conditions; those without a prediction or an observed effect are no competitors.
    Source: PerturBench (Wu et al., arXiv 2408.10609, 2024), whose code draws lots on ties and divides by n, not by
    n - 1: multiply by (n - 1) / n for its scale.
    """
    takes_part = observed_rows(case) & np.isfinite(case.predicted).all(axis=1)
    farther, reasons = share_farther(case, cdist(case.observed, case.predicted), takes_part)
    return 1 - farther, reasons


CENTROID_RANK = Metric("centroid_rank", centroid_rank, "lower", 0.0)
