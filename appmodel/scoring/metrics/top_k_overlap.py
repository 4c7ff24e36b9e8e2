"""Overlap of the most changed readouts."""

from __future__ import annotations

import numpy as np

from .form import Case, Metric, Scored

K = 20


def top_k_overlap(case: Case) -> Scored:
    """Share of the ``K`` = 20 readouts with the largest observed |y| that are among as many with the largest |y'|.

    Range 0 to 1, higher is better, 1 is perfect; chance is the size of the set divided by the number of readouts.
    Blind to sign and size.  The observation decides the set: readouts that tie with its last one belong to it,
    readouts that did not change (exactly 0) never do, so it has m readouts instead of ``K``.  Ties of the prediction
    at the m-th place count with their chance to be drawn, the expected overlap in closed form: no change scores m
    divided by the number of readouts.  Undefined where nothing changed and where the set is all readouts.
    Source: the overlap at k of cell-eval (Roohani et al., Cell 2025).  There genes are ranked by fold change among
    those whose p-value is small on either side; ours needs no test, and ranks by the size of the effect.
    """
    o, p = np.abs(case.observed), np.abs(case.predicted)
    n = o.shape[1]
    rows = np.arange(len(o))
    measured = (o >= np.sort(o, axis=1)[:, [-min(K, n)]]) & (o > 0)
    m = measured.sum(axis=1)
    last = np.sort(p, axis=1)[rows, n - np.maximum(m, 1)][:, None]  # the m-th largest prediction
    above, tied = p > last, p == last
    chance = (m - above.sum(axis=1)) / np.maximum(tied.sum(axis=1), 1)
    hits = (above & measured).sum(axis=1) + chance * (tied & measured).sum(axis=1)
    values = np.where((m > 0) & (m < n), hits / np.maximum(m, 1), np.nan)
    return values, [
        "nothing changed in the observed effect"
        if size == 0
        else f"all readouts are among the {K} most changed"
        if size == n
        else ""
        for size in m
    ]


TOP_K_OVERLAP = Metric("top_k_overlap", top_k_overlap, "higher", 1.0)
