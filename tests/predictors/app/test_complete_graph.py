"""The plain matrix of a nearly complete graph says what the edge list says."""

import numpy as np
import pytest
import torch

from appmodel.networks import complete_network
from appmodel.predictors import APP
from appmodel.predictors.app.graph_encoder import GraphLayer, neighbour_matrix

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")


def graph(n, share, seed=0):
    """A directed graph of n genes that joins this share of the pairs; gene 0 has no neighbour."""
    rng = np.random.default_rng(seed)
    joined = rng.random((n, n)) < share
    np.fill_diagonal(joined, False)
    joined[0] = False
    target, source = np.nonzero(joined)
    return torch.from_numpy(np.stack([source, target]))


def complete(n):
    joined = 1 - torch.eye(n)
    return joined.nonzero().T.contiguous()


def is_plain(matrix):
    return matrix.layout == torch.strided


def test_only_dense_graphs_get_a_plain_matrix():
    assert not is_plain(neighbour_matrix(graph(50, 0.15), 50))
    assert is_plain(neighbour_matrix(graph(50, 0.3), 50))
    assert is_plain(neighbour_matrix(complete(50), 50))
    assert not is_plain(neighbour_matrix(torch.empty((2, 0), dtype=torch.long), 50))
    assert neighbour_matrix(torch.empty((2, 0), dtype=torch.long), 0).shape == (0, 0)


def test_the_plain_matrix_by_hand():
    edges = torch.tensor([[0, 2, 1], [1, 1, 2]])  # 0 -> 1, 2 -> 1, 1 -> 2
    assert neighbour_matrix(edges, 3).tolist() == [[0, 0, 0], [1, 0, 1], [0, 1, 0]]


def test_a_gene_beyond_the_graph_is_refused():
    with pytest.raises(IndexError):
        neighbour_matrix(torch.tensor([[0, 1, 2], [1, 2, 3]]), 3)


@pytest.mark.parametrize("edges", [graph(60, 0.5), graph(60, 0.95), complete(60)], ids=["half", "nearly", "complete"])
@pytest.mark.parametrize("aggregation", ["sum", "mean", "max"])
def test_plain_matrix_and_edge_index_say_the_same(aggregation, edges):
    torch.manual_seed(0)
    layer = GraphLayer(5, 4, aggregation, "leaky_relu")
    x = (torch.randn(60, 5) - 3).requires_grad_()  # mostly negative: a maximum must not see zeros of absent pairs
    matrix = neighbour_matrix(edges, 60)
    assert is_plain(matrix)
    outs = [layer(x, edges), layer(x, matrix)]
    torch.testing.assert_close(*outs, rtol=1e-5, atol=1e-5)
    grads = [torch.autograd.grad(out.sin().sum(), [x, *layer.parameters()]) for out in outs]
    torch.testing.assert_close(*grads, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("aggregation", ["sum", "mean"])
def test_two_genes_are_no_edge_list(aggregation):
    # (2, 2) of ones and zeros has the shape of an edge_index with two edges
    edges = torch.tensor([[0, 1], [1, 0]])
    torch.manual_seed(0)
    layer, x = GraphLayer(3, 2, aggregation), torch.randn(2, 3)
    torch.testing.assert_close(layer(x, neighbour_matrix(edges, 2)), layer(x, edges))


def test_the_mean_over_a_complete_graph_by_hand():
    layer = GraphLayer(1, 1, "mean")
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[0.0, 1.0]]))
        layer.linear.bias.zero_()
    out = layer(torch.tensor([[1.0], [2.0], [6.0]]), neighbour_matrix(complete(3), 3))
    torch.testing.assert_close(out, torch.tensor([[4.0], [3.5], [1.5]]))


def test_app_on_a_complete_network(tiny_effects, monkeypatch):
    network = complete_network([*tiny_effects.var_names, *tiny_effects.uns["targets"]])
    asked = [name for name in tiny_effects.obs_names if name != "control"][:5]

    def predicted():
        model = APP(n_hidden=8, max_epochs=3).fit(tiny_effects, network)
        assert model.edge_index_.shape[1] == len(network.genes) * (len(network.genes) - 1)
        return model.predict(asked).X

    by_matrix = predicted()
    monkeypatch.setattr("appmodel.predictors.app.predictor.neighbour_matrix", lambda edge_index, n_genes: edge_index)
    np.testing.assert_allclose(by_matrix, predicted(), atol=1e-5)
