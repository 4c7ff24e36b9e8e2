"""Draw the verdict in one picture, for README and front page, from the committed results."""

from __future__ import annotations

from pathlib import Path

import matplotlib

from ..files import writing
from . import load_leaderboard, plot_forest, screen_titles, style

METHODS = ("app", "kernel_ridge", "anchored_app")


def save_picture(results: str | Path, study: str, output: str | Path) -> None:
    """Draw the committed results of a study as one picture; the same results give the same bytes."""
    matplotlib.use("Agg")
    with style():
        figure = plot_forest(load_leaderboard(results, study), METHODS, screen_titles(results, study))
        with writing(output) as temporary:
            # Without the version that matplotlib writes.
            figure.savefig(temporary, dpi=130, metadata={"Software": None})
