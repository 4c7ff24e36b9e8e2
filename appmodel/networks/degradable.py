"""What every network can have done to it on purpose: ``degrading`` does it to one source, here it is done to all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ..arguments import called, whole_number
from . import degrading
from .source import Source

_PERCENT = re.compile(r"(without|plus) ([0-9]+(?:\.[0-9]+)?)%")
_FORMS = "'shuffled', 'rewired', 'empty', 'complete', or a percentage as in 'without 25%' or 'plus 50%'"


class Degradable:
    """The methods of ``Network`` that give a degraded one; what they change stands in its sources' versions."""

    sources: Mapping[str, Source]

    if TYPE_CHECKING:  # what Network has, a dataclass
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

        @property
        def genes(self) -> tuple[str, ...]:
            """Sorted current symbols of all sources."""

        def symbols(self, genes: Iterable[str]) -> list[str]:
            """The symbols under which the network looks genes up, in order."""

    def degraded(self, how: str, seed: int = 0, *, genes: Iterable[str] | None = None) -> Self:
        """The network degraded as a text says, for configuration files.

        ``how`` is ``shuffled``, ``rewired``, ``empty`` (every edge removed, the genes still known, so that a model
        which asks for a network that shares genes with the screen can be fitted), ``complete`` (all pairs of
        ``genes``, such as the screen's targets and readouts), ``without 25%`` (of the edges of each source) or
        ``plus 50%`` (random edges).
        Raises ``ValueError`` for any other text, a percentage above 100, and ``complete`` without ``genes``.
        """
        if how == "complete":
            return self._complete(genes)
        if how in ("shuffled", "rewired"):
            return self.shuffled(seed) if how == "shuffled" else self.rewired(seed)
        if how == "empty":
            return self.without_edges(1.0, seed)
        found = _PERCENT.fullmatch(how) if isinstance(how, str) else None
        if found is None:
            raise ValueError(f"{called(how)} is no way to degrade a network: use {_FORMS}.")
        verb, percent = found[1], float(found[2])
        if percent > 100:
            raise ValueError(f"{how!r} is out of range: use a percentage from 0 to 100.")
        return (self.without_edges if verb == "without" else self.with_random_edges)(percent / 100, seed)

    def shuffled(self, seed: int) -> Self:
        """The network with its genes permuted at random, in every source alike: all else of the graph stays."""
        order = np.random.default_rng(whole_number("seed", seed)).permutation(len(self.genes))
        new_name = {gene: self.genes[i] for gene, i in zip(self.genes, order, strict=True)}
        return self._each(lambda source: degrading.shuffled(source, new_name, seed))

    def without_edges(self, fraction: float, seed: int) -> Self:
        """The network without a random fraction of each source's edges or memberships (``degrading.without_edges``)."""
        return self._each(lambda source: degrading.without_edges(source, fraction, seed))

    def with_random_edges(self, fraction: float, seed: int) -> Self:
        """The network with so many random edges or memberships added (``degrading.with_random_edges``)."""
        return self._each(lambda source: degrading.with_random_edges(source, fraction, seed))

    def rewired(self, seed: int, swaps_per_edge: int = 10) -> Self:
        """The network rewired at random, gene degrees and set sizes kept (``degrading.rewired``)."""
        return self._each(lambda source: degrading.rewired(source, seed, swaps_per_edge))

    def _complete(self, genes: Iterable[str] | None) -> Self:
        if genes is None:
            raise ValueError("A complete network joins given genes: pass genes=..., such as targets and readouts.")
        return replace(self, sources={"complete": degrading.all_pairs(self.symbols(genes))}, chooses_nodes=None)

    def _each(self, change: Callable[[Source], Source]) -> Self:
        return replace(self, sources={name: change(source) for name, source in self.sources.items()})
