"""From a table with any headers to source, target and weight, with a record of which columns were taken for what."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..names import shown
from .columns import Column, columns_of, find_ends, no_pair, unused
from .identifiers import kind_of, known_symbols
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
    if n := len(names) - len({name.upper() for name in names}):
        said += f"; {n} written in a second letter case, kept apart"
    return Decision("names", kind_of(names) or "no known kind", said)


def _as_names(values: pd.Series) -> pd.Series:
    """Whole numbers as texts, so that they are seen for what they are: identifiers."""
    return (values.astype(str) if pd.api.types.is_integer_dtype(values) else values).astype(object)


def _both(one: Column, other: Column) -> str:
    return f"{one.name!r} and {other.name!r}"


def _range(weights: pd.Series) -> str:
    numbers = pd.to_numeric(weights, errors="coerce")
    return f"from {numbers.min():g} to {numbers.max():g}" if numbers.notna().any() else ""


def sif_table(text: str, where: str) -> tuple[pd.DataFrame, Change]:
    """Columns source, relation, target of a SIF: ``A pp B C`` is two edges, a line with one name none (counted).

    Raises ``ValueError`` naming a line of two fields.
    """
    rows, alone = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = [cell.strip() for cell in (line.split("\t") if "\t" in text else line.split()) if cell.strip()]
        if len(cells) == 2:
            raise ValueError(
                f"Line {number} of {where} should hold a gene, a relation and one or several genes: mend or delete it."
            )
        rows += [(cells[0], cells[1], gene) for gene in cells[2:]]
        alone += cells if len(cells) == 1 else []
    if not rows:
        raise ValueError(f"{where} holds no edges: give at least one row.")
    table = pd.DataFrame(rows, columns=["source", "relation", "target"], dtype=object)
    return table, Change("lines left out", len(alone), "one name joins nothing", shown(alone, 3))
