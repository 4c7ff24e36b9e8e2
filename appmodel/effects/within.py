"""Effects within groups of cells: each cell against the control of its own cell type, line or batch.

Where conditions have unequal shares of the groups, a condition's mean minus the control's mixes the perturbation with
the difference between groups.  Here a condition's effect is the mean over its cells of expression minus the control
mean of the cell's own group, so each group counts by the condition's cells in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ..names import CONTROL, shown
from ..record import record_change
from ..screens.reading.columns import joined_texts
from .form import as_effects


def with_own_control(expression: AnnData, within: str | Sequence[str]) -> AnnData:
    """The cells of groups that hold control cells; the others are left out and counted.

    Raises ``ValueError`` where ``within`` is no column or no group has control cells.
    """
    name = expression.uns.get("dataset", "the screen")
    if missing := [key for key in _keys(within) if key not in expression.obs]:
        raise ValueError(
            f"{name} has no column obs[{missing[0]!r}]: choose one of {shown(expression.obs.columns, 12)} as within."
        )
    groups = _groups(expression, within)
    with_control = set(groups[(expression.obs["condition"] == CONTROL).to_numpy()])
    kept = groups.isin(with_control).to_numpy()
    if not with_control:
        raise ValueError(
            f"No group of obs[{within!r}] of {name} holds a control cell: leave within=... out, or name another column."
        )
    if kept.all():
        return expression
    left = expression[kept].copy()
    alone = sorted(set(groups) - with_control)
    record_change(
        left, "cells dropped", list(expression.obs_names[~kept]), f"no control in their group {shown(alone, 3)}"
    )
    lost = set(expression.obs["condition"].astype(str)) - set(left.obs["condition"].astype(str))
    if set(left.obs["condition"]) == {CONTROL}:
        raise ValueError(
            f"No group of obs[{within!r}] of {name} holds both control and perturbed cells: effects within groups need "
            f"both; leave within=... out, or name another column."
        )
    record_change(left, "conditions dropped", sorted(lost), f"only in groups of {within} without control cells")
    return left


def effects_within(expression: AnnData, within: str | Sequence[str]) -> AnnData:
    """Effects (n_conditions, n_genes) of log-normalised cells, each against the control mean of its own group.

    ``layers["sampling_var"]`` is the squared standard error of the condition's mean (the control's in its row), from
    the spread within groups; ``obs["n_groups"]`` says over how many groups a condition extends.
    """
    groups = _groups(expression, within)
    conditions = expression.obs["condition"].astype(str)
    names = [CONTROL, *sorted(set(conditions) - {CONTROL})]
    pairs = pd.DataFrame({"condition": conditions.to_numpy(), "group": groups.to_numpy()}).groupby(
        ["condition", "group"]
    )
    cells = {pair: np.asarray(rows) for pair, rows in pairs.indices.items()}
    sums = {pair: _moments(expression, rows) for pair, rows in cells.items()}
    control = {group: mean for (condition, group), (mean, _, _) in sums.items() if condition == CONTROL}
    X, variances, n_cells, n_groups = [], [], [], []
    for name in names:
        parts = [(group, *sums[condition, group]) for condition, group in sums if condition == name]
        n = sum(size for _, _, _, size in parts)
        X.append(sum((mean - control[group]) * size for group, mean, _, size in parts) / n)
        spread = sum(squares for _, _, squares, _ in parts)
        # a group of one cell adds no spread: the others tell that of all
        variances.append(spread / max(n - len(parts), 1) / n if n > len(parts) else np.full(expression.n_vars, np.nan))
        n_cells.append(n)
        n_groups.append(len(parts))
    variance = np.array(variances)
    effects = as_effects(
        np.array(X), names, expression.var, n_cells=n_cells, n_groups=n_groups, sampling_var=variance.sum(axis=1)
    )
    effects.layers["sampling_var"] = variance
    weights = {group: size for (condition, group), (_, _, size) in sums.items() if condition == CONTROL}
    effects.var["control_mean"] = sum(control[g] * n for g, n in weights.items()) / sum(weights.values())
    effects.uns["within"] = within if isinstance(within, str) else list(within)
    return effects


def _keys(within: str | Sequence[str]) -> list[str]:
    return [within] if isinstance(within, str) else list(map(str, within))


def _groups(expression: AnnData, within: str | Sequence[str]) -> pd.Series:
    return joined_texts(expression.obs, _keys(within))


def _moments(expression: AnnData, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Mean (n_genes,), sum of squared deviations from it (n_genes,) and number of some cells."""
    X = expression.X[rows]
    X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
    mean = X.mean(axis=0)
    return mean, ((X - mean) ** 2).sum(axis=0), len(rows)
