"""Parts of a gzipped array of an .h5ad file, unpacked on all cores: HDF5 unpacks one chunk after the other."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import h5py
import numpy as np

_TOGETHER = 16  # chunks that a thread takes at once


def reader_of(array: Any, threads: ThreadPoolExecutor) -> Callable[[int, int], np.ndarray]:
    """What gives the values of a one-dimensional ``array`` from one place up to another."""

    def plainly(low: int, high: int) -> np.ndarray:
        return np.asarray(array[low:high])

    def unpacked(low: int, high: int) -> np.ndarray:
        size = array.chunks[0]
        first, last = low // size, -(-high // size)
        out = np.empty((last - first) * size, dtype=array.dtype)
        work = [
            threads.submit(_unpack, array, range(start, min(start + _TOGETHER, last)), out, first)
            for start in range(first, last, _TOGETHER)
        ]
        try:
            for part in work:
                part.result()
        except (zlib.error, OSError, RuntimeError, ValueError):
            return plainly(low, high)  # a chunk that was never written, or is stored otherwise
        return out[low - first * size : high - first * size]

    return unpacked if _is_gzipped(array) else plainly


def some_threads() -> ThreadPoolExecutor:
    """As many threads as there are cores for this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(cores)


def _is_gzipped(array: Any) -> bool:
    """Whether the values of an HDF5 array are gzipped, at most shuffled before, and nothing else."""
    if not isinstance(array, h5py.Dataset) or array.compression != "gzip":
        return False
    steps = array.id.get_create_plist()
    return {steps.get_filter(i)[0] for i in range(steps.get_nfilters())} <= {
        h5py.h5z.FILTER_DEFLATE,
        h5py.h5z.FILTER_SHUFFLE,
    }


def _unpack(array: h5py.Dataset, chunks: range, out: np.ndarray, first: int) -> None:
    size, dtype = array.chunks[0], array.dtype
    for chunk in chunks:
        left_out, packed = array.id.read_direct_chunk((chunk * size,))
        if left_out:
            raise ValueError("a filter was left out: read it plainly")
        raw = np.frombuffer(zlib.decompress(packed), dtype=np.uint8)
        if array.shuffle:
            raw = np.ascontiguousarray(raw.reshape(dtype.itemsize, size).T).ravel()
        start = (chunk - first) * size
        out[start : start + size] = raw.view(dtype)
