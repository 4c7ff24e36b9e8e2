"""Docstrings are read as they are written: bars are norms, stars are products, and no marks of reStructuredText."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

_CODE = re.compile(r"(``.*?``)")


def _escape(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    lines[:] = [escaped(line) for line in lines]


def escaped(line: str) -> str:
    """The line with its bars and stars escaped, but not those of code: within double backticks, or of an example."""
    if line.lstrip().startswith((">>>", "...")):
        return line
    return "".join(
        part if place % 2 else re.sub(r"([|*])", r"\\\1", part) for place, part in enumerate(_CODE.split(line))
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Before autodoc hands a docstring on."""
    app.connect("autodoc-process-docstring", _escape)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
