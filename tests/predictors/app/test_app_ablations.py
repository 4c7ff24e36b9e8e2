"""The ablations of APP: each a parameter that changes one thing, and none changes the published model."""

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import torch

from appmodel import APP, split_doubles
from appmodel.predictors.app.model import APPModule, count_parameters
from appmodel.predictors.app.weights import read_safetensors, write_safetensors

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
SMALL = {"features": "identity", "n_layers": 2, "n_hidden": 8, "max_epochs": 2}
# As APP was trained before: what it gave then, it has to give now.
BEFORE = {
    **SMALL,
    "loss": "squares",
    "standardise": False,
    "initialisation": "torch",
    "dropout": 0.0,
    "weight_decay": 0.01,
    "schedule": "constant",
    "averaging": 0.0,
    "patience": 1000,
    "validation": "conditions",
    "validation_fraction": 0.1,
    "restarts": 0,
}
ABLATIONS = [
    {"features": "random"},
    {"features": "random", "n_layers": 0},
    {"features": "identity", "n_layers": 0},
    {"pooling": "mean"},
    {"pooling": "context"},
    {"decoder": "mlp"},
]
# 0 - 1 - 2 in a row, 3 alone; both directions
EDGES = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [4.0, -2.0], [1.0, 1.0]])
PERTURBED = torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]])


@pytest.fixture(scope="module")
def data(_tiny_effects):
    """Training effects and test conditions: no test may change them."""
    split = split_doubles(_tiny_effects, seed=0)
    return _tiny_effects[split.train].copy(), split.test


@pytest.fixture(scope="module")
def full(data, tiny_network):
    return APP(**SMALL).fit(data[0], tiny_network)


def state(model):
    return {name: tensor.numpy().tobytes() for name, tensor in model.module_.state_dict().items()}


@pytest.mark.parametrize(
    ("parameters", "first", "total", "losses"),
    [
        ({}, [-0.03486547, 0.36807427, -0.04066564, -0.19179985], 107.0711889, (0.117167085, 0.148379654)),
        (
            {"max_epochs": 30},
            [-0.05574455, 0.30480328, -0.03578955, -0.16774544],
            93.7243942,
            (0.098315939, 0.128281474),
        ),
        ({"n_layers": 0}, [0.13212204, 0.26333001, -0.43438235, -0.16574092], 105.0751222, (0.134808034, 0.174599215)),
        (
            {"aggregation": "max"},
            [-0.09827448, 0.46412802, 0.02782448, -0.13632596],
            129.2701843,
            (0.145141572, 0.174117833),
        ),
    ],
    ids=str,
)
def test_the_published_model_gives_the_numbers_it_gave_before(data, tiny_network, parameters, first, total, losses):
    """Recorded before there were ablations and a quick form of the scores."""
    model = APP(**{**BEFORE, **parameters}).fit(data[0], tiny_network)
    predicted = model.predict(data[1]).X
    np.testing.assert_allclose(predicted[0, :4], first, atol=1e-5)
    np.testing.assert_allclose(np.abs(predicted).sum(), total, rtol=1e-5)
    np.testing.assert_allclose(
        model.history_.iloc[-1][["training_loss", "validation_loss"]].to_numpy(float), losses, atol=1e-5
    )


@pytest.mark.parametrize(
    ("parameters", "n"),
    [
        # 120 genes and readouts, width 8: identity 960; two layers 2 x (16 x 8 + 8); W_q, W_k, b, w 64 + 64 + 8 + 8;
        # decoder 120 x 8 + 120
        ({}, 960 + 272 + 144 + 1080),
        ({"features": "random"}, 272 + 144 + 1080),
        ({"features": "random", "n_layers": 0}, 144 + 1080),
        ({"n_layers": 0}, 960 + 144 + 1080),
        ({"pooling": "mean"}, 960 + 272 + 1080),
        ({"pooling": "context"}, 960 + 272 + 1080),
        ({"decoder": "mlp"}, 960 + 272 + 144 + 72 + 1080),
    ],
    ids=str,
)
def test_what_is_not_used_has_no_parameters(data, tiny_network, parameters, n):
    model = APP(**{**SMALL, **parameters}).fit(data[0], tiny_network)
    assert model.n_parameters_ == sum(p.numel() for p in model.module_.parameters()) == n


