"""Effects of cells that stay on disk, as ``preprocess`` and ``effects_of`` make them of cells in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

import numpy as np
from anndata import AnnData
from tqdm import tqdm

from ...screens.reading.value_kinds import Seen
from ...screens.reading.values import Settled, note_conversion
from ...screens.stored.files import rows_of
from ...screens.stored.matrix import StoredMatrix
from ...screens.stored.threads import ahead, beside
from ..form import finished
from ..preprocessing import with_most_variable, without_empty
from ..usable import groups_told, large_enough, with_own_control
from ..within import Pairs, against_own_control, effects_of_pairs, pairs_of
from .kernels import add_moments, rows_in_order
from .logged import Logged
from .row_file import joined
from .set_down import SetDown

_ROOM = 2**26  # sums held at once: with their squares 1 GB
_SURE = 2.0**43  # a variance this many times below the squared mean is rounding, as scanpy has it


@dataclass(frozen=True)
class Asked:
    """What ``condition_effects`` is asked for; ``hash_settled``: the hash is that of values brought to log1p."""

    n_top_genes: int | None = 2000
    target_sum: float | None = None
    min_cells: int | None = None
    within: str | Sequence[str] | None = None
    hash_settled: bool = False
    progressbar: bool = False


def streamed_effects(cells: AnnData, matrix: StoredMatrix, settle: Callable[[Seen], Settled], asked: Asked) -> AnnData:
    """Effects (n_conditions, n_genes) of ``cells`` without values and the matrix that holds them (``take_matrix``).

    ``settle`` decides what the values are from what was seen of them.  Raises ``ValueError`` as ``condition_effects``
    does, ``OSError`` where the temporary folder is full, ``KeyboardInterrupt`` with a sentence where it was stopped.
    """
    try:
        # files without a name: whatever ends the process, they end with it
        with TemporaryFile(prefix="appmodel-") as file, TemporaryFile(prefix="appmodel-") as controls:
            down = SetDown(cells, matrix, file, controls, asked.progressbar)
            settled = settle(down.seen)
            note_conversion(cells, settled)
            return _effects(down, settled, asked)
    except KeyboardInterrupt:
        name = cells.uns.get("dataset", "the screen")
        raise KeyboardInterrupt(f"{name}: stopped before all its cells were read; no effects were made.") from None


def _effects(down: SetDown, settled: Settled, asked: Asked) -> AnnData:
    cells = down.cells
    logged = down.logged(settled, asked.target_sum)
    kept = without_empty(cells, down.totals == 0) if settled.kind == "counts" else cells
    if asked.n_top_genes is not None and cells.n_vars > asked.n_top_genes:
        kept = with_most_variable(kept, down.dispersions(settled, asked.target_sum), asked.n_top_genes)
    within = groups_told(cells, asked.within)
    if within is not None:
        kept = with_own_control(kept, within)
    kept = large_enough(kept, asked.min_cells)
    pairs = pairs_of(kept, within)
    found = list(_moments(down, kept, pairs, logged, asked, digest_logged=asked.hash_settled and bool(settled.change)))
    moments = tuple(np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    effects = finished(effects_of_pairs(pairs, moments, kept, within), kept)
    effects.uns["dataset_hash"] = down.digest.finish()
    return effects


def _moments(
    down: SetDown, kept: AnnData, pairs: Pairs, logged: Logged, asked: Asked, digest_logged: bool
) -> Iterator[tuple[np.ndarray, ...]]:
    """What ``against_own_control`` gives for the genes that are kept, for as many at once as there is room for."""
    genes = down.cells.var_names.get_indexer(kept.var_names)
    pair_of = np.full(down.cells.n_obs, -1)
    pair_of[np.searchsorted(rows_of(down.cells), rows_of(kept))] = pairs.of_cell
    step = max(1, _ROOM // len(pairs.n_cells))
    for first in range(0, max(len(genes), 1), step):
        chosen = down.place[genes[first : first + step]]
        slot = np.full(down.cells.n_vars, len(chosen))  # others share a slot that nobody reads: no branch in the loop
        slot[chosen] = np.arange(len(chosen))
        sums, squares = (np.zeros((len(pairs.n_cells), len(chosen) + 1)) for _ in range(2))
        with beside() as submit:
            for cells, values, places, lengths in ahead(_rows(down, asked.progressbar)):
                log = logged(values, cells, lengths)
                if first == 0:
                    submit(down.digest.add, log if digest_logged else values, places.view(np.int64), lengths)
                add_moments(pair_of[cells], lengths, places, log, slot, sums, squares)
        n = pairs.n_cells[:, None]
        mean = sums[:, :-1] / n
        deviations = squares[:, :-1] - n * mean**2
        deviations[deviations * _SURE < n * mean**2] = 0
        yield against_own_control(pairs, mean, deviations)


def _rows(down: SetDown, progressbar: bool) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Cells in the order of the digest, their values, the place of each value's gene, and how many each cell has."""
    name = down.cells.uns.get("dataset", "the screen")
    for batch in tqdm(range(len(down.rows)), f"effects of {name}", unit="batch", disable=not progressbar):
        first = batch * down.rows.per_batch
        cells = down.digest.rows[first : first + down.rows.per_batch]
        yield cells, *rows_in_order(joined(down.rows.pieces(batch)), first, len(cells), down.place)
