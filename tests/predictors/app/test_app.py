"""APP as a predictor: the form of its answers, its switches, seeds, networks, and what it refuses."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.exceptions import NotFittedError

from appmodel import APP
from appmodel.networks import complete_network, network_from_edges, network_from_sets
from appmodel.predictors.app import predictor as app_module

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")


def test_prediction_has_the_form_of_effects(model, data, tiny_effects):
    out = model.predict(data[1])
    assert list(out.obs_names) == data[1]
    assert list(out.var_names) == list(tiny_effects.var_names)
    assert np.isfinite(out.X).all()
    assert out.X.dtype == np.float64
    assert list(model.history_) == ["member", "epoch", "step", "training_loss", "validation_loss", "mean_loss"]
    assert model.history_["epoch"].tolist() == [1, 2]
    assert model.n_parameters_ == sum(p.numel() for p in model.module_.parameters())
    assert set(model.genes_) >= {*tiny_effects.var_names, *tiny_effects.uns["targets"]}


SWITCHES = {
    "aggregation": ["sum", "max"],
    "n_layers": [0, 1, 3],
    "activation": ["leaky_relu"],
    "features": ["expression", "network", "network+identity"],
    "n_hidden": [9],
    "learning_rate": [1e-2],
    "weight_decay": [50.0],
    "batch_size": [4],
    "validation_fraction": [0.4],
    "n_neighbors": [1],
    "seed": [1],
    "n_members": [2],
    "anchor": [True],
    "loss": ["squares"],
    "averaging": [0.0],
    "standardise": [False],
    "initialisation": ["torch"],
    "dropout": [0.0, 0.6],
    "validation": ["genes", "conditions"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in SWITCHES.items() for value in values])
def test_every_switch_changes_the_output(model, fit, data, tiny_network, name, value):
    network = tiny_network
    if name == "n_neighbors":  # neighbours are counted among genes that share sets
        network = network_from_sets({f"s{i}": list(data[0].var_names[i : i + 9]) for i in range(0, 110, 5)})
        model = fit(network=network)
    other = fit(network=network, **{name: value})
    assert not np.allclose(other.predict(data[1]).X, model.predict(data[1]).X, rtol=1e-4)


def test_patience_counts_steps_and_the_best_epoch_is_kept(fit, weights):
    options = {"patience": 9, "batch_size": 4, "learning_rate": 0.1}
    long = fit(**options, max_epochs=90)
    steps = long.history_["step"]
    per_epoch = steps[0]
    assert per_epoch == 4  # 16 rows in batches of 4
    assert steps.tolist() == [per_epoch * epoch for epoch in long.history_["epoch"]]
    assert len(long.history_) == long.best_epoch_ + 3 < 90  # three epochs of four steps: nine or more
    assert long.history_["validation_loss"].idxmin() == long.best_epoch_ - 1
    assert weights(fit(**options, max_epochs=long.best_epoch_)) == weights(long)


def test_nodes_are_limited_and_all_targets_stay(data, fit):
    effects = data[0][:, :5].copy()
    few, more = (fit(effects, n_nodes=n).genes_ for n in (5, 40))
    assert set(effects.uns["targets"]) <= set(few)
    assert len(few) < len(more) == 40
    assert set(few) <= set(more)


def test_same_seed_same_bytes_whatever_the_global_state(model, data, fit, weights):
    torch.manual_seed(123)
    np.random.seed(5)
    state, numpys = torch.get_rng_state(), np.random.get_state()[1].copy()
    again = fit()
    again.predict(data[1])
    assert torch.equal(torch.get_rng_state(), state)
    assert (np.random.get_state()[1] == numpys).all()
    assert weights(again) == weights(model)
    assert again.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    assert weights(fit(seed=1)) != weights(model)


def test_attention_is_over_all_genes(model, data):
    alpha = model.attention(data[1])
    assert list(alpha.index) == data[1]
    assert list(alpha.columns) == model.genes_
    np.testing.assert_allclose(alpha.sum(axis=1), 1, atol=1e-5)
    assert (alpha.to_numpy() > 0).all()
    swapped = ["+".join(name.split("+")[::-1]) for name in data[1]]
    assert swapped != data[1]
    np.testing.assert_array_equal(model.attention(swapped), alpha)
    assert list(model.attention(swapped).index) == swapped
    np.testing.assert_array_equal(model.predict(swapped).X, model.predict(data[1]).X)


def test_predictions_do_not_depend_on_company(model, data):
    np.testing.assert_allclose(model.predict(data[1][:1]).X, model.predict(data[1]).X[:1], atol=1e-6)
    many = [f"{a}+{b}" for a, b in combinations(sorted(model.genes_)[:14], 2)]  # 91, more than one batch of 64
    encoded = []
    hook = model.module_.encoder.register_forward_hook(lambda *_: encoded.append(1))
    together = model.predict(many).X
    hook.remove()
    assert len(encoded) == 1  # the graph, for all batches
    np.testing.assert_allclose(together[-1:], model.predict(many[-1:]).X, atol=1e-6)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["SIM9999", "KLF1+SIM0001"], "Gene 'KLF1', 'SIM9999' is not among the 120 genes of the model's graph"),
        (["control"], "The control has no effect"),
        ("SIM0001", "not one text"),
        ([], "No condition"),
        (["SIM0001", "SIM0001"], "asked for twice"),
    ],
)
def test_bad_questions(model, asked, says):
    for question in (model.predict, model.attention):
        with pytest.raises(ValueError, match=says):
            question(asked)


def test_nothing_is_answered_or_saved_before_fit(tmp_path):
    for call in (lambda: APP().predict(["A"]), lambda: APP().attention(["A"]), lambda: APP().save(tmp_path / "a")):
        with pytest.raises(NotFittedError, match="APP is not fitted yet"):
            call()


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"features": "one-hot"}, "features='one-hot' is not known: use one of auto, identity, random, expression"),
        ({"pooling": "max"}, "pooling='max' is not known: use one of attention, mean, context"),
        ({"decoder": "gru"}, "decoder='gru' is not known: use one of linear, mlp"),
        ({"aggregation": "median"}, "aggregation='median' is not known: use one of sum, mean, max"),
        ({"activation": "gelu"}, "activation='gelu' is not known: use one of relu, leaky_relu"),
        ({"n_layers": -1}, "n_layers is -1"),
        ({"n_hidden": 0}, "n_hidden is 0"),
        ({"validation_fraction": 0}, "validation_fraction is 0: give a number between 0 and 1"),
        ({"validation_fraction": 1.0}, "validation_fraction is 1.0"),
        ({"learning_rate": 0}, "learning_rate is 0: give a number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"max_epochs": 0}, "max_epochs is 0: give a whole number of at least 1"),
        ({"patience": 0}, "patience is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"averaging": 1.0}, "averaging is 1.0: give a number of at least 0 and below 1"),
        ({"dropout": 1.0}, "dropout is 1.0: give a number of at least 0 and below 1"),
        ({"n_members": 0}, "n_members is 0"),
        ({"restarts": -1}, "restarts is -1"),
        ({"loss": "l1"}, "loss='l1' is not known: use one of norm, squares"),
        ({"schedule": "cosine"}, "schedule='cosine' is not known: use one of plateau, constant"),
        ({"validation": "cells"}, "validation='cells' is not known: use one of auto, genes, doubles, conditions"),
        ({"initialisation": "he"}, "initialisation='he' is not known: use one of scaled, torch"),
        ({"weight_decay": -1}, "weight_decay is -1: give a number of at least 0"),
        ({"n_neighbors": 0}, "n_neighbors is 0"),
        ({"n_nodes": -1}, "n_nodes is -1"),
        ({"learning_rate": 1e30}, "validation loss is (nan|inf) after epoch .*smaller learning_rate"),
    ],
)
def test_bad_parameters(parameters, says, fit):
    with pytest.raises(ValueError, match=says):
        fit(**parameters)


def test_without_a_network(data, fit):
    with pytest.raises(ValueError, match=r"pass load_network.* to fit, or set n_layers=0"):
        fit(network=None)
    with pytest.raises(ValueError, match="features='network' needs a network"):
        fit(network=None, n_layers=0, features="network")
    model = fit(network=None, n_layers=0)
    assert model.genes_ == sorted(data[0].var_names)
    assert np.isfinite(model.predict(data[1]).X).all()


def test_features_are_chosen_by_what_is_left_out_and_by_the_network(fit):
    assert fit(features="auto").features_ == "network+identity"  # doubles of genes that training has seen
    assert fit(features="auto", validation="genes").features_ == "network"
    assert fit(features="auto", network=None, n_layers=0).features_ == "identity"


def test_a_network_of_other_genes_is_refused(fit):
    other = network_from_edges(pd.DataFrame({"source": ["KLF1"], "target": ["CEBPE"]}), name="human")
    with pytest.raises(ValueError, match=r"network \(human\) shares no gene with the screen .genes such as 'SIM"):
        fit(network=other)


def test_axes_are_no_genes(data, fit):
    axes = data[0].copy()
    axes.var = pd.DataFrame(index=[f"axis_{i}" for i in range(axes.n_vars)])
    model = fit(axes, n_nodes=30)
    assert not [gene for gene in model.genes_ if gene.startswith("axis")]
    assert model.predict(data[1]).n_vars == axes.n_vars
    with pytest.raises(ValueError, match=r"features='expression' needs var\['control_mean'\]"):
        fit(axes, features="expression")


def test_two_training_conditions_are_enough_and_one_is_not(data, fit):
    assert np.isfinite(fit(data[0][:2].copy()).predict(data[1]).X).all()
    with pytest.raises(ValueError, match="at least two training conditions"):
        fit(data[0][:1].copy())


def test_the_progress_bar_is_off_unless_asked_for(data, capfd, fit):
    fit().predict(data[1])
    assert capfd.readouterr() == ("", "")
    fit(progress=True)
    assert "training APP" in capfd.readouterr().err


def test_on_a_complete_network_the_edge_index_says_the_same_as_the_matrix(fit, data, monkeypatch):
    network = complete_network([*data[0].var_names, *data[0].uns["targets"]])
    by_matrix = fit(network=network)
    assert by_matrix.edge_index_.shape[1] == len(network.genes) * (len(network.genes) - 1)
    monkeypatch.setattr(app_module, "neighbour_matrix", lambda edge_index, n_genes: edge_index)
    np.testing.assert_allclose(by_matrix.predict(data[1]).X, fit(network=network).predict(data[1]).X, atol=1e-5)
