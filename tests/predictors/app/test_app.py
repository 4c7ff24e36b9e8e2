"""APP as a predictor: switches, seeds, files, interrupted trainings, and that it learns."""

import json
import os
import signal
import subprocess
import sys
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from sklearn.exceptions import NotFittedError

from appmodel import APP, ScaledAdditive, as_effects, load_effects, load_network, split_doubles
from appmodel.files import data_dir
from appmodel.networks import network_from_edges
from appmodel.predictors.app import predictor as app_module
from appmodel.predictors.app import training
from appmodel.predictors.app.weights import write_safetensors
from appmodel.predictors.centre import geometric_median
from appmodel.predictors.validation import left_out
from appmodel.splits import make_split
from appmodel.studies.training import training_checks

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
# Said here, so that no test depends on what tuning chose.
SMALL = {"features": "identity", "n_layers": 2, "n_hidden": 8, "max_epochs": 2}


@pytest.fixture(scope="module")
def data(_tiny_effects):
    """Training effects and test conditions: no test may change them."""
    split = split_doubles(_tiny_effects, seed=0)
    return _tiny_effects[split.train].copy(), split.test


@pytest.fixture(scope="module")
def model(data, tiny_network):
    return APP(**SMALL).fit(data[0], tiny_network)


def weights(model):
    return {name: tensor.numpy().tobytes() for name, tensor in model.module_.state_dict().items()}


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


@pytest.mark.parametrize(
    "switch",
    [
        {"aggregation": "sum"},
        {"aggregation": "max"},
        {"n_layers": 0},
        {"n_layers": 1},
        {"n_layers": 3},
        {"activation": "leaky_relu"},
        {"features": "expression"},
        {"features": "network"},
        {"n_hidden": 9},
        {"learning_rate": 1e-2},
        {"weight_decay": 50.0},
        {"batch_size": 4},
        {"validation_fraction": 0.4},
        {"n_neighbors": 1},
        {"seed": 1},
        {"features": "network+identity"},
        {"n_members": 2},
        {"anchor": True},
        {"loss": "squares"},
        {"averaging": 0.0},
        {"standardise": False},
        {"initialisation": "torch"},
        {"dropout": 0.0},
        {"dropout": 0.6},
        {"validation": "genes"},
        {"validation": "conditions"},
    ],
    ids=str,
)
def test_every_switch_changes_the_output(model, data, tiny_network, switch):
    network = tiny_network
    if "n_neighbors" in switch:  # neighbours are counted among genes that share sets
        from appmodel.networks import network_from_sets

        network = network_from_sets({f"s{i}": list(data[0].var_names[i : i + 9]) for i in range(0, 110, 5)})
        model = APP(**SMALL).fit(data[0], network)
    other = APP(**{**SMALL, **switch}).fit(data[0], network)
    assert not np.allclose(other.predict(data[1]).X, model.predict(data[1]).X, rtol=1e-4)


def test_patience_counts_steps_and_the_best_epoch_is_kept(data, tiny_network):
    options = {**SMALL, "patience": 9, "batch_size": 4, "learning_rate": 0.1}
    del options["max_epochs"]
    long = APP(**options, max_epochs=90).fit(data[0], tiny_network)
    steps = long.history_["step"]
    per_epoch = steps[0]
    assert per_epoch == 4  # 16 rows in batches of 4
    assert steps.tolist() == [per_epoch * epoch for epoch in long.history_["epoch"]]
    assert len(long.history_) == long.best_epoch_ + 3 < 90  # three epochs of four steps: nine or more
    assert long.history_["validation_loss"].idxmin() == long.best_epoch_ - 1
    assert weights(APP(**options, max_epochs=long.best_epoch_).fit(data[0], tiny_network)) == weights(long)


