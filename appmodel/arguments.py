"""Arguments of a call: what is of a wrong kind or out of range is refused in one sentence, the same at every door."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np
from anndata import AnnData

_CALLED = {"ndarray": "an array", "dict": "a dict"}
_LONGEST = 60  # letters of a value that is shown as it is


def called(value: object) -> str:
    """How a sentence calls a value: as it is where that is short, else by its kind ('a list', 'an AnnData')."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if value is None or isinstance(value, str | bool | int | float):
        text = repr(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    kind = type(value).__name__
    return _CALLED.get(kind, f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}")


def whole_number(name: str, value: Any, least: int = 0) -> int:
    """``value`` as an int; ``ValueError`` where it is no whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} is {called(value)}: give a whole number of at least {least}.")
    return int(value)


def number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> float:
    """``value`` as a float; ``ValueError`` where it is no finite number within its bounds."""
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    within = is_number and all(
        (least is None or value >= least, above is None or value > above, most is None or value <= most)
    )
    if not within or (below is not None and not value < below):
        raise ValueError(f"{name} is {called(value)}: give a number {_bounds(least, above, most, below)}.")
    return float(value)


def _bounds(least: float | None, above: float | None, most: float | None, below: float | None) -> str:
    """Bounds in words."""
    if least is not None and most is not None:
        return f"from {least:g} to {most:g}"
    if above is not None and below is not None:
        return f"between {above:g} and {below:g}"
    bounds = {"of at least": least, "above": above, "of at most": most, "below": below}
    return " and ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)


def truth(name: str, value: Any) -> bool:
    """``value`` where it is True or False; ``ValueError`` for anything else, as every text counts as true."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {called(value)}: say True or False.")
    return bool(value)


def texts(name: str, value: Any) -> tuple[str, ...]:
    """One text or number or a list of them, as a tuple of texts; none of None.  ``ValueError`` for anything else."""
    if value is None:
        return ()
    if isinstance(value, str | int | float | np.generic):
        return (str(value),)
    if not isinstance(value, Iterable) or not all(isinstance(each, str | int | float | np.generic) for each in value):
        raise ValueError(f"{name} is {called(value)}: give one text or a list of texts.")
    return tuple(map(str, value))


def listed(what: str, value: Any, example: str) -> list:
    """The items of a list of ``what``; ``ValueError`` for one text, ``TypeError`` for what is no list."""
    if isinstance(value, str):
        raise ValueError(f"Give a list of {what}, not one text: write [{value!r}].")
    if not isinstance(value, Iterable):
        raise TypeError(f"Give a list of {what}, not {called(value)}: write one like {example}.")
    return list(value)


def effects_given(effects: object) -> None:
    """Raise ``TypeError`` where something else stands in the place of effects."""
    if not isinstance(effects, AnnData):
        raise TypeError(f"Effects are an AnnData, not {called(effects)}: pass what load_effects gives.")


def cells_given(cells: object) -> None:
    """Raise ``TypeError`` where something else stands in the place of cells."""
    if not isinstance(cells, AnnData):
        raise TypeError(f"Cells are an AnnData, not {called(cells)}: pass what load_cells gives.")
