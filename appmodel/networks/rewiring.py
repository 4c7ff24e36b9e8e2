"""Rewiring with all degrees kept: double edge swaps, many at once.

Own code, since the swaps of networkx walk through Python sets edge by edge (minutes for 10^5 edges, and no bipartite
graphs) and scanpy's igraph is an optional extra that this project does not install.
"""

from __future__ import annotations

import numpy as np

from .edge_list import pair_keys


def swapped_ends(
    first: np.ndarray, second: np.ndarray, either_way: np.ndarray, swaps_per_edge: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the same edges (n,) each, after ``swaps_per_edge`` * n attempted swaps (a-b, c-d) to (a-d, c-b).

    Nodes are whole numbers from 0; no pair of nodes may occur twice, in either order.  An edge keeps its first end,
    so in- and out-degrees stay (gene degrees and set sizes, where the second ends are sets).  Edges that point
    ``either_way`` swap only with their like, in either of the two ways.  A swap that would make a self-loop or a pair
    that is there already is not done.

    Each round matches the edges at random, tries every second match, and does the swaps whose four pairs no other
    edge holds or asks for.  That condition reads the same before and after the swaps, so a round is as likely as its
    reverse: in the long run all graphs with these degrees that swaps can reach are equally likely, as for the
    one-by-one chain (Rao, Jana and Bandyopadhyay 1996, Sankhya A).
    """
    first, second = first.copy(), second.copy()
    n = len(first)
    for _ in range(4 * swaps_per_edge):  # a round tries n / 4 swaps
        order = rng.permutation(n)
        order = order[np.argsort(either_way[order], kind="stable")]
        one, other = order[: n - 1 : 2], order[1::2]
        # Trying all would leave two edges alternating for ever between the same two graphs.
        tried = (either_way[one] == either_way[other]) & (rng.random(n // 2) < 0.5)
        one, other = one[tried], other[tried]
        turned = either_way[other] & (rng.random(len(other)) < 0.5)
        a, b = first[one], second[one]
        c = np.where(turned, second[other], first[other])
        d = np.where(turned, first[other], second[other])
        asked = np.concatenate([pair_keys(a, d), pair_keys(c, b)])
        single = _occurs_once(np.concatenate([pair_keys(first, second), asked]))
        done = single[one] & single[other] & single[n:].reshape(2, -1).all(axis=0) & (a != d) & (c != b)
        one, other = one[done], other[done]
        second[one], first[other], second[other] = d[done], c[done], b[done]
    return first, second


def _occurs_once(keys: np.ndarray) -> np.ndarray:
    """Whether each key (n,) has no equal."""
    order = np.argsort(keys)
    equal = np.diff(keys[order]) == 0
    single = np.ones(len(keys), dtype=bool)
    single[order[1:][equal]] = single[order[:-1][equal]] = False
    return single
