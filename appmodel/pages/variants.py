"""Figures of the chapters on ablations and on the network: differences as a forest, damage as a curve."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..scoring import BASELINES, paired_difference
from ..scoring.intervals import APART
from .looks import BLUE, GREY, ORANGE, look, readable
from .panels import panels, reach, shared_legend


def plot_differences(table: pd.DataFrame, reference: str, unit: str = "L2", ax: Axes | None = None) -> Axes:
    """Difference of each method from ``reference`` on one screen and task, with its interval (``difference_table``)."""
    ax = ax or plt.gca()
    table = table[::-1].reset_index(drop=True)
    clear = (table["says"] != APART).to_numpy()
    for chosen, colour, marker in ((clear, ORANGE, "D"), (~clear, BLUE, "o")):
        part = table[chosen]
        ax.errorbar(part["value"], part.index, xerr=reach(part), fmt=marker, color=colour, capsize=3, ms=4)
    ax.axvline(0, color=GREY, ls="--", lw=1)
    ax.set(
        yticks=table.index,
        yticklabels=table["method"].map(readable),
        xlabel=f"{unit} minus that of {readable(reference)}",
        ylim=(-0.6, len(table) - 0.4),
    )
    return ax


def plot_difference_panels(table: pd.DataFrame, reference: str, titles: Mapping[str, str]) -> Figure:
    """``plot_differences`` for every screen (its name in ``titles``) and task of a ``difference_table``."""
    groups = list(table.groupby(["screen", "task"], sort=False))
    figure, axes = panels(len(groups), size=(4.6, 1.1 + 0.17 * table["method"].nunique()), sharey=True)
    for ax, ((screen, task), part) in zip(axes, groups, strict=True):
        plot_differences(part, reference, ax=ax)
        ax.set_title(f"{titles[screen]}, {task}")
    return figure


def plot_degradation(
    scores: pd.DataFrame, model: str, steps: Mapping[float, str], baseline: str, ax: Axes | None = None
) -> Axes:
    """Error of ``model`` divided by the baseline's against the share of edges changed, with intervals.

    ``scores`` are of one screen and task; ``steps`` maps a share (0 to 1) to the method that was given such a
    network.
    """
    ax = ax or plt.gca()
    shares = sorted(steps)
    points = pd.DataFrame([paired_difference(scores, steps[share], baseline) for share in shares])
    name, colour, marker, line = look(model)
    ax.errorbar(
        [100 * share for share in shares],
        points["ratio"],
        yerr=reach(points, "ratio", "ratio_low", "ratio_high"),
        fmt=marker,
        ls=line,
        color=colour,
        capsize=3,
        ms=4,
        label=name,
    )
    ax.axhline(1, color=GREY, ls="--", lw=1)
    ax.set(ylabel=f"L2 / L2 of\n{readable(baseline)}")
    return ax


def plot_degradation_panels(
    scores: pd.DataFrame, steps: Mapping[str, Mapping[float, str]], label: str, titles: Mapping[str, str]
) -> Figure:
    """``plot_degradation`` for every screen and task; ``steps`` maps a model to its methods by share of edges."""
    groups = list(scores.groupby(["dataset", "task"], sort=False))
    figure, axes = panels(len(groups), size=(4.6, 2.5))
    for ax, ((dataset, task), part) in zip(axes, groups, strict=True):
        for model, of_model in steps.items():
            plot_degradation(part, model, of_model, BASELINES[task], ax)
        ax.set(title=f"{titles[dataset]}, {task}", xlabel=label)
    shared_legend(figure)
    return figure
