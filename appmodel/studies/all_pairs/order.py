"""The order of all pairs of n genes: (0, 1), (0, 2), ... (1, 2), ..., each known by its number."""

from __future__ import annotations

import numpy as np


def n_pairs(n_genes: int) -> int:
    """Number of pairs of ``n_genes`` different genes."""
    return n_genes * (n_genes - 1) // 2


def pairs_at(start: int, stop: int, n_genes: int) -> tuple[np.ndarray, np.ndarray]:
    """Places of the genes of the pairs with the numbers ``start`` to ``stop`` (excluded), two arrays of integers."""
    rows = np.arange(n_genes, dtype=np.int64)
    starts = rows * n_genes - rows * (rows + 1) // 2  # the number of the first pair of each gene
    numbers = np.arange(start, stop, dtype=np.int64)
    first = np.searchsorted(starts[:-1], numbers, side="right") - 1
    return first, numbers - starts[first] + first + 1
