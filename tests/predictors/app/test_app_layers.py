"""Every layer of APP, checked by hand on four genes."""

import numpy as np
import pytest
import torch

from appmodel.predictors.app.fast import neighbour_matrix
from appmodel.predictors.app.model import APPModule, GraphEncoder, PerturbationAttention, count_parameters

# 0 - 1 - 2 in a row, 3 alone; both directions
EDGES = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [4.0, -2.0], [1.0, 1.0]])
PERTURBED = torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]])


def layer_with(weight_self, weight_neighbours, aggregation, activation="relu"):
    encoder = GraphEncoder(2, 2, 1, aggregation, activation)
    with torch.no_grad():
        encoder.layers[0].lin_r.weight.copy_(weight_self * torch.eye(2))
        encoder.layers[0].lin_l.weight.copy_(weight_neighbours * torch.eye(2))
        encoder.layers[0].lin_l.bias.zero_()
    return encoder


@pytest.mark.parametrize(("aggregation", "neighbours_of_1"), [("sum", [5, -2]), ("mean", [2.5, -1]), ("max", [4, 0])])
def test_aggregation_by_hand(aggregation, neighbours_of_1):
    # W = [0 | I]: a gene becomes what its neighbours are; gene 1 has neighbours 0 and 2
    out = layer_with(0.0, 1.0, aggregation, "leaky_relu")(X, EDGES)
    expected = torch.tensor(neighbours_of_1, dtype=torch.float)
    expected = torch.where(expected < 0, 0.01 * expected, expected)
    torch.testing.assert_close(out[1], expected)
    torch.testing.assert_close(out[0], X[1])
    torch.testing.assert_close(out[3], torch.zeros(2))


def test_self_and_neighbours_are_concatenated():
    # W = [I | I], relu: gene 2 is [4, -2] + [0, 2] = [4, 0]; gene 1 with mean is [0, 2] + [2.5, -1]
    out = layer_with(1.0, 1.0, "mean")(X, EDGES)
    torch.testing.assert_close(out[2], torch.tensor([4.0, 0.0]))
    torch.testing.assert_close(out[1], torch.tensor([2.5, 1.0]))
    torch.testing.assert_close(out[3], X[3])


def test_relu_cuts_below_zero_and_leaky_relu_does_not():
    assert layer_with(1.0, 0.0, "sum", "relu")(X, EDGES)[2, 1].item() == 0
    assert layer_with(1.0, 0.0, "sum", "leaky_relu")(X, EDGES)[2, 1].item() == pytest.approx(-0.02)


@pytest.mark.parametrize("aggregation", ["sum", "mean", "max"])
def test_a_layer_is_the_equation(aggregation):
    torch.manual_seed(0)
    encoder = GraphEncoder(2, 3, 1, aggregation)
    layer = encoder.layers[0]
    W, b = torch.cat([layer.lin_r.weight, layer.lin_l.weight], dim=1), layer.lin_l.bias
    joined = {0: [1], 1: [0, 2], 2: [1], 3: []}
    rule = {"sum": lambda rows: rows.sum(0), "mean": lambda rows: rows.mean(0), "max": lambda rows: rows.max(0).values}
    for gene, others in joined.items():
        aggregated = rule[aggregation](X[others]) if others else torch.zeros(2)
        torch.testing.assert_close(encoder(X, EDGES)[gene], torch.relu(W @ torch.cat([X[gene], aggregated]) + b))


def test_both_halves_of_w_are_drawn_as_one_matrix():
    """So that their size is that of 2 n_in inputs; He's weights too."""
    torch.manual_seed(0)
    layer = GraphEncoder(400, 300, 1).layers[0]
    for half in (layer.lin_r, layer.lin_l):
        assert half.weight.abs().max().item() == pytest.approx(1 / np.sqrt(800), rel=0.01)
    module = APPModule(4, 3, features=torch.randn(4, 400), n_hidden=300, n_layers=1)
    module.initialise()
    for half in (module.encoder.layers[0].lin_r, module.encoder.layers[0].lin_l):
        assert half.weight.std().item() == pytest.approx(np.sqrt(2 / 800), rel=0.02)
    assert not module.encoder.layers[0].lin_l.bias.any()


