"""A network degraded on purpose: it says so, one text names each way, and real networks and models go with it."""

import numpy as np
import pandas as pd
import pytest

from appmodel.files import data_dir
from appmodel.networks import complete_network, load_network, network_from_edges, network_from_sets
from appmodel.predictors import APP, AnchoredAPP


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


OTHER = (
    "Shuffled|without 25|without 25 %|without  25%|without 25%\n|without nan%|without ٢٥%|plus -5%|plus 50% |minus 5%"
)


@pytest.mark.parametrize("how", [*OTHER.split("|"), "complete 5", "", None, 25])
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
        (lambda n: n.degraded("complete", 0, genes="G1"), "not one text: write .'G1'."),
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


def test_go_bp_is_damaged_as_asked(degrees):
    network = load_network("go_bp")
    less, more, mixed = (network.degraded(how, 0) for how in ("without 25%", "plus 50%", "rewired"))
    before, after = network.sources["go_bp"], mixed.sources["go_bp"]
    assert degrees(after) == degrees(before)
    assert before.memberships.multiply(after.memberships).nnz < 0.1 * before.memberships.nnz
    n = before.memberships.nnz
    assert less.sources["go_bp"].memberships.nnz == n - round(0.25 * n)
    assert more.sources["go_bp"].memberships.nnz == n + round(0.5 * n)


@pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")
def test_signed_directed_edges_stay_so(check_form, degrees):
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
