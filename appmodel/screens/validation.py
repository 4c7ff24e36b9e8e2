"""What every screen must be before anything is computed from it, said in one sentence where it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from ..arguments import cells_given
from ..names import CONTROL, repeated, shown, standard_name
from .stored.matrix import StoredMatrix

_COUNT_LAYERS = ("counts", "count", "raw_counts", "raw", "umi", "UMIs", "spliced_counts")
_PIECE = 4096  # rows looked at in one go; keeps temporary arrays small beside the screen
_VALUES = 2**22  # stored values of a sparse matrix looked at in one go


def check_cells(cells: AnnData) -> None:
    """Raise ``ValueError`` in one sentence where ``cells`` (n_cells, n_genes) is no usable screen.

    Looked for: no cells or genes, no ``obs["condition"]``, conditions missing or not in standard form, no
    control, repeated gene or cell names, values that are not finite, negative values.
    """
    cells_given(cells)
    name = cells.uns.get("dataset", "the screen")
    if cells.X is None or 0 in cells.shape:
        raise ValueError(
            f"{name} is empty ({cells.n_obs} cells x {cells.n_vars} genes): give a matrix of cells x genes."
            f"{pointer(cells)}"
        )
    _check_conditions(cells, name)
    if twice := repeated(list(cells.var_names)):
        raise ValueError(
            f"{name} names genes more than once ({shown(twice)}): keep one column per gene, or "
            f"make the names differ with var_names_make_unique() of the AnnData."
        )
    if twice := repeated(list(cells.obs_names)):
        raise ValueError(
            f"{name} names cells more than once ({shown(twice)}): cells of several lanes often "
            f"share barcodes; make the names differ with obs_names_make_unique() of the AnnData."
        )
    _check_values(cells, name)


def expression_kind(X) -> Literal["counts", "log1p"]:
    """``counts`` where every value of a matrix is a non-negative integer, else ``log1p``.

    Dense, sparse, backed or Dask; never made dense, and read in pieces.
    """
    counts = all(bool(np.all((piece >= 0) & (piece == np.floor(piece)))) for piece in _pieces(X))
    return "counts" if counts else "log1p"


def pointer(data: AnnData) -> str:
    """Where better values may be: layers, ``raw``; '' where there are none."""
    layers = [key for key in data.layers if key in _COUNT_LAYERS]
    layers = layers or [key for key in data.layers if key != "sampling_var"]
    places = [f"layers[{key!r}] (layer={key!r})" for key in layers[:2]]
    if data.raw is not None:
        places.append("raw (layer='raw')")
    return f" Other values of it are in {' and in '.join(places)}." if places else ""


class ContentDigest:
    """The hash of a screen's content, fed with its rows in the order of their names.

    ``rows`` and ``columns``: positions of the cells and genes of ``data`` in that order.
    """

    def __init__(self, data: AnnData) -> None:
        self.rows, self.columns = (
            np.argsort(np.asarray(names, dtype=str), kind="stable") for names in (data.obs_names, data.var_names)
        )
        self._data = data
        self._values, self._places, self._lengths = (hashlib.sha256() for _ in range(3))

    def add(self, values: np.ndarray, places: np.ndarray, lengths: np.ndarray) -> None:
        """Some rows: their values but zeros, each one's place in the order of genes, and how many a row has."""
        self._values.update(np.ascontiguousarray(values, dtype="<f8").data)
        self._places.update(np.ascontiguousarray(places, dtype="<i8").data)
        self._lengths.update(np.ascontiguousarray(lengths, dtype="<i8").data)

    def finish(self) -> str:
        """The first 12 hexadecimal digits over all rows, the names and the conditions."""
        names = [self._data.obs_names[self.rows], self._data.var_names[self.columns]]
        if "condition" in self._data.obs:
            names.append(self._data.obs["condition"].iloc[self.rows])
        labels = hashlib.sha256()
        for group in names:
            labels.update(("\n".join(map(str, group)) + "\n\n").encode())
        digests = (self._values, self._places, self._lengths, labels)
        return hashlib.sha256("".join(digest.hexdigest() for digest in digests).encode()).hexdigest()[:12]


