"""Chapters of the book by name, run on a screen of one's own, as a notebook or as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..files import shipped_dir, writing


def chapters_dir() -> Path:
    """Folder of the chapters: ``notebooks/`` of a checkout, those that the wheel carries elsewhere."""
    return shipped_dir().parent / "notebooks" if shipped_dir().name == "data" else shipped_dir() / "notebooks"


def chapter_source(name: str) -> Path:
    """The notebook (.py) of a chapter; ``ValueError`` naming those that are here for any other."""
    source = chapters_dir() / f"{name.removesuffix('.py')}.py"
    if not source.is_file():
        here = ", ".join(sorted(path.stem for path in chapters_dir().glob("*.py")))
        raise ValueError(f"There is no chapter {name!r} here: choose one of {here}.")
    return source


def write_chapter(
    source: Path, output: Path, screen: str | None, networks: Sequence[str], parameters: Sequence[str]
) -> Path:
    """Run a chapter and write it to ``output``, an .ipynb or an .html file; returns where it is.

    ``parameters`` read NAME=JSON; what is no JSON is a text.  Raises ``ValueError`` for another ending, what
    ``execute_notebook`` raises, and ``ImportError`` where papermill and jupytext are not installed.
    A chapter that fails is a ``ValueError`` too.
    """
    if output.suffix not in (".ipynb", ".html"):
        raise ValueError(f"{output} should end in .ipynb or .html: give it one of these endings.")
    try:
        import nbconvert  # noqa: F401  before a long run, not after it

        from .notebooks import NotebookError, execute_notebook
    except ImportError as error:
        raise ImportError(f"A chapter needs {error.name}: pip install 'appmodel[book]' brings it.") from error
    given = dict(map(_parsed, parameters))
    if screen is not None:
        given["screen"] = screen
    if networks:
        given["networks"] = list(networks)
    notebook = output.with_suffix(".ipynb")
    try:
        execute_notebook(source, notebook, given)
    except NotebookError as error:
        raise ValueError(str(error)) from error
    if output.suffix == ".html":
        _write_page(notebook, output)
    return output


def _parsed(parameter: str) -> tuple[str, Any]:
    name, equals, text = parameter.partition("=")
    if not equals or not name:
        raise ValueError(f"-p {parameter} is no parameter: write NAME=VALUE, such as -p seeds=3 or -p readout=KLF1.")
    try:
        return name, json.loads(text)
    except json.JSONDecodeError:
        return name, text


def _write_page(notebook: Path, output: Path) -> None:
    """The notebook as one page that loads nothing, without the code that is hidden; the notebook stays beside it."""
    import nbformat
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import TagRemovePreprocessor

    exporter = HTMLExporter(mathjax_url="", require_js_url="", mermaid_js_url="")
    hidden = {"remove-input", "hide-input", "injected-parameters"}
    exporter.register_preprocessor(TagRemovePreprocessor(remove_input_tags=hidden), enabled=True)
    page, _ = exporter.from_notebook_node(nbformat.read(notebook, as_version=4))
    with writing(output) as temporary:
        temporary.write_text(page)
