"""Main effects: every gene has a part of its own in whatever pair it is in."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..names import genes_of
from ..networks import Network
from .anchor import Anchor
from .base import Predictor
from .kernel_ridge import leave_one_out


class MainEffects(Predictor):
    """Predicts s (y_A + y_B) + u_A + u_B: the scaled sum and what each gene adds to all its pairs.

    The u are the ridge solution over the training doubles of measured genes, the ridge by leave-one-out; zero for a
    gene in none of them.  Singles, and genes that were not measured, are predicted as the ``Anchor`` has them.
    Raises ``ValueError`` without a training single.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        names, Y = list(effects.obs_names), np.asarray(effects.X, dtype=float)
        self.anchor_ = Anchor().fit(names, Y)
        rows = [i for i, name in enumerate(names) if self.anchor_.knows_sum(genes_of(name))]
        pairs = [names[i] for i in rows]
        self.place_ = {gene: i for i, gene in enumerate(sorted({gene for name in pairs for gene in genes_of(name)}))}
        self.main_effects_ = np.zeros((len(self.place_), Y.shape[1]))
        if len(pairs) > 1:
            X, R = self._indicator(pairs), Y[rows] - self.anchor_.predict(pairs)
            ridge, _ = leave_one_out(X @ X.T, R)
            self.main_effects_ = X.T @ np.linalg.solve(X @ X.T + ridge * np.eye(len(X)), R)

    def _predict(self, names: list[str]) -> np.ndarray:
        return self.anchor_.predict(names) + self._indicator(names) @ self.main_effects_

    def _indicator(self, names: list[str]) -> np.ndarray:
        """One at each gene of each combination (n_conditions, n_genes); nothing for singles."""
        X = np.zeros((len(names), len(self.place_)))
        for i, name in enumerate(names):
            genes = genes_of(name)
            if len(genes) > 1:
                X[i, [self.place_[gene] for gene in genes if gene in self.place_]] = 1
        return X