def content_hash(data: AnnData) -> str:
    """First 12 hexadecimal digits of a SHA-256 over values, names and conditions, whatever their order.

    The same for dense and sparse storage and for any numeric type that holds the values exactly.
    """
    if data.isbacked:
        data = data.to_memory()
    digest = ContentDigest(data)
    for start in range(0, data.n_obs, _PIECE):
        piece = data.X[digest.rows[start : start + _PIECE]]
        piece = sp.csr_matrix(piece.compute() if hasattr(piece, "compute") else piece)[:, digest.columns]
        piece.eliminate_zeros()
        piece.sort_indices()
        digest.add(piece.data, piece.indices, np.diff(piece.indptr))
    return digest.finish()


def _check_conditions(cells: AnnData, name: str) -> None:
    if "condition" not in cells.obs:
        if "n_targets" in cells.obs:
            raise ValueError(f"{name} holds effects, not cells: take them as they are, or pass its cells.")
        raise ValueError(
            f"{name} has no obs['condition'] (its columns: {shown(cells.obs.columns, 8) or 'none'}): read "
            f"it with load_cells(path, condition_key=...), which standardises the labels."
        )
    column = cells.obs["condition"]
    if column.isna().any():
        raise ValueError(
            f"{name} holds {int(column.isna().sum())} cells without a condition: drop them, or "
            f"read the file with load_cells, which counts what it drops."
        )
    labels = sorted(map(str, pd.unique(column)))
    try:
        unsorted = [label for label in labels if standard_name(label) != label]
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if unsorted:
        raise ValueError(
            f"{name} holds conditions that are not in standard form ({shown(unsorted)}): sort "
            f"the genes and join them by '+', or read the file with load_cells."
        )
    if CONTROL not in labels:
        raise ValueError(
            f"{name} has no control condition (its conditions: {shown(labels)}): name the "
            f"control cells 'control', or read the file with load_cells(path, control=...)."
        )


def _check_values(cells: AnnData, name: str) -> None:
    if cells.X.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds values that are no real numbers: give counts or log1p values.")
    for piece in _pieces(cells.X):
        check_range(piece.min(initial=0), piece.max(initial=0), cells, partial(_where, cells))  # NaN wins in both


def check_range(low: float, high: float, cells: AnnData, where: Callable[[Callable], str]) -> None:
    """Raise ``ValueError`` where the smallest or largest of some values is not finite or negative.

    ``where`` gives the first cell and gene whose value is not good, in words.
    """
    name = cells.uns.get("dataset", "the screen")
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            f"{name} holds values that are not finite (NaN or infinite), {where(np.isfinite)}: repair or "
            f"drop these cells or genes."
        )
    if low < 0:
        raise ValueError(
            f"{name} holds negative values, {where(lambda values: values >= 0)}: give raw counts or log1p values, not "
            f"scaled or centred ones.{pointer(cells)}"
        )


def _where(cells: AnnData, good) -> str:
    """The first cell and gene whose value is not ``good``, for an error message."""
    for start in range(0, cells.n_obs, _PIECE):
        piece = cells.X[start : start + _PIECE]
        piece = sp.coo_matrix(piece.compute() if hasattr(piece, "compute") else piece)
        bad = np.flatnonzero(~good(piece.data))
        if len(bad):
            first = bad[0]
            cell, gene = cells.obs_names[start + piece.row[first]], cells.var_names[piece.col[first]]
            return f"the first in cell {cell!r}, gene {gene!r}"
    return "in its matrix"


def _pieces(X) -> Iterator[np.ndarray]:
    """The values of a matrix, piece by piece; of a sparse one only those stored (the others are zero)."""
    if sp.issparse(X):
        for start in range(0, len(X.data), _VALUES):
            yield X.data[start : start + _VALUES]
        return
    if isinstance(X, StoredMatrix):
        yield from X.values()
        return
    for start in range(0, X.shape[0], _PIECE):
        piece = X[start : start + _PIECE]
        piece = piece.compute() if hasattr(piece, "compute") else piece
        yield piece.data if sp.issparse(piece) else np.asarray(piece)
