"""Negative controls: a predictor robbed of what it should need."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from anndata import AnnData
from sklearn.base import BaseEstimator, clone

from ..arguments import called, whole_number
from ..names import genes_of
from ..networks import Network
from .base import Predictor


class PermutedConditions(Predictor):
    """Fits ``predictor`` after exchanging which effect belongs to which training condition.

    Among the training conditions with the same number of genes, each gets the effect of another, with all that hangs
    on it (``n_cells``, ``sampling_var``), by one random cycle drawn from ``seed``: none keeps its own, unless it is
    alone of its size.  What such a predictor scores is what it gets without knowing which gene did what: the centre,
    the spread, and any leak.  Learned: ``predictor_``, the fitted copy, and ``source_``, condition -> the condition
    whose effect it got.  ``predictor`` keeps a ``seed`` of its own (``predictor__seed``).
    Raises ``ValueError`` where no two training conditions have the same number of genes, and what ``predictor`` raises.
    """

    def __init__(self, predictor: Predictor, seed: int = 0) -> None:
        self.predictor = predictor
        self.seed = seed

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        # As the predictor calls itself, which may be shorter than all its parameters.
        return f"PermutedConditions(predictor={self.predictor!r}, seed={self.seed!r})"

    @property
    def constant(self) -> bool:
        """Whether ``predictor`` says the same of every condition by design."""
        return getattr(self.predictor, "constant", False)

    def predict(self, conditions: Sequence[str]) -> AnnData:
        """What the fitted ``predictor`` says of ``conditions``, unchanged."""
        self._check_fitted()
        return self.predictor_.predict(conditions)

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        if isinstance(self.predictor, type) or not hasattr(self.predictor, "fit"):
            raise ValueError(f"predictor={called(self.predictor)} is no predictor: pass one like LinearModel().")
        names = list(effects.obs_names)
        order = exchanged(names, self.seed)
        self.source_ = {name: names[i] for name, i in zip(names, order, strict=True)}
        moved = effects[order].copy()
        moved.obs_names = names
        fresh = clone(self.predictor) if isinstance(self.predictor, BaseEstimator) else copy.deepcopy(self.predictor)
        self.predictor_ = fresh
        fresh.fit(moved, network=network)


def exchanged(names: Sequence[str], seed: int) -> np.ndarray:
    """For each condition the row of another with as many genes (n,), by one random cycle per number of genes.

    The order of ``names`` changes nothing.  Raises ``ValueError`` where no two conditions have as many genes.
    """
    sizes, rng = np.array([len(genes_of(name)) for name in names]), np.random.default_rng(whole_number("seed", seed))
    order, by_name = np.arange(len(names)), np.argsort(np.array(names, dtype=object))
    for size in np.unique(sizes):
        cycle = rng.permutation(by_name[sizes[by_name] == size])
        order[cycle] = np.roll(cycle, 1)
    if (order == np.arange(len(names))).all():
        raise ValueError(
            "No two training conditions perturb the same number of genes, there is nothing to exchange: train on more."
        )
    return order
