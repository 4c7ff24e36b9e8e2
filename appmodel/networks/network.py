"""A network: what several sources say about genes, looked up by the symbols of any screen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from ..arguments import called, listed, whole_number
from ..names import repeated, shown
from ..symbols import current_symbols
from .degradable import Degradable
from .described import Described
from .graph import best_connected, feature_rows, principal_components, source_adjacency, take_rows
from .source import Source

if TYPE_CHECKING:
    from torch_geometric.data import Data


@dataclass(frozen=True, eq=False, repr=False)
class Network(Degradable, Described):
    """Gene-gene prior knowledge from one or several sources, each kept apart.

    All lookups take gene symbols as the screen writes them, match them by their current symbols (unless
    ``use_aliases`` is False) and answer in the caller's spelling; two spellings of one gene are both served.
    ``chooses_nodes`` is another network that ``nodes`` asks in place of this one (``with_nodes_of``).
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    use_aliases: bool = True
    chooses_nodes: Network | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", dict(self.sources))

    def __repr__(self) -> str:
        if self.is_empty:
            return "Network(no sources)"
        return f"Network({' + '.join(self.sources)}: {len(self.genes)} genes, digest {self.digest})"

    @cached_property
    def genes(self) -> tuple[str, ...]:
        """Sorted current symbols of all sources."""
        return tuple(sorted(set().union(*(source.genes for source in self.sources.values()))))

    @property
    def is_empty(self) -> bool:
        """Whether the network knows no gene."""
        return not self.genes

    @cached_property
    def digest(self) -> str:
        """12 hexadecimal digits of the content (names, genes, sets and edges; not the order of the sources)."""
        parts = [self.sources[name].content() for name in sorted(self.sources)]
        if self.chooses_nodes is not None:
            parts.append(self.chooses_nodes.digest.encode())
        return hashlib.sha256(b"".join([bytes([self.use_aliases]), *parts])).hexdigest()[:12]

    def only(self, *names: str) -> Network:
        """The network of these sources alone; ``ValueError`` for a source it does not hold."""
        return Network({name: self._source(name) for name in names}, self.use_aliases)

    def symbols(self, genes: Iterable[str]) -> list[str]:
        """The symbols under which this network looks genes up, in order."""
        genes = _listed(genes)
        return current_symbols(genes) if self.use_aliases else genes

    def has(self, genes: Iterable[str]) -> np.ndarray:
        """Whether each gene is in any source (n,) bool."""
        known = set(self.genes)
        return np.array([symbol in known for symbol in self.symbols(genes)], dtype=bool)

    def nodes(
        self, targets: Iterable[str], readouts: Iterable[str] = (), limit: int = 2000, n_neighbors: int = 20
    ) -> list[str]:
        """Sorted node names: all targets and readouts, filled up to ``limit`` with the best-connected neighbours.

        A neighbour is a gene joined to a target by an edge, or one of the ``n_neighbors`` most similar to a target by
        membership; those joined to most targets come first, then the largest total weight, then the name.  Targets
        and readouts that the network lacks stay, as isolated nodes; where targets and readouts alone exceed
        ``limit`` all of them are kept and nothing is added.
        """
        if self.chooses_nodes is not None:
            return self.chooses_nodes.nodes(targets, readouts, limit, n_neighbors)
        whole_number("limit", limit, 0)
        targets, readouts = _listed(targets), _listed(readouts)
        chosen = set(targets) | set(readouts)
        room = limit - len(chosen)
        if room > 0:
            taken = set(self.symbols(sorted(chosen)))
            sought = sorted(set(self.symbols(targets)))
            n_neighbors = whole_number("n_neighbors", n_neighbors, 1)
            found = best_connected(list(self.sources.values()), sought, n_neighbors)
            chosen |= set([gene for gene in found if gene not in taken][:room])
        return sorted(chosen)

    def adjacency(self, nodes: Sequence[str], n_neighbors: int = 20) -> sparse.csr_matrix:
        """Symmetric weights between ``nodes`` (n, n), zero diagonal: the largest that any source gives a pair.

        Set sources: cosine of memberships, each set weighted by log(20000 / its size), between a gene and its
        ``n_neighbors`` nearest among ``nodes``.  Edge sources: absolute edge weights.  Raises ``ValueError`` for a
        node named twice.
        """
        nodes = _listed(nodes)
        if len(set(nodes)) < len(nodes):
            raise ValueError(f"Node {shown(repeated(nodes), 1)} is named twice: name each node once.")
        whole_number("n_neighbors", n_neighbors, 1)
        symbols = self.symbols(nodes)
        unique, position = np.unique(np.array(symbols, dtype=object), return_inverse=True)
        joined = sparse.csr_matrix((len(unique), len(unique)))
        for source in self.sources.values():
            joined = joined.maximum(source_adjacency(source, list(unique), n_neighbors))
        matrix = joined.tocsr()[position][:, position] if nodes else joined
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return matrix

    def to_pyg(self, nodes: Sequence[str], n_neighbors: int = 20) -> Data:
        """PyTorch Geometric ``Data`` of ``adjacency(nodes)``, both directions of each pair.

        ``edge_index`` (2, n_edges) int64 sorted by row and column, ``edge_weight`` (n_edges,) float32, ``num_nodes``,
        and ``genes``, the list of nodes in order.
        """
        import torch
        from torch_geometric.data import Data

        nodes = _listed(nodes)
        pairs = self.adjacency(nodes, n_neighbors).tocoo()
        index = torch.from_numpy(np.vstack([pairs.row, pairs.col]).astype(np.int64))
        weight = torch.from_numpy(pairs.data.astype(np.float32))
        return Data(edge_index=index, edge_weight=weight, num_nodes=len(nodes), genes=nodes)

    def memberships(self, source: str, genes: Sequence[str]) -> sparse.csr_matrix:
        """0/1 memberships of ``genes`` in the sets of a source (n_genes, n_sets); zero rows for absent genes."""
        chosen = self._source(source, "sets")
        return take_rows(chosen.memberships, chosen.rows(self.symbols(genes)))

    def features(self, source: str, genes: Sequence[str]) -> sparse.csr_matrix:
        """What a source says of ``genes``, rows of length 1 (or 0 for absent genes): (n_genes, n_features).

        Weighted memberships for set sources, absolute edge weights to all genes of the source for edge sources;
        the product of two rows is their cosine.
        """
        chosen = self._source(source)
        return take_rows(feature_rows(chosen), chosen.rows(self.symbols(genes)))

    def similarity(self, genes: Sequence[str], others: Sequence[str]) -> np.ndarray:
        """Mean over the sources of the cosine between ``features`` of two genes (n_genes, n_others), 0 if unknown."""
        parts = [self.features(name, genes) @ self.features(name, others).T for name in self.sources]
        return sum(part.toarray() for part in parts) / max(len(parts), 1) + np.zeros((len(genes), len(others)))

    def edges(self, source: str, genes: Sequence[str] | None = None) -> pd.DataFrame:
        """Edges of a source (source, target, weight with its sign): all, or those between two of ``genes``."""
        table = self._source(source, "edges").edges
        assert table is not None
        if genes is None:
            return table.copy()
        spelt = pd.DataFrame({"gene": _listed(genes), "symbol": self.symbols(genes)}).drop_duplicates()
        for end in ("source", "target"):
            table = table.merge(spelt.rename(columns={"symbol": end}), on=end).drop(columns=end)
            table = table.rename(columns={"gene": end})
        table = table[["source", "target", "weight"]].sort_values(["source", "target"], kind="stable")
        return table.reset_index(drop=True)

    def embedding(self, genes: Sequence[str], n_components: int = 10) -> np.ndarray:
        """Coordinates of ``genes`` (n, n_components) from all sources; rows of NaN for genes not in the network.

        Truncated SVD of the ``features`` of all sources side by side, over all genes of the network: scores U S, the
        largest entry of each component positive; components beyond the rank of the features are 0.
        """
        symbols, unknown = self.symbols(genes), np.full(whole_number("n_components", n_components, 1), np.nan)
        rows = _embedded(self, len(unknown))
        return np.array([rows.get(symbol, unknown) for symbol in symbols]).reshape(len(symbols), len(unknown))

    def with_nodes_of(self, other: Network) -> Network:
        """This network, with ``nodes`` chosen by ``other``: to damage edges without exchanging the genes of a graph."""
        return replace(self, chooses_nodes=other)

    def _source(self, name: str, kind: str | None = None) -> Source:
        if name not in self.sources:
            raise ValueError(f"The network has no source {name!r}: choose from {shown(self.sources) or 'none'}.")
        if kind and self.sources[name].kind != kind:
            raise ValueError(f"Source {name!r} holds {self.sources[name].kind}, not {kind}: name another source.")
        return self.sources[name]


def empty_network() -> Network:
    """A network without any source: all nodes are isolated."""
    return Network({})


def complete_network(genes: Iterable[str], *, aliases: bool = True) -> Network:
    """A network that joins every gene to every other with weight 1; ``ValueError`` for fewer than two genes."""
    return Network({}, aliases).degraded("complete", genes=genes)


@lru_cache(maxsize=8)
def _embedded(network: Network, n_components: int) -> dict[str, np.ndarray]:
    """The row of ``embedding`` of every gene, kept: a benchmark asks for the same ones at every fit."""
    blocks = [take_rows(feature_rows(s), s.rows(network.genes)) for s in network.sources.values()]
    stacked = sparse.hstack(blocks, format="csr") if blocks else sparse.csr_matrix((0, 0))
    return dict(zip(network.genes, principal_components(stacked, n_components), strict=True))


def _listed(genes: Iterable[str]) -> list[str]:
    genes = listed("genes", genes, "['KLF1']")
    odd = [gene for gene in genes if not isinstance(gene, str) or not gene]
    if odd:
        raise ValueError(f"{called(odd[0])} is no gene symbol: give a list of texts such as 'KLF1'.")
    return genes
