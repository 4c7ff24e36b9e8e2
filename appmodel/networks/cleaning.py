"""From gene sets and edge lists as people write them to a clean source: bad rows refused, every loss counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..arguments import called
from ..names import repeated, shown
from ..symbols import current_symbols
from .dates import genes_of_dates
from .source import Change, Source, sorted_edges

logger = logging.getLogger("appmodel")


def sets_source(
    name: str, sets: Iterable[tuple[str, Iterable[str]]], *, use_aliases: bool = True, where: str = "", **about: Any
) -> Source:
    """A source from (set name, genes) pairs; set names may repeat, a gene counts once per set.

    Raises ``ValueError`` naming the set for an empty gene name or a non-text one, and when there are no sets.
    """
    where = where or f"network {name!r}"
    pairs = [(str(set_name), _members(genes, str(set_name), where)) for set_name, genes in sets]
    for gene in set(chain.from_iterable(genes for _, genes in pairs)):
        if not isinstance(gene, str) or not gene.strip():
            bad = next(set_name for set_name, genes in pairs if gene in genes)
            raise ValueError(f"Set {bad!r} of {where} holds {called(gene)} as a gene: use gene symbols.")
    pairs, dates = _without_dates(pairs)
    empty = [set_name for set_name, genes in pairs if not genes]
    pairs = [(set_name, genes) for set_name, genes in pairs if genes]
    if not pairs:
        raise ValueError(f"{where} holds no gene sets: give at least one set with genes.")
    flat = list(chain.from_iterable(genes for _, genes in pairs))
    lengths = [len(genes) for _, genes in pairs]
    codes, spellings = pd.factorize(np.array([gene.strip() for gene in flat], dtype=object))
    symbols = current_symbols(spellings) if use_aliases else list(spellings)
    genes = sorted(set(symbols))
    position = {gene: i for i, gene in enumerate(genes)}
    rows = np.array([position[symbol] for symbol in symbols])[codes]
    columns = np.repeat(np.arange(len(pairs)), lengths)
    memberships = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(genes), len(pairs)))
    memberships.data[:] = 1.0  # a gene named twice in a set is a member once
    changes = [*dates, _change("sets dropped", empty, "they hold no genes"), *_symbol_changes(spellings, symbols)]
    return Source(
        name,
        tuple(genes),
        memberships,
        tuple(set_name for set_name, _ in pairs),
        changes=_told(name, [*about.pop("changes", ()), *changes]),
        **about,
    )


def _members(genes: object, set_name: str, where: str) -> list:
    """The genes of a set; one text is no list of them."""
    if isinstance(genes, str) or not isinstance(genes, Iterable):
        raise ValueError(f"Set {set_name!r} of {where} is {called(genes)}: give a list of genes.")
    return list(genes)


def edges_source(
    name: str, table: pd.DataFrame, *, directed: bool = True, use_aliases: bool = True, where: str = "", **about: Any
) -> Source:
    """A source from a table with columns source, target and perhaps weight (1 where absent; negative is allowed).

    Self-loops and edges of weight 0 are dropped, repeated pairs merged (the largest absolute weight stays), all
    counted.  Raises ``ValueError`` naming column or row for a missing column, no rows, an empty gene name or a
    weight that is no finite number.
    """
    where = where or f"network {name!r}"
    table, dates = _edges_without_dates(_checked_edges(table, where), where)
    spellings = pd.unique(pd.concat([table["source"], table["target"]]))
    symbols = current_symbols(spellings) if use_aliases else list(spellings)
    current = dict(zip(spellings, symbols, strict=True))
    table = table.assign(source=table["source"].map(current), target=table["target"].map(current))
    genes = sorted(set(symbols))
    loops, zeros = table["source"] == table["target"], table["weight"] == 0
    kept = sorted_edges(table[~loops & ~zeros], directed)
    merged = kept.duplicated(["source", "target"])
    changes = [
        *dates,
        _change("edges dropped", table["source"][loops], "a gene is no neighbour of itself"),
        _change("edges dropped", _pairs(table[zeros & ~loops]), "their weight is 0"),
        _change("edges merged", _pairs(kept[merged]), "the pair is listed more than once: the strongest stays"),
        *_symbol_changes(spellings, symbols),
    ]
    return Source(
        name,
        tuple(genes),
        edges=kept[~merged].reset_index(drop=True),
        directed=directed,
        changes=_told(name, [*about.pop("changes", ()), *changes]),
        **about,
    )


def _checked_edges(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Columns source, target (stripped text) and weight (float64), or one clear sentence."""
    missing = [column for column in ("source", "target") if column not in table.columns]
    if missing:
        raise ValueError(f"{where} has no column {shown(missing)}: name its columns source, target and perhaps weight.")
    if not len(table):
        raise ValueError(f"{where} holds no edges: give at least one row.")
    ends = {}
    for end in ("source", "target"):
        text = table[end].astype(object).map(lambda gene: gene.strip() if isinstance(gene, str) else "")
        if (text == "").any():
            row = int(np.flatnonzero(text == "")[0])
            raise ValueError(f"Row {row + 1} of {where} has no gene name in column {end!r}: use gene symbols.")
        ends[end] = text.to_numpy(dtype=object)
    given = table["weight"] if "weight" in table.columns else pd.Series(1.0, index=table.index)
    weight = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(weight).all():
        row = int(np.flatnonzero(~np.isfinite(weight))[0])
        raise ValueError(
            f"Row {row + 1} of {where} has the weight {str(given.iloc[row])!r}: use finite numbers, or delete the row."
        )
    return pd.DataFrame({**ends, "weight": weight})


