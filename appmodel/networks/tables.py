"""The table in a text: what parts its columns, which lines are comments, whether the first row is a header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from .columns import Column, columns_of, differs_from_below, find_ends, header_is_data
from .headers import ends, names_a_gene, names_a_set
from .identifiers import known_symbols
from .source import Decision

SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", " ": "blanks"}
_SAMPLE = 1000  # lines from which the number of columns is told
_MISSING = {"", "na", "nan", "null", "none", "-", "."}


@dataclass(frozen=True, eq=False)
class Table:
    """A table of texts: its separator, whether it has a header, its comments, and what was decided on the way."""

    frame: pd.DataFrame
    separator: str
    named: bool
    comments: Sequence[str]
    decisions: Sequence[Decision]


def table_of(text: str, own: str, where: str) -> Table:
    """The table in a text; ``own`` is the separator that the file's name promises.

    Its own separator is tried first, then the others: the first that gives two columns of genes, or sets, is taken.
    Another comes into question only where every row of the first column holds it, blanks only where nothing else parts
    the lines.  Raises ``ValueError`` naming the row where one has too many or too few columns, and where there is but
    one column.
    """
    comments, lines = _without_comments(text)
    if not lines:
        raise ValueError(f"{where} holds comments only: give gene sets or edges.")
    if (stated := re.fullmatch(r'"?sep=(.)"?', lines[0].rstrip(" "))) is not None and stated[1] in SEPARATORS:
        own, lines = stated[1], lines[1:]  # Excel's way of saying it
    quoted = '"' in text and text.count('"') % 2 == 0
    first: Table | ValueError | None = None
    for separator in [own, *(other for other in SEPARATORS if other != own)]:
        if isinstance(first, Table) and not _holds(first, separator):
            continue
        if isinstance(first, ValueError) and separator == " ":
            continue
        found: Table | ValueError | None
        try:
            found = _parted(comments, lines, separator, quoted, where)
        except ValueError as error:
            found = error
        if isinstance(found, Table) and has_genes(found):
            return found
        first = found if first is None else first
    if isinstance(first, Table):
        return first
    raise first or ValueError(
        f"{where} has one column only: part its columns by tabs or commas, as in source, target and perhaps weight."
    )


def _holds(table: Table, separator: str) -> bool:
    return separator != " " and all(separator in cell for cell in table.frame.iloc[:_SAMPLE, 0])


def has_genes(table: Table) -> bool:
    """Whether a table has two columns of genes, or columns of sets and genes."""
    columns = columns_of(table.frame)
    if table.named and _sets_are_named(column.name for column in columns):
        return True
    pair = find_ends(columns, table.named)
    return pair is not None and all(column.kind != "" or not column.texts for column in pair[:2])


def _sets_are_named(cells: Iterable[str]) -> bool:
    cells = [cell.strip() for cell in cells]
    lower = {cell.lower() for cell in cells}
    return {"name", "genes"} <= lower or (any(map(names_a_set, cells)) and any(map(names_a_gene, cells)))


def _parted(comments: list[str], lines: list[str], separator: str, quoted: bool, where: str) -> Table | None:
    """The table that a separator gives; None where it parts nothing."""
    counts = Counter(map(len, _cells(lines[:_SAMPLE], separator, quoted)))
    width = max(counts, key=lambda n: (counts[n], n), default=0)
    if width < 2:
        return None
    rows = _cells(lines, separator, quoted)
    first = _trimmed(next(rows), width)
    body, odd = _frame(rows, width)
    names, evidence = _header(first, columns_of(body))
    if not names:
        if odd or len(first) != width:
            row, n = (odd[0] + 1, odd[1]) if odd and len(first) == width else (1, len(first))
            raise ValueError(_ragged(row, n, f"others have {width}", separator, where))
        body = pd.concat([pd.DataFrame([first], columns=body.columns, dtype=object), body], ignore_index=True)
        above = _cells_of_comment(comments, separator, quoted, width)
        if above is not None and (why := _is_header(above, columns_of(body))):
            names, evidence, comments = above, f"{why}, in the line above that begins with '#'", comments[:-1]
    elif odd or len(names) != width:
        row, n = odd if odd and len(names) == width else (1, width)
        raise ValueError(_ragged(row, n, f"the header has {len(first)}", separator, where))
    decisions = [
        Decision("columns", f"{width}, parted by {SEPARATORS[separator]}", f"as in {counts[width]} of the first lines"),
        Decision("header", "yes" if names else "none", evidence or "the first row reads as those below it"),
    ]
    body.columns = [name.strip() or f"column {i}" for i, name in enumerate(names or body.columns, start=1)]
    return Table(body, separator, bool(names), comments, decisions)


def _header(first: list[str], columns: list[Column]) -> tuple[list[str], str]:
    """The names of the columns and why these are their names; nothing where the first row is no header.

    Fewer names than columns where some are missing, unless R's write.table left out that of the row names.
    """
    if len(first) >= len(columns):
        why = _is_header(first[: len(columns)], columns)
        return (first, why) if why else ([], "")
    if len(first) < 2 or not (why := _is_header(first, columns[-len(first) :])):
        return [], ""
    named = [Column(name, column.place, column.values) for name, column in zip(first, columns[1:], strict=False)]
    pair = find_ends(named, True) if len(first) == len(columns) - 1 else None
    if pair and all(column.is_names for column in pair[:2]) and columns[0].values.is_unique:
        return ["row names", *first], f"{why}; the column before it, without a name, numbers the rows"
    return first, why


def _is_header(cells: list[str], columns: list[Column]) -> str:
    """Why a row is the header of the columns below it; '' where it is not."""
    lower = {cell.strip().lower() for cell in cells}
    if {"source", "target"} <= lower or {"name", "genes"} <= lower:
        return "its words"
    if all(column.is_empty for column in columns) or header_is_data(cells, columns):
        return ""
    pairs = [(ends(one, other), i, j) for i, one in enumerate(cells) for j, other in enumerate(cells) if i != j]
    if any(quality > 1 for quality, *_ in pairs) or _sets_are_named(cells):
        return "its words"
    if any(quality == 1 and _over_known(cells, columns, i, j) for quality, i, j in pairs):
        return "letters over known symbols"
    for cell, column in zip(cells, columns, strict=True):
        if column.number_share == 1.0 and not column.is_empty and not _is_number(cell):
            return f"{cell!r} stands over numbers"
    return "no gene is called so" if differs_from_below(cells, columns) else ""


def _over_known(cells: list[str], columns: list[Column], *places: int) -> bool:
    """Whether cells stand over known symbols and are none: 'u' and 'v' may be a header, or genes."""
    return all(columns[i].known and cells[i].strip().upper() not in known_symbols() for i in places)


def _is_number(cell: str) -> bool:
    return cell.strip().lower() in _MISSING or re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?", cell.strip()) is not None


def _without_comments(text: str) -> tuple[list[str], list[str]]:
    """Comments (lines that begin with '#' anywhere, with '%', '!' or '//' at the top) and the other lines."""
    comments: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        is_comment = line.startswith("#") or (not lines and line.startswith(("%", "!", "//")))
        (comments if is_comment else lines).append(line)
    return comments, lines


def _cells_of_comment(comments: list[str], separator: str, quoted: bool, width: int) -> list[str] | None:
    """Cells of the last comment where it has as many as the table, as BioGRID and STRING write their headers."""
    if not comments:
        return None
    cells = next(_cells([re.sub(r"^#+\s*", "", comments[-1])], separator, quoted), [])
    return cells if len(cells) == width else None


def _cells(lines: list[str], separator: str, quoted: bool) -> Iterator[list[str]]:
    if separator == " ":
        return (line.split() for line in lines)
    rows = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    return (row for row in rows if any(cell.strip() for cell in row))


def _trimmed(cells: list[str], width: int) -> list[str]:
    """The cells without empty ones beyond the width."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _frame(rows: Iterator[list[str]], width: int) -> tuple[pd.DataFrame, tuple[int, int] | None]:
    """The rows of this width as a table of texts, and number and length of the first row of another."""
    columns: list[list[str]] = [[] for _ in range(width)]
    same: dict[str, str] = {}  # equal texts are kept once
    odd = None
    for number, row in enumerate(rows, start=1):
        cells = _trimmed(row, width)
        if len(cells) != width:
            odd = odd or (number, len(cells))
            continue
        for column, cell in zip(columns, cells, strict=True):
            column.append(same.setdefault(cell, cell))
    names = [f"column {i}" for i in range(1, width + 1)]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), dtype=object), odd


def _ragged(row: int, n: int, others: str, separator: str, where: str) -> str:
    return (
        f"Row {row} of {where} has {n} columns where {others}, parted by {SEPARATORS[separator]}: "
        f"mend the row; each should hold source and target, and the weight where there is one."
    )
