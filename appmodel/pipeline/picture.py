"""Draw the picture of the README from the committed results."""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib

from ..files import writing
from ..reading import load_results, plot_results, style


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.picture RESULTS STUDY OUTPUT`` (called by the Snakefile)."""
    parser = argparse.ArgumentParser(description="Draw the results of a study as one picture.")
    parser.add_argument("results", type=Path)
    parser.add_argument("study")
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    with style():
        figure = plot_results(load_results(arguments.results, arguments.study))
        with writing(arguments.output) as temporary:
            # Without the date and version that matplotlib writes, the same results give the same bytes.
            figure.savefig(temporary, dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main()
