"""The chapter on extrapolation: what its table says of a model, and its figures (axes in, axes out)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..scoring import BASELINES
from ..scoring.findings import chosen
from ..scoring.intervals import says
from ..studies.extrapolation.summary import OF_RATIO, RATIO, UNKNOWN
from .looks import BLUE, GREEN, GREY, ORANGE

# Okabe and Ito's palette; markers and lines differ too, so that methods are told apart without colour.
LOOKS = {
    "app": (ORANGE, "D", "--"),
    "anchored_app": (BLUE, "o", "-"),
    "app_shuffled": ("#E69F00", "^", ":"),
    "anchored_app_shuffled": ("#56B4E9", "v", ":"),
    "linear": (GREEN, "s", "-."),
    "training_median": (GREY, "x", ":"),
    "training_mean": (GREY, "*", "-"),
    "additive": (GREY, "X", "--"),
    "scaled_additive": ("#CC79A7", "P", "-."),
    "no_change": ("#000000", "+", ":"),
}
LABELS = {
    "degree": "neighbours in the network",
    "distance": "distance to the nearest training gene",
    "effect_size": "size of the effect (L2)",
    "interaction_size": "size of the interaction (L2)",
    "n_seen": "genes seen in training",
    "test_share": "share of genes held out",
}


def gains(table: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Each of ``models`` against the baseline of screen and task: the findings over all conditions, and what they say.

    ``table`` is that of the extrapolation study.
    """
    rows = chosen(table, measure=RATIO, by="", method=models)
    rows = rows[rows["against"] == rows["task"].map(BASELINES)]
    return rows.assign(says=[says(row.low - 1, row.high - 1) for row in rows.itertuples()]).reset_index(drop=True)


def trends(table: pd.DataFrame, model: str, against: str = "") -> pd.DataFrame:
    """Where the ratio of ``model`` to ``against`` (the task's baseline by default) changes with a covariate.

    One row per covariate: on how many screens and tasks the interval of the rank correlation lies above zero (the gain
    is ``larger_low``, at small values), below it (``larger_high``), and how many there are (``of``).
    """
    rows = chosen(table, measure=OF_RATIO, method=model).dropna(subset=["low"])
    rows = rows[rows["against"] == (against or rows["task"].map(BASELINES))]
    ends = pd.DataFrame({"larger_low": rows["low"] > 0, "larger_high": rows["high"] < 0, "of": 1})
    return ends.groupby(rows["by"], sort=False).sum().reset_index()


def plot_ratios(table: pd.DataFrame, by: str, against: str, methods: Sequence[str], ax: Axes | None = None) -> Axes:
    """Error of each method divided by that of ``against`` (dashed line), bin by bin of ``by``, with 95 % intervals.

    ``table`` holds the findings of the extrapolation study on one screen and task.  Bins stand side by side and are
    labelled by their edges; ``test_share`` is drawn to scale.  Undefined values are left out.
    Raises ``ValueError`` where the table has no such ratios.
    """
    ax = ax or plt.gca()
    rows = chosen(table, measure=RATIO, by=by, against=against)
    if rows.empty:
        raise ValueError(f"The table holds no ratios to {against!r} by {by!r}: make it with the tables of all studies.")
    bins, to_scale = list(dict.fromkeys(rows["bin"])), by == "test_share"
    place = {name: float(name) if to_scale else i for i, name in enumerate(bins)}
    shown = [method for method in methods if method in set(rows["method"])]
    for i, method in enumerate(shown):
        part = chosen(rows, method=method).dropna(subset=["value"])
        colour, marker, line = LOOKS.get(method, (GREY, ".", "-"))
        shift = (i - (len(shown) - 1) / 2) * (0.006 if to_scale else 0.09)
        x = part["bin"].map(place).to_numpy(dtype=float) + shift
        reach = np.abs(part[["low", "high"]].to_numpy() - part[["value"]].to_numpy()).T
        ax.errorbar(
            x, part["value"], yerr=reach, color=colour, marker=marker, ls=line, lw=1, ms=4, capsize=2, label=method
        )
    ax.axhline(1, color=GREY, ls="--", lw=1)
    if not to_scale:
        ax.set_xticks(range(len(bins)), [_label(name, by) for name in bins], fontsize=7)
        ax.set_xlim(-0.5, len(bins) - 0.5)
    ax.set(xlabel=LABELS[by], ylabel=f"L2 / L2 of {against}")
    return ax


def plot_grid(
    table: pd.DataFrame, questions: Sequence[str], against: str, methods: Sequence[str], titles: Mapping[str, str]
) -> Figure:
    """``plot_ratios`` for every screen (rows) and every covariate (columns) of one task, with one legend.

    With one covariate the screens stand side by side, three in a row; screens where nothing was asked by any of the
    covariates are left out.  ``titles`` are their names.  Raises ``ValueError`` as ``plot_ratios`` does.
    """
    screens = list(dict.fromkeys(table.loc[table["by"].isin(questions), "screen"]))
    if not screens:
        raise ValueError(
            f"The table holds nothing by {' or '.join(questions)}: make it with the tables of all studies."
        )
    panels = [(screen, by) for screen in screens for by in questions]
    columns = len(questions) if len(questions) > 1 else min(3, len(screens))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, squeeze=False, figsize=(3.1 * columns, 2.3 * rows + 0.4))
    for i, (ax, (screen, by)) in enumerate(zip(axes.flat, panels, strict=False)):
        plot_ratios(table[table["screen"] == screen], by, against, methods, ax)
        ax.set(ylabel="", xlabel=LABELS[by] if i + columns >= len(panels) else "")
        if by == questions[0]:
            ax.set_title(titles.get(screen, screen), loc="left", fontsize=10)
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    figure.supylabel(f"L2 / L2 of {against}", fontsize=10)
    handles = {label: handle for ax in axes.flat for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=3, frameon=False, fontsize=8)
    return figure


def _label(name: str, by: str) -> str:
    """A bin as the axis names it."""
    if name == UNKNOWN:
        return "not in\nnetwork" if by == "distance" else UNKNOWN
    digits = "{:.0f}" if by in ("degree", "n_seen") else "{:.2g}"
    return " to\n".join(digits.format(float(edge)) for edge in name.split(" to "))
