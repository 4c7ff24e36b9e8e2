"""Which readouts are scored, and which of them are perturbed."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..names import genes_of

N_EXPRESSED = 1000


def scored_readouts(effects: AnnData, n: int = N_EXPRESSED) -> np.ndarray:
    """Positions of the ``n`` readouts with the highest control expression (section 4.1.2 of the paper).

    All readouts where the screen has no more than ``n``, or no ``var["control_mean"]`` (axes); ties go to the
    readout that comes first.
    """
    if effects.n_vars <= n or "control_mean" not in effects.var:
        return np.arange(effects.n_vars)
    order = np.argsort(-effects.var["control_mean"].to_numpy(), kind="stable")
    return np.sort(order[:n])


def targets_among(effects: AnnData, readouts: np.ndarray) -> np.ndarray | None:
    """Whether a condition perturbs each of the ``readouts`` (n_conditions, n_readouts); None where nothing does."""
    place = {name: i for i, name in enumerate(effects.var_names[readouts])}
    found = np.zeros((effects.n_obs, len(readouts)), dtype=bool)
    for row, name in enumerate(effects.obs_names):
        found[row, [place[gene] for gene in genes_of(name) if gene in place]] = True
    return found if found.any() else None
