"""What may be asked of a run over all pairs, refused before anything is predicted or written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...arguments import listed
from ...names import genes_of, repeated, shown
from ...predictors import Predictor

CRITERIA = ("size", "deviation", "predicted_error", "likeness")
WHY = {
    "predicted_error": "this predictor does not state how far it errs",
    "likeness": "no wanted state was given (wanted=)",
}


def checked_genes(genes: Sequence[str]) -> list[str]:
    """The genes, sorted.  Raises ``ValueError`` for one that is none or is named twice, and for fewer than two."""
    names = [str(gene) for gene in listed("genes", genes, "['KLF1', 'CEBPA']")]
    if twice := repeated(names):
        raise ValueError(f"Gene {shown(twice)} was named twice: name each gene once.")
    if combined := [name for name in names if genes_of(name) != (name,)]:
        raise ValueError(f"{shown(combined)} is no single gene: name genes, all their pairs are predicted.")
    if len(names) < 2:
        raise ValueError(f"{len(names)} gene(s) make no pair: name two or more.")
    return sorted(names)


def checked_wanted(wanted: pd.Series | np.ndarray, readouts: pd.Index) -> list[float]:
    """The wanted effect (n_readouts,) in the order of ``readouts``; ``ValueError`` where it does not fit them."""
    if isinstance(wanted, pd.Series):
        if len(missing := readouts.difference(wanted.index)):
            raise ValueError(f"The wanted state lacks {shown(missing)}: give a value for each readout of the model.")
        wanted = wanted[readouts]
    goal = np.asarray(wanted, dtype=float)
    if goal.shape != (len(readouts),) or not np.isfinite(goal).all() or not goal.any():
        raise ValueError(
            f"The wanted state has the shape {goal.shape}: give a finite difference from control for each of the "
            f"{len(readouts)} readouts, not all of them zero."
        )
    return goal.tolist()


def kept_of(keep: Sequence[str] | None, criterion: str, model: Predictor, genes: list[str], wanted: bool) -> list[str]:
    """The names of what is kept of each pair, in their order; all that there is where ``keep`` is None.

    Raises ``ValueError`` for what cannot be kept, and where the ``criterion`` is not among it.
    """
    there = dict.fromkeys(CRITERIA, True) | {
        "predicted_error": "predicted_error" in model.predict(["+".join(genes[:2])]).obs,
        "likeness": wanted,
    }
    asked = [name for name in CRITERIA if there[name]] if keep is None else list(keep)
    if unknown := [name for name in asked if name not in CRITERIA]:
        raise ValueError(f"{shown(unknown)} cannot be kept of a pair: choose from {', '.join(CRITERIA)}.")
    if absent := [name for name in asked if not there[name]]:
        raise ValueError(f"{absent[0]!r} cannot be kept of a pair: {WHY[absent[0]]}.")
    if criterion not in asked:
        why = f"choose from {', '.join(asked)}" if there.get(criterion, True) else WHY[criterion]
        raise ValueError(f"criterion={criterion!r} is not kept of a pair here: {why}.")
    return [name for name in CRITERIA if name in asked]
