"""``load_effects``: effects by name or path, whatever form the screen has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from anndata import AnnData

from ..screens import available, load_cells, read_effects
from .form import screen_targets
from .pseudobulk import condition_effects


def load_effects(name: str | Path) -> AnnData:
    """Effects (n_conditions, n_readouts) of a screen: a registry name, or the path of an .h5ad of effects.

    Screens that the registry holds as cells go through ``condition_effects`` with its defaults.
    Names come out sorted inside pairs; what was renamed or dropped stands in ``appmodel.changes(effects)``.
    Raises ``ValueError`` or ``FileNotFoundError`` with the file, the row and the mend.
    """
    table = available()
    kind = dict(zip(table["name"], table["kind"], strict=True)).get(str(name))
    effects = condition_effects(load_cells(name)) if kind == "cells" else read_effects(name)
    effects.uns["targets"] = np.array(screen_targets(effects), dtype=object)
    return effects
