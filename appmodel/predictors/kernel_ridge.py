"""Kernel ridge regression on the anchor's residuals: the plain way to learn from relatives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from anndata import AnnData
from scipy.spatial.distance import cdist

from ..names import genes_of
from ..networks import Network
from .anchor import Anchor
from .base import Predictor

RIDGES = tuple(10.0 ** np.arange(-2, 2.01, 0.25))
LENGTHS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)  # of the kernel of pairs, in units of the root mean square of the sums


def leave_one_out(K: np.ndarray, R: np.ndarray, ridges: Sequence[float] = RIDGES) -> tuple[float, float]:
    """The ridge with the smallest mean norm of left-out errors, and that error, of kernel K (n, n) and targets R.

    The error of leaving row i out is [G R]_i / G_ii with G = (K + ridge I)^-1; nothing is fitted again.
    """
    values, vectors = np.linalg.eigh(K)
    rotated, errors = vectors.T @ R, []
    for ridge in ridges:
        scaled = vectors / np.maximum(values + ridge, 1e-12)
        left_out = (scaled @ rotated) / (scaled * vectors).sum(axis=1)[:, None]
        errors.append(float(np.linalg.norm(left_out, axis=1).mean()))
    best = int(np.argmin(errors))
    return float(ridges[best]), errors[best]


class KernelRidge(Predictor):
    """Anchor plus a kernel ridge regression of what it leaves over, ridge and length by leave-one-out.

    An unseen gene: geometric median of the training singles, residuals by the mean over the network's sources of the
    cosine between two genes.  A pair of measured genes: scaled sum, residuals by exp(-|s - s'|^2 / (2 length^2)) of the
    sums s of two pairs.  A measured single keeps its effect; other combinations are scaled sums of measured and
    predicted single effects.  Without a network, or for a gene it does not know, the anchor stands.
    Raises ``ValueError`` without a training single and where network and training share no gene.
    """

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return True

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        names, Y = list(effects.obs_names), np.asarray(effects.X, dtype=float)
        self.anchor_, self.network_ = Anchor().fit(names, Y), network
        self.genes_, singles = list(self.anchor_.singles_), np.array(list(self.anchor_.singles_.values()))
        if network is not None:
            network.check_overlap(self.genes_, "the training conditions")
            K, R = network.similarity(self.genes_, self.genes_), singles - self.anchor_.median_
            ridge, _ = leave_one_out(K, R)
            self.of_genes_ = np.linalg.solve(K + ridge * np.eye(len(K)), R)
        rows = [i for i, name in enumerate(names) if self._is_pair(name)]
        self.pairs_ = len(rows) > 1
        if self.pairs_:
            self._fit_pairs([names[i] for i in rows], Y[rows])

    def _fit_pairs(self, names: list[str], Y: np.ndarray) -> None:
        self.sums_ = self._sums(names)
        unit = np.sqrt(np.square(self.sums_).sum(axis=1).mean()) or 1.0
        R = Y - self.anchor_.predict(names)
        tried = [(*leave_one_out(self._kernel(self.sums_, length * unit), R), length * unit) for length in LENGTHS]
        ridge, _, self.length_ = min(tried, key=lambda found: found[1])
        self.of_pairs_ = np.linalg.solve(self._kernel(self.sums_, self.length_) + ridge * np.eye(len(R)), R)

    def _predict(self, names: list[str]) -> np.ndarray:
        unseen = sorted({gene for name in names for gene in genes_of(name)} - set(self.genes_))
        effects = {}
        if unseen and self.network_ is not None:
            residuals = self.network_.similarity(unseen, self.genes_) @ self.of_genes_
            effects = dict(zip(unseen, self.anchor_.median_ + residuals, strict=True))
        values = self.anchor_.predict(names, effects)
        rows = [i for i, name in enumerate(names) if self.pairs_ and self._is_pair(name)]
        if rows:
            values[rows] += self._kernel(self._sums([names[i] for i in rows]), self.length_) @ self.of_pairs_
        return values

    def _is_pair(self, name: str) -> bool:
        return len(genes_of(name)) == 2 and self.anchor_.knows_sum(genes_of(name))

    def _sums(self, names: Sequence[str]) -> np.ndarray:
        return self.anchor_.predict(names) / self.anchor_.scale_ if self.anchor_.scale_ else self.anchor_.predict(names)

    def _kernel(self, sums: np.ndarray, length: float) -> np.ndarray:
        return np.exp(-cdist(sums, self.sums_, "sqeuclidean") / (2 * length**2))
