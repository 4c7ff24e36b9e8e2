"""Nearest genes: an unseen gene does what its relatives in the network do."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from anndata import AnnData

from ..names import genes_of
from ..networks import Network
from .anchor import Anchor
from .base import Predictor

COUNTS = (1, 2, 3, 5, 10, 20)


class NearestGenes(Predictor):
    """Predicts for an unseen gene the mean effect of the k measured genes that are nearest to it in the network.

    Nearness is the mean over the network's sources of the cosine between two genes; k (of 1, 2, 3, 5, 10, 20) has the
    smallest left-out error of the training singles.  Genes without any tie to a measured one get the mean of the
    training singles.  Measured genes keep their effect, combinations are scaled sums (``Anchor``).
    Raises ``ValueError`` without a network, without a training single, and where they share no gene.
    """

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return True

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        if network is None:
            raise ValueError("NearestGenes looks for neighbours in a network: pass load_network(...) to fit.")
        self.anchor_, self.network_ = Anchor().fit(list(effects.obs_names), np.asarray(effects.X, dtype=float)), network
        self.genes_, self.effects_ = list(self.anchor_.singles_), np.array(list(self.anchor_.singles_.values()))
        network.check_overlap(self.genes_, "the training conditions")
        near = network.similarity(self.genes_, self.genes_)
        np.fill_diagonal(near, 0)
        counts = [k for k in COUNTS if k < len(self.genes_)] or [1]
        errors = [np.linalg.norm(self._means(near, k) - self.effects_, axis=1).mean() for k in counts]
        self.k_ = counts[int(np.argmin(errors))]

    def _predict(self, names: list[str]) -> np.ndarray:
        unseen = sorted({gene for name in names for gene in genes_of(name)} - set(self.genes_))
        effects: Iterable[np.ndarray] = ()
        if unseen:
            effects = self._means(self.network_.similarity(unseen, self.genes_), self.k_)
        return self.anchor_.predict(names, dict(zip(unseen, effects, strict=True)))

    def _means(self, near: np.ndarray, k: int) -> np.ndarray:
        """Mean effect of the k nearest genes (n, n_readouts); of equally near ones the first count."""
        order = np.argsort(-near, axis=1, kind="stable")[:, :k]
        tied = np.take_along_axis(near, order, axis=1) > 0
        found = [
            self.effects_[row[known]].mean(axis=0) if known.any() else self.effects_.mean(axis=0)
            for row, known in zip(order, tied, strict=True)
        ]
        return np.array(found)
