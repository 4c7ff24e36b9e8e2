"""The shapes that drawings of models are made of: each stands around a point of the axes, in the axes' units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from ..looks import BLACK, GREY

Point = tuple[float, float]


def arrow(ax: Axes, start: Point, end: Point, colour: str = GREY, bend: float = 0.0) -> None:
    """An arrow from ``start`` to ``end``; ``bend`` turns it into an arc."""
    style = {"arrowstyle": "-|>", "color": colour, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops={**style, "connectionstyle": f"arc3,rad={bend}"})


def box(ax: Axes, at: Point, size: Point, title: str, text: str, colour: str) -> None:
    """A rounded box with a title and a line of text or formula below it."""
    (x, y), (width, height) = at, size
    corner = (x - width / 2, y - height / 2)
    round_corners = "round,pad=0,rounding_size=0.25"
    ax.add_patch(FancyBboxPatch(corner, width, height, round_corners, fc="white", ec=colour, lw=1.5))
    named(ax, at, title, text)


def named(ax: Axes, at: Point, title: str, text: str = "", gap: float = 0.12) -> None:
    """A title at a point, or above it where a line of text stands below, ``gap`` lower."""
    x, y = at
    up, down = ("bottom", "top") if text else ("center", "center")
    ax.text(x, y, title, ha="center", va=up, fontsize=10, color=BLACK, linespacing=1.15)
    if text:
        ax.text(x, y - gap, text, ha="center", va=down, fontsize=9, color=BLACK, linespacing=1.3)


def graph(
    ax: Axes,
    places: Mapping[str, Point],
    pairs: Sequence[tuple[str, str]],
    marked: Collection[str] = (),
    colour: str = GREY,
    radius: float = 0.24,
    letters: bool = False,
) -> None:
    """Genes as circles at their ``places``, pairs as lines between them; those ``marked`` are filled."""
    for one, other in pairs:
        (x, y), (u, v) = places[one], places[other]
        ax.plot([x, u], [y, v], color=GREY, lw=1.2, zorder=1, solid_capstyle="round")
    for gene, (x, y) in places.items():
        filled = gene in marked
        ax.add_patch(Circle((x, y), radius, fc=colour if filled else "white", ec=colour, lw=1.4, zorder=2))
        if letters:
            ax.text(x, y, gene, ha="center", va="center", fontsize=9, color="white" if filled else BLACK, zorder=3)


def grid(ax: Axes, at: Point, shape: tuple[int, int], colour: str, cell: float = 0.42, seed: int = 0) -> None:
    """A table of ``shape`` (rows, columns) around a point: a matrix or, with one row, a vector; shades mean nothing."""
    rows, columns = shape
    shades = np.random.default_rng(seed).uniform(0.15, 0.75, size=shape)
    left, top = at[0] - columns * cell / 2, at[1] + rows * cell / 2
    for (row, column), shade in np.ndenumerate(shades):
        corner = (left + column * cell, top - (row + 1) * cell)
        ax.add_patch(Rectangle(corner, cell, cell, fc=(*_rgb(colour), shade), ec="white", lw=1))
    ax.add_patch(Rectangle((left, top - rows * cell), columns * cell, rows * cell, fc="none", ec=colour, lw=1))


def bars(ax: Axes, at: Point, heights: Sequence[float], colour: str, width: float = 0.3) -> None:
    """Bars that stand on a line through a point; negative ones hang from it."""
    left = at[0] - len(heights) * width / 2
    for i, height in enumerate(heights):
        ax.add_patch(Rectangle((left + i * width, at[1]), 0.75 * width, height, fc=colour, ec="none"))
    ax.plot([left - 0.1, left + len(heights) * width], [at[1], at[1]], color=BLACK, lw=1)


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
