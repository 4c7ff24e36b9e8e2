"""Rows are set down in any order and taken up in another, by hand."""

import tempfile

import numpy as np
import pytest
import scipy.sparse as sp

from appmodel.effects.streaming.kernels import add_moments, rows_in_order
from appmodel.effects.streaming.row_file import RowFile, joined
from appmodel.screens.stored import matrix
from appmodel.screens.stored.looking import Part


@pytest.mark.parametrize("columns", [[(0, 4)], [(0, 2), (2, 4)]])
def test_rows_and_columns_come_in_the_order_asked_for(columns):
    X = np.array([[0, 1.5, 2, 0], [300, 0, 0, 0], [0, 0, 0, 0], [7, 0, 5, 6]])
    rank, place = np.array([2, 0, 1, 3]), np.array([3, 1, 0, 2])
    with tempfile.TemporaryFile() as file:
        rows = RowFile(file, 4, 80, 4, X.dtype)
        assert rows.per_batch == 2
        for first, last in columns:
            for some in ([1, 2], [0, 3]):
                rows.add(Part(np.array(some), sp.csr_matrix(X[some, first:last]), first), rank[some])
        assert rows.n_values == 6
        found = [rows_in_order(joined(rows.pieces(batch)), 2 * batch, 2, place) for batch in range(len(rows))]
    values, places, lengths = map(np.concatenate, zip(*found, strict=True))
    assert values.tolist() == [300, 2, 1.5, 5, 6, 7]
    assert places.tolist() == [3, 0, 1, 0, 2, 3]
    assert lengths.tolist() == [1, 0, 2, 3]


def test_moments_are_added_to_the_pair_of_a_row():
    sums, squares = np.zeros((2, 3)), np.zeros((2, 3))
    places, values = np.array([0, 2, 1, 0], dtype=np.uint64), np.array([1.0, 2, 3, 4])
    add_moments(np.array([1, -1, 1]), np.array([2, 1, 1]), places, values, np.array([0, 2, 1]), sums, squares)
    assert sums.tolist() == [[0, 0, 0], [5, 2, 0]]
    assert squares.tolist() == [[0, 0, 0], [17, 4, 0]]


def test_large_matrices_are_read_in_larger_blocks(monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 2**20)
    assert [matrix.block_size(n) for n in (10, 250_000_000, 5_000_000_000, 10**11)] == [2**20, 2**20, 5_000_000, 2**23]