def _without_dates(pairs: list[tuple[str, list[str]]]) -> tuple[list[tuple[str, list[str]]], list[Change]]:
    """The sets with genes in place of the dates that a spreadsheet made of them, and what could not be brought back."""
    dates = genes_of_dates({gene.strip() for _, genes in pairs for gene in genes})
    if not dates:
        return pairs, []
    lost = [gene for _, genes in pairs for gene in genes if dates.get(gene.strip(), gene) is None]
    kept = [[dates.get(gene.strip(), gene) for gene in genes] for _, genes in pairs]
    named = [(name, [gene for gene in genes if gene is not None]) for (name, _), genes in zip(pairs, kept, strict=True)]
    return named, _date_changes(dates, "members dropped", lost)


def _edges_without_dates(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[Change]]:
    """The same for edges; ``ValueError`` where no edge is left."""
    ends = ["source", "target"]
    dates = genes_of_dates(pd.unique(pd.concat([table[end] for end in ends])))
    if not dates:
        return table, []
    table = table.assign(**{end: table[end].map(lambda gene: dates.get(gene, gene)) for end in ends})
    lost = table[ends].isna().any(axis=1)
    if lost.all():
        raise ValueError(f"Every edge of {where} has a gene that a spreadsheet made a date of: export the file anew.")
    return table[~lost].reset_index(drop=True), _date_changes(dates, "edges dropped", lost[lost].index)


def _date_changes(dates: dict[str, str | None], dropped: str, lost: Iterable) -> list[Change]:
    found = [f"{date} -> {gene}" for date, gene in dates.items() if gene is not None]
    unclear = [date for date, gene in dates.items() if gene is None]
    return [
        _change("genes renamed", found, "a spreadsheet had made dates of them"),
        Change(
            dropped, len(list(lost)), "a spreadsheet made a date of a gene, which may be several", shown(unclear, 3)
        ),
    ]


def _pairs(table: pd.DataFrame) -> list[str]:
    return [f"{source}-{target}" for source, target in zip(table["source"], table["target"], strict=True)]


def _change(change: str, names: Iterable[str], reason: str) -> Change:
    names = list(names)
    return Change(change, len(names), reason, shown(names, 3))


def _symbol_changes(spellings: Sequence[str], symbols: Sequence[str]) -> list[Change]:
    renamed = [f"{old} -> {new}" for old, new in zip(spellings, symbols, strict=True) if old != new]
    return [
        _change("genes renamed", renamed, "retired symbols brought to current ones"),
        _change("genes merged", repeated(symbols), "several spellings of one gene occur"),
    ]


def _told(name: str, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that happened, said in the log: losses as warnings, the rest as information."""
    happened = tuple(change for change in changes if change.count)
    for change in happened:
        level = logging.WARNING if "dropped" in change.change else logging.INFO
        logger.log(level, "%s: %d %s (%s): %s", name, change.count, change.change, change.reason, change.examples)
    return happened
