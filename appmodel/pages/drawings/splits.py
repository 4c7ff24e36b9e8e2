"""The two splits, drawn: which conditions train, which are asked for, and which are hidden from training."""

from __future__ import annotations

from itertools import combinations_with_replacement

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ...effects import as_effects
from ...names import condition_name
from ...splits import Split, split_doubles, split_unseen
from ..looks import BLACK, GREY

GENES = ("A", "B", "C", "D", "E")
# Face, hatch and words of each part that a condition can have
PARTS = {
    "train": ("#9ecae1", "", "measured, trains"),
    "test": ("#fdae6b", "///", "hidden, to be predicted"),
    "unused": ("white", "", "left out: holds a hidden gene"),
}
SEEDS = {"doubles": 0, "unseen": 1}


def example_splits() -> dict[str, Split]:
    """A split of each task over five genes of which all singles and all pairs are measured."""
    names = [condition_name({a, b}) for a, b in combinations_with_replacement(GENES, 2)]
    effects = as_effects(np.zeros((len(names), 1)), names, ["readout"])
    return {
        "doubles": split_doubles(effects, seed=SEEDS["doubles"]),
        "unseen": split_unseen(effects, seed=SEEDS["unseen"]),
    }


def part_of(split: Split, condition: str) -> str:
    """What becomes of a condition in a split: 'train', 'test' or 'unused'."""
    return "train" if condition in split.train else "test" if condition in split.test else "unused"


def draw_splits() -> Figure:
    """Two triangles of conditions, singles on the diagonal and pairs below, as the package splits five genes."""
    figure, axes = plt.subplots(1, 2, figsize=(7.4, 4.0))
    titles = {"doubles": "Unseen doubles", "unseen": "Unseen singles"}
    for ax, (task, split) in zip(axes, example_splits().items(), strict=True):
        _triangle(ax, split)
        ax.set_title(titles[task], fontsize=11, fontweight="bold")
    handles = [Patch(facecolor=face, hatch=hatch, edgecolor=BLACK, label=text) for face, hatch, text in PARTS.values()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def _triangle(ax: Axes, split: Split) -> None:
    """A box for each condition; what is left out carries a cross, so that no colour is needed to read it."""
    n = len(GENES)
    for row, second in enumerate(GENES):
        ax.text(-0.3, row + 0.5, second, ha="center", va="center", fontsize=10)
        ax.text(row + 0.5, n + 0.3, second, ha="center", va="center", fontsize=10)
        for column, first in enumerate(GENES[: row + 1]):
            name = condition_name({first, second})
            part = part_of(split, name)
            face, hatch, _ = PARTS[part]
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, hatch=hatch, edgecolor=BLACK, lw=0.8))
            if part == "unused":
                ax.plot([column, column + 1], [row, row + 1], color=GREY, lw=0.8)
                ax.plot([column, column + 1], [row + 1, row], color=GREY, lw=0.8)
            box = {"facecolor": face, "edgecolor": "none", "pad": 1.5}
            ax.text(column + 0.5, row + 0.5, name, ha="center", va="center", fontsize=9, bbox=box)
    ax.text(n / 2 + 0.6, 1.2, "singles on the diagonal,\npairs below it", fontsize=9, color=GREY, va="center")
    ax.set(xlim=(-0.6, n + 0.6), ylim=(n + 0.7, -0.1), aspect="equal")
    ax.axis("off")
