"""The rule of the claims page: margin, several seeds, many comparisons, and models that say nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from ...provenance import rows_name
from ...scoring.intervals import APART, says
from .entries import MODELS, OTHERS, Question, Test
from .measures import Measured, Tables, of_scores

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", APART
TO_COME, CANNOT, SENSELESS = "not yet measured", "cannot be tested here", "does not apply"
CONSTANT = "not testable: the model does not beat a constant"
DECIDED = (HOLDS, FAILS, UNDECIDED)
FALSE_DISCOVERIES = 0.05
# What a model has to beat before anything can be said of its parts.
CONSTANTS = ("training_mean", "training_median")
_WIDTH = 2 * 1.959964  # of a 95 % interval, in standard errors


def verdict_of(found: Measured, sign: str = "<") -> str:
    """Holds, does not hold, or cannot be told apart, before many comparisons are thought of.

    A claim holds where the 95 % interval of what is judged lies wholly on the claimed side of the reference, further
    than the margin; it does not hold where the interval lies wholly on the other side, as far.  In between, and with
    a single seed, the two cannot be told apart, which does not support the claim.  Of a claim that something is no
    more than stated ('<='), the interval has to end at the reference.
    """
    if not np.isfinite([found.low, found.high, found.reference]).all():
        return CANNOT
    low, high = found.low - found.reference, found.high - found.reference
    if found.seeds < 2:
        return UNDECIDED
    if sign == "<=" and high <= 0:
        return HOLDS
    read = says(low, high, found.margin, better="higher" if sign == ">" else "lower")
    return {"better": HOLDS, "worse": FAILS, UNDECIDED: UNDECIDED}[read]


def least(answers: Sequence[Measured | None], sign: str = "<") -> Measured | None:
    """Of answers that all have to come out, the one that stands least; None where one is missing.

    One that fails goes before one that cannot be told apart, this before one that holds, and of the same verdict the
    one with the largest p value.  So all of them hold where this one does, at no smaller p value than theirs.
    """
    known = [found for found in answers if found is not None]
    if len(known) < len(answers) or not known:
        return None
    order = [CANNOT, FAILS, UNDECIDED, HOLDS]
    found = min(known, key=lambda each: (order.index(verdict_of(each, sign)), -p_value(each)))
    return found if len(known) == 1 else replace(found, ours="; ".join(each.ours for each in known))


def p_value(found: Measured) -> float:
    """Two-sided p of the value against the nearer edge of the margin, its standard error read off the interval.

    Normal approximation; 1 within the margin, 0 where nothing varies (a count).
    """
    beyond = abs(found.value - found.reference) - found.margin
    error = (found.high - found.low) / _WIDTH
    if not beyond > 0:
        return 1.0
    return math.erfc(beyond / error / math.sqrt(2)) if error > 0 else 0.0


def says_nothing(test: Test, screen: str, model: str, read: Tables) -> bool:
    """Whether ``model`` is not shown to beat a constant where a question about its parts or its attention is asked.

    Then an ablation compares constants, and attention explains nothing that could be explained.  False where the
    tables do not say.
    """
    where = test.where
    if "study" in where:
        study, task = where["study"], where["task"]
    elif where.get("table") == "interpretability":
        study = "demo" if screen == "demo" else "real"
        task = "doubles" if where.get("task") == "doubles" else "unseen"
    else:
        return False
    name = rows_name(study, screen, task)
    return read.once((name, model), lambda: _is_beaten(read(name), model))


def _is_beaten(scores: pd.DataFrame | None, model: str) -> bool:
    known = set() if scores is None else set(scores["method"])
    rivals = [name for name in CONSTANTS if {name, model} <= known]
    return any(verdict_of(of_scores(scores, Question(model, "", "<", name), "l2")) != HOLDS for name in rivals)


def judged(rows: list[dict]) -> list[dict]:
    """The rows with their final verdict: of all comparisons of a model, those that hold at the false discovery rate.

    What an interval says by itself stays in 'alone': that is what the chapters say, which ask one question at a time.
    Every row has 'found' (``Measured`` or None), 'verdict' and 'model'; 'q' is the p value adjusted as Benjamini and
    Hochberg do, the false discovery rate at which the row would be called.  What others measured counts as one model.
    """
    by_model: dict[str, list[dict]] = {}
    for row in rows:
        if row["verdict"] in DECIDED and row["kind"] != "repeat":
            by_model.setdefault(row["model"] if row["model"] in MODELS else OTHERS, []).append(row)
    adjusted_of: dict[tuple, float] = {}
    for of_model in by_model.values():
        q = false_discovery_control([p_value(row["found"]) for row in of_model])
        adjusted_of |= {_key(row): float(value) for row, value in zip(of_model, q, strict=True)}
    for row in rows:
        if row["verdict"] in DECIDED:
            row["q"] = adjusted_of.get(_key(row), 1.0)
            if row["q"] > FALSE_DISCOVERIES and row["verdict"] != UNDECIDED:
                row["verdict"] = UNDECIDED
    return rows


def _key(row: dict) -> tuple:
    """A repeated claim is the same comparison as the one that it repeats."""
    return row["model"], row["screen"], row["asked"]
