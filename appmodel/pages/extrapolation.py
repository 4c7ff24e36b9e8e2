"""The chapter on extrapolation: what its table says of a model, and its figures (axes in, axes out)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..scoring import BASELINES
from ..scoring.findings import chosen
from ..scoring.intervals import MARGIN, says
from ..studies.extrapolation.summary import OF_RATIO, RATIO, UNKNOWN
from .looks import GREY, look, readable
from .panels import panels, reach, shared_legend

LABELS = {
    "degree": "neighbours in the network",
    "distance": "distance to the nearest training gene",
    "effect_size": "size of the effect (L2)",
    "interaction_size": "size of the interaction (L2)",
    "n_seen": "genes seen in training",
    "n_training": "genes measured in training",
    "test_share": "share of genes held out",
}


def gains(table: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Each of ``models`` against the baseline of screen and task: the findings over all conditions, and what they say.

    ``table`` is that of the extrapolation study.
    """
    rows = chosen(table, measure=RATIO, by="", method=models)
    rows = rows[rows["against"] == rows["task"].map(BASELINES)]
    said = [says(row.low - 1, row.high - 1, MARGIN) for row in rows.itertuples()]
    return rows.assign(says=said).reset_index(drop=True)


def trends(table: pd.DataFrame, model: str, against: str = "") -> pd.DataFrame:
    """Where the ratio of ``model`` to ``against`` (the task's baseline by default) changes with a covariate.

    One row per covariate: on how many screens and tasks the interval of the rank correlation lies above zero (the gain
    is ``larger_low``, at small values), below it (``larger_high``), and how many there are (``of``).
    """
    rows = chosen(table, measure=OF_RATIO, method=model).dropna(subset=["low"])
    rows = rows[rows["against"] == (against or rows["task"].map(BASELINES))]
    ends = pd.DataFrame({"larger_low": rows["low"] > 0, "larger_high": rows["high"] < 0, "of": 1})
    return ends.groupby(rows["by"], sort=False).sum().reset_index()


def plot_ratios(table: pd.DataFrame, by: str, against: str, methods: Sequence[str], ax: Axes) -> Axes:
    """Error of each method divided by that of ``against`` (dashed line), bin by bin of ``by``, with 95 % intervals.

    ``table`` holds the findings of the extrapolation study on one screen and task.  Bins stand side by side and are
    labelled by their edges; ``test_share`` is drawn to scale.  Undefined values are left out.
    Raises ``ValueError`` where the table has no such ratios.
    """
    rows = chosen(table, measure=RATIO, by=by, against=against)
    if rows.empty:
        raise ValueError(f"The table holds no ratios to {against!r} by {by!r}: make it with the tables of all studies.")
    bins, to_scale = list(dict.fromkeys(rows["bin"])), by == "test_share"
    place = {name: float(name) if to_scale else i for i, name in enumerate(bins)}
    shown = [method for method in methods if method in set(rows["method"])]
    for i, method in enumerate(shown):
        part = chosen(rows, method=method).dropna(subset=["value"])
        name, colour, marker, line = look(method)
        shift = (i - (len(shown) - 1) / 2) * (0.006 if to_scale else 0.09)
        x = part["bin"].map(place).to_numpy(dtype=float) + shift
        arms = reach(part)
        ax.errorbar(x, part["value"], yerr=arms, fmt=marker, color=colour, ls=line, lw=1, ms=4, capsize=2, label=name)
    ax.axhline(1, color=GREY, ls="--", lw=1)
    if not to_scale:
        ax.set_xticks(range(len(bins)), [_label(name, by) for name in bins], fontsize=8)
        ax.set_xlim(-0.5, len(bins) - 0.5)
    ax.set(xlabel=LABELS[by], ylabel=f"L2 / L2 of {readable(against)}")
    return ax


def plot_grid(
    table: pd.DataFrame, questions: Sequence[str], against: str, methods: Sequence[str], titles: Mapping[str, str]
) -> Figure:
    """``plot_ratios`` for every screen (rows) and every covariate (columns) of one task: one scale, one legend.

    With one covariate the screens stand side by side, three in a row (four: two and two); screens where nothing was
    asked by any of the covariates are left out.  ``titles`` are their names.  Raises ``ValueError`` as ``plot_ratios``
    does.
    """
    screens = list(dict.fromkeys(table.loc[table["by"].isin(questions), "screen"]))
    if not screens:
        raise ValueError(
            f"The table holds nothing by {' or '.join(questions)}: make it with the tables of all studies."
        )
    asked = [(screen, by) for screen in screens for by in questions]
    columns = len(questions) if len(questions) > 1 else 2 if len(asked) == 4 else 3
    figure, axes = panels(len(asked), columns, size=(3.1, 2.5), sharey=True)
    for i, (ax, (screen, by)) in enumerate(zip(axes, asked, strict=True)):
        plot_ratios(table[table["screen"] == screen], by, against, methods, ax)
        ax.set(ylabel="", xlabel=LABELS[by] if i + columns >= len(asked) else "")
        if by == questions[0]:
            ax.set_title(titles.get(screen, screen), loc="left", fontsize=10)
    figure.supylabel(f"L2 / L2 of {readable(against)}", fontsize=10)
    shared_legend(figure)
    return figure


def _label(name: str, by: str) -> str:
    """A bin as the axis names it."""
    if name == UNKNOWN:
        return "not in\nnetwork" if by == "distance" else UNKNOWN
    digits = "{:.0f}" if by in ("degree", "n_seen", "n_training") else "{:.2g}"
    return " to\n".join(digits.format(float(edge)) for edge in name.split(" to "))
