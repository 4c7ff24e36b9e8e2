"""``load_effects``: effects by name or path, whatever form the screen has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from anndata import AnnData

from ..screens import holds_cells, load_cells, read_effects
from ..screens.registry import names
from .form import screen_targets
from .pseudobulk import condition_effects


def load_effects(name: str | Path) -> AnnData:
    """Effects (n_conditions, n_readouts) of a screen: a registry name, or the path of an .h5ad file.

    A screen that comes as cells goes through ``condition_effects`` with its defaults.  Names come out sorted
    inside pairs; what was renamed or dropped stands in ``appmodel.changes(effects)``; ``uns["targets"]`` lists
    every perturbed gene.  Raises ``ValueError`` or ``FileNotFoundError`` with the file, the row and the mend.
    """
    effects = condition_effects(load_cells(name)) if made_from_cells(name) else read_effects(name)
    effects.uns["targets"] = np.array(screen_targets(effects), dtype=object)
    return effects


def made_from_cells(name: str | Path) -> bool:
    """Whether ``load_effects`` makes the effects of this screen from its cells (else they are read as they are)."""
    if str(name) in names("effects"):
        return False
    return str(name) in names("cells") or (Path(name).is_file() and holds_cells(name))
