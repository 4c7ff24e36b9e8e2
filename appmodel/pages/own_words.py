"""The verdict on a screen of one's own in words: this chapter alone is written by its numbers."""

from __future__ import annotations

import numpy as np

from ..studies.own_screen import Verdict
from ..studies.own_screen.verdicts import FEWEST
from .looks import readable

_ASKED = {
    "doubles": "pairs of genes that were measured alone",
    "unseen": "genes that nothing measured perturbs",
    "pairs": "pairs of genes that other pairs perturb",
}
_DECIDES = {
    "yes": "A second measurement would be nearer than the best constant, so this screen can tell predictors apart.",
    "no": "A second measurement would be no nearer than the best constant: this screen decides nothing, "
    "whoever seems to win.",
    "": "How far a second measurement would be off is not known: the screen states no sampling variance.",
}


def verdict_in_words(verdict: Verdict) -> str:
    """What hiding conditions showed for one question, in Markdown: who wins, by how much, and what could be told."""
    n, splits = verdict.scores["condition"].nunique(), verdict.scores["seed"].nunique()
    model, simple = readable(verdict.model), readable(verdict.best_simple)
    interval = f" [{verdict.low:.2f}, {verdict.high:.2f}]" if np.isfinite(verdict.low) else ""
    numbers = f"it errs {verdict.ratio:.2f}{interval} times as much as {simple}, the best of these"
    if verdict.model_wins:
        head = f"**{model} is better than every constant and every sum**: {numbers}."
    else:
        head = f"**{model} is not better than constants and sums**: {numbers}. Predictions are made by {simple}."
    power = (
        " Both predict the same."
        if verdict.high - verdict.low < 1e-6
        else f" A gain below {100 * verdict.detectable:.0f} % could not have been told from none."
        if np.isfinite(verdict.detectable)
        else f" That is too little to tell ({FEWEST} different hidden conditions and two splits are needed)."
    )
    return f"On {_ASKED[verdict.task]} ({n} hidden in {splits} splits): {head}{power} {_DECIDES[verdict.decides]}"
