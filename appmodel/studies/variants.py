"""What a damaged network changes (Table 4): how far it is damaged, what that does to a graph, and who relies on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..networks import Network
from ..scoring import difference_table
from .study import Study


def damage_steps(study: Study, reference: str, verb: str) -> dict[float, str]:
    """Share of edges changed (0 to 1) to method, for ``verb`` 'without' or 'plus'; 0 is ``reference`` itself."""
    given = {name: str(study.methods[name].get("network", "")) for name in study.variants(reference)}
    steps = {name: how.removeprefix(f"{verb} ").rstrip("%") for name, how in given.items() if how.startswith(verb)}
    return {0.0: reference} | {float(share) / 100: name for name, share in steps.items()}


def graph_damage(network: Network, damaged: Mapping[str, Network], targets: Iterable[str]) -> pd.DataFrame:
    """Edges of APP's graph, kept and new, for each damaged network; the genes are those of the intact ``network``.

    Columns: network, edges, kept and new, both as a share of the intact graph's edges (0 to 1).  A gene finds other
    neighbours as long as it can.
    """
    nodes = network.nodes(targets)
    intact = network.adjacency(nodes).astype(bool)
    rows, total = [], intact.nnz or np.nan  # no edge to keep: no share
    for name, other in {"intact": network, **damaged}.items():
        found = other.adjacency(nodes).astype(bool)
        kept = intact.multiply(found).nnz
        rows.append((name, found.nnz // 2, kept / total, (found.nnz - kept) / total))
    return pd.DataFrame(rows, columns=["network", "edges", "kept", "new"])


def relies_on_network(scores: pd.DataFrame, model: str) -> pd.Series:
    """Whether ``model`` relies on its network: True where a shuffled and an empty one are both worse, by screen, task.

    Worse with wrong edges alone is no gain from the right ones; and a curve that stays flat where the network is not
    relied on is indifference, not robustness.
    """
    table = difference_table(scores, model, [f"{model}_shuffled", f"{model}_empty"])
    return table["says"].eq("worse").groupby([table["screen"], table["task"]], sort=False).all().rename(model)
