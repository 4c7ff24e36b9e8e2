"""What this build of the book was made with, and how long each chapter ran: two tables, filled in while it is built."""

from __future__ import annotations

import csv
import platform
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PACKAGES = ("appmodel", "torch", "torch-geometric", "scanpy", "anndata", "numpy", "scipy", "pandas", "scikit-learn",
            "matplotlib", "jupyter-book", "jupytext", "papermill", "snakemake")  # fmt: skip


class Versions(SphinxDirective):
    """``{versions}``: Python and the packages that numbers and pages depend on."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        return [table(("package", "version"), [("Python", platform.python_version()), *map(_of, PACKAGES)])]


class RunTimes(SphinxDirective):
    """``{run-times}``: seconds that each chapter took, as Snakemake measured them in this build or an earlier one."""

    def run(self) -> list[nodes.Node]:
        """The table, or a sentence where nothing was measured."""
        folder = Path(self.env.srcdir) / "_build" / "times"
        self.env.note_reread()  # times change and the page does not
        rows = [(path.stem, f"{seconds(path):.0f}") for path in sorted(folder.glob("*.tsv"))]
        return [table(("chapter", "seconds"), rows)] if rows else [nodes.paragraph(text="Nothing was measured here.")]


def _of(package: str) -> tuple[str, str]:
    return package, version(package)


def seconds(path: Path) -> float:
    """Wall time in a table of Snakemake's ``benchmark``."""
    with path.open() as lines:
        return float(next(csv.DictReader(lines, delimiter="\t"))["s"])


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    """A table of texts."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(texts: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph(text=text)) for text in texts))


def setup(app: Sphinx) -> dict[str, bool]:
    """The two directives."""
    app.add_directive("versions", Versions)
    app.add_directive("run-times", RunTimes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
