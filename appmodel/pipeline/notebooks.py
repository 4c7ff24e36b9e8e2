"""Run a jupytext notebook with papermill: strict parameters, complete files, reproducible bytes.

The pages of the published book are held to more than a run of one's own: there a warning is a defect.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from ..files import writing
from .parameters import as_typed, check_parameters, parameters_from, placed

_COLLAPSED = re.compile(r"^\S+:\d+: CollapseWarning: (.*)\n(?:  .*\n)?", re.MULTILINE)


def notebook_parameters(source: str | Path) -> dict[str, str]:
    """Parameters that the ``parameters`` cell of a notebook declares, with their defaults as text."""
    with tempfile.TemporaryDirectory() as folder:
        # papermill inspects files in its own format only
        path = Path(folder) / "notebook.ipynb"
        jupytext.write(_read(source), path)
        return {name: about["default"] for name, about in papermill.inspect_notebook(path).items()}


class NotebookError(RuntimeError):
    """A notebook that failed, or that warned where it must not, in a sentence: which, in which cell, why."""


def execute_notebook(
    source: str | Path, output: str | Path, parameters: dict[str, Any] | None = None, *, published: bool = False
) -> None:
    """Execute the notebook ``source`` (.py) with ``parameters`` and write it, with its outputs, to ``output``.

    The notebook runs in its own folder, relative paths among the parameters are meant from the current one
    (``parameters.placed``).  It is written beside its place and renamed when it succeeded; one that fails is kept as
    OUTPUT.failed.ipynb, as far as it came.  ``published`` is for the pages of the book: nothing is kept of a notebook
    that fails or warns (``CollapseWarning`` excepted).
    Raises ``ValueError`` for a parameter that the notebook does not declare or of another kind, ``NotebookError``
    where a cell fails, or warns in a published page.
    """
    declared, given = notebook_parameters(source), parameters or {}
    check_parameters(given, declared, source)
    made, place = placed(given, declared), Path(output).resolve()
    with writing(place) as temporary:
        try:
            executed = _executed(source, temporary, made)
        except (PapermillExecutionError, DeadKernelError) as error:
            if published:
                raise
            kept = place.with_suffix(f".failed{place.suffix}")
            with writing(kept) as partial:
                _write(nbformat.read(temporary, as_version=4), partial)
            said = as_typed(_sentence(error, source), given, made)
            raise NotebookError(
                f"{said}  The notebook as far as it came: {Path(output).with_name(kept.name)}"
            ) from error
        if published:
            _refuse_warnings(executed, source)
        _write(_folded(executed), temporary)


def _executed(source: str | Path, output: Path, parameters: dict[str, Any]) -> NotebookNode:
    return papermill.execute_notebook(
        _read(source),
        str(output),
        parameters=parameters,
        cwd=str(Path(source).resolve().parent),
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        extra_arguments=["--log-level=CRITICAL"],  # what the kernel says of itself is nothing to the user
    )


def _folded(notebook: NotebookNode) -> NotebookNode:
    """The cell that papermill puts in is plumbing: a page folds it, a notebook that is taken away keeps it."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell.metadata["tags"] = [*tags, "hide-input"]
    return notebook


def _sentence(error: Exception, source: str | Path) -> str:
    """Why a notebook stopped, and in which cell, without a trace-back."""
    if not isinstance(error, PapermillExecutionError):
        return f"{source}: the process that ran it died, often for want of memory."
    first = next((line for line in error.source.splitlines() if line.strip()), "")
    why = " ".join(f"{error.ename}: {error.evalue}".split())
    return f"{source}, cell [{error.exec_count}] ({first.strip()[:80]}): {why}"


def _read(source: str | Path) -> NotebookNode:
    if not Path(source).is_file():
        raise FileNotFoundError(f"{source} does not exist: give the path of a notebook (notebooks/topic.py).")
    notebook = jupytext.read(source)
    notebook.metadata.setdefault("kernelspec", {"name": "python3", "language": "python", "display_name": "Python 3"})
    return notebook


def _refuse_warnings(notebook: NotebookNode, source: str | Path) -> None:
    """A warning in a published page is a defect: it is mended, not shown.

    That a model has collapsed is no defect of the page but a finding about a screen: it stays, without its place in the
    code, which differs from run to run.
    """
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                text = "".join(output["text"])
                if other := _COLLAPSED.sub("", text).strip():
                    raise NotebookError(f"{source}, cell {number}, wrote to stderr: {other[:500]}")
                output["text"] = "".join(f"CollapseWarning: {said}\n" for said in _COLLAPSED.findall(text))


def _write(notebook: NotebookNode, path: Path) -> None:
    path.write_text(json.dumps(_reproducible(notebook), indent=1, ensure_ascii=False) + "\n")


def _reproducible(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs from run to run: cell ids, times, paths of the machine."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.notebooks SOURCE OUTPUT [--parameters JSON] [--published]``."""
    parser = argparse.ArgumentParser(description="Execute a jupytext notebook with papermill.")
    parser.add_argument("source", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--parameters", default="{}", metavar="JSON", help="an object, checked strictly")
    parser.add_argument("--published", action="store_true", help="a page of the book: a warning is an error")
    asked = parser.parse_args()
    try:
        execute_notebook(asked.source, asked.output, parameters_from(asked.parameters), published=asked.published)
    except (ValueError, TypeError, OSError, NotebookError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
