"""Figures of the chapters on ablations and on the network: differences as a forest, damage as a curve."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..scoring import BASELINES, paired_difference
from ..scoring.intervals import APART
from .looks import BLUE, GREY, ORANGE, readable

_LOOKS = [(ORANGE, "D", "--"), (BLUE, "o", "-")]


def plot_differences(table: pd.DataFrame, reference: str, unit: str = "L2", ax: Axes | None = None) -> Axes:
    """Difference of each method from ``reference`` on one screen and task, with its interval (``difference_table``)."""
    ax = ax or plt.gca()
    table = table[::-1].reset_index(drop=True)
    clear = (table["says"] != APART).to_numpy()
    for chosen, colour, marker in ((clear, ORANGE, "D"), (~clear, BLUE, "o")):
        part = table[chosen]
        reach = np.abs(part[["low", "high"]].to_numpy() - part[["value"]].to_numpy()).T
        ax.errorbar(part["value"], part.index, xerr=reach, fmt=marker, color=colour, capsize=3, ms=4)
    ax.axvline(0, color=GREY, ls="--", lw=1)
    ax.set(
        yticks=table.index,
        yticklabels=table["method"],
        xlabel=f"{unit} minus that of {reference}",
        ylim=(-0.6, len(table) - 0.4),
    )
    return ax


def plot_difference_panels(
    table: pd.DataFrame, reference: str, names: Mapping[str, str], titles: Mapping[str, str]
) -> Figure:
    """``plot_differences`` for every screen and task of a ``difference_table``, two panels in a row.

    ``names`` are the labels of the methods, ``titles`` those of the screens.
    """
    height = 0.9 + 0.17 * len(names)
    panels = list(table.groupby(["screen", "task"], sort=False))
    figure, axes = _grid(len(panels), height, sharey=True)
    for ax, ((screen, task), part) in zip(axes, panels, strict=True):
        plot_differences(part.assign(method=part["method"].map(names)), reference, ax=ax)
        ax.set_title(f"{titles[screen]}, {task}")
    return figure


def plot_degradation(
    scores: pd.DataFrame,
    model: str,
    steps: Mapping[float, str],
    baseline: str,
    colour: str = BLUE,
    marker: str = "o",
    line: str = "-",
    ax: Axes | None = None,
) -> Axes:
    """Error of ``model`` divided by the baseline's against the share of edges changed, with intervals.

    ``scores`` are of one screen and task; ``steps`` maps a share (0 to 1) to the method that was given such a
    network.
    """
    ax = ax or plt.gca()
    points = [(share, paired_difference(scores, method, baseline)) for share, method in sorted(steps.items())]
    x, middle = [100 * share for share, _ in points], np.array([paired["ratio"] for _, paired in points])
    reach = np.abs([[paired["ratio_low"], paired["ratio_high"]] for _, paired in points] - middle[:, None]).T
    ax.errorbar(x, middle, yerr=reach, fmt=marker, ls=line, color=colour, capsize=3, ms=4, label=model)
    ax.axhline(1, color=GREY, ls="--", lw=1)
    ax.set(ylabel=f"L2 / L2 of {readable(baseline)}")
    return ax


def plot_degradation_panels(
    scores: pd.DataFrame, steps: Mapping[str, Mapping[float, str]], label: str, titles: Mapping[str, str]
) -> Figure:
    """``plot_degradation`` for every screen and task; ``steps`` maps a model to its methods by share of edges."""
    panels = list(scores.groupby(["dataset", "task"], sort=False))
    figure, axes = _grid(len(panels), 2.3)
    for ax, ((dataset, task), part) in zip(axes, panels, strict=True):
        for (model, of_model), (colour, marker, line) in zip(steps.items(), _LOOKS, strict=False):
            plot_degradation(part, model, of_model, BASELINES[task], colour, marker, line, ax)
        ax.set(title=f"{titles[dataset]}, {task}", xlabel=label)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return figure


def _grid(n: int, height: float, **shared: object) -> tuple[Figure, list[Axes]]:
    """``n`` panels, two in a row."""
    rows = -(-n // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(9.2, 0.5 + rows * height), squeeze=False, **shared)
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    return figure, list(axes.flat[:n])
