"""Effects within groups of cells: each cell against the control of its own cell type, line or batch.

Where conditions have unequal shares of the groups, a condition's mean minus the control's mixes the perturbation with
the difference between groups.  Here a condition's effect is the mean over its cells of expression minus the control
mean of the cell's own group, so each group counts by the condition's cells in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from ..names import CONTROL
from .form import as_effects
from .usable import groups_of


@dataclass(frozen=True)
class Pairs:
    """The pairs of a condition and a group that have cells, sorted; ``names``: conditions, the control first.

    ``condition``, ``group`` and ``n_cells`` (n_pairs,): the place in ``names``, a number of the group, and its cells;
    ``of_cell`` (n_cells,): the pair of each cell.
    """

    names: list[str]
    condition: np.ndarray
    group: np.ndarray
    n_cells: np.ndarray
    of_cell: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """How many cells each condition has."""
        return np.bincount(self.condition, self.n_cells, len(self.names)).astype(int)

    @property
    def n_groups(self) -> np.ndarray:
        """Over how many groups each condition extends."""
        return np.bincount(self.condition, minlength=len(self.names))


def pairs_of(expression: AnnData, within: str | Sequence[str] | None) -> Pairs:
    """The pairs of ``obs["condition"]`` and the groups of ``within``; without it all cells are one group."""
    conditions = expression.obs["condition"].astype(str).to_numpy()
    names = [CONTROL, *sorted(set(conditions) - {CONTROL})]
    code = pd.Index(names).get_indexer(conditions)
    group = np.zeros(len(code), dtype=int) if within is None else pd.factorize(groups_of(expression, within), True)[0]
    n_groups = int(group.max()) + 1
    pairs, of_cell, n_cells = np.unique(code * n_groups + group, return_inverse=True, return_counts=True)
    return Pairs(names, pairs // n_groups, pairs % n_groups, n_cells, of_cell)


def against_own_control(pairs: Pairs, mean: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Effects and squared standard errors (n_conditions, n_genes), and the mean of the control cells (n_genes,).

    ``mean`` and ``squares`` (n_pairs, n_genes): mean of each pair's cells, and sum of squared deviations from it.
    """
    n_pairs, sizes = len(pairs.n_cells), pairs.sizes
    total = sp.csr_matrix((np.ones(n_pairs), (pairs.condition, np.arange(n_pairs))), shape=(len(sizes), n_pairs))
    n_cells, control = pairs.n_cells[:, None], pairs.condition == 0
    own = np.zeros((pairs.group.max() + 1, mean.shape[1]))
    own[pairs.group[control]] = mean[control]
    X = total @ ((mean - own[pairs.group]) * n_cells) / sizes[:, None]
    # a group of one cell adds no spread: the others tell that of all
    free = (sizes - pairs.n_groups)[:, None]
    variance = np.where(free > 0, total @ squares / np.maximum(free, 1) / sizes[:, None], np.nan)
    return X, variance, (mean[control] * n_cells[control]).sum(axis=0) / sizes[0]


def effects_of_pairs(
    pairs: Pairs, moments: tuple[np.ndarray, ...], expression: AnnData, within: str | Sequence[str] | None
) -> AnnData:
    """The table of effects that ``against_own_control`` found, with the genes of ``expression``."""
    X, variance, control_mean = moments
    more = {} if within is None else {"n_groups": pairs.n_groups}
    sums = {"n_cells": pairs.sizes, **more, "sampling_var": variance.sum(axis=1)}
    effects = as_effects(X, pairs.names, expression.var, **sums)
    effects.layers["sampling_var"] = variance
    effects.var["control_mean"] = control_mean
    if within is not None:
        effects.uns["within"] = within if isinstance(within, str) else list(within)
    return effects


def effects_within(expression: AnnData, within: str | Sequence[str]) -> AnnData:
    """Effects (n_conditions, n_genes) of log-normalised cells, each against the control mean of its own group.

    ``layers["sampling_var"]`` is the squared standard error of the condition's mean (the control's in its row), from
    the spread within groups; ``obs["n_groups"]`` says over how many groups a condition extends.
    """
    pairs = pairs_of(expression, within)
    of_pair = np.split(np.argsort(pairs.of_cell, kind="stable"), np.cumsum(pairs.n_cells)[:-1])
    mean, squares = map(np.array, zip(*(_moments(expression, rows) for rows in of_pair), strict=True))
    return effects_of_pairs(pairs, against_own_control(pairs, mean, squares), expression, within)


def _moments(expression: AnnData, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (n_genes,) and sum of squared deviations from it (n_genes,) of some cells."""
    X = expression.X[rows]
    X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
    mean = X.mean(axis=0)
    return mean, ((X - mean) ** 2).sum(axis=0)
