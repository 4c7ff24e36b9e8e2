"""From a table with any headers to source, target and weight, with a record of which columns were taken for what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from ..names import shown
from .columns import Column, columns_of, find_ends, no_pair, unused
from .identifiers import NEVER_GENES, SYMBOLS, bare, kind_of, known_symbols, refuse_identifiers
from .source import Change, Decision
from .weights import as_numbers, find_weight

# How tables write that a gene has no name; an empty cell is refused, as it may be a slip.
_NAMELESS = ("NA", "N/A", "n/a", "nan", "NaN", "NAN", "None", "null", "NULL", "-", "--", "?", "#N/A", "<NA>")


@dataclass(frozen=True, eq=False)
class Edges:
    """An edge list (source, target, perhaps weight), and how it was read."""

    table: pd.DataFrame
    changes: list[Change] = field(default_factory=list)
    reading: list[Decision] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What its genes are called by."""
        return kind_of(pd.concat([self.table["source"], self.table["target"]]).astype(object))


def edges_in(table: pd.DataFrame, where: str, named: bool = True, separator: str = "") -> Edges:
    """The edges of a table, columns chosen by header and content (``columns.find_ends``, ``find_weight``).

    Raises ``ValueError`` where no two columns are the genes, or several could be the weight.
    """
    columns = columns_of(table)
    found = find_ends(columns, named)
    if found is None:
        raise ValueError(no_pair(columns, where))
    one, other, why = found
    weight, because = find_weight(columns, (one, other), named, where)
    edges = pd.DataFrame({"source": _as_names(one.values), "target": _as_names(other.values)})
    nameless = edges.isin(_NAMELESS).any(axis=1)
    reading = [Decision("form", "edge list", f"{len(table)} rows"), Decision("genes", _both(one, other), why)]
    if weight is None:
        reading.append(Decision("weight", "none: 1 for every pair", because))
    else:
        edges["weight"], how = as_numbers(weight, separator, where)
        reading.append(
            Decision("weight", repr(weight.name), ", ".join(filter(None, [because, how, _range(edges["weight"])])))
        )
    left = unused(columns, (one, other, weight))
    if len(table) and nameless.all():
        raise ValueError(f"No row of {where} names both genes (columns {_both(one, other)}): take other columns.")
    partners = [gene for pair in edges.loc[nameless, ["source", "target"]].to_numpy() for gene in pair]
    dropped = Change(
        "edges dropped", int(nameless.sum()), "one of their genes has no name", shown(dict.fromkeys(partners), 3)
    )
    return Edges(edges[~nameless].reset_index(drop=True), [not_used(left), dropped], [*reading, *left])


def not_used(left: list[Decision]) -> Change:
    """The line of the record for columns that are not used, all of them named."""
    names = ", ".join(line.value for line in left)
    return Change("columns not used", len(left), "neither a gene nor the weight", names)


def names_of(genes: pd.Series) -> Decision:
    """What the genes are called by, for the record; those that are no known symbols with examples."""
    names = [gene.strip() for gene in pd.unique(genes) if isinstance(gene, str)]
    unknown = [name for name in names if name.upper() not in known_symbols()]
    unusual = f", not {shown(unknown, 3)}" if unknown else ""
    said = f"{len(names) - len(unknown)} of {len(names)} are known symbols{unusual}"
    return Decision("names", kind_of(names) or "no known kind", said)


def _as_names(values: pd.Series) -> pd.Series:
    """Whole numbers as texts, so that they are seen for what they are: identifiers."""
    return values.astype(str).astype(object) if pd.api.types.is_integer_dtype(values) else values


def _both(one: Column, other: Column) -> str:
    return f"{one.name!r} and {other.name!r}"


def _range(weights: pd.Series) -> str:
    numbers = pd.to_numeric(weights, errors="coerce")
    return f"from {numbers.min():g} to {numbers.max():g}" if numbers.notna().any() else ""


def sif_table(text: str, where: str) -> pd.DataFrame:
    """Columns source, relation, target of a SIF: ``A pp B C`` is two edges, a line with one name none.

    Raises ``ValueError`` naming a line of two fields.
    """
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in text else line.split()) if cell.strip()]
        if len(cells) == 2:
            raise ValueError(f"Line {number} of {where} should hold a gene, a relation and one or several genes.")
        rows += [(cells[0], cells[1], gene) for gene in cells[2:]]
    if not rows:
        raise ValueError(f"{where} holds no edges: give at least one row.")
    return pd.DataFrame(rows, columns=["source", "relation", "target"], dtype=object)


# --- identifiers and the table of their symbols ---


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


def with_symbols(edges: Edges, tables: list[SymbolTable], where: str) -> tuple[Edges, SymbolTable | None]:
    """Edges whose identifiers became symbols, and the table that knew them; both as they are where they are symbols.

    Edges with an identifier that the table does not know, or knows by several symbols, are dropped and counted.
    Raises ``ValueError`` for proteins and records of databases (``NEVER_GENES``) that no table knows.
    """
    ends = ("source", "target")
    names = pd.unique(pd.concat([edges.table[end] for end in ends]).astype(object))
    names = [name for name in names if isinstance(name, str)]
    if edges.kind == SYMBOLS or not edges.kind:
        return edges, None
    table = max(tables, key=lambda some: sum(bare(name) in some.symbol_of for name in names), default=None)
    if table is None or not any(bare(name) in table.symbol_of for name in names):
        columns = next((f" in {line.value}" for line in edges.reading if line.decision == "genes"), "")
        refuse_identifiers(names, where, columns)
        return edges, None
    symbols = {
        name: table.symbol_of[bare(name)] for name in names if bare(name) in table.symbol_of.keys() - table.unclear
    }
    known = edges.table["source"].isin(symbols) & edges.table["target"].isin(symbols)
    if not known.any():
        raise ValueError(f"{table.where} gives no gene of {where} a single symbol: take a table with one symbol each.")
    lost = [name for name in names if name not in symbols]
    mapped = edges.table[known].reset_index(drop=True)
    mapped = mapped.assign(**{end: mapped[end].map(symbols) for end in ends})
    dropped = Change(
        "edges dropped", int((~known).sum()), f"{table.where} gives their genes no single symbol", shown(lost, 3)
    )
    said = Decision("symbols", f"of {edges.kind}", f"{len(symbols)} of {len(names)} are in {table.where}")
    return Edges(mapped, [*edges.changes, dropped], [*edges.reading, said]), table


def check_names(edges: Edges, where: str) -> None:
    """``ValueError`` where the genes are called by what no screen perturbs by."""
    if edges.kind in NEVER_GENES:
        with_symbols(edges, [], where)
