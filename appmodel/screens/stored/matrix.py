"""A matrix of cells x genes that stays on disk, read in blocks of bounded size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from anndata.io import sparse_dataset

from .unpacking import reader_of, some_threads

BLOCK = 2**20  # values read at once: with their columns 8 to 16 MB, which a processor can hold near
_UNFIT = "The parts of a sparse matrix do not fit each other: the file is damaged, write it again."
_LARGEST = 2**23  # of a file with thousands of millions: what is set down of it would be in too many pieces

Opening = Callable[[], AbstractContextManager]


@dataclass(frozen=True)
class Block:
    """A part of a matrix: all genes of some cells (csr), or all cells of some genes (csc)."""

    values: sp.csr_matrix | sp.csc_matrix
    first_row: int = 0
    first_column: int = 0


class StoredMatrix(ABC):
    """Values of cells (n_cells, n_genes) on disk.  ``n_values``: how many are stored at most."""

    shape: tuple[int, int]
    dtype: np.dtype
    n_values: int

    @abstractmethod
    def __len__(self) -> int:
        """How many blocks there are."""

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """The whole matrix, once, in blocks of about ``block_size`` values, in the order in which it is stored."""

    def __getitem__(self, row: int) -> np.ndarray:
        """The values (n_genes,) of one cell."""
        found = np.zeros(self.shape[1], dtype=self.dtype)
        for block in self.blocks():
            within = row - block.first_row
            if 0 <= within < block.values.shape[0]:
                part = block.values[within].toarray().ravel()
                found[block.first_column : block.first_column + len(part)] = part
        return found

    def values(self) -> Iterator[np.ndarray]:
        """The stored values, piece by piece; the others are zero."""
        return (block.values.data for block in self.blocks())

    def min(self) -> float:
        """The smallest value, 0 where none is smaller."""
        return min((values.min(initial=0) for values in self.values()), default=0)

    def max(self) -> float:
        """The largest value, 0 where none is larger."""
        return max((values.max(initial=0) for values in self.values()), default=0)


class SparseStored(StoredMatrix):
    """A csr or csc matrix of an .h5ad file or a zarr store, as AnnData writes them; ``opening`` gives its group."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        with opening() as group:
            described = sparse_dataset(group)
            self.shape = (int(described.shape[0]), int(described.shape[1]))
            self._by_rows = described.format == "csr"
            self.dtype = plain_dtype(group["data"].dtype)
            self.n_values = int(group["data"].shape[0])
            self._starts = np.asarray(group["indptr"][:], dtype=np.int64)
        if len(self._starts) != self.shape[0 if self._by_rows else 1] + 1 or self._starts[-1] != self.n_values:
            raise ValueError(_UNFIT)
        self._cuts = _cuts(self._starts, block_size(self.n_values))

    def __len__(self) -> int:
        return len(self._cuts) - 1

    def blocks(self) -> Iterator[Block]:
        """Rows of a csr matrix, columns of a csc matrix, as many as hold a block's values."""
        form = sp.csr_matrix if self._by_rows else sp.csc_matrix
        across = self.shape[1 if self._by_rows else 0]
        with self._opening() as group, some_threads() as threads:
            indices, data = reader_of(group["indices"], threads), reader_of(group["data"], threads)
            for first, last in zip(self._cuts[:-1], self._cuts[1:], strict=True):
                low, high = int(self._starts[first]), int(self._starts[last])
                where = indices(low, high)
                if len(where) and not 0 <= where.min() <= where.max() < across:
                    raise ValueError(_UNFIT)
                parts = (_plain(data(low, high)), where, self._starts[first : last + 1] - low)
                shape = (last - first, across) if self._by_rows else (across, last - first)
                yield Block(form(parts, shape=shape), *((first, 0) if self._by_rows else (0, first)))

    def values(self) -> Iterator[np.ndarray]:
        """The stored values, piece by piece, without reading where they stand."""
        with self._opening() as group, some_threads() as threads:
            read = reader_of(group["data"], threads)
            for low in range(0, self.n_values, step := block_size(self.n_values)):
                yield _plain(read(low, min(low + step, self.n_values)))


class DenseStored(StoredMatrix):
    """An array of an .h5ad file or a zarr store, or anything else that gives rows: ``opening`` gives it."""

    def __init__(self, opening: Opening, shape: tuple[int, int], dtype: np.dtype) -> None:
        self._opening = opening
        self.shape, self.dtype = (int(shape[0]), int(shape[1])), plain_dtype(dtype)
        self.n_values = self.shape[0] * self.shape[1]
        self._step = max(1, block_size(self.n_values) // max(self.shape[1], 1))

    def __len__(self) -> int:
        return -(-self.shape[0] // self._step)

    def blocks(self) -> Iterator[Block]:
        """As many rows as hold ``BLOCK`` values."""
        with self._opening() as rows:
            for first in range(0, self.shape[0], self._step):
                yield Block(_sparse(rows[first : first + self._step]), first)


class DaskStored(StoredMatrix):
    """A Dask array of cells x genes, computed in its own blocks; those of both cells and genes are joined by cells."""

    def __init__(self, array: Any) -> None:
        rows, columns = (len(chunks) for chunks in array.chunks)
        self._array = array if 1 in (rows, columns) else array.rechunk({1: -1})
        self.shape, self.dtype = (int(array.shape[0]), int(array.shape[1])), plain_dtype(array.dtype)
        self.n_values = self.shape[0] * self.shape[1]

    def __len__(self) -> int:
        return max(map(len, self._array.chunks))

    def blocks(self) -> Iterator[Block]:
        """The blocks of the array, one after the other."""
        by_rows = len(self._array.chunks[1]) == 1
        first = 0
        for size, part in zip(self._array.chunks[0 if by_rows else 1], self._array.blocks.ravel(), strict=True):
            values = _sparse(part.compute())
            yield Block(values, first) if by_rows else Block(values.tocsc(), first_column=first)
            first += size


def block_size(n_values: int) -> int:
    """How many of ``n_values`` stored values are read at once."""
    return max(BLOCK, min(n_values // 1000, _LARGEST))


def plain_dtype(dtype: np.dtype) -> np.dtype:
    """The type in which values are computed with: float16 becomes float32, truth a number, foreign bytes native."""
    if dtype.str[1:] in ("f2", "b1"):
        return np.dtype(np.float32 if dtype.kind == "f" else np.uint8)
    return dtype.newbyteorder("=")


def _plain(values: Any) -> np.ndarray:
    values = np.asarray(values)
    return values.astype(plain_dtype(values.dtype), copy=False)


def _sparse(rows: Any) -> sp.csr_matrix:
    found = sp.csr_matrix(rows if sp.issparse(rows) else _plain(rows))
    found.data = _plain(found.data)
    return found


def _cuts(starts: np.ndarray, most: int) -> np.ndarray:
    """Where to cut rows (or columns) that begin at ``starts``: parts have at most so many values, or one row."""
    cuts = [0]
    while cuts[-1] < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[cuts[-1]] + most, side="right")) - 1
        cuts.append(max(last, cuts[-1] + 1))
    return np.array(cuts)