@pytest.mark.parametrize("ablation", ABLATIONS, ids=str)
def test_every_ablation_changes_the_model_and_survives_its_file(tmp_path, data, tiny_network, full, ablation):
    model = APP(**{**SMALL, **ablation}).fit(data[0], tiny_network)
    predicted = model.predict(data[1]).X
    assert np.isfinite(predicted).all()
    assert not np.allclose(predicted, full.predict(data[1]).X, rtol=1e-4)
    assert (model.genes_, model.edge_index_.tolist()) == (full.genes_, full.edge_index_.tolist())
    model.save(tmp_path / "model.safetensors")
    loaded = APP.load(tmp_path / "model.safetensors")
    assert loaded.get_params() == model.get_params()
    assert loaded.n_parameters_ == model.n_parameters_
    assert loaded.predict(data[1]).X.tobytes() == predicted.tobytes()
    pd.testing.assert_frame_equal(loaded.attention(data[1]), model.attention(data[1]))


@pytest.mark.parametrize("ablation", ABLATIONS, ids=str)
def test_a_checkpoint_belongs_to_one_ablation(tmp_path, data, tiny_network, ablation):
    checkpoint = tmp_path / "checkpoint.safetensors"
    APP(**{**SMALL, **ablation}, checkpoint=checkpoint).fit(data[0], tiny_network)
    for other in [{}, *ABLATIONS]:
        if other != ablation:
            with pytest.raises(ValueError, match="checkpoint of another training"):
                APP(**{**SMALL, **other}, checkpoint=checkpoint).fit(data[0], tiny_network)
    longer = {**SMALL, **ablation, "max_epochs": 3}
    resumed = APP(**longer, checkpoint=checkpoint).fit(data[0], tiny_network)
    assert state(resumed) == state(APP(**longer).fit(data[0], tiny_network))


def test_random_vectors_are_those_an_identity_starts_from_and_stay(data, tiny_network):
    still = {**SMALL, "learning_rate": 1e-9, "weight_decay": 0.0, "standardise": False, "restarts": 0}
    start = APP(**still).fit(data[0], tiny_network)  # it hardly moves
    fixed = APP(**{**still, "features": "random"}).fit(data[0], tiny_network)
    for name, tensor in start.module_.state_dict().items():
        torch.testing.assert_close(fixed.module_.state_dict()[name], tensor, rtol=0, atol=1e-6)
    trained = APP(**{**SMALL, "features": "random", "restarts": 0}, learning_rate=0.1).fit(data[0], tiny_network)
    assert torch.equal(trained.module_.x, fixed.module_.x)
    assert trained.module_.x.shape == (120, 8)
    assert "x" not in dict(trained.module_.named_parameters())
    other = APP(**{**SMALL, "features": "random"}, seed=1).fit(data[0], tiny_network)
    assert not torch.equal(other.module_.x, trained.module_.x)
    learned = APP(**SMALL, learning_rate=0.1, restarts=0).fit(data[0], tiny_network)
    assert (learned.module_.x - fixed.module_.x).abs().max() > 0.1


@pytest.mark.parametrize("features", ["identity", "random"])
def test_without_layers_edges_do_not_matter_and_the_nodes_stay(data, tiny_network, features):
    options = {**SMALL, "features": features, "n_layers": 0}
    model = APP(**options).fit(data[0], tiny_network)
    shuffled = APP(**options).fit(data[0], tiny_network.shuffled(1))
    assert shuffled.genes_ == model.genes_
    assert shuffled.edge_index_.tolist() != model.edge_index_.tolist()
    assert shuffled.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    few = data[0][:, :5].copy()
    nodes = [APP(**{**options, "n_layers": n, "n_nodes": 40}).fit(few, tiny_network).genes_ for n in (0, 2)]
    assert nodes[0] == nodes[1]
    assert len(nodes[0]) == 40
    alone = APP(**options).fit(data[0])
    assert alone.genes_ == sorted({*data[0].var_names, *data[0].uns["targets"]})
    assert alone.edge_index_.shape == (2, 0)
    assert np.isfinite(alone.predict(data[1]).X).all()


