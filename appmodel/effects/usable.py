"""Which cells effects are made of: those of groups that have a control, and of conditions with cells enough."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from ..arguments import texts, whole_number
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
            f"{name} has no column obs[{missing[0]!r}]: choose one of {shown(expression.obs.columns, 12)} as within."
        )
    groups = groups_of(expression, within)
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


def large_enough(expression: AnnData, min_cells: int | None) -> AnnData:
    """The cells of conditions with at least ``min_cells`` cells; the others are left out and counted.

    Raises ``ValueError`` where too few control cells are left, and, without ``min_cells``, for a single cell.
    """
    least = 2 if min_cells is None else max(whole_number("min_cells", min_cells), 2)
    name, counts = expression.uns.get("dataset", "the screen"), expression.obs["condition"].value_counts()
    counts = counts[counts > 0]
    n_control = int(counts.get(CONTROL, 0))
    if not n_control:
        raise ValueError(f"{name} has no control cell with counts, and effects are differences from control: add some.")
    small = sorted(counts.index[counts < least].astype(str))
    if n_control < least:
        mend = "add some" if n_control < 2 else "use a smaller min_cells"
        raise ValueError(f"{name} has {n_control} control cells where {least} are needed: {mend}.")
    if len(small) == len(counts) - 1:
        mend = "add some" if min_cells is None else "use a smaller min_cells"
        raise ValueError(f"{name} has no perturbed condition of {least} cells or more: {mend}.")
    if not small:
        return expression
    if min_cells is None:
        raise ValueError(
            f"{name} has a single cell of {shown(small)}, so that the sampling variance is undefined: "
            f"give at least two cells, or drop small conditions with min_cells=2."
        )
    kept = expression[~expression.obs["condition"].isin(small)].copy()
    record_change(kept, "conditions dropped", small, f"fewer than {least} cells")
    return kept


def groups_told(expression: AnnData, within: str | Sequence[str] | None) -> str | Sequence[str] | None:
    """The column or columns of groups that were asked for, now or when the cells were read; None where none was."""
    within = within if isinstance(within, str) and within else list(texts("within", within))
    return within or expression.uns.get("within")


def keys_of(within: str | Sequence[str]) -> list[str]:
    """The columns that ``within`` names."""
    return [within] if isinstance(within, str) else list(map(str, within))


def groups_of(expression: AnnData, within: str | Sequence[str]) -> pd.Series:
    """The group of each cell, as a text."""
    return joined_texts(expression.obs, keys_of(within))
