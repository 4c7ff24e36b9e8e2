"""Where methods stand between floor and ceiling, metric by metric: one figure per task."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..looks import CYCLE, GREY, readable, screen_name
from ..panels import panels, reach, shared_legend

_LIMITS = (-0.5, 1.15)


def plot_shares(board: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Share of the way from floor (0) to ceiling (1) of each method, one panel per metric, one mark per screen.

    ``board`` is a ``leaderboard`` of one task.  A method is drawn only with its interval: one without a share
    (undefined, or a metric whose ceiling is no better than its floor) leaves its place empty.  What lies beyond the
    left edge is an arrow there.  Raises ``ValueError`` where no method has a share, or for several tasks.
    """
    if board["task"].nunique() > 1:
        raise ValueError("The leaderboard holds several tasks: choose the rows of one.")
    board = board.dropna(subset=["share", "share_low", "share_high"])
    board = board[board["method"].isin(methods)]
    if board.empty:
        raise ValueError("No method has a share to draw: the leaderboard needs a floor and the oracle (oracle=True).")
    metrics, screens = list(dict.fromkeys(board["metric"])), list(dict.fromkeys(board["dataset"]))
    shown = [name for name in methods if name in set(board["method"])]
    size = (3.7, 0.65 + len(shown) * (0.12 + 0.07 * len(screens)))
    figure, axes = panels(len(metrics), size=size, sharex=True, sharey=True)
    for metric, ax in zip(metrics, axes, strict=True):
        _panel(board[board["metric"] == metric], shown, screens, ax)
        ax.set_title(metric, fontsize=10)
    axes[0].set_yticks(range(len(shown)), [readable(name) for name in shown])
    axes[0].invert_yaxis()
    figure.supxlabel("share of the way from floor (0) to ceiling (1)", fontsize=10)
    if len(screens) > 1:
        shared_legend(figure, columns=len(screens))
    return figure


def _panel(part: pd.DataFrame, methods: Sequence[str], screens: Sequence[str], ax: Axes) -> None:
    for end in (0, 1):
        ax.axvline(end, color=GREY, lw=1, ls="--")
    offsets = np.linspace(-0.3, 0.3, len(screens)) if len(screens) > 1 else [0.0]
    for screen, offset, (colour, marker, _) in zip(screens, offsets, CYCLE, strict=False):
        rows = part[part["dataset"] == screen].set_index("method").reindex(methods).reset_index()
        places = np.arange(len(methods)) + offset
        inside = (rows["share"] >= _LIMITS[0]).to_numpy()
        ax.errorbar(
            rows["share"][inside],
            places[inside],
            xerr=reach(rows[inside], "share", "share_low", "share_high"),
            fmt=marker,
            color=colour,
            ms=4,
            lw=1.2,
            capsize=2,
            label=screen_name(screen),
        )
        outside = (rows["share"] < _LIMITS[0]).to_numpy()
        ax.plot(np.full(outside.sum(), _LIMITS[0] + 0.04), places[outside], "<", color=colour, ms=4)
    ax.set_xlim(*_LIMITS)
