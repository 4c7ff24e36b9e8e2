"""How many threads a model computes with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch, and the BLAS of NumPy and SciPy, on one thread: the last bits depend on their number.

    Training multiplies a difference in the last bits to one in the third digit.  Matrices of this size are no faster on
    more threads.  An environment variable is not enough: not everybody sets it, and numba, which reads screens, sets
    torch's number back to all cores.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with _libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)


@cache
def _libraries() -> ThreadpoolController:
    """The BLAS libraries of this process; to find them takes longer than a prediction."""
    return ThreadpoolController()