def test_nodes_are_limited_and_all_targets_stay(data, tiny_network):
    effects = data[0][:, :5].copy()
    few, more = (APP(**SMALL, n_nodes=n).fit(effects, tiny_network).genes_ for n in (5, 40))
    assert set(effects.uns["targets"]) <= set(few)
    assert len(few) < len(more) == 40
    assert set(few) <= set(more)


def test_same_seed_same_bytes_whatever_the_global_state(model, data, tiny_network):
    torch.manual_seed(123)
    np.random.seed(5)
    state, numpys = torch.get_rng_state(), np.random.get_state()[1].copy()
    again = APP(**SMALL).fit(data[0], tiny_network)
    again.predict(data[1])
    assert torch.equal(torch.get_rng_state(), state)
    assert (np.random.get_state()[1] == numpys).all()
    assert weights(again) == weights(model)
    assert again.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    assert weights(APP(**SMALL, seed=1).fit(data[0], tiny_network)) != weights(model)


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
    many = [f"{a}+{b}" for a, b in combinations(sorted(model.genes_)[:14], 2)]  # more than one batch
    assert len(many) > 64
    np.testing.assert_allclose(model.predict(many).X[-1:], model.predict(many[-1:]).X, atol=1e-6)


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
        (
            {"features": "one-hot"},
            "features='one-hot' is not known: use one of auto, identity, random, expression, network, network.identity",
        ),
        ({"aggregation": "median"}, "aggregation='median' is not known: use one of sum, mean, max"),
        ({"activation": "gelu"}, "activation='gelu' is not known: use one of relu, leaky_relu"),
        ({"n_layers": -1}, "n_layers=-1"),
        ({"n_hidden": 0}, "n_hidden=0"),
        ({"validation_fraction": 0}, "validation_fraction=0 must lie between 0 and 1"),
        ({"validation_fraction": 1.0}, "validation_fraction=1.0"),
        ({"learning_rate": 0}, "learning_rate=0 must be positive"),
        ({"learning_rate": float("nan")}, "learning_rate=nan"),
        ({"max_epochs": 0}, "max_epochs=0 must be positive"),
        ({"patience": 0}, "patience=0"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"averaging": 1.0}, "averaging=1.0 must lie between 0 and 1"),
        ({"dropout": 1.0}, "dropout=1.0 must lie between 0 and 1"),
        ({"n_members": 0}, "n_members=0"),
        ({"restarts": -1}, "restarts=-1"),
        ({"loss": "l1"}, "loss='l1' is not known: use one of norm, squares"),
        ({"schedule": "cosine"}, "schedule='cosine' is not known: use one of plateau, constant"),
        ({"validation": "cells"}, "validation='cells' is not known: use one of auto, genes, doubles, conditions"),
        ({"initialisation": "he"}, "initialisation='he' is not known: use one of scaled, torch"),
        ({"weight_decay": -1}, "weight_decay=-1 must not be negative"),
        ({"n_neighbors": 0}, "n_neighbors is 0"),
        ({"n_nodes": -1}, "limit is -1"),
        ({"learning_rate": 1e30}, "validation loss is (nan|inf) after epoch .*smaller learning_rate"),
    ],
)
def test_bad_parameters(data, tiny_network, parameters, says):
    with pytest.raises(ValueError, match=says):
        APP(**{**SMALL, **parameters}).fit(data[0], tiny_network)


def test_without_a_network(data):
    with pytest.raises(ValueError, match=r"pass load_network.* to fit, or set n_layers=0"):
        APP(**SMALL).fit(data[0])
    with pytest.raises(ValueError, match="features='network' needs a network"):
        APP(**{**SMALL, "n_layers": 0, "features": "network"}).fit(data[0])
    model = APP(**{**SMALL, "n_layers": 0}).fit(data[0])
    assert model.genes_ == sorted(data[0].var_names)
    assert np.isfinite(model.predict(data[1]).X).all()


def test_a_network_of_other_genes_is_refused(data):
    other = network_from_edges(pd.DataFrame({"source": ["KLF1"], "target": ["CEBPE"]}), name="human")
    with pytest.raises(ValueError, match=r"network \(human\) shares no gene with the screen .genes such as 'SIM"):
        APP(**SMALL).fit(data[0], other)


