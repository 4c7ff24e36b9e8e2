"""What a network says of itself: its sources, how each was read, what was lost, and which genes it knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..arguments import listed
from ..names import shown
from .identifiers import SYMBOLS, kind_of
from .source import Source


class Described:
    """The methods of ``Network`` that give a table about it, and the check that it fits a screen."""

    sources: Mapping[str, Source]

    if TYPE_CHECKING:  # what Network has

        @property
        def genes(self) -> tuple[str, ...]:
            """Sorted current symbols of all sources."""

        def symbols(self, genes: Iterable[str]) -> list[str]:
            """The symbols under which the network looks genes up, in order."""

        def has(self, genes: Iterable[str]) -> np.ndarray:
            """Whether each gene is in any source (n,) bool."""

    def summary(self) -> pd.DataFrame:
        """One row per source: source, kind, genes, sets or edges, version, licence."""
        columns = ["source", "kind", "genes", "sets or edges", "version", "licence"]
        rows = [(s.name, s.kind, len(s.genes), s.size, s.version, s.licence) for s in self.sources.values()]
        return pd.DataFrame(rows, columns=columns)

    def changes(self) -> pd.DataFrame:
        """What was dropped, merged, renamed or not used on reading: source, change, count, reason, examples."""
        columns = ["source", "change", "count", "reason", "examples"]
        rows = [(s.name, c.change, c.count, c.reason, c.examples) for s in self.sources.values() for c in s.changes]
        return pd.DataFrame(rows, columns=columns)

    def reading(self) -> pd.DataFrame:
        """What each source was taken for: source, decision (form, genes, weight, ...), value, evidence."""
        columns = ["source", "decision", "value", "evidence"]
        rows = [(s.name, d.decision, d.value, d.evidence) for s in self.sources.values() for d in s.reading]
        return pd.DataFrame(rows, columns=columns)

    def coverage(self, genes: Iterable[str]) -> pd.DataFrame:
        """How many of ``genes`` each source knows, and any of them (last row): source, genes, known, share, missing.

        A gene named twice counts once; ``missing`` are examples.  The share of no gene is NaN.
        """
        genes = list(dict.fromkeys(listed("genes", genes, "['KLF1']")))
        symbols = self.symbols(genes)
        there = {source.name: source.rows(symbols) >= 0 for source in self.sources.values()}
        there["any"] = np.any(list(there.values()), axis=0) if there else np.zeros(len(genes), dtype=bool)
        rows = []
        for name, known in there.items():
            n, missing = int(known.sum()), [gene for gene, is_known in zip(genes, known, strict=True) if not is_known]
            rows.append((name, len(genes), n, n / len(genes) if genes else np.nan, shown(missing, 3)))
        return pd.DataFrame(rows, columns=["source", "genes", "known", "share", "missing"])

    def check_overlap(self, genes: Iterable[str], what: str = "the screen") -> None:
        """Raise ``ValueError`` when not one of ``genes`` (of ``what``) is in the network, with the likely cause."""
        genes = list(dict.fromkeys(genes))
        if not self.has(genes).any():
            raise ValueError(
                f"The network ({', '.join(self.sources) or 'empty'}) shares no gene with {what} (genes such as "
                f"{shown(genes, 3) or 'none at all'}){likely_cause(genes, self.genes)}."
            )


def likely_cause(genes: list[str], known: tuple[str, ...]) -> str:
    """Why a screen's genes and a network's may have nothing in common, and what to do, as the end of a sentence."""
    if not genes or not known:
        return ": use a network with the same kind of gene symbols"
    of_network = f"; the network's are such as {shown(known, 2)}"
    kinds = {"network": kind_of(known), "screen": kind_of(genes)}
    if kinds["network"] != kinds["screen"]:
        for side, kind in kinds.items():
            if kind not in ("", SYMBOLS):
                other = "screen" if side == "network" else "network"
                return (
                    f"{of_network}: the {side} calls genes by {kind}, the {other} by {kinds[other] or 'other names'}; "
                    f"bring both to gene symbols"
                )
    spelt = {gene.upper(): gene for gene in known}
    twin = next((gene for gene in genes if gene.upper() in spelt), None)
    if twin is None:
        return f"{of_network}: use a network of the same species with the same kind of gene symbols"
    pair = f"{of_network}: {twin!r} of the screen is {spelt[twin.upper()]!r} there"
    if {_is_mouse(twin), _is_mouse(spelt[twin.upper()])} == {True, False} and twin.upper() in (
        twin,
        spelt[twin.upper()],
    ):
        return f"{pair}, one human, the other a mouse symbol; use a network of the screen's species, or map orthologues"
    return f"{pair}, in another letter case; write both in one case, human symbols in capitals"


def _is_mouse(gene: str) -> bool:
    return gene[:1].isupper() and gene[1:] == gene[1:].lower() and gene != gene.upper()
