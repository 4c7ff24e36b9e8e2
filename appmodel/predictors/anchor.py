"""The anchor: what is known of a condition before any network is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..names import genes_of
from .baselines import least_squares_scale
from .centre import geometric_median


class Anchor:
    """Measured singles, their geometric median, and the scaled sum of pairs.

    A measured single has its effect, an unseen gene the median of the training singles, and several genes
    s (y_A + y_B + ...) with the least-squares factor s of ``ScaledAdditive`` over the training doubles of measured
    genes (1 where there is none).  Learned: ``singles_`` (gene -> effect), ``median_``, ``scale_``.
    """

    def fit(self, names: Sequence[str], Y: np.ndarray) -> Anchor:
        """Learn from effects ``Y`` (n_conditions, n_readouts).  Raises ``ValueError`` without a single."""
        genes = [genes_of(name) for name in names]
        self.singles_ = {one[0]: row for one, row in zip(genes, Y, strict=True) if len(one) == 1}
        if not self.singles_:
            raise ValueError("An anchor needs the effect of at least one single perturbation: there is none.")
        self.median_ = geometric_median(np.array(list(self.singles_.values())))
        pairs = [i for i, pair in enumerate(genes) if self.knows_sum(pair)]
        self.scale_ = least_squares_scale(np.array([self._sum(genes[i], {}) for i in pairs]), Y[pairs])
        return self

    def knows_sum(self, genes: Sequence[str]) -> bool:
        """Whether several genes are asked for and all of them were measured alone."""
        return len(genes) > 1 and all(gene in self.singles_ for gene in genes)

    def predict(self, names: Sequence[str], unseen: dict[str, np.ndarray] | None = None) -> np.ndarray:
        """Effects (n_conditions, n_readouts); ``unseen`` replaces the median for the genes that it names."""
        genes = [genes_of(name) for name in names]
        sums = [self._sum(each, unseen or {}) * (self.scale_ if len(each) > 1 else 1.0) for each in genes]
        return np.array(sums).reshape(len(names), len(self.median_))

    def _sum(self, genes: Sequence[str], unseen: dict[str, np.ndarray]) -> np.ndarray | int:
        return sum(self.singles_[gene] if gene in self.singles_ else unseen.get(gene, self.median_) for gene in genes)
