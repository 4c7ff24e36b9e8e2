"""``load_effects``: effects by name, path or in memory, whatever form the screen has."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..screens.loading import choices_of, finish_cells, finish_effects, finish_stored, holds_cells
from ..screens.opening import Opened, Source, open_screen
from ..screens.reading.values import settled_values
from ..screens.registry import names
from .form import screen_targets
from .pseudobulk import condition_effects


def load_effects(
    name: Source,
    *,
    min_cells: int | None = None,
    in_memory: bool | None = None,
    mirror: str | None = None,
    progressbar: bool = False,
    **told,
) -> AnnData:
    """Effects (n_conditions, n_readouts) of a screen: a registry name, the path of a file, or an AnnData.

    A screen that comes as cells goes through ``condition_effects`` with its defaults and ``min_cells``; a long table
    of a differential-expression run becomes effects with a variance for each readout.  ``told`` are the decisions
    that ``load_cells`` takes too (``condition_key``, ``control``, ``separator``, ``layer``, ``within`` ...: see
    ``appmodel.screens.Choices``).  Names come out sorted inside pairs; what was renamed or dropped stands in
    ``appmodel.changes(effects)``, what was decided in ``appmodel.reading_of(effects)``; ``uns["targets"]`` lists
    every perturbed gene.

    Cells of an .h5ad file or a zarr store with more than 50 million stored values are read in blocks and stay on
    disk; ``in_memory=False`` has that done for smaller ones too, ``in_memory=True`` for none.  The effects are the
    same.  It takes room for a copy in the folder for temporary files (``TMPDIR``), three bytes for each count.
    Raises ``ValueError`` or ``FileNotFoundError`` with the file, the row and the mend.
    """
    opened = open_screen(name, None, choices_of(told), mirror, progressbar, in_memory=in_memory)
    if opened.stored is not None:
        effects = _of_stored(opened, min_cells, progressbar)
    elif opened.kind == "cells":
        effects = condition_effects(finish_cells(opened), min_cells=min_cells)
        effects.uns["reading"] = opened.reading.table()
    else:
        effects = finish_effects(opened)
    effects.uns["targets"] = np.array(screen_targets(effects), dtype=object)
    return effects


def _of_stored(opened: Opened, min_cells: int | None, progressbar: bool) -> AnnData:
    """Effects of cells that stay on disk."""
    from .streaming.effects import Asked, streamed_effects  # compiles, and most screens fit in memory

    cells, matrix = finish_stored(opened)
    asked = Asked(min_cells=min_cells, hash_settled=True, progressbar=progressbar)
    effects = streamed_effects(
        cells, matrix, lambda seen: settled_values(seen, cells, opened.choices, opened.reading), asked
    )
    effects.uns["reading"] = opened.reading.table()
    return effects


def made_from_cells(name: Source) -> bool:
    """Whether ``load_effects`` makes the effects of this screen from its cells (else they are read as they are)."""
    if isinstance(name, str) and name in names("effects"):
        return False
    return (isinstance(name, str) and name in names("cells")) or holds_cells(name)