@pytest.mark.parametrize("aggregation", ["sum", "mean", "max"])
def test_sparse_matrix_and_edge_index_say_the_same(aggregation):
    directed = torch.tensor([[0, 2, 3, 1], [1, 1, 1, 0]])  # 0, 2, 3 -> 1 and 1 -> 0; nothing reaches 2 and 3
    torch.manual_seed(0)
    layer = GraphEncoder(2, 3, 1, aggregation, "leaky_relu")
    x = (X - 3).requires_grad_()  # negative features: an empty maximum must still be zero
    by_index, by_matrix = layer(x, directed), layer(x, neighbour_matrix(directed, 4))
    torch.testing.assert_close(by_index, by_matrix)
    torch.testing.assert_close(*(torch.autograd.grad(out.square().sum(), x)[0] for out in (by_index, by_matrix)))


def test_attention_by_hand():
    attention = PerturbationAttention(2, 2)
    with torch.no_grad():
        attention.query.weight.copy_(torch.eye(2))
        attention.key.weight.copy_(torch.eye(2))
        attention.key.bias.copy_(torch.tensor([0.5, 0.0]))
        attention.score.weight.copy_(torch.tensor([[1.0, -1.0]]))
    context = torch.tensor([[1.0, -1.0]])
    z, alpha = attention(context, X)
    # e_i = tanh(c_1 + h_i1 + 0.5) - tanh(c_2 + h_i2)
    e = np.tanh(1.5 + X[:, 0].numpy()) - np.tanh(-1.0 + X[:, 1].numpy())
    expected = np.exp(e) / np.exp(e).sum()
    np.testing.assert_allclose(alpha[0].detach(), expected, rtol=1e-5)
    np.testing.assert_allclose(z[0].detach(), expected @ X.numpy(), rtol=1e-5)
    assert alpha.sum().item() == pytest.approx(1)


def test_whole_module_by_hand():
    # No graph layers: h = x.  Attention without score weights is uniform, so z is the mean of x.
    module = APPModule(4, 3, features=X, n_hidden=2, n_layers=0)
    with torch.no_grad():
        module.attention.score.weight.zero_()
        module.decoder.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
        module.decoder.bias.copy_(torch.tensor([0.0, 10.0, 0.0]))
    y, alpha = module(torch.tensor([[0.5, 0.5, 0.0, 0.0]]), EDGES)
    torch.testing.assert_close(alpha, torch.full((1, 4), 0.25))
    torch.testing.assert_close(y, torch.tensor([[1.5, 10.25, 1.75]]))


def test_context_is_the_mean_of_the_perturbed_genes():
    module = APPModule(4, 3, features=X, n_hidden=2, n_layers=0)
    seen = {}
    module.attention.register_forward_pre_hook(lambda _, inputs: seen.update(context=inputs[0]))
    module(PERTURBED, EDGES)
    torch.testing.assert_close(seen["context"], torch.tensor([[2.5, -1.0], [0.0, 2.0]]))


def test_a_gene_beyond_the_graph_is_refused():
    with pytest.raises(IndexError, match="gene 3 of 3"):
        neighbour_matrix(torch.tensor([[0, 1, 2], [1, 2, 3]]), 3)


def test_the_neighbour_matrix_by_hand():
    edges = torch.tensor([[0, 2, 1], [1, 1, 2]])  # 0 -> 1, 2 -> 1, 1 -> 2
    assert neighbour_matrix(edges, 3).to_dense().tolist() == [[0, 0, 0], [1, 0, 1], [0, 1, 0]]
    assert neighbour_matrix(torch.empty((2, 0), dtype=torch.long), 0).shape == (0, 0)


