"""Which column of an edge list is the weight, and its numbers."""

from __future__ import annotations

import re

import pandas as pd

from ..names import shown
from .columns import COMMA, Column
from .headers import is_no_weight, weight_rank


def find_weight(
    columns: list[Column], pair: tuple[Column, Column], named: bool, where: str
) -> tuple[Column | None, str]:
    """The column of the weight, or None, and what spoke for it.

    Raises ``ValueError`` where several columns could be the weight alike.
    """
    rest = [
        column for column in columns if column not in pair and (weight_rank(column.name) == 0 or not column.is_empty)
    ]
    if not named:
        return _third(rest, pair)
    ranked = [(rank, column) for column in rest for rank in [weight_rank(column.name)] if rank is not None]
    usable = [(rank, column) for rank, column in ranked if rank == 0 or column.number_share >= 0.5]
    if not usable:
        return _only_number(rest, columns)
    best = [column for rank, column in usable if rank == min(usable, key=lambda found: found[0])[0]]
    varied = [column for column in best if column.values.nunique() > 1] or best[:1]
    if len(varied) > 1 and not all(column.values.equals(varied[0].values) for column in varied):
        raise ValueError(
            f"{where} has several columns that could be the weight ({shown(column.name for column in varied)}): "
            f"rename the one that is meant to weight."
        )
    return varied[0], "its header"


def _third(rest: list[Column], pair: tuple[Column, Column]) -> tuple[Column | None, str]:
    """Without a header: the column of numbers between the genes or right after them."""
    last = max(end.place for end in pair)
    numbers = [column for column in rest if 0 < column.place <= last + 1 and column.number_share >= 0.5]
    numbers = [column for column in numbers if not column.are_publications]
    if len(numbers) > 1:
        return None, "several columns of numbers, and no header"
    return (numbers[0], "the numbers beside the genes") if numbers else (None, "no numbers beside the genes")


def _only_number(rest: list[Column], columns: list[Column]) -> tuple[Column | None, str]:
    """A third column of numbers is the weight of an edge list, unless it is known to be something else."""
    if len(columns) == 3 and len(rest) == 1:
        column = rest[0]
        if column.number_share == 1.0 and not column.are_publications and not is_no_weight(column.name):
            return column, "the only column beside the genes, of numbers"
    return None, "no header names a strength"


def as_numbers(column: Column, separator: str, where: str) -> tuple[pd.Series, str]:
    """The values of a weight, a decimal comma made a point, and how they were read.

    Raises ``ValueError`` naming the row where a comma may as well part thousands.
    """
    if not any(COMMA.fullmatch(text) for text in column.texts) or any("." in text for text in column.texts):
        return column.values, ""
    commas = [text for text in column.texts if COMMA.fullmatch(text)]
    decimal = [text for text in commas if re.fullmatch(r"[+-]?(0,\d+|\d+,(\d{1,2}|\d{4,}))", text)]
    if not decimal and separator != ";":
        row = int((column.values.astype(str).str.strip() == commas[0]).to_numpy().argmax()) + 1
        raise ValueError(
            f"Row {row} of {where} has the weight {commas[0]!r}, where the comma may part thousands or decimals: "
            f"write the weights with a point."
        )
    return column.values.map(lambda text: text.replace(",", ".") if isinstance(text, str) else text), "decimal commas"
