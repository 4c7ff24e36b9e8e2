"""The ablations of APP: each a parameter that changes one thing, and none changes the published model."""

import numpy as np
import pytest
import torch

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
# As APP was trained before: what it gave then, it has to give now.
BEFORE = {
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


@pytest.mark.parametrize(
    ("parameters", "first", "total", "losses"),
    [
        ({}, [-0.0348655, 0.3680743, -0.0406656, -0.1917999], 107.071189, (0.1171671, 0.1483797)),
        ({"max_epochs": 30}, [-0.0557446, 0.3048033, -0.0357896, -0.1677454], 93.724394, (0.0983159, 0.1282815)),
        ({"n_layers": 0}, [0.1321220, 0.2633300, -0.4343824, -0.1657409], 105.075122, (0.1348080, 0.1745992)),
        ({"aggregation": "max"}, [-0.0982745, 0.4641280, 0.0278245, -0.1363260], 129.270184, (0.1451416, 0.1741178)),
    ],
    ids=str,
)
def test_the_published_model_gives_the_numbers_it_gave_before(data, parameters, first, total, losses, fit):
    """Recorded before there were ablations and a quick form of the scores."""
    model = fit(**{**BEFORE, **parameters})
    predicted = model.predict(data[1]).X
    np.testing.assert_allclose(predicted[0, :4], first, atol=1e-5)
    np.testing.assert_allclose(np.abs(predicted).sum(), total, rtol=1e-5)
    last = model.history_.iloc[-1][["training_loss", "validation_loss"]]
    np.testing.assert_allclose(last.to_numpy(float), losses, atol=1e-5)


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
def test_what_is_not_used_has_no_parameters(parameters, n, fit):
    model = fit(**parameters)
    assert model.n_parameters_ == sum(p.numel() for p in model.module_.parameters()) == n


@pytest.mark.parametrize("ablation", ABLATIONS, ids=str)
def test_every_ablation_changes_what_is_predicted_and_not_the_graph(data, fit, model, ablation):
    ablated = fit(**ablation)
    predicted = ablated.predict(data[1]).X
    assert np.isfinite(predicted).all()
    assert not np.allclose(predicted, model.predict(data[1]).X, rtol=1e-4)
    assert (ablated.genes_, ablated.edge_index_.tolist()) == (model.genes_, model.edge_index_.tolist())


@pytest.mark.parametrize("ablation", ABLATIONS, ids=str)
def test_a_checkpoint_belongs_to_one_ablation(tmp_path, ablation, fit, weights):
    checkpoint = tmp_path / "checkpoint.safetensors"
    fit(**ablation, checkpoint=checkpoint)
    for other in [{}, *ABLATIONS]:
        if other != ablation:
            with pytest.raises(ValueError, match="checkpoint of another training"):
                fit(**other, checkpoint=checkpoint)
    longer = {**ablation, "max_epochs": 3}
    assert weights(fit(**longer, checkpoint=checkpoint)) == weights(fit(**longer))


def test_random_vectors_are_those_an_identity_starts_from_and_stay(fit):
    still = {"learning_rate": 1e-9, "weight_decay": 0.0, "standardise": False, "restarts": 0}
    start = fit(**still)  # it hardly moves
    fixed = fit(**still, features="random")
    for name, tensor in start.module_.state_dict().items():
        torch.testing.assert_close(fixed.module_.state_dict()[name], tensor, rtol=0, atol=1e-6)
    trained = fit(features="random", restarts=0, learning_rate=0.1)
    assert torch.equal(trained.module_.x, fixed.module_.x)
    assert trained.module_.x.shape == (120, 8)
    assert "x" not in dict(trained.module_.named_parameters())
    other = fit(features="random", seed=1)
    assert not torch.equal(other.module_.x, trained.module_.x)
    learned = fit(learning_rate=0.1, restarts=0)
    assert (learned.module_.x - fixed.module_.x).abs().max() > 0.1


@pytest.mark.parametrize("features", ["identity", "random"])
def test_without_layers_edges_do_not_matter_and_the_nodes_stay(data, tiny_network, features, fit):
    options = {"features": features, "n_layers": 0}
    model = fit(**options)
    shuffled = fit(network=tiny_network.shuffled(1), **options)
    assert shuffled.genes_ == model.genes_
    assert shuffled.edge_index_.tolist() != model.edge_index_.tolist()
    assert shuffled.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    few = data[0][:, :5].copy()
    nodes = [fit(few, features=features, n_layers=n, n_nodes=40).genes_ for n in (0, 2)]
    assert nodes[0] == nodes[1]
    assert len(nodes[0]) == 40
    alone = fit(network=None, **options)
    assert alone.genes_ == sorted({*data[0].var_names, *data[0].uns["targets"]})
    assert alone.edge_index_.shape == (2, 0)
    assert np.isfinite(alone.predict(data[1]).X).all()


def test_the_plain_mean_asks_nothing_of_the_perturbation(data, fit):
    model = fit(pooling="mean")
    np.testing.assert_allclose(model.attention(data[1]), 1 / 120, rtol=1e-6)
    predicted = model.predict(data[1]).X
    np.testing.assert_allclose(predicted, np.tile(predicted[0], (len(data[1]), 1)), atol=1e-6)


def test_the_context_alone_is_linear_in_the_perturbed_genes(data, fit):
    model = fit(pooling="context")
    pair = data[1][0]
    a, b = pair.split("+")
    alpha = model.attention([pair, a])
    assert alpha.loc[pair, [a, b]].tolist() == [0.5, 0.5]
    assert alpha.loc[a, a] == 1
    assert (alpha.sum(axis=1) == 1).all()
    one, two, both = model.predict([a, b, pair]).X
    np.testing.assert_allclose(both, (one + two) / 2, atol=1e-6)
    assert not np.allclose(one, two, atol=1e-4)
