"""What the models cost against size: double-logarithmic panels with slopes, and the ratio to bare torch."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ..studies.efficiency.costs import AIM, SLOPE
from .looks import CYCLE, GREY, Look, look
from .panels import panels, reach, shared_legend

_AXIS = {
    "genes": "genes in the graph",
    "edges": "pairs of genes joined",
    "embedding": "embedding size",
    "conditions": "training conditions",
}


def plot_scaling(table: pd.DataFrame, curves: Sequence[tuple[str, str, str]], ylabel: str) -> Figure:
    """One double-logarithmic panel per size; each curve is (quantity, method, name), its power stands at its end.

    ``table`` is an ``efficiency_table``; bars are its intervals, lines the fitted powers.  A curve that a size leaves
    as it is (AnchoredAPP has no embedding) is not in that panel.
    """
    sizes = [name for name in _AXIS if name in set(table["size_of"])]
    figure, axes = panels(len(sizes), size=(4.3, 2.9), sharey=True)
    for size_of, ax in zip(sizes, axes, strict=True):
        part = table[table["size_of"] == size_of]
        for (quantity, method, name), (_, marker, line) in zip(curves, CYCLE, strict=False):
            mark = look(method)._replace(name=name, marker=marker, line=line)
            _curve(part[part["method"] == method], quantity, mark, ax)
        _log_axes(ax, part["size"].dropna().unique(), _AXIS[size_of])
    for ax in axes[::2]:
        ax.set_ylabel(ylabel)
    shared_legend(figure, columns=2)
    return figure


def plot_torch_ratio(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Time of a prediction batch of APP divided by bare torch's, with its tanh and with sigmoids in their place."""
    ax = ax or plt.gca()
    for shift, quantity, name, (colour, marker, _) in zip(
        (-0.12, 0.12), ("batch_over_torch", "batch_over_sigmoid"), ("tanh", "sigmoids"), CYCLE, strict=False
    ):
        rows = table[(table["quantity"] == quantity) & (table["size_of"] == "genes")]
        places = np.arange(len(rows)) + shift
        ax.errorbar(
            rows["value"],
            places,
            xerr=reach(rows),
            fmt=marker,
            color=colour,
            capsize=3,
            ms=5,
            label=f"against torch with {name}",
        )
        ax.set_yticks(np.arange(len(rows)), [f"{size:,.0f} genes" for size in rows["size"]])
    ax.invert_yaxis()
    ax.axvline(1, color=GREY, lw=1, ls=":", label="bare torch")
    ax.axvline(AIM, color=GREY, lw=1, ls="--", label="aim")
    ax.set(xlabel="time of a batch / time of bare torch", xlim=(0, None))
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _curve(rows: pd.DataFrame, quantity: str, mark: Look, ax: Axes) -> None:
    """Points with intervals, the fitted power as a line and its number, where there is anything to draw."""
    points = rows[(rows["quantity"] == quantity) & (rows["value"] > 0)]
    if points.empty:
        return
    name, colour, marker, line = mark
    arms = reach(points)
    ax.errorbar(points["size"], points["value"], yerr=arms, fmt=marker, color=colour, ms=5, capsize=3, label=name)
    power = rows.loc[rows["quantity"] == quantity + SLOPE, "value"]
    if power.notna().any():  # through the middle of the points, as least squares does
        logs = np.log(points["size"])
        fitted = np.exp(np.log(points["value"]).mean() + power.iloc[0] * (logs - logs.mean()))
        ax.plot(points["size"], fitted, color=colour, ls=line, lw=1)
        ax.annotate(
            f"{power.iloc[0]:.2f}",
            (points["size"].iloc[-1], fitted.iloc[-1]),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=8,
        )


def _log_axes(ax: Axes, sizes: Sequence[float], xlabel: str) -> None:
    ax.set(xlabel=xlabel, xscale="log", yscale="log", xlim=(0.85 * min(sizes), 1.3 * max(sizes)))
    ax.set_xticks(sorted(sizes), [f"{size:,.0f}" for size in sorted(sizes)], fontsize=8)
    ax.xaxis.set_minor_locator(NullLocator())
