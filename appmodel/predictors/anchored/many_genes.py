"""Attention over thousands of measured genes: some of them choose the hyperparameters, all are attended to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..centre import geometric_median
from .closed_form import inverse, left_out
from .gene_attention import GeneAttention, listened

TUNED_ON = 1000  # genes that choose: more change errors by less than a thousandth, and cost minutes
ROUNDS = 8  # each halves the way to the noise that agrees with the errors it leads to


class ManyGenes(GeneAttention):
    """``GeneAttention``, whose system is solved for all genes; more than ``TUNED_ON`` do not choose hyperparameters.

    Up to so many genes it is the same.  With more, that many of them, drawn at random, choose c, w, u and the ridge;
    the noise of each gene follows its left-out error among all.
    """

    def fit(self, genes: Sequence[str], Y: np.ndarray) -> ManyGenes:
        """Learn from effects ``Y`` (n_genes, n_readouts) of perturbing ``genes``."""
        if len(genes) <= TUNED_ON:
            super().fit(genes, Y)
            return self
        self.genes_ = list(genes)
        self._restore()
        some = np.sort(np.random.default_rng(0).permutation(len(genes))[:TUNED_ON])
        choosing = GeneAttention(self.views, self.centre, self.robust_noise, self.residual)
        choosing.fit([self.genes_[i] for i in some], Y[some])
        self.weights_, self.constant_, self.ridge_ = choosing.weights_, choosing.constant_, choosing.ridge_
        self.anchor_ = geometric_median(Y) if self.centre == "median" else Y.mean(axis=0)
        self.residuals_ = Y - self.anchor_
        self.scale_ = max(np.linalg.norm(self.residuals_, axis=1).mean(), 1e-12)
        R, K = torch.tensor(self.residuals_ / self.scale_), torch.from_numpy(self._kernel(self.keys_, len(genes)))
        noise = torch.ones(len(genes), dtype=R.dtype)
        G = inverse(K, self.ridge_ * noise)
        for _ in range(ROUNDS if self.robust_noise else 0):
            noise = listened(noise, left_out(G, R).norm(dim=1))
            G = inverse(K, self.ridge_ * noise)
        self._solved(G, left_out(G, R), R, noise)
        return self
