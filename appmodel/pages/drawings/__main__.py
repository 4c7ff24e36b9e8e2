"""Draw the pictures of the pages without cells again: ``python -m appmodel.pages.drawings book/_static``."""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib

from ...files import writing
from ..plots import style
from .screen import draw_screen
from .splits import draw_splits
from .svg import svg_of

DRAWINGS = {"screen": draw_screen, "splits": draw_splits}


def save_drawings(folder: Path) -> list[Path]:
    """Write each drawing as FOLDER/NAME.svg; their paths."""
    paths = []
    for name, draw in DRAWINGS.items():
        with style():
            text = svg_of(draw())
        with writing(folder / f"{name}.svg") as temporary:
            temporary.write_text(text)
        paths.append(folder / f"{name}.svg")
    return paths


if __name__ == "__main__":
    matplotlib.use("Agg")
    parser = argparse.ArgumentParser(description="Draw the pictures of the pages without cells.")
    parser.add_argument("folder", type=Path)
    save_drawings(parser.parse_args().folder)
