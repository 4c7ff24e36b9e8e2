"""Hit discovery: which perturbations move a readout most, among those that one would test first?"""

from __future__ import annotations

from functools import partial
from typing import Literal, get_args

import numpy as np

from .competitors import TOO_FEW, observed_rows
from .form import Case, Metric, Scored, missing

HITS = 5  # per cent of the test conditions that are the hits of a readout
BUDGETS = (5, 10, 20)  # per cent of the test conditions that are tested
Direction = Literal["both", "up", "down"]


def hits(case: Case, percent: int = 10) -> Scored:
    """Share of the readouts whose hit a condition is that find it among the ``percent`` strongest predictions.

    The hits of a readout are the ``HITS`` = 5 % of the test conditions with the largest observed |y| (rounded down,
    one at least); those that tie with the last belong to it, those that did not change (exactly 0) never do.  Tested
    are the ``percent`` with the largest |y'| (rounded up), at least as many as there are hits; ties of the prediction
    at the last place count with their chance to be tested.  Range 0 to 1, higher is better, 1 is perfect; no change
    and every other constant score chance, which is the share that is tested.  A condition without a prediction or
    an observed effect does not compete.  Undefined for a condition that is nobody's hit and with fewer than two
    conditions; readouts that all conditions change alike have no hits.
    One value per condition, so that rows are paired as those of other metrics are: their mean counts every condition
    that is a hit alike, the mean of ``hit_recall`` every readout, and with it strong perturbations more.
    Source: the hit prioritisation of PerturbHD (Bereket and Leskovec, bioRxiv 2026), by absolute effects.
    """
    if observed_rows(case).sum() < 2:
        return missing(case, TOO_FEW)
    is_hit, tested = _hits_and_tested(case.predicted, case.observed, percent, "both")
    count = is_hit.sum(axis=1)
    values = np.full(len(count), np.nan)
    values[count > 0] = (is_hit * tested).sum(axis=1)[count > 0] / count[count > 0]
    return values, ["" if n else f"it is no hit of any readout: never among the strongest {HITS} %" for n in count]


def hit_recall(
    predicted: np.ndarray, observed: np.ndarray, percent: int = 10, direction: Direction = "both"
) -> np.ndarray:
    """Share of the hits of each readout that are among the ``percent`` strongest predictions (n_readouts,).

    ``predicted`` and ``observed`` (n_conditions, n_readouts) are differences from control; one readout is one column.
    Which perturbations move my gene, and in which ``direction``: 'both' ranks by |y|, 'up' by y and 'down' by -y.
    Hits, tests and ties as in ``hits``; a hit without a prediction is not found.  NaN for a readout without hits (it
    does not vary, or moves the other way) and where nothing is predicted.  Chance is the share that is tested.
    Raises ``ValueError`` for arrays of other or unlike shapes, a share that is none, and an unknown direction.
    """
    if np.ndim(observed) != 2 or np.shape(predicted) != np.shape(observed):
        raise ValueError(
            f"Predicted {np.shape(predicted)} and observed {np.shape(observed)} effects differ in shape: "
            f"give both as (n_conditions, n_readouts)."
        )
    if not 0 < percent <= 100 or direction not in get_args(Direction):
        raise ValueError(f"Test 1 to 100 per cent, in direction {get_args(Direction)}: not {percent}, {direction!r}.")
    is_hit, tested = _hits_and_tested(np.asarray(predicted, float), np.asarray(observed, float), percent, direction)
    count = is_hit.sum(axis=0)
    recall = np.full(len(count), np.nan)
    recall[count > 0] = (is_hit * tested).sum(axis=0)[count > 0] / count[count > 0]
    return recall


def _hits_and_tested(
    predicted: np.ndarray, observed: np.ndarray, percent: int, direction: Direction
) -> tuple[np.ndarray, np.ndarray]:
    """Which conditions are hits of which readouts, and the chance that they are tested, both of the inputs' shape."""
    known = np.isfinite(observed).all(axis=1)
    ranked = known & np.isfinite(predicted).all(axis=1)
    if not ranked.any():
        return np.zeros(observed.shape, dtype=bool), np.zeros(observed.shape)
    o, p = _strength(observed, direction, known), _strength(predicted, direction, ranked)
    n_hits = max(HITS * known.sum() // 100, 1)
    is_hit = (o >= np.sort(o, axis=0)[-n_hits]) & (o > 0)
    is_hit &= is_hit.sum(axis=0) < known.sum()
    # Whole perturbations are tested.
    places = np.maximum(-(-percent * ranked.sum() // 100), is_hit[ranked].sum(axis=0))
    last = np.take_along_axis(np.sort(p, axis=0), len(p) - places[None], axis=0)
    above, tied = p > last, p == last
    return is_hit, above + (places - above.sum(axis=0)) / tied.sum(axis=0) * tied


def _strength(effects: np.ndarray, direction: Direction, takes_part: np.ndarray) -> np.ndarray:
    """What conditions are ranked by, the largest first; those that do not take part come last of all."""
    signed = {"both": np.abs, "up": np.positive, "down": np.negative}[direction](effects)
    return np.where(takes_part[:, None], signed, -np.inf)


HITS_5, HITS_10, HITS_20 = (
    Metric(f"hits_{percent}", partial(hits, percent=percent), "higher", 1.0) for percent in BUDGETS
)
