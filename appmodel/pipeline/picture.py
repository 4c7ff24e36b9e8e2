"""Draw the picture of the README from the committed results."""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib

from ..files import writing
from ..reading import load_leaderboard, plot_forest, screen_titles, style

METHODS = ("linear_tuned", "kernel_ridge", "app", "app_of_five", "anchored_app_shuffled", "anchored_app")


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.picture RESULTS STUDY OUTPUT`` (called by the Snakefile)."""
    parser = argparse.ArgumentParser(description="Draw the results of a study as one picture.")
    parser.add_argument("results", type=Path)
    parser.add_argument("study")
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    with style():
        figure = plot_forest(load_leaderboard(arguments.results, arguments.study), METHODS,
                             screen_titles(arguments.results, arguments.study))
        with writing(arguments.output) as temporary:
            # Without the date and version that matplotlib writes, the same results give the same bytes.
            figure.savefig(temporary, dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main()
