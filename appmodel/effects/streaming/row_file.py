"""Rows of a matrix set down in a temporary file as they come, and taken up again in order, a few at a time."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np

from ...screens.stored.looking import Part
from ...screens.stored.matrix import block_size

_COUNTS = (np.dtype(np.uint8), np.dtype(np.uint16))


@dataclass(frozen=True)
class Piece:
    """Some values of some rows: ``rows`` (n,), ``starts`` (n + 1,) into ``columns`` and ``values``."""

    rows: np.ndarray
    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray


class RowFile:
    """Values of rows in an empty ``file``, first set down and then taken up; ``most``: about how many there will be.

    Rows are known by their rank in the order in which they are taken up; batch ``i`` has the ranks
    ``i * per_batch`` to ``(i + 1) * per_batch``.  Whole numbers take one or two bytes each.  ``n_values``: how many
    values there are.
    """

    def __init__(self, file: IO[bytes], n_rows: int, most: int, n_columns: int, dtype: np.dtype) -> None:
        self.n_values = 0
        self.per_batch = -(-n_rows // min(max(1, most // block_size(most)), n_rows))
        self._columns = np.dtype(np.uint16 if n_columns <= 2**16 else np.uint32)
        self._dtype = dtype
        self._file = file
        self._pieces: list[list[tuple[int, int, int, np.dtype]]] = [[] for _ in range(-(-n_rows // self.per_batch))]

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, part: Part, rank: np.ndarray) -> None:
        """Set down the values of a part; ``rank``: that of each of its rows.

        Raises ``OSError`` where the folder for temporary files is full.
        """
        held = np.flatnonzero(np.diff(part.values.indptr))
        order = held[np.argsort(rank[held], kind="stable")]
        values, rank = part.values, rank[order]
        if len(order) < values.shape[0] or (np.diff(order) < 0).any():
            values = values[order]
        small, columns = _smallest(values.data), (values.indices + part.first_gene).astype(self._columns)
        cuts = np.searchsorted(rank // self.per_batch, np.arange(len(self) + 1))
        for batch in np.flatnonzero(np.diff(cuts)):
            rows = slice(cuts[batch], cuts[batch + 1])
            held_here = slice(values.indptr[rows.start], values.indptr[rows.stop])
            lengths = np.diff(values.indptr[rows.start : rows.stop + 1])
            where = self._file.tell()
            self._write(rank[rows].astype("i8"), lengths.astype("i8"), columns[held_here], small[held_here])
            self._pieces[batch].append((where, len(lengths), len(small[held_here]), small.dtype))
        self.n_values += len(small)

    def __iter__(self) -> Iterator[Piece]:
        """All pieces, batch after batch."""
        return (piece for batch in range(len(self)) for piece in self.pieces(batch))

    def pieces(self, batch: int) -> Iterator[Piece]:
        """What was set down of a batch, in the order in which it came; values in the type of the matrix."""
        for where, n_rows, n_values, dtype in self._pieces[batch]:
            self._file.seek(where)
            rows, lengths = np.frombuffer(self._file.read(16 * n_rows), "i8").reshape(2, n_rows)
            columns = np.frombuffer(self._file.read(n_values * self._columns.itemsize), self._columns)
            values = np.frombuffer(self._file.read(n_values * dtype.itemsize), dtype)
            starts = np.concatenate([[0], np.cumsum(lengths)])
            yield Piece(rows, starts, columns, values.astype(self._dtype))

    def _write(self, *arrays: np.ndarray) -> None:
        try:
            self._file.write(b"".join(array.tobytes() for array in arrays))
            self._file.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise OSError(
                f"The folder for temporary files, {tempfile.gettempdir()}, is full: name one with more room in TMPDIR."
            ) from error


def _smallest(values: np.ndarray) -> np.ndarray:
    """The same values, in one or two bytes each where they are small whole numbers."""
    if values.size == 0 or values.min() < 0:
        return values
    for dtype in _COUNTS:
        if values.max() <= np.iinfo(dtype).max:
            small = values.astype(dtype)
            return small if (small == values).all() else values
    return values


def joined(pieces: Iterable[Piece]) -> Piece:
    """Several pieces as one."""
    some = list(pieces)
    starts = [np.zeros(1, dtype=np.int64)]
    for piece in some:
        starts.append(piece.starts[1:] + starts[-1][-1])
    names = ("rows", "columns", "values")
    rows, columns, values = (
        np.concatenate([getattr(piece, name) for piece in some]) if some else np.empty(0, dtype=int) for name in names
    )
    return Piece(rows, np.concatenate(starts), columns, values)
