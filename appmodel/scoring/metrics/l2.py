"""L2 distance: the paper's main metric (section 4.1.2), with and without the genes that were perturbed."""

from __future__ import annotations

from functools import partial

import numpy as np

from .form import Case, Metric, Scored, defined, missing


def l2(case: Case, targets: bool = True) -> Scored:
    """Euclidean distance |y' - y| of predicted and observed effects over the scored readouts.

    Range 0 to infinity, lower is better, 0 is perfect; units of the effects (log1p).  No ties, no zero rules.
    Without ``targets`` the genes that a condition perturbs are left out of its distance: that a knocked-down gene goes
    down is no prediction.  Undefined where no readout of the case is such a gene, as on axes.
    Source: Ahlmann-Eltze, Huber and Anders, Nature Methods 2025; the paper's section 4.1.2.
    """
    difference = case.predicted - case.observed
    if targets:
        return defined(np.linalg.norm(difference, axis=1))
    if case.targets is None:
        return missing(case, "no readout is a gene that a test condition perturbs")
    return defined(np.linalg.norm(np.where(case.targets, 0.0, difference), axis=1))


L2 = Metric("l2", l2, "lower", 0.0)
L2_WITHOUT_TARGETS = Metric("l2_without_targets", partial(l2, targets=False), "lower", 0.0)
