"""A network degraded on purpose: what goes, what stays, and that it says so."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel.files import data_dir
from appmodel.networks import (
    Network,
    complete_network,
    empty_network,
    load_network,
    network_from_edges,
    network_from_sets,
)
from appmodel.networks.edge_list import EdgeList
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


def edges_of(source):
    """Memberships as (gene, set), edges as unordered pairs of genes."""
    if source.kind == "sets":
        pairs = source.memberships.tocoo()
        return {(source.genes[i], source.set_names[j]) for i, j in zip(pairs.row, pairs.col, strict=True)}
    return {frozenset(pair) for pair in zip(source.edges["source"], source.edges["target"], strict=True)}


def check_form(source, before):
    """A source as its docstring promises, with the genes and sets of the one it came from."""
    assert (source.name, source.genes, source.set_names, source.licence, source.citation) == (
        before.name,
        before.genes,
        before.set_names,
        before.licence,
        before.citation,
    )
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


# --- removing ---------------------------------------------------------------------------------------------------------


def test_two_of_four_edges_go_by_hand():
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
def test_the_fraction_of_each_source_goes(network, fraction):
    after = network.without_edges(fraction, seed=0)
    assert after.genes == network.genes
    for name, source in after.sources.items():
        before = network.sources[name]
        check_form(source, before)
        assert edges_of(source) < edges_of(before)
        n = len(edges_of(before))
        assert len(edges_of(source)) == n - round(fraction * n)


@pytest.mark.parametrize("seed", [0, 1])
def test_removals_are_nested(network, seed):
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


# --- adding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_random_edges_are_new_and_as_many_as_asked_for(network, fraction):
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


def test_additions_are_nested(network):
    steps = [network.with_random_edges(fraction, 2) for fraction in (0.1, 0.25, 0.5, 0.75, 1.0)]
    for name in network.sources:
        for less, more in itertools.pairwise(steps):
            assert edges_of(less.sources[name]) < edges_of(more.sources[name])
    for name in ("directed", "undirected"):
        tables = [set(step.edges(name).itertuples(index=False, name=None)) for step in steps]
        assert all(less < more for less, more in itertools.pairwise(tables))  # weights and directions too


def test_the_last_missing_edges_are_found_and_no_more():
    square = network_from_edges(pd.DataFrame({"source": list("ABC"), "target": list("BCD")}))
    whole = square.with_random_edges(1.0, 0)  # 3 of 6 pairs are there, 3 are missing
    assert edges_of(whole.sources["edges"]) == {frozenset(pair) for pair in itertools.combinations("ABCD", 2)}
    with pytest.raises(ValueError, match=r"'edges' has 6 of 6 possible edges: 1 more cannot be added"):
        whole.with_random_edges(0.1, 0)
    sets = network_from_sets({"s": ["A", "B"], "t": ["A", "B", "C"]})
    assert sets.with_random_edges(0.2, 0).sources["sets"].memberships.nnz == 6
    with pytest.raises(ValueError, match=r"'sets' has 5 of 6 possible memberships: 2 more"):
        sets.with_random_edges(0.4, 0)


def test_every_missing_edge_is_equally_likely():
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


# --- rewiring ---------------------------------------------------------------------------------------------------------


def degrees(source):
    if source.kind == "sets":
        return [np.asarray(source.memberships.sum(axis=axis)).ravel().tolist() for axis in (0, 1)]
    ends = [
        source.edges[end].value_counts().reindex(source.genes, fill_value=0).tolist() for end in ("source", "target")
    ]
    partners = pair_matrix(source).getnnz(axis=0).tolist()
    return [*ends, partners] if source.directed else [partners]


@pytest.mark.parametrize("seed", range(3))
def test_degrees_and_set_sizes_stay(network, seed):
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
def test_any_edges_stay_well_formed(pairs, mirrored, directed, seed, fraction):
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
def test_any_memberships_keep_their_degrees(sets, seed):
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


# --- the complete network ---------------------------------------------------------------------------------------------


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


# --- it says so, and one text for all ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "version", "said", "count"),
    [
        (lambda n: n.without_edges(0.25, 4), "25 % of memberships removed, seed 4", "memberships removed", 2),
        (lambda n: n.with_random_edges(0.5, 4), "50 % random memberships added, seed 4", "memberships added", 4),
        (lambda n: n.rewired(4), "memberships rewired, 10 swaps per edge, seed 4", "memberships rewired", None),
        (lambda n: n.shuffled(4), "genes shuffled, seed 4", "genes shuffled", None),
    ],
)
def test_a_degraded_source_says_so(change, version, said, count):
    before = network_from_sets({"s1": ["A", "B", "C"], "s2": ["C", "D", "E"], "s3": ["E", "F"]})  # 8 memberships
    after = change(before)
    assert after.summary()["version"].tolist() == [f"unknown; {version}"]
    assert after.changes()["change"].tolist() == [said]
    assert after.digest != before.digest
    if count:
        assert after.changes()["count"].tolist() == [count]
    twice = after.without_edges(0.5, 0)
    assert twice.summary()["version"][0] == f"unknown; {version}; 50 % of memberships removed, seed 0"
    assert len(twice.changes()) == 2


def test_examples_of_what_changed():
    before = network_from_sets({"s1": ["A", "B"]})
    assert before.without_edges(1.0, 0).changes()["examples"][0] in ("'A in s1', 'B in s1'", "'B in s1', 'A in s1'")
    edge = network_from_edges(pd.DataFrame({"source": ["A"], "target": ["B"]}))
    assert edge.without_edges(1.0, 0).changes()["examples"][0] == "'A-B'"


def test_one_text_for_each_way(network):
    same = {
        "shuffled": network.shuffled(4),
        "rewired": network.rewired(4),
        "empty": network.without_edges(1.0, 4),
        "without 25%": network.without_edges(0.25, 4),
        "plus 50%": network.with_random_edges(0.5, 4),
        "without 12.5%": network.without_edges(0.125, 4),
        "without 0%": network,
        "without 100%": network.without_edges(1.0, 0),
        "plus 100%": network.with_random_edges(1.0, 4),
    }
    for how, expected in same.items():
        assert network.degraded(how, 4).digest == expected.digest, how
    whole = network.degraded("complete", 4, genes=["G1", "G2"])
    assert whole.digest == complete_network(["G1", "G2"], aliases=False).digest
    for how in ("shuffled", "rewired", "without 25%", "plus 50%"):
        assert len({network.degraded(how, seed).digest for seed in range(3)}) == 3


@pytest.mark.parametrize(
    "how",
    [
        "Shuffled",
        "without 25",
        "without 25 %",
        "without  25%",
        "plus -5%",
        "plus 50% ",
        "minus 5%",
        "complete 5",
        "",
        None,
        25,
        "without nan%",
        "without 25%\n",
        "without ٢٥%",
    ],
)
def test_other_texts_are_refused(network, how):
    with pytest.raises(ValueError, match="is no way to degrade a network: use 'shuffled'"):
        network.degraded(how, 0)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda n: n.degraded("without 101%", 0), "'without 101%' is out of range: use a percentage from 0 to 100"),
        (lambda n: n.degraded("plus 250%", 0), "'plus 250%' is out of range"),
        (lambda n: n.degraded("complete", 0), "pass genes="),
        (lambda n: n.degraded("complete", 0, genes=["G1"]), "two genes or more; there are 1"),
        (lambda n: n.degraded("complete", 0, genes="G1"), "'G1' is one text"),
        (lambda n: n.without_edges(1.2, 0), "fraction is 1.2: give a number from 0 to 1"),
        (lambda n: n.without_edges(-0.1, 0), "fraction is -0.1"),
        (lambda n: n.without_edges(float("nan"), 0), "fraction is nan"),
        (lambda n: n.with_random_edges(2, 0), "fraction is 2"),
        (lambda n: n.with_random_edges("half", 0), "fraction is 'half'"),
        (lambda n: n.without_edges(True, 0), "fraction is True"),
        (lambda n: n.without_edges(0.5, -1), "seed is -1: give a whole number"),
        (lambda n: n.rewired(0.5), "seed is 0.5"),
        (lambda n: n.rewired(0, 0), "swaps_per_edge is 0"),
        (lambda n: n.rewired(0, 2.5), "swaps_per_edge is 2.5"),
        (lambda n: complete_network([]), "two genes or more; there are 0"),
    ],
)
def test_bad_requests_get_one_sentence(network, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(network)


# --- real networks, and the models that read them ---------------------------------------------------------------------


def test_go_bp_is_damaged_as_asked():
    network = load_network("go_bp")
    less, more, mixed = (network.degraded(how, 0) for how in ("without 25%", "plus 50%", "rewired"))
    before, after = network.sources["go_bp"], mixed.sources["go_bp"]
    assert degrees(after) == degrees(before)
    assert before.memberships.multiply(after.memberships).nnz < 0.1 * before.memberships.nnz
    n = before.memberships.nnz
    assert (less.sources["go_bp"].memberships.nnz, more.sources["go_bp"].memberships.nnz) == (
        n - round(0.25 * n),
        n + round(0.5 * n),
    )


@pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")
def test_signed_directed_edges_stay_so():
    network = load_network("collectri")
    before = network.sources["collectri"]
    for how in ("rewired", "without 50%", "plus 50%"):
        after = network.degraded(how, 0).sources["collectri"]
        check_form(after, before)
        assert set(after.edges["weight"]) == {-1.0, 1.0}
    assert degrees(network.degraded("rewired", 0).sources["collectri"]) == degrees(before)


@pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
@pytest.mark.parametrize("how", ["empty", "complete", "without 75%", "plus 100%", "rewired"])
def test_both_models_can_be_fitted_on_it(how, tiny_effects, tiny_network):
    from appmodel.predictors import APP, AnchoredAPP

    genes = [*tiny_effects.uns["targets"], *tiny_effects.var_names]
    network = tiny_network.degraded(how, 0, genes=genes)
    for model in (APP(n_hidden=4, max_epochs=1), AnchoredAPP()):
        predicted = model.fit(tiny_effects, network).predict([genes[0]])
        assert np.isfinite(predicted.X).all()


def test_the_nodes_can_stay_those_of_the_intact_network():
    network = load_network("go_bp")
    targets = ["KLF1", "CEBPA", "AARS1"]
    damaged = network.without_edges(0.9, seed=0)
    assert damaged.nodes(targets, limit=50) != network.nodes(targets, limit=50)
    kept = damaged.with_nodes_of(network)
    assert kept.nodes(targets, limit=50) == network.nodes(targets, limit=50)
    nodes = kept.nodes(targets, limit=50)
    assert (kept.adjacency(nodes) != damaged.adjacency(nodes)).nnz == 0
    assert kept.digest not in (damaged.digest, network.digest)
