"""L2 distance: the paper's main metric (section 4.1.2)."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored, defined


def l2(case: Case) -> Scored:
    """Euclidean distance |y' - y| of predicted and observed effects over the scored readouts.

    Range 0 to infinity, lower is better, 0 is perfect; units of the effects (log1p).  No ties, no zero rules.
    Source: Ahlmann-Eltze, Huber and Anders, Nature Methods 2025; the paper's section 4.1.2.
    """
    return defined(np.linalg.norm(case.predicted - case.observed, axis=1))


L2 = Metric("l2", l2, "lower", 0.0)