def test_axes_are_no_genes(data, tiny_network):
    axes = data[0].copy()
    axes.var = pd.DataFrame(index=[f"axis_{i}" for i in range(axes.n_vars)])
    model = APP(**SMALL, n_nodes=30).fit(axes, tiny_network)
    assert not [gene for gene in model.genes_ if gene.startswith("axis")]
    assert model.predict(data[1]).n_vars == axes.n_vars
    with pytest.raises(ValueError, match=r"features='expression' needs var\['control_mean'\]"):
        APP(**{**SMALL, "features": "expression"}).fit(axes, tiny_network)


def test_two_training_conditions_are_enough_and_one_is_not(data, tiny_network):
    assert np.isfinite(APP(**SMALL).fit(data[0][:2].copy(), tiny_network).predict(data[1]).X).all()
    with pytest.raises(ValueError, match="at least two training conditions"):
        APP(**SMALL).fit(data[0][:1].copy(), tiny_network)


@pytest.mark.parametrize(
    "features", ["identity", "expression", "network", "network+identity", "similarity", "similarity+identity"]
)
def test_save_and_load(tmp_path, data, tiny_network, features):
    model = APP(
        **{**SMALL, "features": features},
        aggregation="max",
        seed=np.int64(3),
        checkpoint=tmp_path / "checkpoint.safetensors",
    ).fit(data[0], tiny_network)
    path = tmp_path / "deep" / "model.safetensors"
    model.save(path)
    state = torch.get_rng_state()
    loaded = APP.load(path)
    assert torch.equal(torch.get_rng_state(), state)
    assert loaded.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    pd.testing.assert_frame_equal(loaded.attention(data[1]), model.attention(data[1]))
    pd.testing.assert_frame_equal(loaded.history_, model.history_)
    assert loaded.predict(data[1]).var["control_mean"].equals(model.predict(data[1]).var["control_mean"])
    assert loaded.n_parameters_ == model.n_parameters_
    assert loaded.best_epoch_ == model.best_epoch_
    assert loaded.training_conditions_ == model.training_conditions_
    assert loaded.get_params() == {**model.get_params(), "checkpoint": None}
    with safe_open(path, "pt") as file:
        assert str(tmp_path) not in str(file.metadata())  # no path of this machine
    assert sorted(p.name for p in path.parent.iterdir()) == ["model.safetensors"]


