"""Cells to effects: the mean of each condition minus the mean of the control cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from anndata import AnnData

from ..arguments import cells_given
from ..names import CONTROL
from ..screens import Choices, check_cells, content_hash
from ..screens.reading.decisions import Reading
from ..screens.reading.value_kinds import Seen
from ..screens.reading.values import Settled, settled_values
from ..screens.stored.files import is_lazy, of_lazy, take_matrix
from .form import as_effects, finished
from .preprocessing import Values, check_numbers, kind_told, preprocess
from .usable import groups_told, large_enough, with_own_control
from .within import effects_within


def condition_effects(
    cells: AnnData,
    *,
    n_top_genes: int | None = 2000,
    values: Values = "auto",
    target_sum: float | None = None,
    min_cells: int | None = None,
    within: str | Sequence[str] | None = None,
    progressbar: bool = False,
) -> AnnData:
    """Effects (n_conditions, n_genes) of a screen of single cells: ``preprocess``, then ``effects_of``.

    Log1p units, differences from control.  ``obs``: ``n_cells``, ``sampling_var``, ``n_targets``;
    ``var["control_mean"]`` is the mean log1p expression of the control cells.  ``within`` names a column of groups
    (cell types, batches): each cell is then compared with the control cells of its own group.  Cells that were read
    lazily (``anndata.read_h5ad(path, backed="r")``, or a Dask array) stay on disk; ``progressbar`` is for these.
    Raises ``ValueError`` for a condition of a single cell, unless ``min_cells`` says from how many cells on a
    condition counts (smaller ones are then dropped, counted and logged).
    """
    cells_given(cells)
    if is_lazy(cells):
        return _of_lazy(
            cells,
            values,
            n_top_genes=n_top_genes,
            target_sum=target_sum,
            min_cells=min_cells,
            within=within,
            progressbar=progressbar,
        )
    hashed = content_hash(cells)
    expression = preprocess(cells, n_top_genes=n_top_genes, values=values, target_sum=target_sum)
    effects = effects_of(expression, min_cells=min_cells, within=within)
    effects.uns["dataset_hash"] = hashed
    return effects


def _of_lazy(cells: AnnData, values: Values, **asked: Any) -> AnnData:
    """Effects of cells that were read lazily."""
    from .streaming.effects import Asked, streamed_effects  # compiles, and most screens fit in memory

    check_numbers(asked["n_top_genes"], asked["target_sum"])
    reading = Reading(cells.uns.get("dataset", "the screen"))
    light, matrix = take_matrix(of_lazy(cells), Choices(), reading)
    check_cells(light)

    def settle(seen: Seen) -> Settled:
        kind = kind_told(light, values, "counts" if seen.whole else "log1p")
        if kind == "counts" or "reading" in light.uns:  # load_cells has settled it
            return Settled(kind)
        return settled_values(seen, light, Choices(values=values), reading)

    return streamed_effects(light, matrix, settle, Asked(**asked))


def effects_of(
    expression: AnnData, *, min_cells: int | None = None, within: str | Sequence[str] | None = None
) -> AnnData:
    """Effects of log-normalised ``expression`` (cells, genes), without normalising or selecting anything.

    ``layers["sampling_var"]`` (n_conditions, n_genes) is the squared standard error of each condition's mean, the
    control's in its row; ``obs["sampling_var"]`` is its sum over genes.  ``within``: see ``condition_effects``.
    """
    import scanpy as sc  # takes seconds, and effects read from a file do not need it

    within = groups_told(expression, within)
    if within is not None:
        expression = with_own_control(expression, within)
    expression = large_enough(expression, min_cells)
    if within is not None:
        return finished(effects_within(expression, within), expression)
    bulk = sc.get.aggregate(expression, by="condition", func=["mean", "var"])
    counts = expression.obs["condition"].value_counts()
    names = [CONTROL, *sorted(set(bulk.obs_names) - {CONTROL})]
    bulk = bulk[names]
    n_cells = counts[names].to_numpy()
    mean = np.asarray(bulk.layers["mean"])
    variance = np.asarray(bulk.layers["var"]) / n_cells[:, None]
    effects = as_effects(mean - mean[0], names, expression.var, n_cells=n_cells, sampling_var=variance.sum(axis=1))
    effects.layers["sampling_var"] = variance
    effects.var["control_mean"] = mean[0]
    return finished(effects, expression)
