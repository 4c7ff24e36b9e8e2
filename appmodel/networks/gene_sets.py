"""Gene sets in a text or a table: GMT in its variants, one set to a row, one gene to a row."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from ..names import shown
from .headers import names_a_gene, names_a_set, words
from .identifiers import kind_of, known_symbols
from .source import Change, Decision

Sets = list[tuple[str, list[str]]]
_WEIGHTED = re.compile(r"([^,]+),\s*([0-9.eE+-]+)")
_MEMBERS = {"genes", "members", "symbols", "genesymbols", "subunits"}


def looks_like_gmt(text: str) -> bool:
    """Whether lines of unequal length, by tabs, each begin with another name: sets as Enrichr gives them in .txt."""
    rows = [line.split("\t") for line in text.split("\n")[:200] if line.strip()]
    if len(rows) < 2 or min(map(len, rows)) < 3 or len({row[0] for row in rows}) < len(rows):
        return False
    described = all(not row[1].strip() or "://" in row[1] for row in rows)
    return described or (len(set(map(len, rows))) > 1 and max(map(len, rows)) > 4)


def read_gmt(text: str, path: Path) -> tuple[Sets, list[Change], list[Decision]]:
    """Sets of a GMT: name, description, genes, by tabs; what is left out is counted.

    Read besides: a file without descriptions, where the second field is a gene in every line; genes joined by commas
    or semicolons in one field; weights after a comma (``KLF1,1.0``), which a set does not keep.
    Raises ``ValueError`` naming the line that has no genes or is not parted by tabs.
    """
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.split("\t")
        if not line.strip() or line.startswith("#"):
            continue
        if len(fields) < 3:
            raise ValueError(
                f"Line {number} of {path} has no genes after a name and a description: part them by tabs, or delete it."
            )
        rows.append(fields)
    if not rows:
        raise ValueError(f"{path} is empty: it should hold gene sets or edges.")
    start, described = _first_gene(rows, path)
    sets, weights, absent, joined = [], [], [], []
    for row in rows:
        genes = []
        for field in row[start:]:
            weighted = _WEIGHTED.fullmatch(field.strip())
            if weighted is None:
                parts = _genes_in(field)
                joined += [field.strip()] if len(parts) > 1 else []
                genes += parts
            elif float(weighted[2]) == 0:
                absent.append(f"{weighted[1]} in {row[0]}")
            else:
                genes.append(weighted[1].strip())
                weights.append(field.strip())
        sets.append((row[0].strip(), genes))
    changes = [
        Change("weights not used", len(weights), "a gene is in a set or it is not", shown(weights, 3)),
        Change("fields parted", len(joined), "they hold several genes, joined by other than tabs", shown(joined, 3)),
        Change("members dropped", len(absent), "their weight in the set is 0", shown(absent, 3)),
    ]
    decisions = [Decision("form", "gene sets (GMT)", f"{len(rows)} lines of a name and genes, by tabs"), described]
    return sets, changes, decisions


def _genes_in(field: str) -> list[str]:
    """The genes of one field: parted by ',', ';' or '|', or by blanks where that gives known symbols only."""
    parts = [gene.strip() for gene in re.split(r"[,;|]", field) if gene.strip()]
    words = field.split()
    return words if len(parts) == 1 and all(word.upper() in known_symbols() for word in words) else parts


def _first_gene(rows: list[list[str]], path: Path) -> tuple[int, Decision]:
    """The field of the first gene, 2 after a description or 1 without one.

    A description is a gene only where it is one in every line: a gene of other sets, or else a known symbol.
    """
    others = {gene.strip() for row in rows for gene in row[2:]} - {""}
    genes = [row[1].strip() for row in rows if row[1].strip() in others or row[1].strip().upper() in known_symbols()]
    seconds = shown((row[1] for row in rows if row[1].strip()), 1)
    if len(genes) == len(rows):
        return 1, Decision("description", "none", f"the second field is a gene in every line, such as {seconds}")
    if 2 * len(genes) > len(rows):
        line = next(row for row in rows if row[1].strip() not in genes)
        raise ValueError(
            f"{path} has genes where GMT has descriptions (such as {genes[0]!r}) in {len(genes)} of {len(rows)} sets, "
            f"but {line[1]!r} in set {line[0]!r}: write a description, or nothing, between the name and the genes."
        )
    return 2, Decision("description", "second field", f"such as {seconds}" if seconds else "it is empty")


def sets_in(table: pd.DataFrame, where: str) -> tuple[Sets, list[str], str] | None:
    """Sets of a table, the columns they stand in and what spoke for these; None where a table holds none.

    Columns Name and Genes (joined by ';', ',' or '|'), in any case, or one of sets and one of genes, a gene to a row.
    Raises ``ValueError`` naming a row without a name or genes.
    """
    by_name = {str(column).strip().lower(): column for column in reversed(table.columns)}
    lists = (column for column in table.columns if _MEMBERS & set(words(str(column))) and _joins(table[column]))
    listed = next(lists, None)
    titles = [column for column in table.columns if column != listed and _is_title(str(column))]
    if "genes" in by_name and "name" in by_name:
        listed, titles = by_name["genes"], [by_name["name"]]
    if listed is not None and titles:
        return _one_to_a_row(table, titles[0], listed, where), [titles[0], listed], "columns of names and of genes"
    sets = [column for column in table.columns if names_a_set(str(column))]
    genes = [column for column in table.columns if names_a_gene(str(column)) and kind_of(table[column])]
    if sets and genes and "source" not in by_name:
        best = max(genes, key=lambda column: ("symbol" in str(column).lower(), -list(table.columns).index(column)))
        name = max(sets, key=lambda column: ("name" in str(column).lower(), -list(table.columns).index(column)))
        if best != name:
            grouped = table.groupby(name, sort=False)[best].agg(list)
            return list(zip(grouped.index, grouped, strict=True)), [name, best], "a column of sets beside one of genes"
    return None


def _joins(column: pd.Series) -> bool:
    return any(isinstance(text, str) and re.search(r"[;,|\s]", text.strip()) for text in column)


def _is_title(header: str) -> bool:
    return names_a_set(header) or words(header) == ("name",)


def _one_to_a_row(table: pd.DataFrame, name_column: str, genes_column: str, where: str) -> Sets:
    mark = next((mark for mark in (";", "|", ",") if any(mark in str(text) for text in table[genes_column])), None)
    sets = []
    for row, (name, genes) in enumerate(zip(table[name_column], table[genes_column], strict=True), start=1):
        if not isinstance(name, str) or not isinstance(genes, str):
            raise ValueError(f"Row {row} of {where} lacks a set name or genes (joined by ';'): mend or delete the row.")
        sets.append((name, [gene for gene in genes.split(mark) if gene.strip()]))
    return sets
