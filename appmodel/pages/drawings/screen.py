"""What a screen is, drawn: cells with guides, their counts, the mean of each condition, and the effects."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from ..looks import BLACK, BLUE, GREY, ORANGE

CONDITIONS = ("control", "A", "B", "A+B")
GENES = ("g1", "g2", "g3")
# Two cells of each condition, an invented example of three genes of many; totals over all of them are alike.
COUNTS = np.array([[2, 9, 4], [3, 7, 5], [11, 8, 4], [9, 9, 6], [3, 1, 5], [2, 2, 4], [13, 2, 5], [10, 1, 6]])
GUIDES = {"control": (GREY,), "A": (BLUE,), "B": (ORANGE,), "A+B": (BLUE, ORANGE)}
STEPS = ("1  guides in cells", "2  count RNA", "3  mean of log1p", "4  effects")


def means_and_effects() -> tuple[np.ndarray, np.ndarray]:
    """Mean log1p of the counts of each condition, and its difference from control (4, 3) each, of the example."""
    means = np.log1p(COUNTS).reshape(len(CONDITIONS), 2, len(GENES)).mean(axis=1)
    return means, means - means[0]


def draw_screen() -> Figure:
    """Four steps from left to right: cells and guides, counts, condition means, effects (sum of A and B against A+B).

    The numbers are those of a small invented example, and each follows from the ones on its left.
    """
    figure, ax = plt.subplots(figsize=(7.6, 5.1))
    ax.set(xlim=(0, 15.2), ylim=(-0.2, 9.9), aspect="equal")
    ax.axis("off")
    means, effects = means_and_effects()
    for x, text in zip((0.1, 4.2, 8.2, 12.1), STEPS, strict=True):
        ax.text(x, 9.5, text, fontsize=10, fontweight="bold", va="center")
    for place, name in enumerate(CONDITIONS):
        _cells(ax, 7.6 - 2 * place, name)
    for row, counts in enumerate(COUNTS):
        _numbers(ax, 4.2, 7.6 - row + 0.15, counts, "{:d}".format, _greys(np.log1p(counts)))
    for place, (mean, effect) in enumerate(zip(means, effects, strict=True)):
        _numbers(ax, 8.2, 7.6 - 2 * place - 0.35, mean, "{:.1f}".format, _greys(mean))
        if place:
            _numbers(ax, 12.1, 7.6 - 2 * place - 0.35, effect, "{:+.1f}".format, _reds_and_blues(effect))
    for x in (4.2, 8.2, 12.1):
        for column, gene in enumerate(GENES):
            ax.text(x + 0.4 + 0.9 * column, 8.75, gene, ha="center", va="center", fontsize=9)
    ax.text(12.1, 7.65, "control is\ntaken away", fontsize=9, color=GREY, va="center")
    for x in (3.55, 7.3, 11.2):
        ax.add_patch(FancyArrowPatch((x, 4.6), (x + 0.5, 4.6), arrowstyle="-|>", mutation_scale=12, color=BLACK))
    return figure


def _cells(ax: Axes, y: float, name: str) -> None:
    """Two cells of a condition, each with its guides as bars, and the name of the condition."""
    ax.text(0.1, y - 0.1, name, fontsize=10, va="center")
    for row in (0.4, -0.6):
        ax.add_patch(Circle((2.6, y + row - 0.05), 0.44, facecolor="#f2f2f2", edgecolor=BLACK, lw=0.8))
        colours = GUIDES[name]
        for place, colour in enumerate(colours):
            left = 2.6 - 0.19 * len(colours) + 0.38 * place
            ax.add_patch(
                Rectangle((left + 0.05, y + row - 0.28), 0.28, 0.46, facecolor=colour, edgecolor=BLACK, lw=0.5)
            )


def _numbers(
    ax: Axes, x: float, y: float, values: np.ndarray, form: Callable[[float], str], shades: np.ndarray
) -> None:
    """A row of numbers in boxes of given colours (n, 4)."""
    for column, (value, colour) in enumerate(zip(values, shades, strict=True)):
        ax.add_patch(Rectangle((x + 0.9 * column, y - 0.4), 0.85, 0.8, facecolor=colour, edgecolor=GREY, lw=0.5))
        ax.text(x + 0.425 + 0.9 * column, y, form(value), ha="center", va="center", fontsize=9, color=BLACK)


def _greys(values: np.ndarray) -> np.ndarray:
    """Darker for more log1p; never so dark that black figures cannot be read."""
    return plt.get_cmap("Greys")(values / (1.8 * np.log1p(COUNTS.max())))


def _reds_and_blues(values: np.ndarray) -> np.ndarray:
    """Red above zero, blue below."""
    return plt.get_cmap("RdBu_r")(0.5 + values / 6)
