"""Figures of the chapter on genetic interactions: one function each, axes in, axes out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from sklearn.metrics import roc_curve

from ..studies.interactions.classes import CLASSES, THRESHOLDS, UNCLASSIFIED
from .looks import CYCLE, GREY, ORANGE, look, readable


def plot_deviations(table: pd.DataFrame, ax: Axes) -> Axes:
    """Deviation from additivity of each double against the deviation that noise alone would make (log1p units)."""
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


def plot_coefficients(table: pd.DataFrame, ax: Axes) -> Axes:
    """The plane of c1 and c2, one mark per double by its class; exact addition is the crossing of the lines at 1.

    The arcs are the magnitudes at which suppression ends (inner) and synergy may begin (outer).
    """
    for at, line in ((0, "-"), (1, ":")):
        ax.axhline(at, color=GREY, lw=0.6, ls=line)
        ax.axvline(at, color=GREY, lw=0.6, ls=line)
    angle = np.linspace(0, 2 * np.pi, 200)
    for radius in (THRESHOLDS["suppression"], THRESHOLDS["synergy"]):
        ax.plot(radius * np.cos(angle), radius * np.sin(angle), color=GREY, lw=0.8, ls="--")
    for name, (colour, mark, _) in zip((*CLASSES, UNCLASSIFIED), ((GREY, ".", ""), *CYCLE), strict=True):
        part = table[table["interaction"] == name].dropna(subset=["c1", "c2"])
        if len(part):
            ax.scatter(part["c1"], part["c2"], s=22, color=colour, marker=mark, label=f"{name} ({len(part)})")
    low, high = table[["c1", "c2"]].min().min() - 0.15, table[["c1", "c2"]].max().max() + 0.15
    ax.set(xlabel="c1", ylabel="c2", xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_discoveries(scores: pd.DataFrame, methods: Sequence[str], ax: Axes) -> Axes:
    """True against false discoveries as the threshold on the predicted deviation falls, averaged over splits.

    ``scores`` are those of ``interaction_scores`` with a ``seed``, or a report.  Discoveries are shares of the doubles
    that interact and of those that do not, so that splits can be averaged; the area below a curve is its ``auroc``.
    Doubles with one predicted deviation enter together, so that addition, which predicts none, is chance (grey).
    ``methods`` are the others, in order; one without scores is left out.  Each method is drawn over the doubles where
    its prediction is defined.  After Ahlmann-Eltze, Huber and Anders (Nature Methods 2025), who rank single readouts.
    """
    for method in methods:
        if method in set(scores["method"]):
            name, colour, _, line = look(method)
            ax.plot(*_mean_curve(scores[scores["method"] == method]), color=colour, ls=line, label=name)
    chance = scores[scores["method"] == "additive"]
    if len(chance):
        ax.plot(*_mean_curve(chance), color=GREY, lw=1.2, label=f"{readable('additive')} (chance)")
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
            across, up, _ = roc_curve(truth, part["predicted_deviation"], drop_intermediate=False)
            # Of points with one number of false discoveries the last, highest one counts; a block of ties is a slope.
            curves.append(np.interp(false, across, up))
    if not curves:
        return np.array([]), np.array([])
    return np.r_[0, false], np.r_[0, np.mean(curves, axis=0)]