def test_damaged_and_foreign_files_are_refused(tmp_path, model):
    path = tmp_path / "model.safetensors"
    model.save(path)
    whole = path.read_bytes()
    for cut in (0, 7, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"model.safetensors is damaged or no safetensors file"):
            APP.load(path)
    altered = bytearray(whole)
    altered[-3] ^= 1  # one bit of one weight
    path.write_bytes(altered)
    with pytest.raises(ValueError, match=r"model.safetensors was altered"):
        APP.load(path)
    altered = bytearray(whole)
    altered[altered.index(b"parameters") + 15] = ord("}")  # one letter of the text about the model
    path.write_bytes(altered)
    with pytest.raises(ValueError, match=r"model.safetensors (was altered|is damaged)"):
        APP.load(path)
    save_file({"x": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match=r"model.safetensors was not written by this package"):
        APP.load(path)
    write_safetensors(path, {"x": torch.zeros(2)}, {"fingerprint": ""})
    with pytest.raises(ValueError, match=r"model.safetensors holds no fitted APP"):
        APP.load(path)
    with pytest.raises(FileNotFoundError, match=r"absent.safetensors does not exist"):
        APP.load(tmp_path / "absent.safetensors")


def test_full_disk_leaves_the_old_model(tmp_path, model, monkeypatch):
    def full(tensors, path, metadata):
        path.write_bytes(b"half")
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    path = tmp_path / "model.safetensors"
    path.write_text("old")
    monkeypatch.setattr("appmodel.predictors.app.weights.save_file", full)
    with pytest.raises(OSError, match=r"model.safetensors could not be written .*No space left.*free some space"):
        model.save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path, data, tiny_network, monkeypatch):
    settings = {**SMALL, "max_epochs": 4, "batch_size": 8, "aggregation": "max", "dropout": 0.4}
    whole = APP(**settings).fit(data[0], tiny_network)
    checkpoint = tmp_path / "checkpoint.safetensors"
    real, calls = training._one_epoch, []

    def stops(*arguments):
        calls.append(1)
        loss = real(*arguments)  # the third epoch is trained, but its end is never reached
        if len(calls) == 3:
            raise KeyboardInterrupt
        return loss

    monkeypatch.setattr(training, "_one_epoch", stops)
    with pytest.raises(KeyboardInterrupt):
        APP(**settings, checkpoint=checkpoint).fit(data[0], tiny_network)
    resumed = APP(**settings, checkpoint=str(checkpoint)).fit(data[0], tiny_network)
    assert len(calls) == 3 + 2  # two epochs were kept
    assert weights(resumed) == weights(whole)
    pd.testing.assert_frame_equal(resumed.history_, whole.history_)
    finished = APP(**settings, checkpoint=checkpoint).fit(data[0], tiny_network)
    assert len(calls) == 5  # nothing left to do
    assert weights(finished) == weights(whole)
    longer = APP(**{**settings, "max_epochs": 5}, checkpoint=checkpoint).fit(data[0], tiny_network)
    assert len(calls) == 6
    assert weights(longer) == weights(APP(**{**settings, "max_epochs": 5}).fit(data[0], tiny_network))


KILLED = """
import os, signal, sys
import anndata, pandas as pd, torch
from appmodel.networks import network_from_edges
from appmodel.predictors.app import training
from appmodel.predictors.app.predictor import APP
folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
real = training._record
def killed(module, predict, examples, settings, state, loss):
    if state.epoch == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    real(module, predict, examples, settings, state, loss)
training._record = killed
network = network_from_edges(pd.read_csv(folder + "/edges.csv"), name="demo")
APP(n_hidden=8, max_epochs=4, checkpoint=folder + "/checkpoint").fit(anndata.read_h5ad(folder + "/e.h5ad"), network)
"""


