"""The code of a number: the file that made it and all that this imports of the package, found without running it.

A name that a package hands on (``from ..effects import load_effects``) counts as the file that defines it: what a
package lists for its users does not matter to numbers.  No file is excepted, so there is no list of exceptions.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def code_digest(modules: Iterable[str], root: Path = PACKAGE) -> str:
    """12 hexadecimal digits over the source files of ``closure``, each with its name."""
    digest = hashlib.sha256()
    for path in closure(modules, root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def closure(modules: Iterable[str], root: Path = PACKAGE) -> list[Path]:
    """The source files of modules of the package and of all they import of it, sorted.

    ``modules`` are full names ('appmodel.scoring.intervals'); those of other packages hold no code of ours.
    """
    found: set[Path] = set()
    waiting = [path for name in modules for path in [_file(name, root)] if path is not None]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imported(path, root) - found
    return sorted(found)


@cache
def imported(path: Path, root: Path = PACKAGE) -> set[Path]:
    """The files of the package that define what a file imports, wherever in it the import stands."""
    return {where for module, name in _imports(path, root) for where in [_definition(module, name, root)] if where}


@cache
def _imports(path: Path, root: Path) -> list[tuple[str, str]]:
    """(module, name) of every import from the package, absolute; the name is empty in ``import module``."""
    package = [root.name, *path.relative_to(root).with_suffix("").parts[:-1]]
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found += [(module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] == root.name]


def _definition(module: str, name: str, root: Path) -> Path | None:
    """The file in which ``name`` of ``module`` stands; a package that hands it on is followed."""
    as_module, path = _file(f"{module}.{name}", root) if name else None, _file(module, root)
    if as_module is not None and (path is None or name not in _handed_on(path, root)):
        return as_module
    if path is not None and path.name == "__init__.py" and name in _handed_on(path, root):
        return _definition(_handed_on(path, root)[name], name, root)
    return path


@cache
def _handed_on(path: Path, root: Path) -> dict[str, str]:
    """What a package imports from below under the same name: name to module.  A module of its own is no such name."""
    itself = ".".join([root.name, *path.relative_to(root).parts[:-1]])
    return {name: module for module, name in _imports(path, root) if name and module != itself}


def _file(module: str, root: Path) -> Path | None:
    first, *parts = module.split(".")
    if first != root.name:
        return None
    path = root.joinpath(*parts)
    inside, alone = path / "__init__.py", path.with_suffix(".py")
    return inside if inside.is_file() else alone if parts and alone.is_file() else None