def test_encoder_stacks_layers():
    encoder = GraphEncoder(2, 5, n_layers=3)
    assert [layer.in_channels for layer in encoder.layers] == [2, 5, 5]
    assert encoder(X, EDGES).shape == (4, 5)
    assert torch.equal(GraphEncoder(2, 5, n_layers=0)(X, EDGES), X)


@pytest.mark.parametrize(
    ("pooling", "z", "alpha"),
    [("mean", [[1.5, 0.25], [1.5, 0.25]], torch.full((2, 4), 0.25)), ("context", [[2.5, -1.0], [0.0, 2.0]], PERTURBED)],
)
def test_pooling_by_hand(pooling, z, alpha):
    module = APPModule(4, 2, X, n_hidden=2, n_layers=0, pooling=pooling)
    with torch.no_grad():
        module.decoder.weight.copy_(torch.eye(2))
        module.decoder.bias.copy_(torch.tensor([0.0, 10.0]))
    y, attended = module(PERTURBED, EDGES)
    torch.testing.assert_close(y, torch.tensor(z) + torch.tensor([0.0, 10.0]))
    torch.testing.assert_close(attended, alpha)
    assert not hasattr(module, "attention")


@pytest.mark.parametrize(("activation", "hidden"), [("relu", [2.5, 0.0]), ("leaky_relu", [2.5, -0.01])])
def test_mlp_decoder_by_hand(activation, hidden):
    # z = c_P = [2.5, -1]; W_1 = I, b_1 = 0; y = [h_1, h_1 + 100 h_2 + 1]
    module = APPModule(4, 2, X, n_hidden=2, n_layers=0, activation=activation, pooling="context", decoder="mlp")
    with torch.no_grad():
        module.decoder.hidden.weight.copy_(torch.eye(2))
        module.decoder.hidden.bias.zero_()
        module.decoder.out.weight.copy_(torch.tensor([[1.0, 0.0], [1.0, 100.0]]))
        module.decoder.out.bias.copy_(torch.tensor([0.0, 1.0]))
    y, _ = module(PERTURBED[:1], EDGES)
    torch.testing.assert_close(y, torch.tensor([[hidden[0], hidden[0] + 100 * hidden[1] + 1]]))


@pytest.mark.parametrize("features", [None, X], ids=["learned", "given"])
@pytest.mark.parametrize("pooling", ["attention", "mean", "context"])
@pytest.mark.parametrize("decoder", ["linear", "mlp"])
def test_gradients_reach_every_parameter(features, pooling, decoder):
    torch.manual_seed(1)
    module = APPModule(4, 3, features, 8, activation="leaky_relu", pooling=pooling, decoder=decoder)
    (module(PERTURBED, EDGES)[0] ** 2).sum().backward()
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
    assert count_parameters(module) == sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize("choice", [{"pooling": "max"}, {"decoder": "gru"}], ids=str)
def test_a_module_refuses_an_unknown_choice(choice):
    with pytest.raises(ValueError, match="is not known: use one of"):
        APPModule(4, 3, **choice)


def test_permuting_genes_permutes_attention_and_keeps_predictions():
    torch.manual_seed(2)
    module = APPModule(4, 3, n_hidden=6)
    order = torch.tensor([2, 0, 3, 1])
    position = torch.argsort(order)
    permuted = APPModule(4, 3, n_hidden=6)
    permuted.load_state_dict({**module.state_dict(), "x": module.x[order]})
    perturbed = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.5]])
    y, alpha = module(perturbed, EDGES)
    y_permuted, alpha_permuted = permuted(perturbed[:, order], position[EDGES])
    torch.testing.assert_close(y_permuted, y)
    torch.testing.assert_close(alpha_permuted, alpha[:, order])


def test_paper_size_has_half_to_one_million_parameters():
    assert 0.5e6 <= count_parameters(APPModule(2000, 2000)) <= 1.0e6
