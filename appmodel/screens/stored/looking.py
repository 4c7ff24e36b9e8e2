"""One pass over a matrix on disk: are its values sound, what are they, how much does each cell hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp
from anndata import AnnData
from tqdm import tqdm

from ..reading.value_kinds import Seen, sampled, unit_spread
from ..validation import check_range
from .files import rows_of
from .matrix import Block, StoredMatrix
from .threads import ahead


@dataclass(frozen=True)
class Part:
    """Some cells in a block: which of the cells they are, ascending, and their values (csr) from a first gene on."""

    cells: np.ndarray
    values: sp.csr_matrix
    first_gene: int


def look_through(
    cells: AnnData,
    matrix: StoredMatrix,
    use: Callable[[Part], None] = lambda part: None,
    progressbar: bool = False,
) -> tuple[Seen, np.ndarray]:
    """What was seen of the values of ``cells``, and what each cell holds in all (n_cells,), 0 where not all are whole.

    Every part is handed to ``use`` as it is read, while the next one is being read.
    Raises ``ValueError`` where values are no numbers, not finite or negative, naming the first cell and gene.
    """
    name = cells.uns.get("dataset", "the screen")
    if matrix.dtype.kind not in "iuf":
        raise ValueError(f"{name} holds values that are no real numbers: give counts or log1p values.")
    lowest, highest, whole, totals = matrix.dtype.type(0), matrix.dtype.type(0), True, np.zeros(cells.n_obs)
    wanted, samples = sampled(cells.n_obs), []
    blocks = tqdm(matrix.blocks(), f"reading {name}", len(matrix), unit="block", disable=not progressbar)
    for part in _parts(ahead(blocks), rows_of(cells), matrix.shape[0]):
        values = part.values.data
        low, high = values.min(initial=0), values.max(initial=0)  # NaN wins in both
        check_range(low, high, cells, partial(_first_bad, cells, matrix))
        lowest, highest = min(lowest, low), max(highest, high)
        whole = whole and (values.dtype.kind in "iu" or bool((np.floor(values) == values).all()))
        if whole:
            held = np.flatnonzero(np.diff(part.values.indptr))
            totals[part.cells[held]] += np.add.reduceat(values, part.values.indptr[held], dtype=np.float64)
        here = np.flatnonzero(np.isin(part.cells, wanted))
        samples.append(Part(part.cells[here], part.values[here], part.first_gene))
        use(part)
    sample, spread = partial(_joined, samples, wanted, cells.n_vars), partial(_spread, cells, matrix)
    return Seen(cells.n_obs, lowest, highest, whole, sample, spread), totals * whole


def _spread(cells: AnnData, matrix: StoredMatrix) -> float | None:
    """``unit_spread`` of the values, in another pass over them; asked only where nothing else tells what they are."""
    sums, squares, highest = np.zeros(cells.n_vars), np.zeros(cells.n_vars), np.zeros(cells.n_vars)
    for part in _parts(ahead(matrix.blocks()), rows_of(cells), matrix.shape[0]):
        genes, values = part.values.indices + part.first_gene, part.values.data.astype(np.float64)
        sums += np.bincount(genes, values, cells.n_vars)
        squares += np.bincount(genes, values**2, cells.n_vars)
        np.maximum.at(highest, genes, values)
    return unit_spread(cells.n_obs, sums / cells.n_obs, squares / cells.n_obs, highest)


def _parts(blocks: Iterator[Block], rows: np.ndarray, n_rows: int) -> Iterator[Part]:
    """The blocks of a matrix without the rows that are no cells, and without zeros."""
    cell_of = np.full(n_rows, -1)
    cell_of[rows] = np.arange(len(rows))
    for block in blocks:
        here = cell_of[block.first_row : block.first_row + block.values.shape[0]]
        values = block.values.tocsr()
        if (here < 0).any():
            values = values[np.flatnonzero(here >= 0)]
            here = here[here >= 0]
        if not values.data.all():
            values = values.copy()
            values.eliminate_zeros()
        if len(here):
            yield Part(here, values, block.first_column)


def _joined(samples: list[Part], wanted: np.ndarray, n_genes: int) -> sp.csr_matrix:
    """The rows of the cells ``wanted`` out of parts, which hold all genes of some cells or all cells of some genes."""
    parts = [sp.coo_matrix(part.values) for part in samples]
    row = [np.searchsorted(wanted, part.cells)[coo.row] for part, coo in zip(samples, parts, strict=True)]
    column = [coo.col + part.first_gene for part, coo in zip(samples, parts, strict=True)]
    data = np.concatenate([coo.data for coo in parts])
    return sp.csr_matrix((data, (np.concatenate(row), np.concatenate(column))), shape=(len(wanted), n_genes))


def _first_bad(cells: AnnData, matrix: StoredMatrix, good: Callable[[np.ndarray], np.ndarray]) -> str:
    """The first cell and gene whose value is not ``good``, for an error message."""
    first = (cells.n_obs, 0)
    for part in _parts(matrix.blocks(), rows_of(cells), matrix.shape[0]):
        bad = np.flatnonzero(~good(part.values.data))
        if len(bad):
            row = np.searchsorted(part.values.indptr, bad, side="right") - 1
            gene = part.values.indices[bad] + part.first_gene
            first = min(first, min(zip(part.cells[row].tolist(), gene.tolist(), strict=True)))
            if part.values.shape[1] == cells.n_vars:
                break  # parts of all genes come in the order of the cells
    return f"the first in cell {cells.obs_names[first[0]]!r}, gene {cells.var_names[first[1]]!r}"
