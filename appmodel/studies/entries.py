"""The entries of a file of studies: YAML that is read strictly, its keys and kinds checked, mistakes named."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..arguments import called
from ..files import readable_file

NEEDED = ("about", "seeds", "network", "screens", "methods")


class _StrictLoader(yaml.SafeLoader):
    """YAML in which no key may stand twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                line = node.value[place][0].start_mark.line + 1
                raise ValueError(f"line {line} has the key {key!r} a second time: keep one")
        return super().construct_mapping(node, deep=deep)


def read_entries(path: str | Path, options: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The entries of a file of studies, name to keys, each of its kind; ``options`` are the keys besides ``NEEDED``.

    Raises ``FileNotFoundError``, or ``ValueError`` naming file, study and key.
    """
    path = readable_file(path, "give the path of a file of studies, such as studies.yml")
    form = f"write a name and below it {', '.join(NEEDED)}"
    try:
        held = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}" if mark is not None else "a line"
        raise ValueError(f"{path} is no YAML, {line} cannot be read ({error.problem}): mend it.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text file: save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{path}: {error}.") from error
    if not isinstance(held, dict) or not held:
        raise ValueError(f"{path} holds no studies: {form}.")
    for name, entry in held.items():
        if not isinstance(name, str):
            raise ValueError(f"{path} names a study {called(name)}, which is no text: put quotes about it.")
        if not isinstance(entry, dict):
            raise ValueError(f"{path}, study {name!r}, holds {called(entry)}: {form}.")
        try:
            _check(entry, options)
        except ValueError as error:
            raise ValueError(f"{path}, study {name!r}, {error}.") from error
    return held


def refuse_unknown(kind: Callable, options: Mapping[str, Any], where: str) -> None:
    """Raise ``ValueError`` for options that a class does not take, naming those that it does."""
    known = list(inspect.signature(kind).parameters)
    if unknown := [key for key in options if key not in known]:
        there = f"it has {', '.join(known)}" if known else "leave it out, it has none"
        raise ValueError(f"{where}: {kind.__name__} has no parameter {unknown[0]!r}; {there}.")


def _check(entry: dict[str, Any], options: Iterable[str]) -> None:
    if unknown := [key for key in entry if key not in (*NEEDED, *options)]:
        raise ValueError(f"has the key {unknown[0]!r}, which is unknown: use {', '.join([*NEEDED, *options])}")
    if missing := [key for key in NEEDED if key not in entry]:
        raise ValueError(f"lacks {', '.join(missing)}: write them")
    for key, value in entry.items():
        is_right, words = _KINDS.get(key, (lambda value: isinstance(value, str), "a text"))
        if not is_right(value):
            raise ValueError(f"has {called(value)} as {key}: write {words}")


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _texts_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) and _texts(each) for key, each in value.items())


def _tables_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) and isinstance(e, dict) for key, e in value.items())


def _paths_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for pair in value.items() for each in pair)


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "seeds": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number, such as 5"),
    "test_fraction": (lambda value: isinstance(value, float | int), "a share between 0 and 1"),
    "network": (_texts, "a list of networks, such as [go_bp]"),
    "per_condition": (_texts, "a list of metrics, such as [l2]"),
    "screens": (_texts_by_name, "screens with their tasks, such as {norman19: [doubles]}"),
    "networks": (_texts_by_name, "screens with their networks, such as {demo: [demo]}"),
    "splits": (_paths_by_name, "screens with the file of a split, such as {norman19: split.json}"),
    "methods": (_tables_by_name, "methods with their class, such as {additive: {class: Additive}}"),
}
