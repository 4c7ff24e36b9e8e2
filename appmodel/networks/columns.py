"""Which columns of a table are the two genes: what the headers say, weighed with what the columns hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import pandas as pd

from ..names import shown
from .headers import ends, is_no_end, is_no_weight, says_symbol
from .identifiers import ENSEMBL_GENES, SYMBOLS, kind_of, known_share, known_symbols
from .source import Decision

COMMA = re.compile(r"[+-]?\d+,\d+")
_MEND = "name its two columns of genes source and target, and the weight, if there is one, weight"


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its header, its place from 0, and what its values are."""

    name: str
    place: int
    values: pd.Series

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts that stand in it, stripped."""
        if pd.api.types.is_numeric_dtype(self.values):  # truth values included
            return []
        distinct = (value for value in pd.unique(self.values.astype(object)) if isinstance(value, str))
        return [text for text in dict.fromkeys(value.strip() for value in distinct) if text]

    @cached_property
    def number_share(self) -> float:
        """Share of its distinct texts that are numbers; 1 for a column of numbers."""
        if pd.api.types.is_numeric_dtype(self.values):
            return 0.0 if pd.api.types.is_bool_dtype(self.values) else 1.0
        found = pd.to_numeric(pd.Series(_points(self.texts), dtype=object), errors="coerce").notna().sum()
        return float(found) / max(len(self.texts), 1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.texts and not pd.api.types.is_numeric_dtype(self.values)

    @cached_property
    def kind(self) -> str:
        """Kind of gene names that it holds, '' where these are no names."""
        return kind_of(self.texts)

    @cached_property
    def known(self) -> bool:
        """Whether at least half of what it holds are known gene symbols."""
        return known_share(self.texts) >= 0.5

    @property
    def is_names(self) -> bool:
        """Whether it may hold genes: names, and no numbers."""
        return self.kind != "" and self.number_share < 0.5

    @cached_property
    def are_publications(self) -> bool:
        """Whether its numbers are PubMed ids: whole, nearly all with 7 or 8 digits."""
        texts = [str(value) for value in pd.unique(self.values)] if not self.texts else self.texts
        digits = [re.sub(r"\.0$", "", text) for text in texts]
        return bool(digits) and sum(re.fullmatch(r"\d{7,8}", text) is not None for text in digits) >= 0.9 * len(digits)


def columns_of(table: pd.DataFrame) -> list[Column]:
    """The columns of a table in order."""
    return [Column(str(name), place, table.iloc[:, place]) for place, name in enumerate(table.columns)]


def find_ends(columns: list[Column], named: bool) -> tuple[Column, Column, str] | None:
    """The columns of first and second gene, and what spoke for them; None where no two columns do.

    Headers name pairs (``headers.ends``); of several the one that holds known symbols wins, then other names, then
    identifiers; then the clearer header.  Without such a pair the only two columns that hold names are taken.
    """
    pairs = []
    for one, other in permutations(columns, 2):
        quality = ends(one.name, other.name) if named else 0
        if quality and _may_join(one, other, quality):
            pairs.append(((_content(one, other), quality == 4, _symbols(one, other), quality, -one.place), one, other))
    if pairs:
        (content, *_), one, other = max(pairs, key=lambda pair: pair[0])
        rivals = "" if len(pairs) == 1 else f", of {len(pairs)} pairs of columns"
        return one, other, f"their headers{rivals}; they hold {_what(content, one)}"
    names = [column for column in columns if column.is_names and not (named and is_no_end(column.name))]
    return _by_content(names, columns, named)


def _may_join(one: Column, other: Column, quality: int) -> bool:
    """Whether two columns hold names of one kind; source and target are believed, whatever they hold."""
    return quality == 4 or (one.kind == other.kind != "" and not (one.is_empty or other.is_empty))


def _content(one: Column, other: Column) -> int:
    if one.kind == other.kind == SYMBOLS:
        return 3 if one.known and other.known else 2
    return 1 if one.kind == other.kind == ENSEMBL_GENES else 0


def _what(content: int, one: Column) -> str:
    return ("identifiers", one.kind or "no known names", "names", "known gene symbols")[content]


def _symbols(one: Column, other: Column) -> bool:
    return says_symbol(one.name) and says_symbol(other.name)


def _by_content(names: list[Column], columns: list[Column], named: bool) -> tuple[Column, Column, str] | None:
    if len(names) > 2 and not named:
        if names[:3] == columns[:3] and _is_relation(*columns[:3]):
            return columns[0], columns[2], "the column between them says how they are joined"
        return names[0], names[1], "the first two columns that hold names"
    known = [column for column in names if column.known]
    for some, why in ((names, "the only two columns that hold names"), (known, "the only two that hold known symbols")):
        if len(some) == 2 and some[0].kind == some[1].kind:
            return some[0], some[1], why
    return None


def _is_relation(first: Column, middle: Column, last: Column) -> bool:
    """Whether the middle one of three columns of names says how the others are joined (A pp B), rather than a gene."""
    as_genes = [_gene_likeness(column, first) for column in (middle, last)]
    if as_genes[0] == as_genes[1]:  # nothing but a single word in the middle, beside many names
        return len(middle.texts) == 1 and min(len(first.texts), len(last.texts)) > 1
    return as_genes[1] > as_genes[0]


def _gene_likeness(column: Column, first: Column) -> tuple[bool, bool, bool]:
    written = {_case(text) for text in first.texts}
    alike = sum(_case(text) in written for text in column.texts)
    return column.known, bool(set(column.texts) & set(first.texts)), 2 * alike > len(column.texts)


def _case(text: str) -> str:
    return "lower" if text == text.lower() else "upper" if text == text.upper() else "mixed"


def why_not_used(column: Column) -> str:
    """What a column that is neither gene nor weight holds, for the record."""
    if column.is_empty:
        return "empty"
    if column.are_publications:
        return "publications: whole numbers of 7 or 8 digits"
    if column.number_share >= 0.95:
        return "numbers, by their header no strength" if is_no_weight(column.name) else "numbers"
    if column.kind not in ("", SYMBOLS):
        return column.kind
    return f"text such as {shown(column.texts, 1)}" if column.texts else "no text"


def header_is_data(cells: list[str], columns: list[Column]) -> bool:
    """Whether what stands in the first row also stands below it, or is written as what stands below it."""
    below = {text for column in columns if column.is_names for text in column.texts}
    shapes = {re.sub(r"\d+", "0", text) for text in below if re.search(r"\d", text)}
    ends_of = [cell for cell, column in zip(cells, columns, strict=True) if column.is_names]
    return any(cell in below or (re.search(r"\d", cell) and re.sub(r"\d+", "0", cell) in shapes) for cell in ends_of)


def differs_from_below(cells: list[str], columns: list[Column]) -> bool:
    """Whether the first row is words in small letters over columns of known symbols in capitals, none of them known."""
    over = [(cell, column) for cell, column in zip(cells, columns, strict=True) if column.is_names]
    return len(over) > 1 and all(
        column.known
        and 2 * sum(_case(text) == "upper" for text in column.texts) > len(column.texts)
        and cell.upper() not in known_symbols()
        and re.fullmatch(r"[a-z]|[A-Za-z][A-Za-z _.-]*[a-z]", cell)
        for cell, column in over[:2]
    )


def _points(texts: list[str]) -> list[str]:
    return [text.replace(",", ".") if COMMA.fullmatch(text) else text for text in texts]


def no_pair(columns: list[Column], where: str) -> str:
    """The sentence for a table in which no two columns are the genes."""
    names = [column.name for column in columns if column.is_names]
    texts = {text for column in columns for text in column.texts if column.is_names}
    if len({column.name for column in columns if column.number_share == 1.0} & texts) > 1:
        return f"{where} looks like a matrix of genes by genes: list its pairs in columns source, target and weight."
    held = f"{len(names) or 'none'} {'holds' if len(names) < 2 else 'hold'} names"
    held += f" ({shown(names)})" if names else ""
    return f"{where} has {len(columns)} columns ({shown(column.name for column in columns)}), of which {held}: {_MEND}."


def unused(columns: list[Column], used: tuple[Column | None, ...]) -> list[Decision]:
    """A line for each column that is neither gene nor weight."""
    left = [column for column in columns if column not in used]
    return [Decision("column not used", repr(column.name), why_not_used(column)) for column in left]
