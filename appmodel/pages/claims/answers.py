"""What was measured for one model on one screen, as a row of the claims table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..digits import three_digits
from .entries import Claims, Test
from .judging import CANNOT, TO_COME, verdict_of
from .measures import Measured, files_of


def answer_of(found: Measured | None, test: Test, screen: str, claims: Claims) -> dict[str, Any]:
    """The columns that say what was measured, with the verdict of this interval alone."""
    assert test.question is not None  # only what can be measured comes here
    asked = " and ".join(map(str, test.questions))
    answer = {
        **without_answer(),
        "screen": screen,
        "simulated": screen in claims.simulated,
        "task": test.where.get("task", ""),
        "metric": str(test.where.get("metric", test.where.get("measure"))),
        "found": found,
        "asked": f"{asked} {dict(test.where)}",
    }
    if test.cannot:
        answer["verdict"] = f"{CANNOT}: {test.cannot}"
    if found is None:
        return answer
    verdict = answer["verdict"] if test.cannot else verdict_of(found, test.question.sign)
    if verdict == CANNOT:
        return {**answer, "verdict": f"{CANNOT}: {found.ours or 'undefined'}"}
    by = f"measured by others ({test.others}): " if test.others else ""
    covered = "" if found.coverage == 1 else f", on {found.coverage:.0%} of the conditions"
    numbers = ("value", "low", "high", "reference", "margin")
    return {
        **answer,
        "ours": by + found.ours + covered,
        "interval": (f"{found.of}: " if test.also else "") + _interval(found),
        "alone": "" if test.cannot else verdict,
        "verdict": verdict,
        "file": ", ".join(files_of(test, screen)),
        **{name: getattr(found, name) for name in numbers},
    }


def without_answer() -> dict[str, Any]:
    """The columns where nothing was measured."""
    texts = ("ours", "screen", "task", "metric", "interval", "alone", "file", "asked")
    numbers = ("value", "low", "high", "reference", "margin", "q")
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(numbers, np.nan),
        "simulated": False,
        "found": None,
        "verdict": TO_COME,
    }


def _interval(found: Measured) -> str:
    """'difference -0.736 (-1.187 to -0.416)', with what it is judged against where that is not zero."""
    numbers = three_digits(found.value, found.low, found.high, sign="+" if found.what == "difference" else "")
    text = f"{found.what} {numbers[0]} ({numbers[1]} to {numbers[2]})"
    against = found.what in ("value", "ratio") and np.isfinite(found.reference)
    return f"{text}, against {three_digits(found.reference)[0]}" if against else text
