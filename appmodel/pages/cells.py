"""Cells as pages show them: how much of a gene each holds, and where it lies among the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from anndata import AnnData
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..names import CONTROL, shown
from .looks import BLACK, BLUE, CYCLE, GREY
from .panels import panels, shared_legend


def plot_expression(cells: AnnData, gene: str, conditions: Sequence[str], ax: Axes | None = None) -> Axes:
    """Violins of the values (log1p) of one gene in the cells of each condition, a bar at each median.

    Raises ``ValueError`` where a condition has no cells or the gene is no readout.
    """
    ax = ax or plt.gca()
    if gene not in cells.var_names:
        raise ValueError(f"{gene} is no readout of these cells: take one of {shown(list(cells.var_names))}.")
    values = cells[:, gene].to_df()[gene]
    groups = [values[cells.obs["condition"] == name].to_numpy() for name in conditions]
    if empty := [name for name, group in zip(conditions, groups, strict=True) if not len(group)]:
        raise ValueError(f"There are no cells of {shown(empty)}: take conditions of these cells.")
    parts: dict[str, Any] = ax.violinplot(groups, showmedians=True, showextrema=False, widths=0.8)
    for body, name in zip(parts["bodies"], conditions, strict=True):
        body.set(facecolor=GREY if name == CONTROL else BLUE, alpha=0.6)
    parts["cmedians"].set_color(BLACK)
    labels = [f"{name}\n({len(group)} cells)" for name, group in zip(conditions, groups, strict=True)]
    ax.set_xticks(range(1, len(labels) + 1), labels)
    ax.set(ylabel=f"{gene}, log1p")
    return ax


def plot_components(cells: AnnData, places: Sequence[tuple[int, int]] = ((1, 2),)) -> Figure:
    """Cells by two of their principal components (``obsm["X_pca"]``), a panel per pair, a colour per condition.

    Components are counted from one; the axes say how much of the variance each holds.
    """
    shares = 100 * np.asarray(cells.uns["pca"]["variance_ratio"])
    conditions = pd.unique(cells.obs["condition"].astype(str))
    names = sorted(conditions, key=lambda name: (name != CONTROL, name))
    figure, axes = panels(len(places), size=(3.7, 3.4))
    for (x, y), ax in zip(places, axes, strict=True):
        for name, (colour, marker, _) in zip(names, (("#999999", "o", "-"), *CYCLE), strict=False):
            at = cells.obsm["X_pca"][(cells.obs["condition"] == name).to_numpy()]
            ax.scatter(at[:, x - 1], at[:, y - 1], s=11, color=colour, marker=marker, alpha=0.6, label=name, lw=0)
        ax.set(
            xlabel=f"component {x} ({shares[x - 1]:.0f} % of the variance)",
            ylabel=f"component {y} ({shares[y - 1]:.0f} %)",
        )
    shared_legend(figure, len(names))
    return figure
