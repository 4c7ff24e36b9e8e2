"""The graph form on four genes by hand, and what must hold for any network."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel.networks import Network, empty_network, network_from_edges, network_from_sets

SETS = {"s1": ["G1", "G2"], "s2": ["G2", "G3", "G4"]}
W1, W2 = math.log(20000 / 2), math.log(20000 / 3)
LENGTH = math.hypot(W1, W2)  # of the row of G2
GENES = ["G1", "G2", "G3", "G4"]


def both(sets=SETS, edges=(("G1", "G4", -0.25), ("G3", "G4", 2.0))):
    table = pd.DataFrame(list(edges), columns=["source", "target", "weight"])
    return Network({**network_from_sets(sets, "sets").sources, **network_from_edges(table, "edges").sources})


def test_cosines_by_hand():
    a, b = W1 / LENGTH, W2 / LENGTH
    expected = [[0, a, 0, 0], [a, 0, b, b], [0, b, 0, 1], [0, b, 1, 0]]
    np.testing.assert_allclose(network_from_sets(SETS).adjacency(GENES, 3).toarray(), expected, atol=1e-12)


def test_only_the_nearest_neighbours_are_joined():
    a, b = W1 / LENGTH, W2 / LENGTH
    nearest = network_from_sets(SETS).adjacency(GENES, 1).toarray()  # G1-G2 and G3-G4 choose each other
    np.testing.assert_allclose(nearest, [[0, a, 0, 0], [a, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], atol=1e-12)
    # restricted to G2, G3, G4: the two cosines of G2 are equal, the first name wins; G4's own choice is G3
    restricted = network_from_sets(SETS).adjacency(["G2", "G3", "G4"], 1).toarray()
    np.testing.assert_allclose(restricted, [[0, b, 0], [b, 0, 1], [0, 1, 0]], atol=1e-12)


def test_sources_are_united_by_the_larger_weight():
    a, b = W1 / LENGTH, W2 / LENGTH
    expected = [[0, a, 0, 0.25], [a, 0, b, b], [0, b, 0, 2], [0.25, b, 2, 0]]
    np.testing.assert_allclose(both().adjacency(GENES, 3).toarray(), expected, atol=1e-12)
    np.testing.assert_array_equal(both().only("edges").adjacency(GENES).toarray()[0], [0, 0, 0, 0.25])


def test_both_directions_of_a_pair_give_the_larger_weight():
    table = pd.DataFrame({"source": ["G1", "G2"], "target": ["G2", "G1"], "weight": [0.5, -3.0]})
    np.testing.assert_array_equal(network_from_edges(table).adjacency(["G1", "G2"]).toarray(), [[0, 3], [3, 0]])


def test_features_are_unit_rows_whose_products_are_the_cosines():
    rows = both().features("sets", ["G2", "absent", "G1"]).toarray()
    np.testing.assert_allclose(rows, [[W1 / LENGTH, W2 / LENGTH], [0, 0], [1, 0]], atol=1e-12)
    edge_rows = both().features("edges", ["G4"]).toarray()  # genes of this source: G1, G3, G4
    np.testing.assert_allclose(edge_rows, [[0.25 / math.hypot(0.25, 2), 2 / math.hypot(0.25, 2), 0]], atol=1e-12)


def test_a_set_larger_than_the_genome_says_nothing():
    everything = {"all": [f"G{i}" for i in range(20001)]}
    assert network_from_sets(everything, aliases=False).adjacency(["G1", "G2"]).nnz == 0


def test_pyg_form():
    data = both().to_pyg(["G4", "G1", "G3"], 3)
    assert data.genes == ["G4", "G1", "G3"]
    assert data.num_nodes == 3
    assert data.edge_index.tolist() == [[0, 0, 1, 2], [1, 2, 0, 0]]
    assert data.edge_weight.tolist() == [0.25, 2.0, 0.25, 2.0]
    assert str(data.edge_index.dtype) == "torch.int64"


def test_nodes_are_filled_with_the_best_connected_neighbours():
    rows = [("T1", "N1"), ("T2", "N1"), ("T1", "N2"), ("T1", "N3"), ("N1", "N4")]
    table = pd.DataFrame(rows, columns=["source", "target"]).assign(weight=[1, 1, 1, 5, 9])
    network = network_from_edges(table)
    assert network.nodes(["T1", "T2"], limit=3) == ["N1", "T1", "T2"]  # joined to two targets
    assert network.nodes(["T1", "T2"], limit=4) == ["N1", "N3", "T1", "T2"]  # then the heavier edge
    assert network.nodes(["T2", "T1"], limit=50) == ["N1", "N2", "N3", "T1", "T2"]  # N4 is joined to no target
    assert network.nodes(["T1"], ["R1", "N4"], limit=2) == ["N4", "R1", "T1"]  # never fewer than asked for
    assert network.nodes(["T1", "T1"], limit=0) == ["T1"]


def test_nodes_by_membership():
    # G2's neighbours: G1 (cosine W1 / LENGTH), then G3 and G4 with the same one: the name decides
    assert network_from_sets(SETS).nodes(["G2"], limit=2) == ["G1", "G2"]
    assert network_from_sets(SETS).nodes(["G2"], limit=3) == ["G1", "G2", "G3"]
    assert network_from_sets(SETS).nodes(["G2"], n_neighbors=1) == ["G1", "G2"]


def test_embedding_by_hand():
    network = network_from_sets({"s1": ["G1", "G2"], "s2": ["G3"]})  # two orthogonal directions
    embedded = network.embedding(["G3", "G1", "G2", "none"], n_components=3)
    np.testing.assert_allclose(embedded[:3], [[0, 1, 0], [1, 0, 0], [1, 0, 0]], atol=1e-12)  # rank 2: third is 0
    assert np.isnan(embedded[3]).all()


def test_embedding_keeps_inner_products_and_its_sign():
    network = both()
    embedded = network.embedding(GENES, n_components=4)
    features = [network.features(name, GENES).toarray() for name in ("sets", "edges")]
    np.testing.assert_allclose(embedded @ embedded.T, sum(f @ f.T for f in features), atol=1e-10)
    assert (embedded.max(axis=0) >= -embedded.min(axis=0) - 1e-9).all()
    np.testing.assert_array_equal(embedded, network.embedding(GENES, n_components=4))


def test_large_embedding_agrees_with_the_exact_one():
    rng = np.random.default_rng(1)
    sets = {f"s{i}": [f"G{j}" for j in rng.choice(700, rng.integers(3, 40), replace=False)] for i in range(600)}
    network = network_from_sets(sets, aliases=False)
    embedded = network.embedding(network.genes, n_components=5)
    exact = np.linalg.svd(network.features("sets", network.genes).toarray(), compute_uv=False)[:5]
    np.testing.assert_allclose(np.linalg.norm(embedded, axis=0), exact, rtol=1e-8)


def test_the_empty_network():
    network = empty_network()
    assert network.is_empty
    assert network.nodes(["G2", "G1"]) == ["G1", "G2"]
    assert network.adjacency(["G1", "G2"]).toarray().tolist() == [[0, 0], [0, 0]]
    assert network.to_pyg(["G1"]).edge_index.shape == (2, 0)
    assert np.isnan(network.embedding(["G1"], 2)).all()
    assert (len(network.summary()), repr(network)) == (0, "Network(no sources)")
    assert network_from_sets(SETS).adjacency([]).shape == (0, 0)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda n: n.adjacency(["G1", "G1"]), "'G1' is named twice"),
        (lambda n: n.adjacency("G1"), "not one text: write .'G1'."),
        (lambda n: n.nodes("G1"), "not one text: write .'G1'."),
        (lambda n: n.nodes(["G1", float("nan")]), "nan is no gene symbol"),
        (lambda n: n.nodes(["G1"], limit=-1), "limit is -1"),
        (lambda n: n.adjacency(["G1"], 0), "n_neighbors is 0"),
        (lambda n: n.embedding(["G1"], 2.5), "n_components is 2.5"),
        (lambda n: n.only("kegg"), "no source 'kegg': choose from 'sets', 'edges'"),
        (lambda n: n.memberships("edges", ["G1"]), "'edges' holds edges, not sets"),
        (lambda n: n.edges("sets"), "'sets' holds sets, not edges"),
        (lambda n: n.check_overlap(["SIM1", "SIM2"], "screen 'demo'"), "shares no gene with screen 'demo' .*'SIM1'"),
    ],
)
def test_bad_requests_get_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(both())


def test_one_shared_gene_is_enough():
    both().check_overlap(["SIM1", "G3"])


# --- for any network -------------------------------------------------------------------------------------------------

genes = st.sampled_from([f"G{i}" for i in range(9)])
sets_of_genes = st.dictionaries(st.sampled_from("abcdef"), st.sets(genes, min_size=1), min_size=1)
edge_lists = st.lists(st.tuples(genes, genes, st.floats(-2, 2)), min_size=1, max_size=15)


@settings(max_examples=60, deadline=None)
@given(sets=sets_of_genes, edges=edge_lists, order=st.permutations([f"G{i}" for i in range(10)]), k=st.integers(1, 4))
def test_adjacency_is_symmetric_and_follows_a_permutation_of_its_nodes(sets, edges, order, k):
    network = both(sets, edges)
    names = sorted(order)
    straight = network.adjacency(names, k).toarray()
    np.testing.assert_array_equal(straight, straight.T)
    assert not straight.diagonal().any()
    assert (straight >= 0).all()
    position = [names.index(gene) for gene in order]
    np.testing.assert_array_equal(network.adjacency(order, k).toarray(), straight[np.ix_(position, position)])


@settings(max_examples=40, deadline=None)
@given(sets=sets_of_genes, edges=edge_lists, seed=st.integers(0, 5))
def test_shuffling_renames_genes_and_changes_nothing_else(sets, edges, seed):
    network = both(sets, edges)
    mixed = network.shuffled(seed)
    assert mixed.digest == network.shuffled(seed).digest
    assert mixed.genes == network.genes
    assert [s.size for s in mixed.sources.values()] == [s.size for s in network.sources.values()]
    before, after = (n.adjacency(n.genes, len(n.genes)).toarray() for n in (network, mixed))
    np.testing.assert_allclose(np.sort(before.sum(axis=0)), np.sort(after.sum(axis=0)), atol=1e-9)
    order = np.random.default_rng(seed).permutation(len(network.genes))  # gene i carries the name of order[i]
    np.testing.assert_allclose(before, after[np.ix_(order, order)], atol=1e-9)


def test_shuffling_uses_the_seed():
    network = network_from_sets({f"s{i}": [f"G{i}", f"G{i + 1}"] for i in range(30)})
    assert len({network.digest, network.shuffled(0).digest, network.shuffled(1).digest}) == 3


@settings(max_examples=40, deadline=None)
@given(sets=sets_of_genes, targets=st.sets(genes, min_size=1), limit=st.integers(0, 12))
def test_nodes_hold_targets_and_readouts_and_grow_with_the_limit(sets, targets, limit):
    network = both(sets)
    nodes = network.nodes(targets, ["R1"], limit)
    assert nodes == sorted(set(nodes))
    assert targets | {"R1"} <= set(nodes)
    assert len(nodes) <= max(limit, len(targets) + 1)
    assert set(nodes) <= set(network.nodes(targets, ["R1"], limit + 3))
