"""Figures of the chapter on genetic interactions: one function each, axes in, axes out."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..studies.interactions.classes import CLASSES, UNCLASSIFIED, Thresholds
from ..studies.interactions.discovery import discovery_curve
from .looks import CYCLE, GREY, ORANGE, look, readable


def plot_deviations(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Deviation from additivity of each double against the deviation that noise alone would make (log1p units)."""
    ax = ax or plt.gca()
    found = table["is_interaction"].fillna(False).to_numpy(dtype=bool)
    ends = [0.9 * table["noise"].min(), 1.05 * table["noise"].max()]
    ax.plot(ends, ends, color=GREY, lw=1, ls="--", label="expected from noise")
    ax.scatter(table["noise"][~found], table["deviation"][~found], s=16, color=GREY, marker="o", label="within noise")
    ax.scatter(table["noise"][found], table["deviation"][found], s=18, color=ORANGE, marker="^", label="interaction")
    ax.set(
        xlabel="deviation expected from noise (L2)",
        ylabel="measured deviation (L2)",
        ylim=(0, 1.3 * table["deviation"].max()),
    )
    ax.legend(frameon=False, loc="upper left", fontsize=9)
    return ax


def plot_coefficients(table: pd.DataFrame, ax: Axes | None = None, thresholds: Thresholds | None = None) -> Axes:
    """The plane of c1 and c2, one mark per double by its class; exact addition is the crossing of the lines at 1.

    The arcs are the magnitudes at which suppression ends (inner) and synergy may begin (outer).
    """
    ax, limits = ax or plt.gca(), thresholds or Thresholds()
    for at, line in ((0, "-"), (1, ":")):
        ax.axhline(at, color=GREY, lw=0.6, ls=line)
        ax.axvline(at, color=GREY, lw=0.6, ls=line)
    angle = np.linspace(0, 2 * np.pi, 200)
    for radius in (limits.suppression, limits.synergy):
        ax.plot(radius * np.cos(angle), radius * np.sin(angle), color=GREY, lw=0.8, ls="--")
    for name, (colour, mark, _) in zip((*CLASSES, UNCLASSIFIED), ((GREY, ".", ""), *CYCLE), strict=True):
        part = table[table["interaction"] == name].dropna(subset=["c1", "c2"])
        if len(part):
            ax.scatter(part["c1"], part["c2"], s=22, color=colour, marker=mark, label=f"{name} ({len(part)})")
    low, high = table[["c1", "c2"]].min().min() - 0.15, table[["c1", "c2"]].max().max() + 0.15
    ax.set(xlabel="c1", ylabel="c2", xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_discoveries(
    scores: pd.DataFrame, methods: Sequence[str] | None = None, chance: str = "additive", ax: Axes | None = None
) -> Axes:
    """True against false discoveries as the threshold on the predicted deviation falls, averaged over splits.

    ``scores`` are those of ``interaction_scores`` with a ``seed``, or a report.  Discoveries are shares of the doubles
    that interact and of those that do not, so that splits can be averaged; the area below a curve is its ``auroc``.
    The method ``chance`` is drawn grey.  ``methods`` are those to draw, in order; one without scores is left out.
    Each method is drawn over the doubles where its prediction is defined.
    """
    ax = ax or plt.gca()
    shown = [name for name in methods or dict.fromkeys(scores["method"]) if name != chance]
    for method in shown:
        if method in set(scores["method"]):
            name, colour, _, line = look(method)
            ax.plot(*_mean_curve(scores[scores["method"] == method]), color=colour, ls=line, label=name)
    if chance in set(scores["method"]):
        name = f"{readable(chance)} (chance)"
        ax.plot(*_mean_curve(scores[scores["method"] == chance]), color=GREY, lw=1.2, label=name)
    ax.set(
        xlabel="false discoveries / doubles without interaction",
        ylabel="true discoveries / interactions",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )
    ax.legend(frameon=False, fontsize=8, loc="lower right")
    return ax


def _mean_curve(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """False and true discoveries as shares: mean over the splits in which some doubles interact and some do not."""
    rows = rows[rows["predicted_deviation"].notna() & rows["is_interaction"].notna()]
    false, curves = np.linspace(0, 1, 201), []
    for _, part in rows.groupby("seed"):
        truth = part["is_interaction"].to_numpy(dtype=bool)
        if truth.any() and not truth.all():
            steps = discovery_curve(part["predicted_deviation"].to_numpy(), truth)
            # Of points with one number of false discoveries the last, highest one counts; a block of ties is a slope.
            across = steps["false_discoveries"] / (~truth).sum()
            curves.append(np.interp(false, across, steps["true_positive_rate"]))
    if not curves:
        return np.array([]), np.array([])
    return np.r_[0, false], np.r_[0, np.mean(curves, axis=0)]
