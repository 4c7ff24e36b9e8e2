"""What damage to a network does to the graph that APP is given: a gene finds other neighbours as long as it can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ...networks import Network


def graph_damage(
    network: Network, damaged: Mapping[str, Network], targets: Iterable[str], n_nodes: int = 2000, n_neighbors: int = 20
) -> pd.DataFrame:
    """Edges of APP's graph, kept and new, for each damaged network; the genes are those of the intact ``network``.

    Columns: network, edges, kept and new, both as a share of the intact graph's edges (0 to 1).
    """
    nodes = network.nodes(targets, limit=n_nodes)
    intact = network.adjacency(nodes, n_neighbors).astype(bool)
    rows = []
    for name, other in {"intact": network, **damaged}.items():
        found = other.adjacency(nodes, n_neighbors).astype(bool)
        kept = intact.multiply(found).nnz
        rows.append({"network": name, "edges": found.nnz // 2, "kept": kept, "new": found.nnz - kept})
    table = pd.DataFrame(rows)
    total = intact.nnz or np.nan  # no edge to keep: no share
    return table.assign(kept=table["kept"] / total, new=table["new"] / total)
