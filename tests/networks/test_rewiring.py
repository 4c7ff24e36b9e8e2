"""Rewired networks keep every degree and forget the rest; the complete network joins all pairs."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel.networks import complete_network, network_from_edges, network_from_sets


@pytest.mark.parametrize("seed", range(3))
def test_degrees_and_set_sizes_stay(network, seed, edges_of, check_form, degrees):
    after = network.rewired(seed)
    for name, source in after.sources.items():
        before = network.sources[name]
        check_form(source, before)
        assert degrees(source) == degrees(before)
        assert len(edges_of(source) & edges_of(before)) < 0.5 * len(edges_of(before))
        if source.kind == "edges":
            assert sorted(source.edges["weight"]) == sorted(before.edges["weight"])


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] != p[1]), min_size=1),
    mirrored=st.integers(0, 9),
    directed=st.booleans(),
    seed=st.integers(0, 9),
    fraction=st.floats(0, 1),
)
def test_any_edges_stay_well_formed(pairs, mirrored, directed, seed, fraction, edges_of, check_form, degrees):
    pairs |= {(b, a) for a, b in sorted(pairs)[:mirrored]}  # some are listed in both directions
    rows = [(f"G{a}", f"G{b}", 1.0 + a) for a, b in sorted(pairs)]
    table = pd.DataFrame(rows, columns=["source", "target", "weight"])
    before = network_from_edges(table, directed=directed, aliases=False)
    source = before.sources["edges"]
    for after in (before.rewired(seed, 3), before.without_edges(fraction, seed)):
        check_form(after.sources["edges"], source)
        assert after.rewired(seed).digest == after.rewired(seed).digest
    assert degrees(before.rewired(seed, 3).sources["edges"]) == degrees(source)
    n = len(edges_of(source))
    removed = n - len(edges_of(before.without_edges(fraction, seed).sources["edges"]))
    assert removed == round(fraction * n)


@settings(max_examples=60, deadline=None)
@given(
    sets=st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("ABCDEFGH"), min_size=1), min_size=1),
    seed=st.integers(0, 9),
)
def test_any_memberships_keep_their_degrees(sets, seed, check_form, degrees):
    before = network_from_sets(sets, aliases=False).sources["sets"]
    after = network_from_sets(sets, aliases=False).rewired(seed, 3).sources["sets"]
    check_form(after, before)
    assert degrees(after) == degrees(before)


def test_all_graphs_with_these_degrees_are_equally_likely():
    diagonal = network_from_sets({"s1": ["A"], "s2": ["B"], "s3": ["C"]})  # six ways to deal three genes to three sets
    found = Counter(tuple(diagonal.rewired(seed).sources["sets"].memberships.indices) for seed in range(600))
    assert sorted(found) == sorted(itertools.permutations(range(3)))
    assert all(65 < count < 135 for count in found.values())  # 100 each, standard deviation 9.1
    uneven = network_from_sets({"s1": ["A"], "s2": ["A", "B"], "s3": ["C"]})  # what needs rounds that can go back
    found = Counter(tuple(uneven.rewired(seed, 5).sources["sets"].memberships.indices) for seed in range(600))
    assert len(found) == 5
    assert all(80 < count < 160 for count in found.values())  # 120 each, standard deviation 9.8
    square = network_from_edges(pd.DataFrame({"source": list("AC"), "target": list("BD")}), directed=False)
    found = Counter(tuple(square.rewired(seed).edges("edges")["target"]) for seed in range(300))
    assert set(found) == {("B", "D"), ("C", "D"), ("D", "C")}  # A with B, C or D
    assert all(70 < count < 130 for count in found.values())


def test_directed_edges_keep_their_heads_and_tails():
    pair = network_from_edges(pd.DataFrame({"source": ["A", "C"], "target": ["B", "D"], "weight": [1.0, -2.0]}))
    found = Counter(tuple(pair.rewired(seed).edges("edges")["target"]) for seed in range(100))
    assert set(found) == {("B", "D"), ("D", "B")}  # never A-C
    assert pair.rewired(0).edges("edges")["weight"].tolist() == [1.0, -2.0]  # with the first gene


def test_what_cannot_be_rewired_stays():
    whole = complete_network([f"G{i}" for i in range(6)])
    assert whole.rewired(0).digest == whole.digest
    star = network_from_edges(pd.DataFrame({"source": list("AAA"), "target": list("BCD")}), directed=False)
    assert star.rewired(0).digest == star.digest
    one = network_from_edges(pd.DataFrame({"source": ["A"], "target": ["B"]}))
    assert one.rewired(0).digest == one.digest


def test_the_complete_network_joins_all_pairs():
    whole = complete_network(["G3", "G1", "G2", "G1"])
    assert whole.genes == ("G1", "G2", "G3")
    np.testing.assert_array_equal(whole.adjacency(["G1", "G2", "G3"]).toarray(), 1 - np.eye(3))
    assert whole.to_pyg(["G1", "G2", "G3"]).edge_index.tolist() == [[0, 0, 1, 1, 2, 2], [1, 2, 0, 2, 0, 1]]
    assert whole.nodes(["G2"], limit=2) == ["G1", "G2"]
    assert whole.adjacency(["G1", "other"]).nnz == 0
    assert whole.summary()["version"].tolist() == ["all pairs of 3 genes"]


def test_the_complete_network_knows_aliases():
    assert complete_network(["AARS", "KLF1"]).genes == ("AARS1", "KLF1")
    assert complete_network(["AARS", "KLF1"]).has(["AARS"]).all()
    assert complete_network(["AARS", "KLF1"], aliases=False).genes == ("AARS", "KLF1")


def test_two_thousand_genes_make_a_complete_graph():
    genes = [f"G{i}" for i in range(2000)]
    data = complete_network(genes).to_pyg(genes)
    assert data.edge_index.shape == (2, 2000 * 1999)
