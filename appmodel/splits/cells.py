"""A split of cells, for the task ``seen``."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..arguments import cells_given, number, whole_number
from ..names import CONTROL, repeated, shown
from .split import Split


def split_seen(cells: AnnData, seed: int = 0, test_fraction: float = 0.5) -> Split:
    """Hold out cells of every condition, the control included; train and test name the same conditions.

    Raises ``ValueError`` where ``cells`` has no ``obs["condition"]`` or not for all, where cells share a name, or
    where a condition has fewer than four cells (two are needed on each side for a sampling variance).
    """
    number("test_fraction", test_fraction, above=0, below=1)
    cells_given(cells)
    if "condition" not in cells.obs:
        raise ValueError("The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.")
    if cells.obs["condition"].isna().any():
        raise ValueError("Some cells have no condition (obs['condition'] is missing there): drop them first.")
    if twice := repeated(list(cells.obs_names)):
        raise ValueError(f"Cells are held out by name, but {shown(twice)} names several: make the names differ.")
    order = np.argsort(np.asarray(cells.obs_names, dtype=str))  # the order of rows does not change the split
    names, labels = cells.obs_names[order], cells.obs["condition"].astype(str).to_numpy()[order]
    rng = np.random.default_rng(whole_number("seed", seed))
    held_out = []
    for condition in sorted(set(labels)):
        rows = np.flatnonzero(labels == condition)
        if len(rows) < 4:
            raise ValueError(
                f"Condition {condition!r} has {len(rows)} cells; the task 'seen' needs four or more: leave these cells "
                f"out."
            )
        n_test = int(np.clip(round(test_fraction * len(rows)), 2, len(rows) - 2))
        held_out.append(rng.permutation(rows)[:n_test])
    conditions = sorted(set(labels) - {CONTROL})
    return Split(conditions, conditions, "seen", seed, list(names[np.sort(np.concatenate(held_out))]))
