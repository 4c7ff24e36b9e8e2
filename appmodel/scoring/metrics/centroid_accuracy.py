"""Centroid accuracy: is the prediction nearer to the right observed effect than to those of other conditions?"""

from __future__ import annotations

from scipy.spatial.distance import cdist

from .competitors import observed_rows, share_farther
from .form import Case, Metric, Scored


def centroid_accuracy(case: Case) -> Scored:
    """Share of the other test conditions j with |y'_i - y_j| > |y'_i - y_i| (Euclidean).

    Range 0 to 1, higher is better; 1 is perfect, and a perfect prediction scores 1 unless two observed effects are
    the same.  A tie counts one half.  A prediction that is the same for all conditions scores 0.5 on average over
    the conditions (exactly: their ranks are a permutation), but not for each: the most typical one scores 1.
    Undefined with fewer than two conditions; those without an observed effect are no competitors.
    Source: Systema (Vinas Torne et al., Nature Biotechnology 2025); there a tie counts nothing.
    """
    return share_farther(case, cdist(case.predicted, case.observed), observed_rows(case))


CENTROID_ACCURACY = Metric("centroid_accuracy", centroid_accuracy, "higher", 1.0)
