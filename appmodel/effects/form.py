"""The form every table of effects has, measured or predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ..names import CONTROL, all_genes, genes_of, repeated, shown
from ..record import changes
from ..screens import refuse_cells


def as_effects(
    values: np.ndarray, conditions: Sequence[str], readouts: pd.DataFrame | Sequence[str], **obs: Sequence
) -> AnnData:
    """Effects of ``values`` (n_conditions, n_readouts), differences from control in log1p units.

    ``readouts`` is a ``var`` table or a list of names; each keyword becomes a column of ``obs``.
    Raises ``ValueError`` where the shape does not fit or a condition is named twice.

    >>> rows = [[1.0, 0.0], [0.0, 2.0], [1.1, 1.8]]
    >>> names = ["A", "B", "A+B"]
    >>> effects = appmodel.as_effects(rows, names, ["g1", "g2"])
    >>> effects.obs["n_targets"].tolist()
    [1, 1, 2]
    """
    var = readouts.copy() if isinstance(readouts, pd.DataFrame) else pd.DataFrame(index=list(readouts))
    values = np.asarray(values, dtype=float)
    if values.shape != (len(conditions), len(var)):
        raise ValueError(
            f"The effects have shape {values.shape}, but {len(conditions)} conditions and {len(var)} readouts "
            f"were named: give one row per condition and one column per readout."
        )
    if twice := repeated(list(conditions)):
        raise ValueError(f"Condition {shown(twice)} is named twice: name each condition once.")
    table = pd.DataFrame(
        {"n_targets": [len(genes_of(name)) for name in conditions], **obs},
        index=pd.Index(list(conditions), dtype=object),
    )
    return AnnData(values, obs=table, var=var, uns={"control": CONTROL})


def perturbed(effects: AnnData) -> AnnData:
    """The rows of ``effects`` without the control.  Raises ``ValueError`` where nothing is left, and for cells."""
    refuse_cells(effects)
    rows = effects.obs_names != effects.uns.get("control", CONTROL)
    if not rows.any():
        raise ValueError("The effects hold no perturbed condition: give at least one row besides the control.")
    return effects[rows]


def standard_errors(effects: AnnData, conditions: Sequence[str]) -> np.ndarray:
    """Standard errors of the effects of ``conditions`` (n_conditions, n_readouts, log1p), from ``sampling_var``.

    The error of the control's mean counts too, where the table has a row of it.
    """
    variance = np.asarray(effects[list(conditions)].layers["sampling_var"], dtype=float)
    if (control := effects.uns.get("control", CONTROL)) in effects.obs_names:
        variance = variance + np.asarray(effects[[control]].layers["sampling_var"], dtype=float)
    return np.sqrt(variance)


def significance(effects: AnnData, conditions: Sequence[str]) -> np.ndarray:
    """Effects of ``conditions`` divided by their ``standard_errors`` (n_conditions, n_readouts)."""
    errors, values = standard_errors(effects, conditions), np.asarray(effects[list(conditions)].X, dtype=float)
    # A readout without any variance was expressed in no cell of either side: it says nothing.
    return np.divide(values, errors, out=np.zeros_like(values), where=errors > 0)


def screen_targets(effects: AnnData) -> list[str]:
    """Every gene the screen perturbs, the held-out ones included where ``uns["targets"]`` lists them.

    Only names: a model of all genes has to know which genes there are, never what perturbing them does.
    """
    names = [name for name in effects.obs_names if name not in (CONTROL, effects.uns.get("control", CONTROL))]
    return sorted({*all_genes(names), *map(str, effects.uns.get("targets", ()))})


def finished(effects: AnnData, expression: AnnData) -> AnnData:
    """``effects`` with what the cells ``expression`` say about themselves: name, hash, reading, changes, targets."""
    for key in ("dataset", "simulated", "dataset_hash", "reading"):
        if key in expression.uns:
            effects.uns[key] = expression.uns[key]
    if len(changes(expression)):
        effects.uns["changes"] = changes(expression)
    effects.uns["targets"] = np.array(screen_targets(effects), dtype=object)
    return effects
