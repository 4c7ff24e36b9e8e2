"""Figures of the book: one function each, axes in, axes out, colours that survive colour blindness."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from anndata import AnnData
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..names import CONTROL
from ..scoring import BASELINES, leaderboard

# Okabe and Ito's palette, apart in lightness too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Matplotlib settings of the book: white ground (readable on a dark page), no box, vector-like sharpness."""
    settings = {"figure.facecolor": "white", "figure.figsize": (6.4, 3.6), "figure.dpi": 110, "font.size": 10,
                "axes.spines.top": False, "axes.spines.right": False, "figure.constrained_layout.use": True}
    # rc_context would restore "interactive" too, which a notebook's backend sets when its first figure is drawn:
    # no later figure would be shown.
    before = {key: plt.rcParams[key] for key in settings}
    plt.rcParams.update(settings)
    try:
        yield
    finally:
        plt.rcParams.update(before)


def plot_cells_per_condition(effects: AnnData, ax: Axes | None = None) -> Axes:
    """Histogram of the number of cells per perturbed condition (``obs["n_cells"]``)."""
    ax = ax or plt.gca()
    ax.hist(effects.obs.loc[effects.obs_names != CONTROL, "n_cells"], bins=25, color=BLUE)
    ax.set(xlabel="cells", ylabel="conditions")
    return ax


def plot_additivity(effects: AnnData, ax: Axes | None = None) -> Axes:
    """Size of each double's effect against the size of the sum of its two singles (log1p units)."""
    ax = ax or plt.gca()
    rows = dict(zip(effects.obs_names, np.asarray(effects.X), strict=True))
    pairs = [(name, name.split("+")) for name in rows if name.count("+") == 1]
    complete = [(name, genes) for name, genes in pairs if all(gene in rows for gene in genes)]
    sums = [np.linalg.norm(rows[a] + rows[b]) for _, (a, b) in complete]
    sizes = [np.linalg.norm(rows[name]) for name, _ in complete]
    limit = 1.05 * max([*sums, *sizes], default=1.0)
    ax.plot([0, limit], [0, limit], color=GREY, lw=1, label="additive")
    ax.scatter(sums, sizes, s=14, color=BLUE, alpha=0.7, label="measured")
    ax.set(xlabel="L2 norm of the sum of the singles", ylabel="L2 norm of the double", xlim=(0, limit), ylim=(0, limit))
    ax.legend(frameon=False)
    return ax


def plot_degrees(degrees: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Share of genes with at least a number of neighbours, one line per network."""
    ax = ax or plt.gca()
    for (name, degree), colour, line in zip(degrees.items(), [BLUE, ORANGE, GREEN, GREY], ["-", "--", "-.", ":"],
                                            strict=False):
        values = np.sort(degree)
        ax.step(values, 1 - np.arange(len(values)) / len(values), color=colour, ls=line, label=name, where="post")
    ax.set(xlabel="neighbours", ylabel="share of genes with at least as many", ylim=(0, 1.02))
    ax.legend(frameon=False)
    return ax


def plot_training(history: pd.DataFrame, best_epoch: int | None = None, ax: Axes | None = None) -> Axes:
    """Training and validation loss (mean squared error) per epoch, with the epoch that was kept."""
    ax = ax or plt.gca()
    ax.plot(history["epoch"], history["training_loss"], color=BLUE, label="training")
    ax.plot(history["epoch"], history["validation_loss"], color=ORANGE, ls="--", label="validation")
    if best_epoch is not None:
        ax.axvline(best_epoch, color=GREY, lw=1, ls=":", label="epoch kept")
    ax.set(xlabel="epoch", ylabel="mean squared error", yscale="log")
    ax.legend(frameon=False)
    return ax


def plot_attention(attention: pd.DataFrame, condition: str, n_genes: int = 12, ax: Axes | None = None) -> Axes:
    """The genes that one condition attends to most, against the attention of a uniform look at all genes."""
    ax = ax or plt.gca()
    top = attention.loc[condition].nlargest(n_genes)[::-1]
    ax.barh(list(top.index), top.to_numpy(), color=BLUE)
    ax.axvline(1 / attention.shape[1], color=GREY, ls="--", lw=1, label="uniform")
    ax.set(xlabel=f"attention of {condition}")
    ax.legend(frameon=False)
    return ax


def plot_readout_scatter(predicted: np.ndarray, observed: np.ndarray, ax: Axes | None = None) -> Axes:
    """Predicted against observed effect of one condition, one point per readout (log1p units)."""
    ax = ax or plt.gca()
    low, high = min(predicted.min(), observed.min()), max(predicted.max(), observed.max())
    ax.plot([low, high], [low, high], color=GREY, lw=1)
    ax.scatter(observed, predicted, s=6, color=BLUE, alpha=0.5)
    ax.set(xlabel="observed effect", ylabel="predicted effect")
    return ax


def plot_method_ratios(scores: pd.DataFrame, baseline: str, ax: Axes | None = None) -> Axes:
    """Mean L2 of each method divided by that of ``baseline``, with 95 % bootstrap intervals clustered by condition.

    ``scores`` are of one screen and task; a method that is never defined is left out.
    """
    ax = ax or plt.gca()
    table = leaderboard(scores[scores["metric"] == "l2"], baseline)
    table = table.dropna(subset=["ratio"]).sort_values("ratio", ascending=False)
    reach = np.maximum([table["ratio"] - table["ratio_low"], table["ratio_high"] - table["ratio"]], 0)
    ax.errorbar(table["ratio"], table["method"], xerr=reach, fmt="o", color=BLUE, capsize=3)
    ax.axvline(1, color=GREY, ls="--", lw=1)
    ax.set(xlabel=f"mean L2 / mean L2 of {baseline} (lower is better)")
    return ax


def plot_results(scores: pd.DataFrame) -> Figure:
    """One panel of ``plot_method_ratios`` per dataset and task, each against the baseline of its task."""
    groups = list(scores.groupby(["dataset", "task"], sort=False))
    columns = min(len(groups), 2)
    rows = -(-len(groups) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(4.6 * columns, 3.1 * rows), squeeze=False)
    for ((dataset, task), part), ax in zip(groups, axes.flat, strict=False):
        plot_method_ratios(part, BASELINES[task], ax)
        ax.set(title=f"{dataset}, {task}", xlabel=f"L2 / L2 of {BASELINES[task]}")
    for ax in axes.flat[len(groups):]:
        ax.set_visible(False)
    return figure
