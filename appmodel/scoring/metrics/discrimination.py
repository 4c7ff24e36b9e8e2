"""Perturbation discrimination score: can the perturbation be told from the predicted effect?"""

from __future__ import annotations

from scipy.spatial.distance import cdist

from .competitors import observed_rows, share_farther
from .form import Case, Metric, Scored


def discrimination(case: Case) -> Scored:
    """Share of the other test conditions j with |y'_i - y_j|_1 > |y'_i - y_i|_1 (sum of absolute differences).

    ``centroid_accuracy`` in the L1 distance, with the same rules: range 0 to 1, higher is better, 1 is perfect, a tie
    counts one half, a prediction that is the same for all conditions scores 0.5 on average over the conditions.
    Undefined with fewer than two conditions; those without an observed effect are no competitors.
    Source: cell-eval (Virtual Cell Challenge; Roohani et al., Cell 2025).  Its score is 1 - rank / n, ours
    1 - rank / (n - 1): cell-eval = 1 - (1 - ours) (n - 1) / n.  It leaves the perturbed gene out of the distances,
    ours does not (a case has no gene names), and it breaks ties by the order of the names.
    """
    return share_farther(case, cdist(case.predicted, case.observed, "cityblock"), observed_rows(case))


DISCRIMINATION = Metric("discrimination", discrimination, "higher", 1.0)
