"""Edges removed from a network and random ones added: how many, which, and nested from step to step."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from appmodel.networks import Network, complete_network, empty_network, network_from_edges, network_from_sets
from appmodel.networks.edge_list import EdgeList


def test_two_of_four_edges_go_by_hand(edges_of):
    table = pd.DataFrame(
        [("A", "B", 1.0), ("B", "A", -2.0), ("A", "C", 3.0), ("C", "D", 4.0), ("B", "D", 5.0)],
        columns=["source", "target", "weight"],
    )
    before = network_from_edges(table)
    after = before.without_edges(0.5, seed=3).edges("edges")
    kept = {frozenset(pair) for pair in zip(after["source"], after["target"], strict=True)}
    assert len(kept) == 2  # of four pairs: A-B, listed in both directions, stays or goes as one
    assert len(after) == 2 + (frozenset("AB") in kept)
    merged = after.merge(table, on=["source", "target", "weight"])  # with their weights and directions
    assert len(merged) == len(after)
    seen = [frozenset("AB") in edges_of(before.without_edges(0.5, seed).sources["edges"]) for seed in range(60)]
    assert 15 < sum(seen) < 45


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5, 0.9])
def test_the_fraction_of_each_source_goes(network, fraction, edges_of, check_form):
    after = network.without_edges(fraction, seed=0)
    assert after.genes == network.genes
    for name, source in after.sources.items():
        before = network.sources[name]
        check_form(source, before)
        assert edges_of(source) < edges_of(before)
        n = len(edges_of(before))
        assert len(edges_of(source)) == n - round(fraction * n)


@pytest.mark.parametrize("seed", [0, 1])
def test_removals_are_nested(network, seed, edges_of):
    steps = [network.without_edges(fraction, seed) for fraction in (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)]
    for name in network.sources:
        for less, more in itertools.pairwise(steps):
            assert edges_of(more.sources[name]) < edges_of(less.sources[name])


def test_nothing_removed_is_the_same_network(network):
    for same in (network.without_edges(0, seed=5), network.with_random_edges(0.0, seed=5)):
        assert same.digest == network.digest
        pd.testing.assert_frame_equal(same.summary(), network.summary())


def test_everything_removed_leaves_the_genes(network):
    bare = network.without_edges(1.0, seed=0)
    genes = list(network.genes)
    assert bare.has(genes).all()
    assert not bare.is_empty
    bare.check_overlap(genes[:1])
    assert bare.adjacency(genes).nnz == 0
    assert bare.to_pyg(genes).edge_index.shape == (2, 0)
    assert bare.nodes(genes[:3], limit=10) == sorted(genes[:3])
    assert bare.memberships("sets", genes).nnz == 0
    assert len(bare.edges("directed")) == 0
    np.testing.assert_array_equal(bare.embedding(genes, 2), np.zeros((len(genes), 2)))
    assert bare.without_edges(0.5, 0).digest == bare.with_random_edges(1, 0).digest == bare.rewired(0).digest
    assert empty_network().without_edges(0.5, 0).is_empty


def test_a_source_does_not_depend_on_its_company(network):
    for way in (lambda n: n.without_edges(0.3, 1), lambda n: n.with_random_edges(0.3, 1), lambda n: n.rewired(1)):
        alone = Network(dict(reversed(network.sources.items())), False)
        assert way(alone).digest == way(network).digest
        assert way(network.only("undirected")).digest == way(network).only("undirected").digest


@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_random_edges_are_new_and_as_many_as_asked_for(network, fraction, edges_of, check_form):
    after = network.with_random_edges(fraction, seed=0)
    for name, source in after.sources.items():
        before = network.sources[name]
        check_form(source, before)
        assert edges_of(source) > edges_of(before)
        assert len(edges_of(source)) == len(edges_of(before)) + round(fraction * len(edges_of(before)))
    own = network.edges("directed")
    grown = after.edges("directed").merge(own, how="left", on=["source", "target"], suffixes=("", "_own"))
    old = grown["weight_own"].notna()
    assert (grown.loc[old, "weight"] == grown.loc[old, "weight_own"]).all()
    assert set(grown.loc[~old, "weight"]) <= set(own["weight"])
    assert grown.loc[~old, "weight"].nunique() > 3


def test_additions_are_nested(network, edges_of):
    steps = [network.with_random_edges(fraction, 2) for fraction in (0.1, 0.25, 0.5, 0.75, 1.0)]
    for name in network.sources:
        for less, more in itertools.pairwise(steps):
            assert edges_of(less.sources[name]) < edges_of(more.sources[name])
    for name in ("directed", "undirected"):
        tables = [set(step.edges(name).itertuples(index=False, name=None)) for step in steps]
        assert all(less < more for less, more in itertools.pairwise(tables))  # weights and directions too


def test_the_last_missing_edges_are_found_and_no_more(edges_of):
    square = network_from_edges(pd.DataFrame({"source": list("ABC"), "target": list("BCD")}))
    whole = square.with_random_edges(1.0, 0)  # 3 of 6 pairs are there, 3 are missing
    assert edges_of(whole.sources["edges"]) == {frozenset(pair) for pair in itertools.combinations("ABCD", 2)}
    with pytest.raises(ValueError, match=r"'edges' has 6 of 6 possible edges: 1 more cannot be added"):
        whole.with_random_edges(0.1, 0)
    sets = network_from_sets({"s": ["A", "B"], "t": ["A", "B", "C"]})
    assert sets.with_random_edges(0.2, 0).sources["sets"].memberships.nnz == 6
    with pytest.raises(ValueError, match=r"'sets' has 5 of 6 possible memberships: 2 more"):
        sets.with_random_edges(0.4, 0)


def test_every_missing_edge_is_equally_likely(edges_of):
    line = network_from_edges(pd.DataFrame({"source": list("ABCDE"), "target": list("BCDEF")}))
    missing = {frozenset(pair) for pair in itertools.combinations("ABCDEF", 2)} - edges_of(line.sources["edges"])
    found, directions = Counter(), Counter()
    for seed in range(500):
        after = line.with_random_edges(0.2, seed)  # one edge
        new = after.edges("edges").merge(line.edges("edges"), how="left", indicator=True)
        new = new[new["_merge"] == "left_only"].iloc[0]
        found[frozenset((new["source"], new["target"]))] += 1
        directions[new["source"] < new["target"]] += 1
    assert set(found) == missing  # ten of them: 50 each, standard deviation 6.7
    assert all(25 < count < 75 for count in found.values())
    assert all(210 < count < 290 for count in directions.values())


@pytest.mark.parametrize("n", [2, 3, 6, 7])
def test_numbers_stand_for_every_pair_once(n):
    genes = [f"G{i}" for i in range(n)]
    edges = EdgeList.of(complete_network(genes).sources["complete"])
    drawn = edges.numbered(np.arange(edges.n_possible), np.random.default_rng(0))
    assert edges.n_possible == n * (n - 1) // 2
    assert sorted(drawn.keys) == sorted(edges.keys)
