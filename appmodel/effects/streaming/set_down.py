"""The first pass: cells are read once from where they lie, looked at, and set down in the order of the hash."""

from __future__ import annotations

from typing import IO

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from ...names import CONTROL
from ...screens.reading.values import Settled
from ...screens.stored.looking import Part, look_through
from ...screens.stored.matrix import DenseStored, StoredMatrix
from ...screens.validation import ContentDigest
from ..preprocessing import control_dispersions, normalised_dispersions
from .logged import Logged
from .row_file import RowFile, joined

GATHERED = 10_000_000  # values of control cells that are brought together in memory to choose genes: 500 MB in scanpy


class SetDown:
    """The values of ``cells`` in a ``file``, row after row as the ``digest`` takes them, and in another the control's.

    ``control`` (n_cells,): which cells are control; ``rank`` (n_cells,): the row of each cell; ``place`` (n_genes,):
    that of each gene in the order of names; ``totals`` (n_cells,): of counts, and of what is brought to one total.
    """

    def __init__(
        self, cells: AnnData, matrix: StoredMatrix, file: IO[bytes], controls: IO[bytes], progressbar: bool
    ) -> None:
        self.cells, self.digest = cells, ContentDigest(cells)
        self.rank, self.place = np.argsort(self.digest.rows), np.argsort(self.digest.columns)
        self.control = (cells.obs["condition"] == CONTROL).to_numpy()
        self.rows = RowFile(file, cells.n_obs, matrix.n_values, cells.n_vars, matrix.dtype)
        self._dense = isinstance(matrix, DenseStored)
        self._controls = RowFile(controls, cells.n_obs, 0, cells.n_vars, matrix.dtype)
        self.seen, self.totals = look_through(cells, matrix, self._set_down, progressbar)

    def logged(self, settled: Settled, target_sum: float | None, only: np.ndarray | None = None) -> Logged:
        """What makes log1p values of these; ``only`` (n_cells,): the cells whose median total counts are brought to."""
        if settled.same_total and not self.totals.any():
            self.totals = self._sums()
        totals = self.totals if only is None or settled.kind != "counts" else np.where(only, self.totals, 0)
        return Logged(settled, totals, target_sum)

    def dispersions(self, settled: Settled, target_sum: float | None) -> np.ndarray:
        """How much each gene (n_genes,) varies among the control cells that are not empty, for its mean."""
        counts = settled.kind == "counts"
        held = self.control & (self.totals > 0) if counts else self.control
        if not held.any():
            return np.full(self.cells.n_vars, np.nan)
        if self._controls.n_values > GATHERED:
            return self._dispersions_in_pieces(held, self.logged(settled, target_sum, only=held))
        piece = joined(self._controls)
        lengths = np.diff(piece.starts)
        values = (
            piece.values.astype(np.float64) if counts else self.logged(settled, None)(piece.values, piece.rows, lengths)
        )
        row = np.repeat((np.cumsum(held) - 1)[piece.rows], lengths)
        X = sp.csr_matrix((values, (row, piece.columns)), shape=(held.sum(), self.cells.n_vars))
        X = X.toarray() if self._dense else X  # scanpy adds up both in another order, which decides ties
        return control_dispersions(AnnData(X, obs=self.cells.obs.loc[held, ["condition"]]), counts, target_sum)

    def _dispersions_in_pieces(self, held: np.ndarray, logged: Logged) -> np.ndarray:
        n_cells, sums, squares = held.sum(), np.zeros(self.cells.n_vars), np.zeros(self.cells.n_vars)
        for piece in self._controls:
            values = np.expm1(logged(piece.values, piece.rows, np.diff(piece.starts)))
            sums += np.bincount(piece.columns, values, self.cells.n_vars)
            squares += np.bincount(piece.columns, values * values, self.cells.n_vars)
        variance = (squares / n_cells - (sums / n_cells) ** 2) * (n_cells / max(n_cells - 1, 1))
        return normalised_dispersions(sums / n_cells, variance)

    def _set_down(self, part: Part) -> None:
        self.rows.add(part, self.rank[part.cells])
        control = np.flatnonzero(self.control[part.cells])
        chosen = Part(part.cells[control], part.values[control], part.first_gene)
        self._controls.add(chosen, chosen.cells)

    def _sums(self) -> np.ndarray:
        """The total of each cell, its values added up in the order in which they stand in the file."""
        totals = np.zeros(self.cells.n_obs)
        for batch in range(len(self.rows)):
            piece = joined(self.rows.pieces(batch))
            row = np.repeat(piece.rows, np.diff(piece.starts))
            held = sp.coo_matrix((piece.values.astype(np.float64), (row, piece.columns)), shape=self.cells.shape)
            held.has_canonical_format = True  # else it is sorted
            totals += np.asarray(held.tocsr().sum(axis=1)).ravel()
        return totals[self.rank]
