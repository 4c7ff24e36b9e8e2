"""Stage 1 of AnchoredAPP, the graph encoder: fixed diffusion over several networks, nothing learned.

Each source of the network is looked at in one or two ways (views), and all gene sets together in one more.  A view
turns a gene into a row of features of length one, so that the product of two rows is the cosine between two genes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse

from ..networks import Network
from ..networks.graph import pair_matrix, take_rows, unit_rows, weighted_memberships

Rows = sparse.csr_matrix | np.ndarray  # memberships are sparse, walks reach every gene
N_GENES = 20_000  # about the number of human protein-coding genes: a set or a hub of that size says nothing
CONTINUE, STEPS = 0.8, 40  # the random walk goes on with this probability, for so many steps


@lru_cache(maxsize=4)
def views_of(network: Network) -> GeneViews:
    """The views of a network, kept: a benchmark fits on the same network many times, and walks take seconds."""
    return GeneViews(network)


class GeneViews:
    """The views of a network: memberships of each set source and of all; neighbours and walk of each edge source."""

    def __init__(self, network: Network) -> None:
        self.network = network
        sources = network.sources
        self._sets = {name: weighted_memberships(sources[name]) for name in sources if sources[name].kind == "sets"}
        self._edges = {name: pair_matrix(sources[name]) for name in sources if sources[name].kind == "edges"}
        self._neighbours = {name: _neighbours(joined) for name, joined in self._edges.items()}
        self._walks: dict[str, dict[int, np.ndarray]] = {name: {} for name in self._edges}

    def __call__(self, genes: Sequence[str]) -> list[Rows]:
        """One matrix (n_genes, n_features) per view, unit rows; a gene that a source does not know has a zero row."""
        rows = self._rows(genes)
        sets = [take_rows(weighted, rows[name]) for name, weighted in self._sets.items()]
        views = [unit_rows(matrix) for matrix in sets]
        if len(sets) > 1:
            views.append(unit_rows(sparse.hstack(sets, format="csr")))
        for name in self._edges:
            views += [take_rows(self._neighbours[name], rows[name]), self._walked(name, rows[name])]
        return views

    def prepare(self, genes: Sequence[str]) -> None:
        """Walk from ``genes`` now, so that a later call does not have to."""
        rows = self._rows(genes)
        for name in self._edges:
            self._walk(name, rows[name])

    def _rows(self, genes: Sequence[str]) -> dict[str, np.ndarray]:
        symbols = self.network.symbols(genes)
        return {name: source.rows(symbols) for name, source in self.network.sources.items()}

    def _walked(self, name: str, rows: np.ndarray) -> np.ndarray:
        known, n = self._walk(name, rows), self._edges[name].shape[0]
        return np.array([known.get(int(row), np.zeros(n)) for row in rows]).reshape(len(rows), n)

    def _walk(self, name: str, rows: np.ndarray) -> dict[int, np.ndarray]:
        """F = log(1 + n P) with P = (1 - c) sum_k c^k e_g W^k, a random walk with restart from each gene g."""
        joined, known = self._edges[name], self._walks[name]
        n = joined.shape[0]
        if new := sorted({int(row) for row in rows if row >= 0} - set(known)):
            onward = (sparse.diags(1 / np.maximum(np.asarray(joined.sum(axis=1)).ravel(), 1e-9)) @ joined).T.tocsr()
            start = np.zeros((n, len(new)))
            start[new, np.arange(len(new))] = 1 - CONTINUE
            there = start
            for _ in range(STEPS):
                there = CONTINUE * (onward @ there) + start
            walks = np.log1p(n * there).T
            known.update(zip(new, walks / np.linalg.norm(walks, axis=1, keepdims=True), strict=True))
        return known


def _neighbours(joined: sparse.csr_matrix) -> sparse.csr_matrix:
    """F = (A^3, entry by entry, + I) log(20000 / degree): confident shared partners; hubs count less."""
    degree = np.maximum(joined.getnnz(axis=0), 1)
    weights = sparse.diags(np.log(np.maximum(N_GENES / degree, 1)))
    return unit_rows((joined.power(3) + sparse.identity(len(degree))) @ weights)
