"""Stage 1 of AnchoredAPP, the graph encoder: fixed diffusion over several networks, nothing learned.

Each source of the network is looked at in one or two ways (views), and all gene sets together in one more.  A view
turns a gene into a row of features of length one, so that the product of two rows is the cosine between two genes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from scipy import sparse

from ...networks import Network
from ...networks.diffusion import RestartWalks, confident_partners
from ...networks.graph import pair_matrix, take_rows, unit_rows, weighted_memberships

Rows: TypeAlias = sparse.csr_matrix | np.ndarray  # memberships are sparse, walks reach every gene


@lru_cache(maxsize=4)
def views_of(network: Network) -> GeneViews:
    """The views of a network, kept: a benchmark fits on the same network many times, and walks take seconds."""
    return GeneViews(network)


class GeneViews:
    """The views of a network: memberships of each set source and of all; partners and walk of each edge source."""

    _unsaved = ("_sets", "_partners", "_walks")

    def __init__(self, network: Network) -> None:
        self.network = network
        self._sets = {s.name: weighted_memberships(s) for s in network.sources.values() if s.kind == "sets"}
        edges = {s.name: pair_matrix(s) for s in network.sources.values() if s.kind == "edges"}
        self._partners = {name: confident_partners(joined) for name, joined in edges.items()}
        self._walks = {name: RestartWalks(joined) for name, joined in edges.items()}

    def __call__(self, genes: Sequence[str]) -> list[Rows]:
        """One matrix (n_genes, n_features) per view, unit rows; a gene that a source does not know has a zero row."""
        rows = self._rows(genes)
        sets = [take_rows(weighted, rows[name]) for name, weighted in self._sets.items()]
        views = [unit_rows(matrix) for matrix in sets]
        if len(sets) > 1:
            views.append(unit_rows(sparse.hstack(sets, format="csr")))
        for name, walks in self._walks.items():
            views += [take_rows(self._partners[name], rows[name]), walks(rows[name])]
        return views

    def prepare(self, genes: Sequence[str]) -> None:
        """Walk from ``genes`` now, so that a later call does not have to."""
        rows = self._rows(genes)
        for name, walks in self._walks.items():
            walks.prepare(rows[name])

    def _rows(self, genes: Sequence[str]) -> dict[str, np.ndarray]:
        symbols = self.network.symbols(genes)
        return {name: source.rows(symbols) for name, source in self.network.sources.items()}
