"""Views of a network against numbers worked out by hand or by a dense solution."""

import numpy as np
import pandas as pd
import pytest

from appmodel.networks import Network, empty_network, network_from_edges, network_from_sets
from appmodel.networks.diffusion import CONTINUE, STEPS
from appmodel.predictors.anchored.gene_views import GeneViews, views_of


def dense(rows):
    """Walks come as arrays, everything else sparse."""
    return rows if isinstance(rows, np.ndarray) else rows.toarray()


def edges(*rows):
    return network_from_edges(pd.DataFrame(rows, columns=["source", "target", "weight"]), "edges", aliases=False)


def joined(*networks):
    return Network({name: source for network in networks for name, source in network.sources.items()}, False)


@pytest.fixture(scope="module")
def sets():
    return network_from_sets({"pair": ["A", "B"], "trio": ["A", "B", "C"], "alone": ["C"]}, "one", aliases=False)


@pytest.fixture(scope="module")
def path():
    """A - B - C with confidences 1 and 0.5."""
    return edges(("A", "B", 1.0), ("C", "B", -0.5))


def test_memberships_are_weighted_by_the_size_of_the_set(sets):
    (view,) = GeneViews(sets)(["A", "B", "C", "D"])
    pair, trio, alone = np.log(20_000 / np.array([2, 3, 1]))
    a, c = np.array([pair, trio, 0]), np.array([0, trio, alone])
    a, c = a / np.linalg.norm(a), c / np.linalg.norm(c)
    np.testing.assert_allclose(dense(view), [a, a, c, [0, 0, 0]], atol=1e-14)


def test_all_set_sources_together_are_one_more_view(sets):
    other = network_from_sets({"big": ["A", "C", "D", "E"]}, "two", aliases=False)
    views = GeneViews(joined(sets, other))(["A", "B", "D"])
    assert [view.shape for view in views] == [(3, 3), (3, 1), (3, 4)]
    np.testing.assert_allclose(dense(views[1]), [[1], [0], [1]])
    pair, trio, big = np.log(20_000 / np.array([2, 3, 4]))  # the weights of the sets themselves, side by side
    rows = np.array([[pair, trio, 0, big], [pair, trio, 0, 0], [0, 0, 0, big]])
    np.testing.assert_allclose(dense(views[2]), rows / np.linalg.norm(rows, axis=1, keepdims=True), atol=1e-14)


def test_neighbours_are_cubed_and_hubs_count_less(path):
    view, _ = GeneViews(path)(["A", "B", "C", "D"])
    one, two = np.log(20_000), np.log(20_000 / 2)  # degree of A and C, and of B
    rows = np.array([[one, two, 0], [one, two, 0.125 * one], [0, 0.125 * two, one]])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(dense(view), [*rows, [0, 0, 0]], atol=1e-14)


def test_walk_against_a_dense_solution(path):
    _, view = GeneViews(path)(["C", "A", "D"])
    W = np.array([[0, 1, 0], [1 / 1.5, 0, 0.5 / 1.5], [0, 1, 0]])
    exact = (1 - CONTINUE) * np.linalg.inv(np.eye(3) - CONTINUE * W)
    features = np.log1p(3 * exact[[2, 0]])
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    # the walk breaks off after STEPS steps, with CONTINUE ** (STEPS + 1) of its mass left
    np.testing.assert_allclose(dense(view), [*features, [0, 0, 0]], atol=3 * CONTINUE ** (STEPS + 1))
    short = (1 - CONTINUE) * sum(CONTINUE**k * np.linalg.matrix_power(W, k) for k in range(STEPS + 1))
    features = np.log1p(3 * short[[2, 0]])
    np.testing.assert_allclose(dense(view)[:2], features / np.linalg.norm(features, axis=1, keepdims=True), atol=1e-14)


def test_walks_do_not_depend_on_which_genes_were_asked_before(path):
    first, second = GeneViews(path), GeneViews(path)
    second(["C"]), second(["B", "C"])
    for one, other in zip(first(["A", "B", "C"]), second(["A", "B", "C"]), strict=True):
        np.testing.assert_allclose(dense(one), dense(other), atol=1e-15)


def test_rows_have_length_one_or_zero(tiny_network):
    genes = [*tiny_network.genes[:30], "NOPE"]
    for view in GeneViews(tiny_network)(genes):
        length = np.linalg.norm(dense(view), axis=1)
        np.testing.assert_allclose(length, [1.0] * 30 + [0.0], atol=1e-12)


def test_a_retired_symbol_has_the_row_of_the_current_one():
    network = network_from_sets({"ligases": ["AARS1", "KLF1"], "other": ["KLF1", "TP53"]})
    (view,) = GeneViews(network)(["AARS", "AARS1", "NOPE"])
    np.testing.assert_array_equal(dense(view)[0], dense(view)[1])
    assert view[2].nnz == 0


def test_a_gene_whose_only_edge_was_dropped_is_like_itself_alone():
    network = edges(("A", "A", 1.0), ("B", "C", 1.0))  # self-loops are dropped, their gene stays
    for view in GeneViews(network)(["A", "B"]):
        np.testing.assert_allclose(dense(view @ view.T)[0], [1, 0], atol=1e-14)


def test_views_of_a_mixed_network_come_sets_first(sets, path):
    network = joined(path, sets)
    shapes = [view.shape[1] for view in GeneViews(network)(["A"])]
    assert shapes == [3, 3, 3]  # sets, neighbours, walk: no view of all sets where there is one source of them
    assert GeneViews(network)([])[0].shape == (0, 3)


def test_without_sources_there_is_no_view():
    assert GeneViews(empty_network())(["A", "B"]) == []


def test_views_are_kept_for_a_network(sets):
    assert views_of(sets) is views_of(sets)
    assert views_of(sets) is not views_of(sets.shuffled(0))
