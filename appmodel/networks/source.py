"""One source of a network: gene sets (as memberships) or weighted edges, never changed once made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse


@dataclass(frozen=True)
class Change:
    """What was dropped or merged when a source was read: how many, why, and a few examples."""

    change: str
    count: int
    reason: str
    examples: str


@dataclass(frozen=True)
class Decision:
    """What a reader took a file for: the question, the answer, and what spoke for it."""

    decision: str
    value: str
    evidence: str


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """Gene sets or edges from one origin, with its name, version, licence and citation.

    ``genes``: sorted current symbols.  Either ``memberships`` (csr 0/1, n_genes x n_sets) with ``set_names``, or
    ``edges`` (columns source, target, weight; sorted, one row per pair, no self-loops; weights may be negative
    where a source is signed).  ``directed``: whether (A, B) and (B, A) are told apart in ``edges``.  ``changes`` and
    ``reading``: what was lost and what was decided when it was read; neither is part of ``content``.
    """

    name: str
    genes: tuple[str, ...]
    memberships: sparse.csr_matrix | None = None
    set_names: tuple[str, ...] = ()
    edges: pd.DataFrame | None = None
    directed: bool = False
    version: str = "unknown"
    licence: str = "unknown"
    citation: str = ""
    changes: tuple[Change, ...] = ()
    reading: tuple[Decision, ...] = ()

    @property
    def kind(self) -> str:
        """``sets`` or ``edges``."""
        return "sets" if self.memberships is not None else "edges"

    @property
    def size(self) -> int:
        """Number of sets or of edges."""
        return len(self.set_names) if self.edges is None else len(self.edges)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {gene: i for i, gene in enumerate(self.genes)}

    def rows(self, symbols: Sequence[str]) -> np.ndarray:
        """Row of each current symbol in this source (n,), -1 where it is absent."""
        return np.fromiter((self._position.get(symbol, -1) for symbol in symbols), np.int64, len(symbols))

    def content(self) -> bytes:
        """SHA-256 of name, genes and sets or edges: what the digest of a network is made of."""
        digest = hashlib.sha256("\n".join([self.name, self.kind, *self.genes]).encode())
        if self.memberships is not None:
            digest.update("\n".join(self.set_names).encode())
            for part in (self.memberships.indptr, self.memberships.indices):
                digest.update(np.ascontiguousarray(part, dtype="<i8").tobytes())
        else:
            assert self.edges is not None
            ends = [self.rows(self.edges[end]) for end in ("source", "target")]
            digest.update(np.ascontiguousarray(ends, dtype="<i8").tobytes())
            digest.update(np.ascontiguousarray(self.edges["weight"], dtype="<f8").tobytes())
        return digest.digest()

    def renamed(self, new_name: Mapping[str, str]) -> Source:
        """The same source with its genes renamed by a one-to-one map (every gene of the source is a key)."""
        about = {field: getattr(self, field) for field in ("version", "licence", "citation", "changes", "reading")}
        genes = [new_name[gene] for gene in self.genes]
        order = sorted(range(len(genes)), key=genes.__getitem__)
        names = tuple(genes[i] for i in order)
        if self.memberships is not None:
            return Source(self.name, names, self.memberships[order].sorted_indices(), self.set_names, **about)
        assert self.edges is not None
        ends = {end: self.edges[end].map(new_name) for end in ("source", "target")}
        table = sorted_edges(self.edges.assign(**ends), self.directed)
        return Source(self.name, names, edges=table, directed=self.directed, **about)


def sorted_edges(table: pd.DataFrame, directed: bool) -> pd.DataFrame:
    """Edges in an order that does not depend on the input: by pair, the strongest first (positive on a tie)."""
    if not directed:
        swap = (table["source"] > table["target"]).to_numpy()
        first = np.where(swap, table["target"], table["source"])
        table = table.assign(target=np.where(swap, table["source"], table["target"]), source=first)
    table = table.assign(strength=-table["weight"].abs(), sign=-table["weight"])
    table = table.sort_values(["source", "target", "strength", "sign"], kind="stable")
    return table[["source", "target", "weight"]].reset_index(drop=True)
