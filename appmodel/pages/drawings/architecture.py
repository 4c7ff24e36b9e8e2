"""APP and AnchoredAPP beside each other, stage by stage: what goes in, what is computed, what comes out."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..looks import BLUE, GREEN, GREY, ORANGE
from .shapes import arrow, bars, box, graph, grid, named

_LEFT, _MIDDLE, _RIGHT = 2.6, 5.0, 7.6  # where things stand from left to right in a panel of width 10
_HEIGHT = 24
# From which height to which each stage reaches.
_STAGES = {
    "input": (20.5, _HEIGHT),
    "1  graph encoder": (13.3, 20.3),
    "2  attention": (4.9, 13.1),
    "3  decoder": (0.0, 4.7),
}
_NODES = {"1": (-1.1, 0.3), "2": (-0.3, 0.7), "3": (0.4, -0.1), "4": (-0.5, -0.6), "5": (1.2, 0.5)}
_PAIRS = [("1", "2"), ("2", "3"), ("1", "4"), ("3", "4"), ("3", "5")]


def draw_architectures() -> Figure:
    """Both models on one figure, APP left and AnchoredAPP right, their three stages at the same heights."""
    figure, axes = plt.subplots(1, 2, figsize=(7.4, 9.2), layout="none")
    figure.subplots_adjust(left=0.045, right=0.995, bottom=0.01, top=0.955, wspace=0.03)
    for ax, draw, title in zip(axes, (draw_app, draw_anchored_app), ("APP", "AnchoredAPP"), strict=True):
        ax.set(xlim=(0, 10), ylim=(0, _HEIGHT))
        ax.axis("off")
        ax.set_title(title, fontsize=12, fontweight="bold")
        for low, high in _STAGES.values():
            ax.add_patch(Rectangle((0, low), 10, high - low, fc="#f2f2f2", ec="none", zorder=0))
        draw(ax)
    for name, (low, high) in _STAGES.items():
        axes[0].text(-0.3, (low + high) / 2, name, rotation=90, ha="center", va="center", fontsize=10, color=GREY)
    return figure


def draw_app(ax: Axes) -> None:
    """The published model: a learned graph layer, attention over all genes, a learned linear decoder."""
    _inputs(ax, "network, features $x_i$", "perturbed genes $P$", ORANGE)
    _encoded(
        ax, "graph layer", r"$h_i=\sigma(W[x_i\,\Vert\,\mathrm{AGG}]+b)$", "embeddings $h_i$\nof all genes", ORANGE
    )
    _query(ax, "mean over $P$", "the query $c_P$", ORANGE)
    formula = r"$\alpha_{iP}=\mathrm{softmax}_i\;w^{\top}\!\tanh(W_qc_P+W_kh_i+b)$"
    _attention(ax, "additive attention over all genes", formula, (0.25, 0.5, 1.2, 0.4, 0.3))
    _mixture(ax, "attended mixture", r"$z_P=\sum_i\alpha_{iP}\,h_i$", ORANGE)
    box(ax, (_MIDDLE, 3.2), (5.0, 1.8), "linear decoder", r"$\hat y_P=W_dz_P+b_d$", ORANGE)
    _answer(ax, ORANGE)


def draw_anchored_app(ax: Axes) -> None:
    """Our model: fixed features, attention over measured conditions, ridge weights, and an anchor that is added."""
    _inputs(ax, "networks, effects", "perturbed genes $q$", BLUE)
    _encoded(
        ax, "fixed features", "gene: walks in networks\npair: measured effects", "features of all\nmeasured $j$", BLUE
    )
    _query(ax, "features of $q$", "the query", BLUE)
    formula = r"$\alpha(q)=k(q,\cdot)\,(K+\Lambda)^{-1}$"
    _attention(ax, "attention over measured conditions", formula, (0.6, 1.0, -0.25, 0.3, -0.1))
    _mixture(ax, "mixture of residuals", r"$\sum_j\alpha_j(q)\,(y_j-\mathrm{anchor}_j)$", BLUE)
    box(ax, (_MIDDLE - 1.3, 3.2), (4.2, 1.8), "anchor + mixture", "added, not decoded", BLUE)
    box(ax, (8.0, 3.2), (3.4, 2.2), "anchor of $q$", "gene: the centre\npair: $s\\,(y_A+y_B)$", GREY)
    ax.plot([9.65, 9.65], [21.7, 4.3], color=GREY, lw=1.2)
    ax.plot([9.4, 9.65], [21.7, 21.7], color=GREY, lw=1.2)
    arrow(ax, (9.65, 4.9), (9.65, 4.3))
    arrow(ax, (6.3, 3.2), (5.8, 3.2))
    _answer(ax, BLUE)


def _inputs(ax: Axes, network: str, perturbed: str, colour: str) -> None:
    graph(ax, {gene: (_LEFT + x, 22.0 + y) for gene, (x, y) in _NODES.items()}, _PAIRS)
    named(ax, (_LEFT, 23.4), network)
    arrow(ax, (_LEFT, 21.1), (_LEFT, 19.8))
    graph(ax, {str(i): (_RIGHT - 1.2 + 0.6 * i, 21.7) for i in range(5)}, [], marked=("1", "3"), colour=GREEN)
    named(ax, (_RIGHT, 23.4), perturbed)
    arrow(ax, (_RIGHT, 21.2), (_RIGHT, 12.6), GREEN)


def _encoded(ax: Axes, title: str, text: str, rows: str, colour: str) -> None:
    box(ax, (_LEFT, 18.6), (4.8, 2.3), title, text, colour)
    arrow(ax, (_LEFT, 17.4), (_LEFT, 16.6), colour)
    grid(ax, (_LEFT, 15.5), (5, 4), colour)
    named(ax, (5.5, 15.5), rows)
    arrow(ax, (_LEFT, 14.2), (_LEFT, 10.0), colour)


def _query(ax: Axes, title: str, text: str, colour: str) -> None:
    box(ax, (_RIGHT - 0.1, 11.8), (3.2, 1.6), title, text, GREEN)
    arrow(ax, (3.7, 14.3), (6.1, 12.6), colour)
    arrow(ax, (_RIGHT, 11.0), (_RIGHT, 10.0), GREEN)


def _attention(ax: Axes, title: str, formula: str, weights: Sequence[float]) -> None:
    box(ax, (4.8, 9.1), (9.2, 1.8), title, formula, GREEN)
    arrow(ax, (_MIDDLE, 8.2), (_MIDDLE, 7.4), GREEN)
    bars(ax, (1.3, 6.6), weights, GREEN)
    named(ax, (1.3, 5.9), r"$\alpha$")


def _mixture(ax: Axes, title: str, formula: str, colour: str) -> None:
    grid(ax, (_MIDDLE, 7.1), (1, 4), colour, seed=1)
    named(ax, (_MIDDLE, 6.2), title, formula, gap=0.25)
    arrow(ax, (_MIDDLE, 5.0), (_MIDDLE, 4.1))


def _answer(ax: Axes, colour: str) -> None:
    arrow(ax, (_MIDDLE, 2.3), (_MIDDLE, 1.6))
    grid(ax, (_MIDDLE, 1.3), (1, 7), colour, seed=2)
    named(ax, (_MIDDLE, 0.6), r"log-fold-changes $\hat y$, one for each readout")
