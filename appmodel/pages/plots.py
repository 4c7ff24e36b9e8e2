"""Figures of the book: one function each, axes in, axes out, colours that survive colour blindness."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from anndata import AnnData
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..names import CONTROL
from ..predictors.collapse import COLLAPSED
from ..scoring import BASELINES, leaderboard
from .looks import BLUE, CYCLE, GREY, ORANGE, look, readable, screen_name
from .panels import panels, reach, shared_legend

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Matplotlib settings of the book: white ground (readable on a dark page), no box, vector-like sharpness."""
    settings: dict[RcKeyType, Any] = {
        "figure.facecolor": "white",
        "figure.figsize": (6.4, 3.6),
        "figure.dpi": 110,
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.constrained_layout.use": True,
    }
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
    limit = 1.05 * float(max([*sums, *sizes], default=1.0))
    ax.plot([0, limit], [0, limit], color=GREY, lw=1, label="additive")
    ax.scatter(sums, sizes, s=14, color=BLUE, alpha=0.7, label="measured")
    ax.set(xlabel="L2 norm of the sum of the singles", ylabel="L2 norm of the double", xlim=(0, limit), ylim=(0, limit))
    ax.legend(frameon=False)
    return ax


def plot_degrees(degrees: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Share of genes with at least a number of neighbours, one line per network."""
    ax = ax or plt.gca()
    for (name, degree), (colour, _, line) in zip(degrees.items(), CYCLE, strict=False):
        values = np.sort(degree)
        ax.step(values, 1 - np.arange(len(values)) / len(values), color=colour, ls=line, label=name, where="post")
    ax.set(xlabel="neighbours", ylabel="share of genes with at least as many", ylim=(0, 1.02))
    ax.legend(frameon=False)
    return ax


def plot_training(history: pd.DataFrame, best_epoch: int | None = None, ax: Axes | None = None) -> Axes:
    """Training and validation loss by epoch of the first member, the epoch that was kept, and the mean's loss.

    ``history`` is ``APP.history_``; the horizontal line is what the mean of the training rows scores on the validation
    rows: a model that does not get below it has learned nothing that carries over.
    """
    ax = ax or plt.gca()
    history = history[history["member"] == 0]
    ax.plot(history["epoch"], history["training_loss"], color=BLUE, label="training")
    ax.plot(history["epoch"], history["validation_loss"], color=ORANGE, ls="--", label="validation")
    ax.axhline(history["mean_loss"].iloc[0], color=GREY, lw=1, label="validation, of the mean")
    if best_epoch is not None:
        ax.axvline(best_epoch, color=GREY, lw=1, ls=":", label="epoch kept")
    ax.set(xlabel="epoch", ylabel="loss")
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
    """Mean L2 of each method divided by that of ``baseline``, with 95 % bootstrap intervals over genes and seeds.

    ``scores`` are of one screen and task; a method that is never defined is left out.  An open mark: the method
    predicts a part of the conditions only, and is compared on these; 'collapsed' follows the name of a constant.
    """
    ax = ax or plt.gca()
    table = leaderboard(scores[scores["metric"] == "l2"], baseline)
    table = table.dropna(subset=["ratio"]).sort_values("ratio", ascending=False)
    names = [readable(row.method) + (" (collapsed)" if row.collapsed > 0.5 else "") for row in table.itertuples()]
    for place, (_, row) in enumerate(table.iterrows()):
        _ratio_mark(ax, row, place)
    ax.set_yticks(range(len(names)), names)
    ax.axvline(1, color=GREY, ls="--", lw=1)
    ax.set(xlabel=f"mean L2 / mean L2 of {readable(baseline)} (lower is better)", ylim=(-0.6, len(names) - 0.4))
    return ax


def plot_forest(board: pd.DataFrame, methods: Sequence[str], titles: Mapping[str, str]) -> Figure:
    """Error ratios with intervals of a few methods on every screen and task of a leaderboard, in one picture.

    ``titles`` are the screens' names as figures show them.  The ratio is to the baseline of the task (``BASELINES``),
    drawn as the line at one; open marks as in ``plot_method_ratios``.
    """
    rows = board[(board["metric"] == "l2") & board["method"].isin(methods)].dropna(subset=["ratio"])
    places = list(rows[["dataset", "task"]].drop_duplicates().itertuples(index=False, name=None))
    figure, ax = plt.subplots(figsize=(7.4, 0.6 + len(places) * (0.25 + 0.13 * len(methods))))
    offsets = np.linspace(-0.36, 0.36, len(methods)) if len(methods) > 1 else [0.0]
    for place, (dataset, task) in enumerate(places):
        part = rows[(rows["dataset"] == dataset) & (rows["task"] == task)].set_index("method", drop=False)
        for method, offset in zip(methods, offsets, strict=True):
            if method in part.index:
                _ratio_mark(ax, part.loc[method], place + offset, look(method).name)
        if place:
            ax.axhline(place - 0.5, color=GREY, lw=0.4)
    ax.axvline(1, color=GREY, ls="--", lw=1)
    labels = [
        f"{titles.get(dataset, screen_name(dataset))}\n{_ASKED[task]}, against {readable(BASELINES[task])}"
        for dataset, task in places
    ]
    ax.set_yticks(range(len(places)), labels)
    ax.invert_yaxis()
    ax.set(xlabel="mean L2 divided by that of the baseline (lower is better)")
    shared_legend(figure, min(len(methods), 3))
    return figure


def plot_beside_genes(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Errors over genes, as others measured them, against ours over axes: a point per condition, a panel per table.

    ``tables`` maps a title to what ``studies.axes.beside_genes`` gives; the line is where both are equal.
    """
    figure, axes = panels(len(tables), 3, size=(3.1, 3.0))
    for (title, table), ax in zip(tables.items(), axes, strict=True):
        limit = 1.05 * table.to_numpy().max()
        ax.plot([0, limit], [0, limit], color=GREY, lw=1)
        ax.scatter(table["axes"], table["genes"], s=12, color=BLUE, alpha=0.7)
        ax.set(title=title, xlim=(0, limit), ylim=(0, limit))
    figure.supxlabel("L2 over the axes, ours", fontsize=10)
    figure.supylabel("L2 over 1,000 genes, theirs", fontsize=10)
    return figure


_ASKED = {"doubles": "unseen doubles", "unseen": "unseen genes"}


def _ratio_mark(ax: Axes, row: pd.Series, place: float, label: str | None = None) -> None:
    """One ratio with its interval; an open mark where not every condition is predicted."""
    _, colour, marker, _ = look(row["method"])
    ax.errorbar(
        [row["ratio"]],
        [place],
        xerr=reach(row, "ratio", "ratio_low", "ratio_high"),
        fmt=marker,
        color=colour,
        capsize=2,
        ms=5,
        lw=1.2,
        label=label,
        mfc=colour if row["coverage"] > 0.999 or marker == "x" else "white",
    )


def plot_results(scores: pd.DataFrame) -> Figure:
    """One panel of ``plot_method_ratios`` per dataset and task, each against the baseline of its task."""
    groups = list(scores.groupby(["dataset", "task"], sort=False))
    figure, axes = panels(len(groups), size=(4.4, 0.9 + 0.19 * scores["method"].nunique()))
    for ((dataset, task), part), ax in zip(groups, axes, strict=True):
        plot_method_ratios(part, BASELINES[task], ax)
        ax.set_title(f"{screen_name(dataset)}, {task}")
        ax.tick_params(labelsize=9)
        ax.set_xlabel(f"L2 / L2 of {readable(BASELINES[task])}", fontsize=9)
    return figure


_FAR = 2.5  # one setting that explodes would press all others into a line


def plot_tuning(table: pd.DataFrame, named: Mapping[str, str], titles: Mapping[str, str]) -> Figure:
    """Every setting tried on the first fold: left-out error against spread, one panel per screen and task.

    Left of the dotted line predictions are a constant; the dashed line is the task's baseline.  ``named`` maps
    settings that are marked to what they are called.  Errors above ``_FAR`` baselines are drawn there.
    """
    first = table[table["fold"] == 0].assign(ratio=lambda rows: rows["ratio"].clip(upper=_FAR))
    groups = list(first.groupby(["screen", "task"], sort=False))
    figure, axes = panels(len(groups), columns=3, size=(3.0, 2.9), sharex=True)
    for ax, ((screen, task), part) in zip(axes, groups, strict=True):
        spread = part["spread"].clip(lower=1e-5)
        ax.scatter(spread, part["ratio"], s=12, color=BLUE, alpha=0.6)
        for (setting, name), (_, marker, _) in zip(named.items(), CYCLE[1:], strict=False):
            one = part[part["setting"] == setting]
            ax.plot(one["spread"].clip(lower=1e-5), one["ratio"], marker, color=ORANGE, ms=6, label=name)
        ax.axvline(COLLAPSED, color=GREY, ls=":", lw=1)
        ax.axhline(1, color=GREY, ls="--", lw=1)
        ax.set(xscale="log", title=f"{titles.get(screen, screen)}, {task}")
    figure.supxlabel("spread of the predictions / spread of the training effects", fontsize=10)
    figure.supylabel("error / error of the baseline", fontsize=10)
    shared_legend(figure, columns=len(named))
    return figure
