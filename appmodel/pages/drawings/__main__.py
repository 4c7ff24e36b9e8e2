"""Draw the pictures of the pages without cells again: ``python -m appmodel.pages.drawings book/_static``."""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt

from ...files import writing
from ..plots import style
from . import draw_screen, draw_splits

DRAWINGS = {"screen": draw_screen, "splits": draw_splits}


def save_drawings(folder: Path) -> list[Path]:
    """Write each drawing as FOLDER/NAME.svg, letters as shapes, so that no font is needed; their paths."""
    paths = []
    # Ids and the header do not change from run to run.
    with style(), matplotlib.rc_context({"svg.hashsalt": "appmodel", "svg.fonttype": "path"}):
        for name, draw in DRAWINGS.items():
            figure = draw()
            with writing(folder / f"{name}.svg") as temporary:
                figure.savefig(temporary, format="svg", metadata={"Date": None, "Creator": None})
            plt.close(figure)
            paths.append(folder / f"{name}.svg")
    return paths


if __name__ == "__main__":
    matplotlib.use("Agg")
    parser = argparse.ArgumentParser(description="Draw the pictures of the pages without cells.")
    parser.add_argument("folder", type=Path)
    save_drawings(parser.parse_args().folder)
