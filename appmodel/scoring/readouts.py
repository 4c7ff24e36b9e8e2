"""Which readouts are scored."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

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