def test_the_plain_mean_asks_nothing_of_the_perturbation(data, tiny_network):
    model = APP(**SMALL, pooling="mean").fit(data[0], tiny_network)
    np.testing.assert_allclose(model.attention(data[1]), 1 / 120, rtol=1e-6)
    predicted = model.predict(data[1]).X
    np.testing.assert_allclose(predicted, np.tile(predicted[0], (len(data[1]), 1)), atol=1e-6)


def test_the_context_alone_is_linear_in_the_perturbed_genes(data, tiny_network):
    model = APP(**SMALL, pooling="context").fit(data[0], tiny_network)
    pair = data[1][0]
    a, b = pair.split("+")
    alpha = model.attention([pair, a])
    assert alpha.loc[pair, [a, b]].tolist() == [0.5, 0.5]
    assert alpha.loc[a, a] == 1
    assert (alpha.sum(axis=1) == 1).all()
    one, two, both = model.predict([a, b, pair]).X
    np.testing.assert_allclose(both, (one + two) / 2, atol=1e-6)
    assert not np.allclose(one, two, atol=1e-4)


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


@pytest.mark.parametrize("pooling", ["attention", "mean", "context"])
@pytest.mark.parametrize("decoder", ["linear", "mlp"])
def test_gradients_reach_every_parameter(pooling, decoder):
    torch.manual_seed(1)
    module = APPModule(4, 3, None, 8, activation="leaky_relu", pooling=pooling, decoder=decoder)
    (module(PERTURBED, EDGES)[0] ** 2).sum().backward()
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
    assert count_parameters(module) == sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"pooling": "max"}, "pooling='max' is not known: use one of attention, mean, context"),
        ({"decoder": "gru"}, "decoder='gru' is not known: use one of linear, mlp"),
    ],
)
def test_bad_choices(data, tiny_network, parameters, says):
    with pytest.raises(ValueError, match=says):
        APP(**SMALL, **parameters).fit(data[0], tiny_network)
    with pytest.raises(ValueError, match=says):
        APPModule(4, 3, **parameters)


def test_the_graph_is_encoded_once_per_prediction(full):
    calls = []
    hook = full.module_.encoder.register_forward_hook(lambda *_: calls.append(1))
    many = [f"{a}+{b}" for a, b in combinations(sorted(full.genes_)[:14], 2)]
    try:
        full.predict(many)  # more than one batch
    finally:
        hook.remove()
    assert len(many) > 64
    assert len(calls) == 1


def test_seconds_are_told_and_not_saved(tmp_path, data, tiny_network, full):
    assert 0 < full.seconds_ < 60
    again = APP(**SMALL).fit(data[0], tiny_network)
    assert again.seconds_ != full.seconds_
    full.save(tmp_path / "full")
    assert not hasattr(APP.load(tmp_path / "full"), "seconds_")
    for i in range(8):  # several texts in a safetensors file come in random order
        again.save(tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == (tmp_path / "full").read_bytes(), i


def test_files_of_an_earlier_model_are_refused(tmp_path, full):
    full.save(tmp_path / "new")
    tensors, metadata = read_safetensors(tmp_path / "new")
    about = json.loads(metadata["appmodel.APP"])
    without = {key: value for key, value in about.items() if key != "learned"}
    layers = {name.replace("lin_l", "linear"): tensor for name, tensor in tensors.items()}
    for changed, said in ((tensors, without), (layers, about)):
        write_safetensors(tmp_path / "old", changed, {"appmodel.APP": json.dumps(said)})
        with pytest.raises(ValueError, match=r"old was written by an earlier version.*fit it again"):
            APP.load(tmp_path / "old")
