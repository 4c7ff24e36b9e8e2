"""Parameters as a user gives them to a notebook: JSON, of the declared kinds, paths from where the user stands."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..names import shown
from ..networks.loading import available_networks
from ..screens import registry

# One, and several in a list.
_KINDS: dict[type, tuple[str, str]] = {
    bool: ("true or false", "true and false"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("a text", "texts"),
    list: ("a list", "lists"),
    dict: ("an object", "objects"),
    type(None): ("null", "null"),
}


def parameters_from(text: str) -> dict[str, Any]:
    """The parameters that a JSON object names.  Raises ``ValueError`` with an example where ``text`` is none."""
    try:
        given = json.loads(text)
        fault = "" if isinstance(given, dict) else f"it is {_KINDS[type(given)][0]}"
    except json.JSONDecodeError as error:
        given, fault = {}, f"{error.msg} at character {error.pos + 1}"
    if fault:
        raise ValueError(
            f"--parameters {text} cannot be read as a JSON object ({fault}): write single quotes around it and double "
            """quotes around names and texts, as in --parameters '{"screen": "my_screen.h5ad", "max_epochs": 40}'."""
        )
    return given


def check_parameters(given: Mapping[str, Any], declared: Mapping[str, str], source: str | Path) -> None:
    """Check names and kinds against ``declared``, the defaults of the notebook ``source`` as it writes them.

    A default of None, or one that is computed, leaves the kind open; a whole number is a number.
    Raises ``ValueError`` naming the parameter, its default and the kind wanted.
    """
    if unknown := sorted(set(given) - set(declared)):
        raise ValueError(f"{source} has no parameter {shown(unknown)}: it has {', '.join(sorted(declared))}.")
    for name, value in given.items():
        default = _default(declared[name])
        if not _fits(value, default):
            raise ValueError(
                f"Parameter {name!r} of {source} is {_kind(default)}, not {_kind(value)} ({json.dumps(value)}): "
                f"write it like the default, {json.dumps({name: default})}."
            )


def placed(given: Mapping[str, Any], declared: Mapping[str, str]) -> dict[str, Any]:
    """``given`` with relative paths made absolute, from the current folder.

    A path is a text, or an item of a list, that names a file or folder, has an ending or a separator, and is none of
    the screens and networks known by name.  Only parameters whose default is a path, such a name or open can hold one.
    """
    known = {"demo", *available_networks()["name"], *(entry.name for entry in registry.entries())}

    def absolute(text: Any) -> Any:
        if not isinstance(text, str) or not text or text in known or "://" in text:
            return text
        is_path = _looks_like_a_path(text) or Path(text).exists()
        return _from_here(text) if is_path else text

    made = dict(given)
    for name, value in given.items():
        if name == "output" and isinstance(value, str):  # a folder that may not be there yet
            made[name] = _from_here(value)
            continue
        defaults = _items(_default(declared[name]))
        if any(
            item is None or (isinstance(item, str) and (item in known or _looks_like_a_path(item))) for item in defaults
        ):
            made[name] = [absolute(item) for item in value] if isinstance(value, list) else absolute(value)
    return made


def _from_here(text: str) -> str:
    return os.path.abspath(os.path.expanduser(text))


def as_typed(text: str, given: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """``text`` with the paths that ``placed`` made of ``given`` written as they were given."""
    pairs = [
        (new, old)
        for name in given
        for old, new in zip(_items(given[name]), _items(made[name]), strict=True)
        if isinstance(old, str) and old != new
    ]
    for new, old in sorted(pairs, key=lambda pair: -len(pair[0])):
        text = text.replace(new, old)
    return text


def _looks_like_a_path(text: str) -> bool:
    return os.sep in text or bool(Path(text).suffix)


def _items(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _default(text: str) -> Any:
    """The value of a default; None where it has to be computed."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return list(value) if isinstance(value, tuple) else value


def _fits(value: Any, default: Any) -> bool:
    if default is None:
        return True
    if isinstance(default, list) and isinstance(value, list):
        return not default or all(_fits(item, default[0]) for item in value)
    return type(value) is type(default) or (type(default) is float and type(value) is int)


def _kind(value: Any) -> str:
    if isinstance(value, list) and value:
        return "a list of " + " and ".join(dict.fromkeys(_KINDS[type(item)][1] for item in value))
    return _KINDS[type(value)][0]
