"""The edges of one source as arrays of whole numbers, whichever kind it is: what degrading works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..names import shown
from .source import Source


@dataclass(frozen=True, eq=False)
class EdgeList:
    """Edges between numbered nodes: the genes of ``source`` in order, then its sets.

    ``first`` and ``second`` (n,) are the ends of each edge: gene and set of a membership, or two genes, listed
    first to second with ``weight`` (n,) and perhaps second to first with ``back_weight`` (n,), else NaN.
    """

    source: Source
    first: np.ndarray
    second: np.ndarray
    weight: np.ndarray
    back_weight: np.ndarray

    @classmethod
    def of(cls, source: Source) -> EdgeList:
        """The memberships or edges of a source; an edge listed in both directions is one."""
        if source.memberships is not None:
            pairs = source.memberships.tocoo()
            nothing = np.full(pairs.nnz, np.nan)
            return cls(
                source,
                pairs.row.astype(np.int64),
                pairs.col.astype(np.int64) + len(source.genes),
                np.ones(pairs.nnz),
                nothing,
            )
        assert source.edges is not None
        ends = [source.rows(source.edges[end].tolist()) for end in ("source", "target")]
        weight = source.edges["weight"].to_numpy(dtype=np.float64)
        _, one, edge = np.unique(pair_keys(*ends), return_index=True, return_inverse=True)
        other = np.setdiff1d(np.arange(len(edge)), one)
        back_weight = np.full(len(one), np.nan)
        back_weight[edge[other]] = weight[other]
        return cls(source, ends[0][one], ends[1][one], weight[one], back_weight)

    def __len__(self) -> int:
        return len(self.first)

    @property
    def word(self) -> str:
        """What the edges are called."""
        return "memberships" if self.source.kind == "sets" else "edges"

    @cached_property
    def keys(self) -> np.ndarray:
        """``pair_keys`` of the ends (n,)."""
        return pair_keys(self.first, self.second)

    @property
    def either_way(self) -> np.ndarray:
        """Whether the ends of an edge may change places (n,): undirected, or listed in both directions."""
        if self.source.kind == "edges" and not self.source.directed:
            return np.ones(len(self), dtype=bool)
        return ~np.isnan(self.back_weight)

    @property
    def n_possible(self) -> int:
        """How many edges there could be: genes x sets, or pairs of genes."""
        n = len(self.source.genes)
        return n * self.source.size if self.source.kind == "sets" else n * (n - 1) // 2

    def chosen(self, which: np.ndarray) -> EdgeList:
        """These edges alone (positions)."""
        return replace(
            self,
            first=self.first[which],
            second=self.second[which],
            weight=self.weight[which],
            back_weight=self.back_weight[which],
        )

    def and_also(self, more: EdgeList) -> EdgeList:
        """These edges and others of the same source."""
        both: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(more, name)])
            for name in ("first", "second", "weight", "back_weight")
        }
        return replace(self, **both)

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> EdgeList:
        """The possible edges of these numbers (n,) from 0 to ``n_possible``, weights and directions at random."""
        n = len(self.source.genes)
        if self.source.kind == "sets":
            first, second = numbers % n, n + numbers // n
            weight = np.ones(len(numbers))
        else:  # every pair once: on a circle of n genes, a gene and the one that is 1 to n / 2 steps further
            first = numbers % n
            second = (first + numbers // n + 1) % n
            weight = rng.choice(self.weight, size=len(numbers))
            turned = rng.random(len(numbers)) < 0.5
            first, second = np.where(turned, second, first), np.where(turned, first, second)
        return replace(self, first=first, second=second, weight=weight, back_weight=np.full(len(numbers), np.nan))

    def examples(self) -> str:
        """The first edges as a text."""
        genes, sets = self.source.genes, self.source.set_names
        pairs = list(zip(self.first[:3], self.second[:3], strict=True))
        if self.source.kind == "sets":
            return shown(f"{genes[gene]} in {sets[node - len(genes)]}" for gene, node in pairs)
        return shown(f"{genes[one]}-{genes[other]}" for one, other in pairs)

    def to_source(self) -> Source:
        """The source with these edges in place of its own."""
        source, n = self.source, len(self.source.genes)
        if source.kind == "sets":
            cells = (np.ones(len(self)), (self.first, self.second - n))
            return replace(source, memberships=sparse.csr_matrix(cells, shape=(n, source.size)))
        back = ~np.isnan(self.back_weight)
        first = np.concatenate([self.first, self.second[back]])
        second = np.concatenate([self.second, self.first[back]])
        weight = np.concatenate([self.weight, self.back_weight[back]])
        if not source.directed:
            first, second = np.minimum(first, second), np.maximum(first, second)
        order = np.lexsort([second, first])  # genes are sorted, so this is the order of their names
        names = np.array(source.genes, dtype=object)
        return replace(
            source,
            edges=pd.DataFrame(
                {"source": names[first[order]], "target": names[second[order]], "weight": weight[order]}
            ),
        )


def pair_keys(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One whole number per pair of nodes (n,) int64, the same for both orders of the two."""
    return np.maximum(first, second) << 31 | np.minimum(first, second)
