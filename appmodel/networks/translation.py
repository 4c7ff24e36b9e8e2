"""Identifiers of databases to gene symbols, by a table that lists both (STRING's protein.info, gene_info, BioMart)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..names import shown
from .columns import columns_of
from .edges import Edges
from .gene_sets import Sets
from .identifiers import SYMBOLS, bare, kind_of, refuse_identifiers
from .source import Change, Decision


@dataclass(frozen=True, eq=False)
class SymbolTable:
    """Identifier -> symbol, from a table that lists both; an identifier with several symbols is in ``unclear``."""

    where: str
    symbol_of: dict[str, str]
    unclear: frozenset[str]


def symbol_table(table: pd.DataFrame, where: str) -> SymbolTable | None:
    """What a table says of the symbols of identifiers; None where it has no column of the one or of the other."""
    columns = columns_of(table)
    symbols = [column for column in columns if column.kind == SYMBOLS and column.number_share < 0.5]
    # Numbers are identifiers only under a header that says so.
    identifiers = [
        column
        for column in columns
        if column.kind not in ("", SYMBOLS) and (column.number_share < 0.5 or _calls_entrez(column.name))
    ]
    if not symbols or not identifiers:
        return None
    symbol = max(symbols, key=lambda column: (_calls_symbol(column.name), column.known, -column.place))
    symbol_of: dict[str, str] = {}
    unclear = set()
    for column in identifiers:
        for name, said in zip(column.values, symbol.values, strict=True):
            if not (isinstance(name, str) and isinstance(said, str) and name.strip() and said.strip()):
                continue
            if symbol_of.setdefault(bare(name), said.strip()) != said.strip():
                unclear.add(bare(name))
    return SymbolTable(where, symbol_of, frozenset(unclear))


def _calls_symbol(header: str) -> bool:
    return re.search(r"symbol|preferred.?name|gene.?name|^to$", header.strip().lower()) is not None


def _calls_entrez(header: str) -> bool:
    return re.search(r"entrez|ncbi|gene.?id|locus|^from$", header.strip().lower()) is not None


@dataclass(frozen=True)
class Translation:
    """The symbol of each identifier that a table knows by one, those without, and a line for the record."""

    table: SymbolTable
    symbols: dict[str, str]
    lost: list[str]
    said: Decision


def translation(names: Iterable, tables: Sequence[SymbolTable], where: str, columns: str = "") -> Translation | None:
    """How the table that knows most of the names calls them; None where they are symbols already.

    Raises ``ValueError`` for proteins and records of databases (``identifiers.NEVER_GENES``) that no table knows.
    """
    names = list(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip()))
    kind = kind_of(names)
    if kind in ("", SYMBOLS):
        return None
    table = max(tables, key=lambda some: sum(bare(name) in some.symbol_of for name in names), default=None)
    if table is None or not any(bare(name) in table.symbol_of for name in names):
        refuse_identifiers(names, where, columns)
        return None
    known = table.symbol_of.keys() - table.unclear
    symbols = {name: table.symbol_of[bare(name)] for name in names if bare(name) in known}
    if not symbols:
        raise ValueError(f"{table.where} gives no gene of {where} a single symbol: take a table with one symbol each.")
    said = Decision("symbols", f"of {kind}", f"{len(symbols)} of {len(names)} are in {table.where}")
    return Translation(table, symbols, [name for name in names if name not in symbols], said)


def edges_with_symbols(edges: Edges, tables: Sequence[SymbolTable], where: str) -> tuple[Edges, SymbolTable | None]:
    """Edges with symbols for identifiers, and the table that gave them (``translation``).

    Edges with an identifier that has no single symbol are dropped and counted.
    """
    ends = ["source", "target"]
    columns = next((f" in {line.value}" for line in edges.reading if line.decision == "genes"), "")
    found = translation(pd.unique(edges.table[ends].to_numpy(dtype=object).ravel()), tables, where, columns)
    if found is None:
        return edges, None
    named = {end: edges.table[end].map(lambda name: found.symbols.get(str(name).strip())) for end in ends}
    table = edges.table.assign(**named)
    gone = table[ends].isna().any(axis=1)
    if gone.all():
        raise ValueError(f"{found.table.where} gives no edge of {where} two symbols: take the table of its release.")
    lost = Change("edges dropped", int(gone.sum()), f"{found.table.where} gives no single symbol", shown(found.lost, 3))
    reading = [*edges.reading, found.said]
    kept = table[~gone].reset_index(drop=True)
    return replace(edges, table=kept, changes=[*edges.changes, lost], reading=reading), found.table


def sets_with_symbols(
    sets: Sets, tables: Sequence[SymbolTable], where: str
) -> tuple[Sets, list[Change], list[Decision], SymbolTable | None]:
    """Sets with symbols for identifiers; members without a single symbol are dropped and counted."""
    found = translation((gene for _, genes in sets for gene in genes), tables, where)
    if found is None:
        return sets, [], [], None
    lost = [gene for _, genes in sets for gene in genes if gene.strip() not in found.symbols]
    named = [(name, [found.symbols[g.strip()] for g in genes if g.strip() in found.symbols]) for name, genes in sets]
    gone = Change("members dropped", len(lost), f"{found.table.where} gives no single symbol", shown(lost, 3))
    return named, [gone], [found.said], found.table
