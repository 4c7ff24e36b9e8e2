"""Diffusion over an edge source: what the genes around a gene say about it, nothing learned."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .graph import unit_rows

N_GENES = 20_000  # about the number of human protein-coding genes: a set or a hub of that size says nothing
CONTINUE, STEPS = 0.8, 40  # the random walk goes on with this probability, for so many steps
TOGETHER = 32  # walks at a time, which fit into the cache of a processor: half the time of all at once


def confident_partners(joined: sparse.csr_matrix) -> sparse.csr_matrix:
    """F = (A^3, entry by entry, + I) log(20000 / degree), unit rows (n_genes, n_genes).

    Weights below one count less than proportionally, so that confident shared partners decide; hubs count less.
    """
    degree = np.maximum(joined.getnnz(axis=0), 1)
    weights = sparse.diags(np.log(np.maximum(N_GENES / degree, 1)))
    return unit_rows((joined.power(3) + sparse.identity(len(degree))) @ weights)


class RestartWalks:
    """F = log(1 + n P), P = (1 - c) sum_k c^k e_g W^k: the random walk with restart from each gene g, unit rows.

    ``joined`` (n_genes, n_genes) are symmetric weights, W their rows divided by their sums.  Walks are kept, as they
    take seconds on a large network: the result does not depend on what was asked before.
    """

    def __init__(self, joined: sparse.csr_matrix) -> None:
        sums = np.maximum(np.asarray(joined.sum(axis=1)).ravel(), 1e-9)
        self._onward = (sparse.diags(1 / sums) @ joined).T.tocsr()
        self._n, self._known = self._onward.shape[0], dict[int, np.ndarray]()

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Features (n_rows, n_genes) of the genes in these rows; a row -1 gives zeros."""
        self.prepare(rows)
        nothing = np.zeros(self._n)
        return np.array([self._known.get(int(row), nothing) for row in rows]).reshape(len(rows), self._n)

    def prepare(self, rows: np.ndarray) -> None:
        """Walk from these rows now, so that a later call does not have to."""
        new = sorted({int(row) for row in rows if row >= 0} - set(self._known))
        for first in range(0, len(new), TOGETHER):
            self._walk(new[first : first + TOGETHER])

    def _walk(self, new: list[int]) -> None:
        there = start = (1 - CONTINUE) * (np.arange(self._n)[:, None] == new)
        for _ in range(STEPS):
            there = CONTINUE * (self._onward @ there) + start
        # Each row in one piece: otherwise a gene walked alone is summed in another order than one of many.
        walks = np.ascontiguousarray(np.log1p(self._n * there).T)
        self._known.update(zip(new, walks / np.linalg.norm(walks, axis=1, keepdims=True), strict=True))
