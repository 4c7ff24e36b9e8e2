"""Figures of the chapters on ablations and on the network: differences as a forest, damage as a curve."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from ..scoring import BASELINES, paired_difference
from ..scoring.intervals import APART
from .looks import BLUE, GREY, ORANGE, look, readable
from .panels import panels, reach, shared_legend


def plot_difference_panels(table: pd.DataFrame, reference: str, titles: Mapping[str, str]) -> Figure:
    """Difference in L2 of each method from ``reference`` with its interval, for every screen and task.

    ``table`` is a ``difference_table``, ``titles`` are the names of screens.
    """
    groups = list(table.groupby(["screen", "task"], sort=False))
    figure, axes = panels(len(groups), size=(4.6, 1.1 + 0.17 * table["method"].nunique()), sharey=True)
    for ax, ((screen, task), part) in zip(axes, groups, strict=True):
        part = part[::-1].reset_index(drop=True)
        clear = part["says"] != APART
        for rows, colour, marker in ((part[clear], ORANGE, "D"), (part[~clear], BLUE, "o")):
            ax.errorbar(rows["value"], rows.index, xerr=reach(rows), fmt=marker, color=colour, capsize=3, ms=4)
        ax.axvline(0, color=GREY, ls="--", lw=1)
        ax.set_yticks(part.index, part["method"].map(readable))
        ax.set(xlabel=f"L2 minus that of {readable(reference)}", ylim=(-0.6, len(part) - 0.4))
        ax.set_title(f"{titles[screen]}, {task}")
    return figure


def plot_degradation_panels(
    scores: pd.DataFrame, steps: Mapping[str, Mapping[float, str]], label: str, titles: Mapping[str, str]
) -> Figure:
    """Error divided by the baseline's against the share of edges changed, with intervals, for every screen and task.

    ``steps`` maps a model to the methods that were given such a network, by share (0 to 1).
    """
    groups = list(scores.groupby(["dataset", "task"], sort=False))
    figure, axes = panels(len(groups), size=(4.6, 2.5))
    for ax, ((dataset, task), part) in zip(axes, groups, strict=True):
        for model, of_model in steps.items():
            shares = sorted(of_model)
            points = pd.DataFrame([paired_difference(part, of_model[share], BASELINES[task]) for share in shares])
            name, colour, marker, line = look(model)
            arms = reach(points, "ratio", "ratio_low", "ratio_high")
            percent = [100 * share for share in shares]
            ax.errorbar(percent, points["ratio"], arms, fmt=marker, ls=line, color=colour, capsize=3, ms=4, label=name)
        ax.axhline(1, color=GREY, ls="--", lw=1)
        ax.set(title=f"{titles[dataset]}, {task}", xlabel=label, ylabel=f"L2 / L2 of\n{readable(BASELINES[task])}")
    shared_legend(figure)
    return figure
