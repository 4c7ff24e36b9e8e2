"""From gene sets and edge lists as people write them to a clean source: bad rows refused, every loss counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ..names import repeated, shown
from .source import Change, Source, sorted_edges
from .symbols import current_symbols

logger = logging.getLogger("appmodel")


def sets_source(
    name: str, sets: Iterable[tuple[str, Iterable[str]]], *, use_aliases: bool = True, where: str = "", **about: Any
) -> Source:
    """A source from (set name, genes) pairs; set names may repeat, a gene counts once per set.

    Raises ``ValueError`` naming the set for an empty gene name or a non-text one, and when there are no sets.
    """
    where = where or f"network {name!r}"
    pairs = [(str(set_name), list(genes)) for set_name, genes in sets]
    empty = [set_name for set_name, genes in pairs if not genes]
    pairs = [(set_name, genes) for set_name, genes in pairs if genes]
    if not pairs:
        raise ValueError(f"{where} holds no gene sets: give at least one set with genes.")
    flat = list(chain.from_iterable(genes for _, genes in pairs))
    lengths = [len(genes) for _, genes in pairs]
    for gene in set(flat):
        if not isinstance(gene, str) or not gene.strip():
            bad = next(set_name for set_name, genes in pairs if gene in genes)
            raise ValueError(f"Set {bad!r} of {where} holds {gene!r} as a gene: use gene symbols.")
    codes, spellings = pd.factorize(np.array([gene.strip() for gene in flat], dtype=object))
    symbols = current_symbols(spellings) if use_aliases else list(spellings)
    genes = sorted(set(symbols))
    position = {gene: i for i, gene in enumerate(genes)}
    rows = np.array([position[symbol] for symbol in symbols])[codes]
    columns = np.repeat(np.arange(len(pairs)), lengths)
    memberships = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(genes), len(pairs)))
    memberships.data[:] = 1.0  # a gene named twice in a set is a member once
    changes = [_change("sets dropped", empty, "they hold no genes"), *_symbol_changes(spellings, symbols)]
    return Source(
        name,
        tuple(genes),
        memberships,
        tuple(set_name for set_name, _ in pairs),
        changes=_told(name, [*about.pop("changes", ()), *changes]),
        **about,
    )


def edges_source(
    name: str, table: pd.DataFrame, *, directed: bool = True, use_aliases: bool = True, where: str = "", **about: Any
) -> Source:
    """A source from a table with columns source, target and perhaps weight (1 where absent; negative is allowed).

    Self-loops and edges of weight 0 are dropped, repeated pairs merged (the largest absolute weight stays), all
    counted.  Raises ``ValueError`` naming column or row for a missing column, no rows, an empty gene name or a
    weight that is no finite number.
    """
    where = where or f"network {name!r}"
    table = _checked_edges(table, where)
    spellings = pd.unique(pd.concat([table["source"], table["target"]]))
    symbols = current_symbols(spellings) if use_aliases else list(spellings)
    current = dict(zip(spellings, symbols, strict=True))
    table = table.assign(source=table["source"].map(current), target=table["target"].map(current))
    genes = sorted(set(symbols))
    loops, zeros = table["source"] == table["target"], table["weight"] == 0
    kept = sorted_edges(table[~loops & ~zeros], directed)
    merged = kept.duplicated(["source", "target"])
    changes = [
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
        raise ValueError(f"Row {row + 1} of {where} has the weight {str(given.iloc[row])!r}: use finite numbers.")
    return pd.DataFrame({**ends, "weight": weight})


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
