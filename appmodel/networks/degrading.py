"""Degrading a network on purpose: edges removed, random ones added, all rewired, every pair joined.

What is degraded is the source, before any model looks at it, so that all models see the same damage.  The edges of a
set source are its memberships (the edges of the graph between genes and sets); an edge that an edge source lists in
both directions counts as one, because models ask only whether two genes are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..arguments import number, whole_number
from ..names import shown
from .edge_list import EdgeList
from .rewiring import swapped_ends
from .source import Change, Source


def without_edges(source: Source, fraction: float, seed: int) -> Source:
    """The source without a random ``fraction`` (0 to 1) of its edges; its genes and sets stay.

    Nested: for one seed, the edges removed at a smaller fraction are among those removed at a larger one.
    """
    fraction, rng = number("fraction", fraction, least=0, most=1), _generator("removed", source, seed)
    if fraction == 0:
        return source
    edges = EdgeList.of(source)
    gone, kept = np.split(rng.permutation(len(edges)), [round(fraction * len(edges))])
    return _noted(
        edges.chosen(kept).to_source(),
        f"{100 * fraction:g} % of {edges.word} removed",
        seed,
        Change(f"{edges.word} removed", len(gone), "at random, on purpose", edges.chosen(gone).examples()),
    )


def with_random_edges(source: Source, fraction: float, seed: int) -> Source:
    """The source with ``fraction`` (0 to 1) x its number of edges added, random ones that it does not have.

    Memberships: any gene of the source in any of its sets, all equally likely.  Edges: any two genes of the source,
    with the weight of one of its edges drawn at random, in either direction where edges are directed.  Nested: for
    one seed, the edges added at a smaller fraction are among those added at a larger one.  Raises ``ValueError``
    where fewer are missing than asked for.
    """
    fraction, rng = number("fraction", fraction, least=0, most=1), _generator("added", source, seed)
    if fraction == 0:
        return source
    edges = EdgeList.of(source)
    wanted, possible = round(fraction * len(edges)), edges.n_possible
    if wanted > possible - len(edges):
        raise ValueError(
            f"Source {source.name!r} has {len(edges)} of {possible} possible {edges.word}: "
            f"{wanted} more cannot be added, use a smaller fraction."
        )
    # As many again as there are remain of twice as many, whatever the fraction: larger ones go on where others stop.
    numbers = rng.choice(possible, size=min(2 * len(edges), possible), replace=False)
    candidates = edges.numbered(numbers, rng)
    new = candidates.chosen(np.flatnonzero(~np.isin(candidates.keys, edges.keys))[:wanted])
    return _noted(
        edges.and_also(new).to_source(),
        f"{100 * fraction:g} % random {edges.word} added",
        seed,
        Change(f"{edges.word} added", wanted, "at random, on purpose", new.examples()),
    )


def rewired(source: Source, seed: int, swaps_per_edge: int = 10) -> Source:
    """The source after ``swaps_per_edge`` x its number of edges attempted swaps of the ends of two random edges.

    Memberships: every gene stays in as many sets, every set as large.  Edges: every gene keeps its number of
    partners, incoming and outgoing apart where edges are directed; a weight stays with the first gene of its edge.
    """
    whole_number("swaps_per_edge", swaps_per_edge, 1)
    edges, rng = EdgeList.of(source), _generator("rewired", source, seed)
    first, second = swapped_ends(edges.first, edges.second, edges.either_way, swaps_per_edge, rng)
    moved = replace(edges, first=first, second=second)
    new = moved.chosen(np.flatnonzero(~np.isin(moved.keys, edges.keys)))
    return _noted(
        moved.to_source(),
        f"{edges.word} rewired, {swaps_per_edge} swaps per edge",
        seed,
        Change(f"{edges.word} rewired", len(new), "degrees kept, on purpose", new.examples()),
    )


def shuffled(source: Source, new_name: Mapping[str, str], seed: int) -> Source:
    """The source with its genes renamed by a one-to-one map of all genes of its network, drawn with ``seed``."""
    moved = [f"{gene} -> {new_name[gene]}" for gene in source.genes if gene != new_name[gene]]
    return _noted(
        source.renamed(new_name),
        "genes shuffled",
        seed,
        Change("genes shuffled", len(moved), "one permutation for all sources, on purpose", shown(moved[:3])),
    )


def all_pairs(genes: Sequence[str]) -> Source:
    """A source in which each of two or more ``genes`` (current symbols) is joined to every other with weight 1."""
    names = tuple(sorted(set(genes)))
    if len(names) < 2:
        raise ValueError(f"A complete network needs two genes or more; there are {len(names)}: name more.")
    first, second = np.triu_indices(len(names), k=1)
    symbols = np.array(names, dtype=object)
    table = pd.DataFrame({"source": symbols[first], "target": symbols[second], "weight": 1.0})
    return Source(
        "complete",
        names,
        edges=table,
        version=f"all pairs of {len(names)} genes",
        licence="made by this project",
        citation="every gene joined to every other with weight 1",
    )


def _noted(source: Source, what: str, seed: int, change: Change) -> Source:
    """The source whose version and changes say what was done to it."""
    return replace(source, version=f"{source.version}; {what}, seed {seed}", changes=(*source.changes, change))


def _generator(what: str, source: Source, seed: int) -> np.random.Generator:
    """Random numbers of its own for each source and way: the same whichever other sources are there."""
    return np.random.default_rng([whole_number("seed", seed), *f"{what} {source.name}".encode()])