def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, data, tiny_network):
    data[0].write_h5ad(tmp_path / "e.h5ad")
    tiny_network.edges("demo").to_csv(tmp_path / "edges.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(torch.get_num_threads())],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with safe_open(tmp_path / "checkpoint", "pt") as file:
        assert json.loads(json.loads(file.metadata()["appmodel"])["state"])["epoch"] == 2
    resumed = APP(n_hidden=8, max_epochs=4, checkpoint=tmp_path / "checkpoint").fit(data[0], tiny_network)
    whole = APP(n_hidden=8, max_epochs=4).fit(data[0], tiny_network)
    assert weights(resumed) == weights(whole)
    pd.testing.assert_frame_equal(resumed.history_, whole.history_)


def test_a_checkpoint_of_another_training_is_refused(tmp_path, data, tiny_network):
    checkpoint = tmp_path / "checkpoint.safetensors"
    options = {**SMALL, "features": "expression", "checkpoint": checkpoint, "validation": "conditions"}
    APP(**options).fit(data[0], tiny_network)
    before = checkpoint.read_bytes()
    effects, silent, fewer = data[0].copy(), data[0].copy(), data[0][1:].copy()
    effects.X[0, 0] += 1e-3
    silent.var["control_mean"] = 0.0
    for other in (effects, silent, fewer):
        with pytest.raises(ValueError, match=r"checkpoint.safetensors is the checkpoint of another training"):
            APP(**options).fit(other, tiny_network)
    for change in ({"seed": 1}, {"learning_rate": 1e-2}, {"aggregation": "sum"}, {"patience": 3}, {"n_hidden": 9}):
        with pytest.raises(ValueError, match="of another training"):
            APP(**{**options, **change}).fit(data[0], tiny_network)
    with pytest.raises(ValueError, match="of another training"):
        APP(**options).fit(data[0], tiny_network.shuffled(1))
    assert checkpoint.read_bytes() == before
    checkpoint.write_bytes(before[:-5])
    with pytest.raises(ValueError, match=r"checkpoint.safetensors is damaged"):
        APP(**options).fit(data[0], tiny_network)


def test_the_progress_bar_is_off_unless_asked_for(data, tiny_network, capfd):
    APP(**SMALL).fit(data[0], tiny_network).predict(data[1])
    assert capfd.readouterr() == ("", "")
    APP(**SMALL, progress=True).fit(data[0], tiny_network)
    assert "training APP" in capfd.readouterr().err


def two_groups():
    """Two groups of genes, each joined within and each with an effect of its own: the mean alone misses by 1.5."""
    groups = [[f"G{g}{i}" for i in range(6)] for g in range(2)]
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    network = network_from_edges(pd.DataFrame(pairs, columns=["source", "target"]), aliases=False)
    truth = np.repeat([[2.0, -1.0, 0.0], [-1.0, 2.0, 0.0]], 6, axis=0)
    return as_effects(truth, [gene for group in groups for gene in group], ["r1", "r2", "r3"]), network


@pytest.mark.parametrize(
    "more", [{}, {"loss": "squares"}, {"n_members": 2}, {"anchor": True}, {"features": "identity"}], ids=str
)
def test_it_learns_a_simple_screen(more):
    effects, network = two_groups()
    options = {
        "features": "network+identity",
        "n_hidden": 16,
        "n_layers": 1,
        "max_epochs": 150,
        "learning_rate": 0.01,
        "dropout": 0.0,
        "weight_decay": 0.0,
        "validation_fraction": 0.25,
    }
    model = APP(**{**options, **more}).fit(effects, network)
    truth = np.asarray(effects.X)
    of_the_mean = np.mean((truth - truth.mean(axis=0)) ** 2)
    assert of_the_mean == 1.5
    # What is measured stands where there is an anchor; then it has to say it of the genes of a group alike.
    assert (
        np.mean(
            (model._mean_output(list(effects.obs_names)) + (model.anchor_.median_ if model.anchor else 0) - truth) ** 2
        )
        < 0.2 * of_the_mean
    )
    assert model.spread_ > 0.5
    last = model.history_.groupby("member").apply(
        lambda part: part.loc[part["validation_loss"].idxmin()], include_groups=False
    )
    assert (last["validation_loss"] < 0.7 * last["mean_loss"]).all()


def test_losses_are_in_units_of_the_effects():
    effects, network = two_groups()
    options = {
        **SMALL,
        "max_epochs": 1,
        "learning_rate": 1e-9,
        "dropout": 0.0,
        "validation": "conditions",
        "restarts": 0,
    }
    small, large = (
        APP(**options).fit(as_effects(factor * effects.X, list(effects.obs_names), effects.var), network)
        for factor in (1.0, 100.0)
    )
    for column in ("training_loss", "validation_loss", "mean_loss"):
        assert large.history_[column].iloc[0] == pytest.approx(100 * small.history_[column].iloc[0], rel=1e-4)
    np.testing.assert_allclose(large.predict(["G00"]).X, 100 * small.predict(["G00"]).X, rtol=1e-4)


def test_a_constant_is_trained_again_and_then_said_with_numbers(monkeypatch):
    effects, network = two_groups()
    options = {**SMALL, "max_epochs": 1}
    trained = []
    monkeypatch.setattr(app_module, "COLLAPSED", 10.0)  # whatever it says is a constant
    monkeypatch.setattr(app_module, "train", lambda *arguments: trained.append(1) or training.train(*arguments))
    with pytest.warns(
        app_module.CollapseWarning,
        match=r"predictions for 12 training conditions spread [0-9.e-]+ about "
        r"their mean, the effects 2\.1; it says the same of every condition",
    ):
        model = APP(**options, restarts=2).fit(effects, network)
    assert len(trained) == 3
    assert model.spread_ < 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        by_design = APP(**options, pooling="mean").fit(effects, network)
    assert by_design.constant
    assert len(trained) == 4
    assert not model.constant


def test_members_leave_out_other_genes_and_are_averaged(data, tiny_network):
    both = APP(**SMALL, n_members=2).fit(data[0], tiny_network)
    first = APP(**SMALL).fit(data[0], tiny_network)
    second = both._outputs(data[1])[1][0]
    np.testing.assert_allclose(both.predict(data[1]).X, (first.predict(data[1]).X + second) / 2, atol=1e-7)
    assert weights(both) == weights(first)  # module_ is the first member
    assert both.n_parameters_ == 2 * first.n_parameters_
    assert both.history_["member"].unique().tolist() == [0, 1]
    np.testing.assert_allclose(both.attention(data[1]).sum(axis=1), 1, atol=1e-5)
    names = list(data[0].obs_names)
    parts = [set(np.flatnonzero(left_out(names, "genes", 0.25, 0, member)[1])) for member in range(4)]
    assert all(parts[i].isdisjoint(parts[j]) for i, j in combinations(range(4), 2))


def test_an_ensemble_with_an_anchor_survives_its_file(tmp_path, data, tiny_network):
    model = APP(**SMALL, n_members=2, anchor=True).fit(data[0], tiny_network)
    model.save(tmp_path / "model.safetensors")
    again = APP.load(tmp_path / "model.safetensors")
    assert again.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    assert again.spread_ == model.spread_
    assert again.validation_ == model.validation_ == "doubles"


def test_an_anchor_keeps_what_is_known(data, tiny_network):
    options = {**SMALL, "learning_rate": 1e-9, "anchor": True}
    pairs = APP(**options).fit(data[0], tiny_network)
    singles = [name for name in data[0].obs_names if "+" not in name and name != "control"]
    np.testing.assert_allclose(pairs.predict(singles).X, data[0][singles].X)
    scaled = ScaledAdditive().fit(data[0]).predict(data[1]).X
    left_over = pairs.predict(data[1]).X - scaled
    np.testing.assert_allclose(left_over, pairs._mean_output(data[1]), atol=1e-12)
    assert np.abs(left_over).max() > 0
    genes = APP(**options, validation="genes").fit(data[0], tiny_network)
    median = geometric_median(np.asarray(data[0][singles].X))
    other = next(gene for gene in genes.genes_ if gene not in singles)
    np.testing.assert_allclose(genes.predict([other]).X - median, genes._mean_output([other]), atol=1e-12)
    sums = genes.predict([f"{singles[0]}+{other}"]).X
    parts = genes.predict([singles[0]]).X + genes.predict([other]).X
    np.testing.assert_allclose(sums, genes.anchor_.scale_ * parts, atol=1e-9)


# It has to be trained: no constant, better than the mean on what it saw and on genes that it did not.

REAL = pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")


@pytest.mark.parametrize(
    ("screen", "networks", "epochs", "training_error", "left_out_error", "spread"),
    [
        pytest.param("adamson16", ["go_bp", "reactome", "string"], 150, 0.85, 0.95, 0.2, marks=REAL),
        ("demo", ["demo"], 80, 0.95, 0.99, 0.1),
    ],
)
def test_it_is_trained(screen, networks, epochs, training_error, left_out_error, spread):
    effects, network = load_effects(screen), load_network(networks)
    split = make_split(effects, "unseen", 7)
    checks = training_checks(APP(max_epochs=epochs).fit(effects[split.train], network), effects)
    assert checks["training error"] < training_error
    assert checks["left-out error"] < left_out_error
    assert checks["spread"] > spread
