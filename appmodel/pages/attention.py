"""Figures of the chapter on attention: the neighbourhood, what a double adds, what is ranked, what deletion does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ..names import genes_of
from ..networks import Network
from ..studies.attention.faithfulness import DELETED
from ..studies.attention.gene_rankings import steps_from
from ..studies.attention.summary import EVERY, rankings_of
from .looks import BLUE, CYCLE, GREY, ORANGE
from .panels import reach

_FARTHEST = 3  # rings of the neighbourhood; the last one holds all that is farther or cannot be reached


def plot_neighbourhood(
    attention: pd.DataFrame, network: Network, condition: str, ax: Axes, n_genes: int = 12, n_neighbors: int = 20
) -> Axes:
    """The genes that ``condition`` attends to most, drawn in ``network`` around the perturbed ones.

    The ring is the number of steps to the nearest perturbed gene (the outer one: three or more), lines are edges of
    the graph form among the genes shown, the colour is attention as a multiple of the uniform one; within a ring,
    attention falls counter-clockwise.
    """
    table, adjacency = attended_neighbourhood(attention, network, condition, n_genes, n_neighbors)
    places = _places(table)
    ends = np.argwhere(np.triu(adjacency) > 0)
    ax.add_collection(LineCollection(list(places[ends]), colors=GREY, linewidths=0.8, alpha=0.6, zorder=1))
    for ring in range(1, _FARTHEST + 1):
        ax.add_patch(plt.Circle((0, 0), ring, fill=False, ls=":", lw=0.8, color="#bbbbbb", zorder=0))
        ax.annotate(
            f"{ring} step{'s' * (ring > 1)}{' or more' * (ring == _FARTHEST)}",
            (0, -ring),
            ha="center",
            va="center",
            fontsize=7,
            color=GREY,
            backgroundcolor="white",
            zorder=0,
        )
    perturbed = table["perturbed"].to_numpy()
    shades: dict[str, Any] = {
        "c": table["times uniform"],
        "cmap": "cividis",
        "vmin": table["times uniform"].min(),
        "vmax": table["times uniform"].max() + 1e-6,
        "edgecolors": "black",
        "linewidths": 0.6,
        "zorder": 2,
    }
    for chosen, marker, size in ((~perturbed, "o", 90), (perturbed, "s", 150)):
        x, y = places[chosen].T
        points = ax.scatter(x, y, marker=marker, s=size, **{**shades, "c": shades["c"][chosen]})
    for gene, (x, y), own in zip(table.index, places, perturbed, strict=True):
        ax.annotate(
            gene,
            (x, y),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            fontweight="bold" if own else "normal",
            zorder=3,
        )
    ax.set(xlim=(-3.6, 3.6), ylim=(-3.4, 3.6), aspect="equal", title=condition)
    ax.axis("off")
    ax.figure.colorbar(points, ax=ax, label="attention / uniform", shrink=0.7)
    return ax


def attended_neighbourhood(
    attention: pd.DataFrame, network: Network, condition: str, n_genes: int = 12, n_neighbors: int = 20
) -> tuple[pd.DataFrame, np.ndarray]:
    """The genes of ``plot_neighbourhood`` with perturbed, steps and times uniform, and who is joined to whom."""
    row = attention.loc[condition]
    perturbed = list(genes_of(condition))
    chosen = [*perturbed, *row.drop(perturbed).nlargest(n_genes).index]
    adjacency = network.adjacency(list(row.index), n_neighbors)
    steps = steps_from(adjacency, [condition], list(row.index)).iloc[0]
    table = pd.DataFrame(
        {
            "perturbed": [gene in perturbed for gene in chosen],
            "steps": steps[chosen].astype(int),
            "times uniform": row[chosen] * len(row),
        },
        index=pd.Index(chosen, name="gene"),
    )
    rows = row.index.get_indexer(chosen)
    return table, adjacency[rows][:, rows].toarray()


def plot_double(attention: pd.DataFrame, double: str, n_genes: int = 12, ax: Axes | None = None) -> Axes:
    """Attention of a double and of its two singles to the genes the double attends to most, as multiples of uniform."""
    ax = ax or plt.gca()
    names = [*genes_of(double), double]
    top = (attention.loc[names].T * attention.shape[1]).nlargest(n_genes, double)[::-1]
    for name, (colour, marker, _), shift in zip(names, CYCLE, (0.25, -0.25, 0.0), strict=False):
        ax.scatter(top[name], np.arange(len(top)) + shift, color=colour, marker=marker, s=22, label=name)
    ax.axvline(1, color=GREY, ls="--", lw=1, label="uniform")
    ax.set(xlabel="attention / uniform", yticks=range(len(top)), yticklabels=top.index)
    ax.legend(frameon=False, fontsize=8)
    return ax


def plot_rankings(
    summary: pd.DataFrame,
    screen: str,
    model: str,
    measure: str,
    labels: Mapping[str, str],
    chance: float,
    ax: Axes,
    group: str = EVERY,
) -> Axes:
    """Mean of ``measure`` for each ranking with its interval, beside chance (dashed); attention stands out."""
    table = rankings_of(summary, screen, model, measure, group).reindex(list(labels)).dropna(subset="value")[::-1]
    for place, (name, row) in enumerate(table.iterrows()):
        own = name == "attention"
        mark, colour = ("D", ORANGE) if own else ("o", BLUE)
        ax.errorbar(row["value"], place, xerr=reach(row), fmt=mark, color=colour, capsize=3)
    ax.axvline(chance, color=GREY, ls="--", lw=1)
    ax.set(yticks=range(len(table)), yticklabels=[labels[name] for name in table.index], ylim=(-0.6, len(table) - 0.4))
    return ax


def plot_deletion(summary: pd.DataFrame, screen: str, ax: Axes) -> Axes:
    """Change of the prediction of APP, relative to its size, against the number of genes deleted (both logarithmic)."""
    of_screen = summary.loc[summary["screen"] == screen, "measure"]
    measures = [name for name in dict.fromkeys(of_screen) if name.startswith("change_")]
    sizes = [int(name.removeprefix("change_")) for name in measures]
    tables = [rankings_of(summary, screen, "app", name)["value"] for name in measures]
    for (ranking, label), (colour, marker, line) in zip(DELETED.items(), CYCLE, strict=False):
        ax.plot(sizes, [table[ranking] for table in tables], color=colour, marker=marker, ls=line, label=label)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="genes deleted",
        ylabel="change / size of prediction",
        xticks=sizes,
        xticklabels=sizes,
    )
    ax.minorticks_off()
    ax.legend(frameon=False, fontsize=8)
    return ax


def _places(table: pd.DataFrame) -> np.ndarray:
    """Position of each gene (n, 2): perturbed ones in the middle, the others on the ring of their steps."""
    places = np.zeros((len(table), 2))
    ring = table["steps"].clip(upper=_FARTHEST).where(~table["perturbed"], 0).to_numpy()
    for radius in range(_FARTHEST + 1):
        members = np.flatnonzero(ring == radius)
        if radius:  # over five sixths of the ring: the name of the ring stands in the rest
            angles = np.deg2rad(-60 + 300 * (np.arange(len(members)) + 0.3 * radius) / max(len(members), 1))
            distance: float = radius
        else:  # above each other, so that their names can be read
            angles, distance = np.pi / 2 + np.pi * np.arange(len(members)), 0.4 * (len(members) > 1)
        places[members] = distance * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return places
