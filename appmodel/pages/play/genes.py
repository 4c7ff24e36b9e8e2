"""Which genes the page shows: those that were measured in pairs with each other."""

from __future__ import annotations

from collections.abc import Iterable

from ...names import all_genes, genes_of


def often_paired(pairs: Iterable[str], n: int) -> list[str]:
    """``n`` genes, sorted, that hold many of ``pairs`` among themselves; all of them where there are no more.

    The gene in the fewest pairs is left out, again and again, the last by name of those that tie: the known greedy way
    to a dense part of a graph.  Raises ``ValueError`` for fewer than two genes.
    """
    if n < 2:
        raise ValueError(f"{n} gene(s) make no pair: ask for two or more.")
    kept = list(pairs)
    genes = all_genes(kept)
    while len(genes) > n:
        counts = dict.fromkeys(genes, 0)
        for gene in (gene for pair in kept for gene in genes_of(pair)):
            counts[gene] += 1
        least = min(reversed(genes), key=lambda gene: counts[gene])
        genes.remove(least)
        kept = [pair for pair in kept if least not in genes_of(pair)]
    return genes
