"""Run a jupytext notebook with papermill: strict parameters, complete files, reproducible bytes."""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from pathlib import Path

import jupytext
import papermill
from nbformat import NotebookNode

from ..files import writing
from ..names import shown

_COLLAPSED = re.compile(r"^\S+:\d+: CollapseWarning: (.*)\n(?:  .*\n)?", re.MULTILINE)


def notebook_parameters(source: str | Path) -> dict[str, str]:
    """Parameters that the ``parameters`` cell of a notebook declares, with their defaults as text."""
    with tempfile.TemporaryDirectory() as folder:
        # papermill inspects files in its own format only
        path = Path(folder) / "notebook.ipynb"
        jupytext.write(_read(source), path)
        return {name: about["default"] for name, about in papermill.inspect_notebook(path).items()}


def execute_notebook(source: str | Path, output: str | Path, parameters: dict | None = None) -> None:
    """Execute the notebook ``source`` (.py) with ``parameters`` and write it, with its outputs, to ``output``.

    The notebook runs in its own folder; it is written beside its place and renamed when it succeeded.
    Raises ``ValueError`` for a parameter that the notebook does not declare, ``RuntimeError`` where a cell
    warns (``CollapseWarning`` excepted), papermill's error where a cell fails.
    """
    declared = notebook_parameters(source)
    if unknown := sorted(set(parameters or {}) - set(declared)):
        raise ValueError(f"{source} has no parameter {shown(unknown)}: it has {', '.join(sorted(declared))}.")
    with writing(Path(output).resolve()) as temporary:
        executed = papermill.execute_notebook(
            _read(source),
            str(temporary),
            parameters=parameters or {},
            cwd=str(Path(source).resolve().parent),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
        )
        _refuse_warnings(executed, source)
        temporary.write_text(json.dumps(_reproducible(executed), indent=1, ensure_ascii=False) + "\n")


def _read(source: str | Path) -> NotebookNode:
    if not Path(source).is_file():
        raise FileNotFoundError(f"{source} does not exist: give the path of a notebook (notebooks/NN_topic.py).")
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
                    raise RuntimeError(f"{source}, cell {number}, wrote to stderr: {other[:500]}")
                output["text"] = "".join(f"CollapseWarning: {said}\n" for said in _COLLAPSED.findall(text))


def _reproducible(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs from run to run: cell ids, times, paths of the machine."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.notebooks SOURCE OUTPUT [--parameters JSON]``."""
    parser = argparse.ArgumentParser(description="Execute a jupytext notebook with papermill.")
    parser.add_argument("source", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--parameters", type=json.loads, default={}, help="a JSON object, checked strictly")
    arguments = parser.parse_args()
    execute_notebook(arguments.source, arguments.output, arguments.parameters)


if __name__ == "__main__":
    main()
