"""The two loops over all values of a screen, compiled: numpy would go over them several times.

Numbers that say where something stands are unsigned throughout: signed ones are checked for counting from the end.
"""

from __future__ import annotations

import numba  # scanpy computes with it too
import numpy as np

from .row_file import Piece

_1, _6, _63, _64, _67 = map(np.uint64, (1, 6, 63, 64, 67))


def rows_in_order(
    piece: Piece, first: int, n_rows: int, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values of the rows ``first`` to ``first + n_rows``, their columns' ``place`` ascending, and how many a row has.

    Raises ``ValueError`` where a row has two values for one column.
    """
    places, values = np.empty(len(piece.values), dtype=np.uint64), np.empty(len(piece.values))
    lengths = np.zeros(n_rows, dtype=np.int64)
    order, rows = np.argsort(piece.rows, kind="stable").astype(np.uint64), (piece.rows - first).astype(np.uint64)
    found = piece.starts.astype(np.uint64), piece.columns, piece.values.astype(np.float64)
    n = _in_order(order, rows, *found, place.astype(np.uint64), places, values, lengths)
    if n < 0:
        raise ValueError("A cell has two values for one gene: read the file, call X.sum_duplicates(), write it again.")
    return values[:n], places[:n], lengths


def add_moments(
    of_row: np.ndarray,
    lengths: np.ndarray,
    places: np.ndarray,
    values: np.ndarray,
    slot: np.ndarray,
    sums: np.ndarray,
    squares: np.ndarray,
) -> None:
    """Add values of rows and their squares to ``sums`` and ``squares`` (n_pairs, n_slots).

    ``of_row``: the pair of each row, -1 for none; ``slot``: where the values of each place go in a row of ``sums``.
    """
    used = np.flatnonzero(of_row >= 0)
    # rows of a pair one after the other, so that what they are added to stays in the cache
    order = used[np.argsort(of_row[used], kind="stable")].astype(np.uint64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint64)
    _add(order, starts, of_row.astype(np.uint64), places, values, slot.astype(np.uint64), sums, squares)


@numba.njit(nogil=True, cache=True)
def _in_order(order, rows, starts, columns, data, place, out_places, out_values, lengths):
    held = np.zeros(place.size // 64 + 1, dtype=np.uint64)  # a bit for each place that the row has
    bit_of = np.zeros(67, dtype=np.uint64)  # powers of two differ modulo 67
    for i in range(64):
        bit_of[(_1 << np.uint64(i)) % _67] = i
    row = np.zeros(place.size)
    n = np.uint64(0)
    for k in range(order.size):
        p = order[k]
        for q in range(starts[p], starts[p + _1]):
            j = place[columns[q]]
            bit = _1 << (j & _63)
            if held[j >> _6] & bit:
                return -1
            held[j >> _6] |= bit
            row[j] = data[q]
        if k + 1 < order.size and rows[order[k + 1]] == rows[p]:
            continue  # the row goes on in another piece
        first = n
        for w in range(np.uint64(held.size)):
            bits = held[w]
            held[w] = 0
            while bits != 0:
                lowest = bits & (~bits + _1)
                j = _64 * w + bit_of[lowest % _67]
                out_places[n] = j
                out_values[n] = row[j]
                n += _1
                bits ^= lowest
        lengths[rows[p]] = n - first
    return np.int64(n)


@numba.njit(nogil=True, cache=True)
def _add(order, starts, of_row, places, values, slot, sums, squares):
    for r in order:
        total, square = sums[of_row[r]], squares[of_row[r]]
        for q in range(starts[r], starts[r + _1]):
            j, value = slot[places[q]], values[q]
            total[j] += value
            square[j] += value * value
