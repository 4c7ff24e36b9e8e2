"""Files whose cells can stay on disk: .h5ad and zarr as AnnData writes them, and an AnnData that was read lazily."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from anndata.io import read_elem

from ..reading.decisions import Choices, Reading
from ..reading.forms import HDF5, begins, damaged, is_zarr, quiet_names
from ..reading.values import take_layer
from .matrix import DaskStored, DenseStored, SparseStored, StoredMatrix

LARGE = 50_000_000  # stored values from which on a file is read in blocks: as float64 in memory, some 2 GB with copies
_ROWS = "stored_row"  # obsm: where the values of a cell stand in its matrix


@dataclass
class StoredScreen:
    """A screen whose values stay on disk.

    ``data``: its obs, var and uns with empty matrices in their places; ``matrices``: what ``layer`` may name.
    """

    data: AnnData
    matrices: dict[str, StoredMatrix]

    @property
    def values(self) -> StoredMatrix | None:
        """What stands in ``X``."""
        return self.matrices.get("X")


def is_lazy(data: AnnData) -> bool:
    """Whether the values of an AnnData are still on disk: backed mode (but not a view of it), or a Dask array."""
    if data.isbacked:
        return not data.is_view
    return "dask" in sys.modules and hasattr(data.X, "dask")  # X of a view is a copy, which may be large


def n_stored(path: Path) -> int | None:
    """How many values a file holds in all; None where its cells cannot stay on disk (packed, h5mu, 10x, very old)."""
    if not (is_zarr(path) if path.is_dir() else begins(path, HDF5)):
        return None
    try:
        with _opened(path) as file:
            if "mod" in file or any(key not in file or not hasattr(file[key], "keys") for key in ("obs", "var")):
                return None
            return sum(_size(file[place]) for place in _places(file).values())
    except ValueError:
        return None  # reading it whole says what is wrong


def open_stored(source: Path | AnnData, reading: Reading) -> StoredScreen:
    """The screen of a file or of an AnnData read lazily.  Raises ``ValueError`` where the file is damaged."""
    if isinstance(source, AnnData):
        reading.decide("form", "AnnData read lazily", f"{source.n_obs} x {source.n_vars}")
        return of_lazy(source)
    with _opened(source) as file, quiet_names():
        data = AnnData(obs=read_elem(file["obs"]), var=read_elem(file["var"]))
        data.uns.update(read_elem(file["uns"]) if "uns" in file else {})
        places = _places(file)
        raw_var = read_elem(file["raw/var"]) if places.get("raw") == "raw/X" else None
    matrices = {key: _matrix(partial(_opened, source, place)) for key, place in places.items()}
    reading.decide("form", f"{'zarr' if source.is_dir() else 'h5ad'}, read in blocks", source.name)
    return StoredScreen(_with_empty(data, matrices, raw_var), matrices)


def of_lazy(data: AnnData) -> StoredScreen:
    """The screen of an AnnData read lazily (``obs`` and ``var`` too, where they are)."""
    obs, var = (table if isinstance(table, pd.DataFrame) else table.to_memory() for table in (data.obs, data.var))
    matrices = {} if data.raw is None else {"raw": _of_array(data.raw.X)}
    matrices |= {key: _of_array(values) for key, values in data.layers.items()} | {"X": _of_array(data.X)}
    with quiet_names():
        small = AnnData(obs=obs.copy(), var=var.copy(), uns=dict(data.uns))
    return StoredScreen(_with_empty(small, matrices, None if data.raw is None else data.raw.var), matrices)


def take_matrix(screen: StoredScreen, choices: Choices, reading: Reading) -> tuple[AnnData, StoredMatrix]:
    """Cells without values and the matrix that holds them, that of ``choices.layer``; see ``rows_of``."""
    cells = take_layer(screen.data, choices.layer, reading)
    cells.obsm[_ROWS] = np.arange(cells.n_obs)[:, None]
    return cells, screen.matrices[choices.layer or "X"]


def rows_of(cells: AnnData) -> np.ndarray:
    """Which rows (n_cells,) of their matrix the cells of ``take_matrix`` are, whatever has been left out since."""
    return np.asarray(cells.obsm[_ROWS]).ravel()


def _with_empty(data: AnnData, matrices: dict[str, StoredMatrix], raw_var: pd.DataFrame | None) -> AnnData:
    """``data`` with a matrix of no stored values wherever it has one, so that whoever reads labels sees the same."""
    for key in matrices:
        if key == "raw" and raw_var is not None:
            empty = sp.csr_matrix((data.n_obs, len(raw_var)), dtype=np.float32)
            data.raw = AnnData(empty, obs=data.obs[[]], var=raw_var)
        elif key == "X":
            data.X = sp.csr_matrix(data.shape, dtype=np.float32)
        else:
            data.layers[key] = sp.csr_matrix(data.shape, dtype=np.float32)
    return data


def _places(file: Any) -> dict[str, str]:
    """Where in a file the matrices stand, by what ``layer`` calls them: a layer before ``raw``, ``X`` before both."""
    raw = {"raw": "raw/X"} if "raw" in file and "X" in file["raw"] else {}
    layers = {key: f"layers/{key}" for key in file.get("layers", ())}
    return raw | layers | ({"X": "X"} if "X" in file else {})


def _size(element: Any) -> int:
    return int(element["data"].shape[0] if hasattr(element, "keys") else np.prod(element.shape, dtype=np.int64))


def _matrix(opening: Any) -> StoredMatrix:
    with opening() as element:
        if not hasattr(element, "keys"):
            return DenseStored(opening, element.shape, element.dtype)
    return SparseStored(opening)


def _of_array(X: Any) -> StoredMatrix:
    """A Dask array, a part of an open file, or values that are in memory after all."""
    if hasattr(X, "dask"):
        return DaskStored(X)
    if hasattr(X, "group"):
        return SparseStored(lambda: nullcontext(X.group))
    return DenseStored(lambda: nullcontext(X), X.shape, X.dtype)


@contextmanager
def _opened(path: Path, place: str = "/") -> Iterator[Any]:
    """A file or a part of it.  Raises ``ValueError`` where it cannot be read as far as it is asked for."""
    try:
        if path.is_dir():
            import zarr

            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", module="zarr")
                root = zarr.open_group(str(path), mode="r")
            yield root if place == "/" else root[place]
        else:
            with h5py.File(path, "r") as file:
                yield file[place]
    except (MemoryError, PermissionError):
        raise
    except Exception as error:
        raise ValueError(damaged(path)) from error
