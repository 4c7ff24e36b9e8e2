"""Where a gene's row comes from: a table, a network, or chance.  Each is looked up by any spelling of a gene."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from ...arguments import called
from ...networks import Network, current_symbols
from ...record import counted
from .tables import embedding_table, file_and_key, read_embedding


class TableRows:
    """Rows of a table of embeddings, matched by the current symbols of both sides.

    Of several spellings of one gene in the table the current symbol's row counts, else the first.
    """

    def __init__(self, table: pd.DataFrame, where: str) -> None:
        self.where, self.values = where, table.to_numpy()
        symbols = current_symbols(table.index)
        self._row: dict[str, int] = {}
        for i, (gene, symbol) in enumerate(zip(table.index, symbols, strict=True)):
            if gene == symbol or symbol not in self._row:
                self._row[symbol] = i
        unused = sorted(set(range(len(symbols))) - set(self._row.values()))
        self.changes = [
            *table.attrs.get("changes", ()),
            *counted(where, "genes dropped", table.index[unused], "another spelling of the gene has a row"),
        ]

    def __call__(self, genes: Sequence[str]) -> np.ndarray:
        """Rows (n_genes, n_dimensions), NaN for a gene that is not in the table."""
        rows = np.array([self._row.get(symbol, -1) for symbol in current_symbols(genes)], dtype=int)
        return np.where(rows[:, None] >= 0, self.values[rows], np.nan)

    @property
    def examples(self) -> list[str]:
        """A few gene names as this source knows them."""
        return list(self._row)[:3]


class NetworkRows:
    """Rows of ``network.embedding``: made once for all genes of the network, not at every lookup."""

    def __init__(self, network: Network, n_components: int) -> None:
        self.where, self.network = f"the embedding of {network!r}", network
        self.changes: list[dict] = []
        self.values = network.embedding(network.genes, n_components)
        self._row = {gene: i for i, gene in enumerate(network.genes)}
        self.examples = list(network.genes[:3])

    def __call__(self, genes: Sequence[str]) -> np.ndarray:
        """Rows (n_genes, n_components), NaN for a gene that is not in the network."""
        rows = np.array([self._row.get(symbol, -1) for symbol in self.network.symbols(genes)], dtype=int)
        if not len(self.values):
            return np.full((len(rows), self.values.shape[1]), np.nan)
        return np.where(rows[:, None] >= 0, self.values[rows], np.nan)


class RandomRows:
    """Standard normal rows drawn from a seed and the gene's current symbol: nothing is known of any gene."""

    def __init__(self, n_components: int, seed: int) -> None:
        self.where = "random embeddings"
        self.changes: list[dict] = []
        self.examples: list[str] = []
        self.n_components, self.seed = n_components, seed

    def __call__(self, genes: Sequence[str]) -> np.ndarray:
        """Rows (n_genes, n_components), the same for a gene whatever the other genes."""
        rows = [self._row(symbol) for symbol in current_symbols(genes)]
        return np.array(rows).reshape(len(rows), self.n_components)

    def _row(self, symbol: str) -> np.ndarray:
        name = int.from_bytes(hashlib.sha256(symbol.encode()).digest()[:16], "big")
        return np.random.default_rng([self.seed, name]).normal(size=self.n_components)


GeneRows = TableRows | NetworkRows | RandomRows


def gene_rows(embedding: str | Path | pd.DataFrame, network: Network | None, n_components: int, seed: int) -> GeneRows:
    """The rows that ``EmbeddingLinear(embedding, ...)`` speaks of; raises what it says."""
    if isinstance(embedding, pd.DataFrame):
        where = "the embedding table"
        return TableRows(embedding_table(embedding.index, embedding.to_numpy(), where), where)
    if not isinstance(embedding, (str, Path)):
        raise ValueError(
            f"embedding={called(embedding)} is not known: give a path, a DataFrame (genes x dimensions), "
            f"'network' or 'random'."
        )
    if embedding == "random":
        return RandomRows(n_components, seed)
    if embedding != "network":
        return _kept_table(str(embedding), _stamp(str(embedding)))
    if network is None:
        raise ValueError(
            "embedding='network' reads gene rows off a network: pass load_network(...) to fit, or give "
            "a table as embedding."
        )
    return network_rows(network, n_components)


# A benchmark fits on the same table or network once per seed, and reading takes seconds.
@lru_cache(maxsize=2)
def _kept_table(path: str, stamp: tuple) -> TableRows:
    return TableRows(read_embedding(path), path)


@lru_cache(maxsize=8)
def network_rows(network: Network, n_components: int) -> NetworkRows:
    """The rows of a network's embedding, kept."""
    return NetworkRows(network, n_components)


def _stamp(path: str) -> tuple:
    """Changes with the file, or with any file of the folder."""
    place = file_and_key(path)[0]
    if not place.exists():
        raise FileNotFoundError(
            f"embedding={path!r} is no file: give the path of one, a DataFrame, 'network' or 'random'."
        )
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
