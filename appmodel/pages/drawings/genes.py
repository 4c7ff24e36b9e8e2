"""A few genes and who is joined to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from scipy import sparse

from ..looks import BLACK, GREEN
from .shapes import Point, graph


def draw_genes(places: Mapping[str, Point], pairs: Sequence[tuple[str, str]], marked: Collection[str] = ()) -> Figure:
    """Genes at their ``places`` (inches) with their letters, a line for each pair, those ``marked`` filled."""
    x, y = zip(*places.values(), strict=True)
    around = 0.4
    size = (max(x) - min(x) + 2 * around, max(y) - min(y) + 2 * around)
    figure = plt.figure(figsize=size, layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    graph(ax, places, pairs, marked, GREEN, radius=0.2, letters=True)
    ax.set(xlim=(min(x) - around, max(x) + around), ylim=(min(y) - around, max(y) + around), aspect="equal")
    ax.axis("off")
    return figure


def draw_neighbourhood(
    adjacency: sparse.csr_matrix, genes: Sequence[str], gene: str, marked: Collection[str] = (), n: int = 10
) -> Figure:
    """A gene and its ``n`` strongest neighbours around it, with the pairs among them; those ``marked`` are filled.

    ``adjacency`` (n_genes, n_genes) holds the weights of pairs of ``genes``.  A gene without neighbours stands alone.
    """
    weights = adjacency[list(genes).index(gene)].toarray().ravel()
    around = [i for i in np.argsort(-weights, kind="stable")[:n] if weights[i] > 0]
    shown = [list(genes).index(gene), *around]
    angles = 2 * np.pi * np.arange(len(around)) / max(len(around), 1) + np.pi / 2
    points = [(0.0, 0.0), *zip(1.9 * np.cos(angles), 1.4 * np.sin(angles), strict=True)]
    places = {genes[i]: point for i, point in zip(shown, points, strict=True)}
    rows, columns = sparse.triu(adjacency[shown][:, shown], 1).nonzero()
    pairs = [(genes[shown[i]], genes[shown[j]]) for i, j in zip(rows, columns, strict=True)]
    figure = plt.figure(figsize=(5.6, 4.0), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    graph(ax, places, pairs, marked, GREEN, radius=0.12)
    under = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # no line runs through a name
    for name, (x, y) in places.items():
        weight = "bold" if name == gene else "normal"
        ax.text(x, y - 0.22, name, ha="center", va="top", fontsize=9, color=BLACK, weight=weight, bbox=under)
    ax.set(xlim=(-2.8, 2.8), ylim=(-2.0, 2.0), aspect="equal")
    ax.axis("off")
    return figure
