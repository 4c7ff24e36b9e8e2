"""A few genes and who is joined to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from ..looks import GREEN
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
