"""What holds for the tables of faults as a whole, and for every sentence that the package can raise."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

import appmodel

HERE = Path(__file__).parent
PACKAGE = Path(appmodel.__file__).parent
TABLES = sorted(path for path in HERE.glob("test_*.py") if "\nFAULTS = {" in path.read_text())
# Another package's words for what it raises where a name does not exist.
PYTHON = ("AttributeError", "NotImplementedError")


def table_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FAULTS


def test_there_are_enough_and_no_two_are_the_same():
    rows = [(door.__qualname__, sentence) for path in TABLES for door, _, _, sentence in table_of(path).values()]
    assert len(rows) >= 200
    assert len(rows) - len(set(rows)) <= 3  # the same sentence, as text and an empty file are both no .h5ad


def text_of(node):
    """The text of a constant or an f-string, ``{}`` for what is filled in; '' for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def raised(path):
    """(line, text) of every sentence that a module raises, or asks with ``reading.ask``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            if name not in PYTHON:
                yield from ((node.lineno, text) for text in map(text_of, node.exc.args) if " " in text)


SENTENCES = [
    pytest.param(text, id=f"{path.relative_to(PACKAGE)}:{line}")
    for path in sorted(PACKAGE.rglob("*.py"))
    for line, text in raised(path)
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_of_the_package_holds_a_mend(sentence):
    """After a colon or semicolon; or it ends in what was filled in, which has one."""
    assert re.search(r"[:;] \S", sentence) or sentence.endswith(("{}.", "{}")), sentence


def parameters():
    """The name of every argument of a function of the package, and of every field of its dataclasses."""
    nodes = [node for path in PACKAGE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return arguments | {
        node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and hasattr(node.target, "id")
    }


def test_every_argument_that_is_offered_exists():
    known = parameters() | {"genes", "embedding", "metadata"}  # of numpy.savez and save_file
    for sentence in SENTENCES:
        offered = set(re.findall(r"(?<![\w'\].])([a-z_]\w*)=(?!=)", sentence.values[0]))
        assert offered <= known, f"{sentence.id}: {offered - known}"
