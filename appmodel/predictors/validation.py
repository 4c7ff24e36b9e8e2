"""Which training conditions a predictor leaves out to judge itself: of the kind that it will be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..names import genes_of

VALIDATIONS = ("auto", "genes", "doubles", "conditions")


def validation_kind(names: Sequence[str], targets: Sequence[str]) -> Literal["genes", "doubles", "conditions"]:
    """What ``validation="auto"`` means: the kind of condition that is likely to be asked for.

    ``doubles`` where training holds two or more doubles of measured genes and every gene that the screen perturbs
    (``targets``), else ``genes``; ``conditions`` where there are too few of both.  It looks at names only.
    """
    genes = [genes_of(name) for name in names]
    nothing_unseen = set(targets) <= {gene for each in genes for gene in each}
    if nothing_unseen and len(_doubles(genes)) > 1:
        return "doubles"
    return "genes" if sum(len(each) == 1 for each in genes) > 1 else "conditions"


def left_out(
    names: Sequence[str], kind: str, fraction: float, seed: int, member: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the training conditions train and which validate (n,) bool each.

    ``doubles``: a ``fraction`` of the doubles of measured genes validates.  ``genes``: that share of the genes, by
    their singles (or by all that holds them, where no single is measured); other conditions with such a gene do
    neither.  ``conditions``: any of them.  Members of an ensemble take parts of one random order in turn, so that they
    leave out different ones.  Raises ``ValueError`` where nothing is left to train or to validate on.
    """
    genes = [genes_of(name) for name in names]
    if kind == "doubles":
        pool = [{i} for i in _doubles(genes)]
    elif kind == "genes":
        singles = {each[0]: {i} for i, each in enumerate(genes) if len(each) == 1}
        pool = list(singles.values()) or [
            {i for i, each in enumerate(genes) if gene in each}
            for gene in sorted({gene for each in genes for gene in each})
        ]
    else:
        pool = [{i} for i in range(len(names))]
    validates = np.zeros(len(names), dtype=bool)
    if pool:
        n = int(np.clip(round(fraction * len(pool)), 1, max(len(pool) - 1, 1)))
        order = np.random.default_rng(seed).permutation(len(pool))
        validates[sorted(set().union(*(pool[i] for i in np.roll(order, -member * n)[:n])))] = True
    trains = ~validates
    if kind == "genes":
        held_out = {gene for each, out in zip(genes, validates, strict=True) if out for gene in each}
        trains &= [held_out.isdisjoint(each) for each in genes]
    if not trains.any() or not validates.any():
        raise ValueError(
            f"Of {len(names)} training conditions none is left to train or to validate on with "
            f"validation={kind!r}: train APP on at least two conditions of that kind."
        )
    return trains, validates


def _doubles(genes: Sequence[tuple[str, ...]]) -> list[int]:
    """Positions of the pairs whose genes were both measured alone."""
    singles = {each[0] for each in genes if len(each) == 1}
    return [i for i, each in enumerate(genes) if len(each) == 2 and singles.issuperset(each)]
