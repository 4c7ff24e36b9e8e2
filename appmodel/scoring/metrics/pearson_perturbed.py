"""Pearson correlation of predicted and observed differences from the training perturbed mean."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, missing
from .pearson import correlation


def pearson_perturbed(case: Case) -> Scored:
    """Pearson correlation r(y' - m, y - m), where m is the mean effect of the training conditions.

    What all perturbations have in common is taken off, so that a method must say what is special about each.  Range
    -1 to 1, higher is better, 1 is perfect.  Undefined where either side is constant over the readouts (the training
    mean as a prediction is), never 0.  Source: Systema (Vinas Torne et al., Nature Biotechnology 2025), whose
    reference is the same unweighted mean over the training conditions.
    """
    if case.training_mean is None:
        return missing(case, "the training mean is not stated")
    if not np.isfinite(case.training_mean).all():
        return missing(case, "the training mean is undefined")
    return correlation(case.predicted, case.observed, case.training_mean, " minus the training mean")


PEARSON_PERTURBED = Metric("pearson_perturbed", pearson_perturbed, "higher", 1.0)
