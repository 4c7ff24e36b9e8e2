"""Which cells effects are made of: those of groups that have a control, and of conditions with cells enough."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from ..names import CONTROL, shown
from ..record import record_change
from ..screens.reading.columns import joined_texts


def with_own_control(expression: AnnData, within: str | Sequence[str]) -> AnnData:
    """The cells of groups that hold control cells; the others are left out and counted.

    Raises ``ValueError`` where ``within`` is no column or no group has control cells.
    """
    name = expression.uns.get("dataset", "the screen")
    if missing := [key for key in keys_of(within) if key not in expression.obs]:
        raise ValueError(
            f"{name} has no column obs[{missing[0]!r}]: choose one of {shown(expression.obs.columns, 12)}."
        )
    groups = groups_of(expression, within)
    with_control = set(groups[(expression.obs["condition"] == CONTROL).to_numpy()])
    kept = groups.isin(with_control).to_numpy()
    if not with_control:
        raise ValueError(f"No group of obs[{within!r}] of {name} holds a control cell: effects need some.")
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


def large_enough(expression: AnnData, min_cells: int | None) -> AnnData:
    """The cells of conditions with at least ``min_cells`` cells; the others are left out and counted.

    Raises ``ValueError`` where too few control cells are left, and, without ``min_cells``, for a single cell.
    """
    counts = expression.obs["condition"].value_counts()
    counts = counts[counts > 0]
    if CONTROL not in counts.index:
        raise ValueError("No control cell is left: effects are differences from control; give some with counts.")
    small = sorted(counts.index[counts < (2 if min_cells is None else max(min_cells, 2))].astype(str))
    if not small:
        return expression
    if CONTROL in small:
        raise ValueError(f"Only {counts[CONTROL]} control cell(s): effects are differences from control; give more.")
    if min_cells is None:
        raise ValueError(
            f"Condition {shown(small)} has a single cell, so its sampling variance is undefined: "
            f"give at least two cells, or drop small conditions with min_cells=2."
        )
    kept = expression[~expression.obs["condition"].isin(small)].copy()
    record_change(kept, "conditions dropped", small, f"fewer than {max(min_cells, 2)} cells")
    return kept


def keys_of(within: str | Sequence[str]) -> list[str]:
    """The columns that ``within`` names."""
    return [within] if isinstance(within, str) else list(map(str, within))


def groups_of(expression: AnnData, within: str | Sequence[str]) -> pd.Series:
    """The group of each cell, as a text."""
    return joined_texts(expression.obs, keys_of(within))
