"""A network of three kinds of sources, and what must hold of a source that was degraded."""

import numpy as np
import pandas as pd
import pytest

from appmodel.networks import Network, network_from_edges, network_from_sets
from appmodel.networks.graph import pair_matrix

SETS = {f"s{i}": [f"G{(i * j) % 40}" for j in range(1, 9)] for i in range(1, 12)}
RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "source": [f"G{i}" for i in RNG.integers(0, 40, 120)],
        "target": [f"G{i}" for i in RNG.integers(0, 40, 120)],
        "weight": RNG.normal(size=120).round(3),
    }
)


@pytest.fixture(scope="module")
def network():
    """A set source, a directed and an undirected edge source on 40 genes."""
    return Network(
        {
            **network_from_sets(SETS, aliases=False).sources,
            **network_from_edges(TABLE, "directed", aliases=False).sources,
            **network_from_edges(TABLE, "undirected", directed=False, aliases=False).sources,
        },
        False,
    )


def _edges_of(source):
    if source.kind == "sets":
        pairs = source.memberships.tocoo()
        return {(source.genes[i], source.set_names[j]) for i, j in zip(pairs.row, pairs.col, strict=True)}
    return {frozenset(pair) for pair in zip(source.edges["source"], source.edges["target"], strict=True)}


def _check_form(source, before):
    for name in ("name", "genes", "set_names", "licence", "citation"):
        assert getattr(source, name) == getattr(before, name), name
    if source.kind == "sets":
        assert source.memberships.shape == before.memberships.shape
        assert set(source.memberships.data) <= {1.0}
        assert source.memberships.has_sorted_indices
        assert source.memberships.has_canonical_format
        return
    table = source.edges
    assert list(table.columns) == ["source", "target", "weight"]
    assert (table["source"] != table["target"]).all()
    assert not table.duplicated(["source", "target"]).any()
    pd.testing.assert_frame_equal(table, table.sort_values(["source", "target"], ignore_index=True))
    if not source.directed:
        assert (table["source"] < table["target"]).all()


def _degrees(source):
    if source.kind == "sets":
        return [np.asarray(source.memberships.sum(axis=axis)).ravel().tolist() for axis in (0, 1)]
    counts = [source.edges[end].value_counts() for end in ("source", "target")]
    ends = [count.reindex(source.genes, fill_value=0).tolist() for count in counts]
    partners = pair_matrix(source).getnnz(axis=0).tolist()
    return [*ends, partners] if source.directed else [partners]


@pytest.fixture(scope="session")
def edges_of():
    """Memberships as (gene, set), edges as unordered pairs of genes."""
    return _edges_of


@pytest.fixture(scope="session")
def check_form():
    """A source as its docstring promises, with the genes and sets of the one it came from."""
    return _check_form


@pytest.fixture(scope="session")
def degrees():
    """How many sets a gene is in and how large each set is; how many edges begin, end and meet at a gene."""
    return _degrees
