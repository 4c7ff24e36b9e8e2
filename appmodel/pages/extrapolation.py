"""Figures of the chapter on extrapolation: one function each, axes in, axes out."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..studies.extrapolation.summary import RATIO, UNKNOWN
from .looks import GREY, look, readable
from .panels import panels, reach, shared_legend

LABELS = {
    "degree": "neighbours in the network",
    "distance": "distance to the nearest training gene",
    "effect_size": "size of the effect (L2)",
    "interaction_size": "size of the interaction (L2)",
    "n_seen": "genes seen in training",
    "test_share": "share of genes held out",
}


def plot_ratios(table: pd.DataFrame, by: str, against: str, methods: Sequence[str], ax: Axes | None = None) -> Axes:
    """Error of each method divided by that of ``against`` (dashed line), bin by bin of ``by``, with 95 % intervals.

    ``table`` holds the rows of ``extrapolation_summary`` of one screen and task.  Bins stand side by side and are
    labelled by their edges; ``test_share`` is drawn to scale.  Undefined values are left out.
    Raises ``ValueError`` where the table has no such ratios.
    """
    ax = ax or plt.gca()
    rows = table[(table["statistic"] == RATIO) & (table["by"] == by) & (table["against"] == against)]
    if rows.empty:
        raise ValueError(f"The table holds no ratios to {against!r} by {by!r}: make it with the tables of all studies.")
    bins = rows.drop_duplicates("bin").sort_values("bin")
    to_scale = by == "test_share"
    place = dict(zip(bins["bin"], bins["low_edge"] if to_scale else range(len(bins)), strict=True))
    shown = [method for method in methods if method in set(rows["method"])]
    for i, method in enumerate(shown):
        part = rows[rows["method"] == method].dropna(subset=["value"]).sort_values("bin")
        name, colour, marker, line = look(method)
        shift = (i - (len(shown) - 1) / 2) * (0.006 if to_scale else 0.09)
        x = part["bin"].map(place).to_numpy(dtype=float) + shift
        arms = reach(part)
        ax.errorbar(x, part["value"], yerr=arms, fmt=marker, color=colour, ls=line, lw=1, ms=4, capsize=2, label=name)
    ax.axhline(1, color=GREY, ls="--", lw=1)
    if not to_scale:
        ax.set_xticks(range(len(bins)), [_label(row, by) for row in bins.itertuples()], fontsize=7)
        ax.set_xlim(-0.5, len(bins) - 0.5)
    ax.set(xlabel=LABELS[by], ylabel=f"L2 / L2 of {readable(against)}")
    return ax


def plot_grid(table: pd.DataFrame, questions: Sequence[str], against: str, methods: Sequence[str]) -> Figure:
    """``plot_ratios`` for every screen (rows) and every covariate (columns) of one task, with one legend.

    With one covariate the screens stand side by side, three in a row; screens where nothing was asked by any of the
    covariates are left out.  Raises ``ValueError`` as ``plot_ratios`` does.
    """
    screens = list(dict.fromkeys(table.loc[table["by"].isin(questions), "dataset"]))
    if not screens:
        raise ValueError(
            f"The table holds nothing by {' or '.join(questions)}: make it with the tables of all studies."
        )
    asked = [(screen, by) for screen in screens for by in questions]
    columns = len(questions) if len(questions) > 1 else 3
    figure, axes = panels(len(asked), columns, size=(3.1, 2.5))
    for i, (ax, (screen, by)) in enumerate(zip(axes, asked, strict=True)):
        part = table[table["dataset"] == screen]
        plot_ratios(part, by, against, methods, ax)
        ax.set(ylabel="", xlabel=LABELS[by] if i + columns >= len(asked) else "")
        if by == questions[0]:
            ax.set_title(titled(part), loc="left", fontsize=10)
    figure.supylabel(f"L2 / L2 of {readable(against)}", fontsize=10)
    shared_legend(figure)
    return figure


def titled(part: pd.DataFrame) -> str:
    """The name of a screen, with what is simulated marked as such."""
    return f"{part['dataset'].iloc[0]}{' (simulated)' if part['simulated'].iloc[0] else ''}"


def _label(row: tuple, by: str) -> str:
    if row.bin == UNKNOWN:
        return "not in\nnetwork" if by == "distance" else UNKNOWN
    if by == "n_seen":
        return f"{row.low_edge:g}"
    digits = "{:.0f}" if by == "degree" else "{:.2g}"
    return f"{digits.format(row.low_edge)} to\n{digits.format(row.high_edge)}"
