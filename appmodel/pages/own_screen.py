"""Figures of a screen of one's own: verdict, hidden conditions, volcano, heat map, pairs, who moves a gene."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from anndata import AnnData
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.stats import norm

from ..effects import perturbed, significance
from ..predictors import Additive
from ..studies.own_screen import Verdict, strongest
from .looks import BLUE, GREY, ORANGE, readable
from .panels import panels, reach
from .plots import plot_method_ratios, plot_readout_scatter

TITLES = {"doubles": "pairs of measured genes", "unseen": "genes never perturbed", "pairs": "pairs of known genes"}
NAMED = 8  # points of a volcano that carry their names


def plot_verdicts(verdicts: Mapping[str, Verdict]) -> Figure:
    """Error of each predictor divided by that of the best simple one, a panel for each question."""
    figure, axes = panels(len(verdicts), size=(4.6, 2.8))
    for verdict, ax in zip(verdicts.values(), axes, strict=True):
        plot_method_ratios(verdict.scores, verdict.best_simple, ax)
        ax.set_title(TITLES[verdict.task])
        ax.set_xlabel(f"L2 / L2 of {readable(verdict.best_simple)}", fontsize=9)
    return figure


def plot_hidden(verdict: Verdict, effects: AnnData) -> Figure:
    """Hidden conditions: error against size of the effect, and the readouts of the one whose error is the median.

    On the line a prediction is as far off as no change would be.
    """
    hidden = verdict.hidden(verdict.winner, effects)
    errors, sizes = np.linalg.norm(hidden.errors, axis=1), np.linalg.norm(hidden.measured, axis=1)
    figure, (left, right) = panels(2, size=(4.4, 3.3))
    limit = 1.05 * max(errors.max(), sizes.max())
    left.plot([0, limit], [0, limit], color=GREY, lw=1)
    left.scatter(sizes, errors, s=12, color=BLUE, alpha=0.6)
    left.set(xlabel="L2 norm of the measured effect", ylabel="L2 of the error", xlim=(0, limit), ylim=(0, limit))
    middle = int(np.argsort(errors)[len(errors) // 2])
    plot_readout_scatter(hidden.predicted[middle], hidden.measured[middle], right)
    right.set_title(str(hidden.conditions[middle]))
    return figure


def plot_volcano(effects: AnnData, condition: str, ax: Axes | None = None) -> Axes:
    """Measured effect of each readout against how far beyond noise it is, of one condition (-log10 p of a z-test).

    Needs ``layers["sampling_var"]``; the error of the control's mean counts where the table has its row.  Raises
    ``ValueError`` without it.
    """
    if "sampling_var" not in effects.layers:
        raise ValueError("A volcano needs layers['sampling_var']: give effects that were made from cells.")
    ax = ax or plt.gca()
    effect = np.asarray(effects[[condition]].X, dtype=float)[0]
    z = np.abs(significance(effects, [condition])[0])
    surprise = -(norm.logsf(z) + np.log(2)) / np.log(10)
    beyond = surprise > -np.log10(0.05 / len(z))  # Bonferroni
    for readouts, colour, name in ((~beyond, GREY, "within noise"), (beyond, ORANGE, "beyond noise")):
        ax.scatter(effect[readouts], surprise[readouts], s=8, color=colour, alpha=0.6, label=name)
    for place in np.argsort(-surprise)[:NAMED]:
        ax.annotate(str(effects.var_names[place]), (effect[place], surprise[place]), fontsize=8, xytext=(2, 2),
                    textcoords="offset points")  # fmt: skip
    ax.set(xlabel="effect (log1p, difference from control)", ylabel="-log10 p", title=condition)
    ax.legend(frameon=False, fontsize=8)
    return ax


def plot_heat_map(effects: AnnData, n_conditions: int = 25, n_readouts: int = 30, ax: Axes | None = None) -> Axes:
    """The conditions with the largest effects (rows) in the readouts that differ most among them (columns).

    Measured or predicted effects; both sides are ordered by average linkage, so that what is alike stands together.
    """
    ax = ax or plt.gca()
    values = np.asarray(effects.X, dtype=float)
    rows = np.argsort(-np.linalg.norm(values, axis=1), kind="stable")[:n_conditions]
    columns = np.argsort(-values[rows].std(axis=0), kind="stable")[:n_readouts]
    rows, columns = rows[_alike(values[rows][:, columns])], columns[_alike(values[rows][:, columns].T)]
    shown = values[rows][:, columns]
    limit = float(np.abs(shown).max()) or 1.0
    image = ax.imshow(shown, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    ax.set_yticks(range(len(rows)), effects.obs_names[rows], fontsize=8)
    ax.set_xticks(range(len(columns)), effects.var_names[columns], fontsize=8, rotation=90)
    ax.figure.colorbar(image, ax=ax, label="effect (log1p)", shrink=0.8)
    return ax


def plot_places(effects: AnnData, forecasts: AnnData) -> Figure:
    """Where pairs lie (without pairs, how large effects are), and a volcano of the strongest measured condition.

    The volcano is left out where the noise of single readouts is not known.
    """
    pairs = any((table.obs["n_targets"] > 1).any() for table in (perturbed(effects), forecasts))
    volcano = "sampling_var" in effects.layers
    figure, axes = panels(1 + volcano, size=(4.6, 3.4))
    (plot_pairs if pairs else plot_sizes)(effects, forecasts, axes[0])
    if volcano:
        plot_volcano(effects, str(strongest(effects, 1).obs_names[0]), axes[-1])
    return figure


def plot_sizes(effects: AnnData, forecasts: AnnData, ax: Axes | None = None) -> Axes:
    """Histogram of the L2 norms of measured and of predicted effects, each as a share of its conditions."""
    ax = ax or plt.gca()
    for table, colour, name in ((perturbed(effects), BLUE, "measured"), (forecasts, ORANGE, "predicted")):
        sizes = np.linalg.norm(np.asarray(table.X, dtype=float), axis=1)
        ax.hist(
            sizes, bins=20, weights=np.full(len(sizes), 1 / max(len(sizes), 1)), color=colour, alpha=0.6, label=name
        )
    ax.set(xlabel="L2 norm of the effect", ylabel="share of conditions")
    ax.legend(frameon=False)
    return ax


def plot_pairs(effects: AnnData, forecasts: AnnData, ax: Axes | None = None) -> Axes:
    """Where pairs lie: size of the effect against size of the sum of both singles, predicted and measured."""
    ax = ax or plt.gca()
    sums, limit = Additive().fit(effects), 0.0
    for table, colour, size, name in ((forecasts, GREY, 6, "predicted"), (perturbed(effects), BLUE, 14, "measured")):
        pairs = table[table.obs["n_targets"] > 1]
        if pairs.n_obs:
            x = np.linalg.norm(np.asarray(sums.predict(list(pairs.obs_names)).X), axis=1)
            y = np.linalg.norm(np.asarray(pairs.X, dtype=float), axis=1)
            ax.scatter(x, y, s=size, color=colour, alpha=0.6, label=name)
            limit = max(limit, np.nanmax([x, y], initial=0.0))
    ax.plot([0, limit], [0, limit], color=GREY, lw=1, ls="--", label="additive")
    ax.set(xlabel="L2 norm of the sum of the singles", ylabel="L2 norm of the pair")
    ax.legend(frameon=False)
    return ax


def plot_movers(table: pd.DataFrame, readout: str, n: int = 15, ax: Axes | None = None) -> Axes:
    """The strongest movers of a readout (``movers``), measured ones filled, predicted ones open, with intervals."""
    ax = ax or plt.gca()
    top = table.head(n)[::-1].reset_index(drop=True)
    for known, face in (("measured", BLUE), ("predicted", "white")):
        rows = top[top["known"] == known]
        ax.errorbar(rows["effect"], rows.index, xerr=reach(rows, "effect"), fmt="o", color=BLUE, mfc=face, ms=5,
                    capsize=2, lw=1, label=known)  # fmt: skip
    ax.axvline(0, color=GREY, lw=1, ls="--")
    ax.set_yticks(range(len(top)), top["condition"], fontsize=8)
    ax.set(xlabel=f"effect on {readout} (log1p, difference from control)")
    ax.legend(frameon=False)
    return ax


def _alike(values: np.ndarray) -> np.ndarray:
    """An order of the rows in which similar ones are neighbours."""
    return leaves_list(linkage(values, "average", optimal_ordering=True)) if len(values) > 2 else np.arange(len(values))
