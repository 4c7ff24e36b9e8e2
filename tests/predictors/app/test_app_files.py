"""APP's files: a model is written and read whole, a stopped training goes on, and no other is taken for it."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from appmodel import APP
from appmodel.predictors.app import training
from appmodel.predictors.weights import read_safetensors, write_safetensors

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
FEATURES = ["identity", "random", "expression", "network", "network+identity", "similarity", "similarity+identity"]
MODELS = [
    *({"features": features} for features in FEATURES),
    *({"features": features, "n_layers": 0} for features in ("identity", "random")),
    *({"pooling": pooling} for pooling in ("mean", "context")),
    {"decoder": "mlp"},
    {"n_members": 2, "anchor": True},
]


@pytest.mark.parametrize("options", MODELS, ids=str)
def test_save_and_load(tmp_path, data, fit, options):
    kept = tmp_path / "checkpoint.safetensors"
    model = fit(**options, aggregation="max", seed=np.int64(3), checkpoint=kept)
    path = tmp_path / "deep" / "model.safetensors"
    model.save(path)
    state = torch.get_rng_state()
    loaded = APP.load(path)
    assert torch.equal(torch.get_rng_state(), state)
    assert loaded.predict(data[1]).X.tobytes() == model.predict(data[1]).X.tobytes()
    pd.testing.assert_frame_equal(loaded.attention(data[1]), model.attention(data[1]))
    pd.testing.assert_frame_equal(loaded.history_, model.history_)
    assert loaded.predict(data[1]).var["control_mean"].equals(model.predict(data[1]).var["control_mean"])
    for name in ("n_parameters_", "best_epoch_", "spread_", "validation_", "training_conditions_"):
        assert getattr(loaded, name) == getattr(model, name), name
    assert not hasattr(loaded, "seconds_")
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
    monkeypatch.setattr("appmodel.predictors.weights.save_file", full)
    with pytest.raises(OSError, match=r"disk is full, .*model.safetensors was not written: free some space"):
        model.save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path, monkeypatch, fit, weights):
    settings = {"max_epochs": 4, "batch_size": 8, "aggregation": "max", "dropout": 0.4}
    whole = fit(**settings)
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
        fit(**settings, checkpoint=checkpoint)
    resumed = fit(**settings, checkpoint=str(checkpoint))
    assert len(calls) == 3 + 2  # two epochs were kept
    assert weights(resumed) == weights(whole)
    pd.testing.assert_frame_equal(resumed.history_, whole.history_)
    finished = fit(**settings, checkpoint=checkpoint)
    assert len(calls) == 5  # nothing left to do
    assert weights(finished) == weights(whole)
    settings["max_epochs"] = 5
    longer = fit(**settings, checkpoint=checkpoint)
    assert len(calls) == 6
    assert weights(longer) == weights(fit(**settings))


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


def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, data, tiny_network, weights):
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


def test_a_checkpoint_of_another_training_is_refused(tmp_path, data, tiny_network, fit):
    checkpoint = tmp_path / "checkpoint.safetensors"
    options = {"features": "expression", "checkpoint": checkpoint, "validation": "conditions"}
    fit(**options)
    before = checkpoint.read_bytes()
    effects, silent, fewer = data[0].copy(), data[0].copy(), data[0][1:].copy()
    effects.X[0, 0] += 1e-3
    silent.var["control_mean"] = 0.0
    for other in (effects, silent, fewer):
        with pytest.raises(ValueError, match=r"checkpoint.safetensors is the checkpoint of another training"):
            fit(other, **options)
    for change in ({"seed": 1}, {"learning_rate": 1e-2}, {"aggregation": "sum"}, {"patience": 3}, {"n_hidden": 9}):
        with pytest.raises(ValueError, match="of another training"):
            fit(**{**options, **change})
    with pytest.raises(ValueError, match="of another training"):
        fit(network=tiny_network.shuffled(1), **options)
    assert checkpoint.read_bytes() == before
    checkpoint.write_bytes(before[:-5])
    with pytest.raises(ValueError, match=r"checkpoint.safetensors is damaged"):
        fit(**options)


def test_the_same_model_has_the_same_bytes_and_tells_no_time(tmp_path, fit, model):
    model.save(tmp_path / "first")
    again = fit()
    assert again.seconds_ != model.seconds_ > 0
    for i in range(8):  # several texts in a safetensors file come in random order
        again.save(tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == (tmp_path / "first").read_bytes(), i


def test_files_of_an_earlier_model_are_refused(tmp_path, model):
    model.save(tmp_path / "new")
    tensors, metadata = read_safetensors(tmp_path / "new")
    about = json.loads(metadata["appmodel.APP"])
    without = {key: value for key, value in about.items() if key != "learned"}
    layers = {name.replace("lin_l", "linear"): tensor for name, tensor in tensors.items()}
    for changed, said in ((tensors, without), (layers, about)):
        write_safetensors(tmp_path / "old", changed, {"appmodel.APP": json.dumps(said)})
        with pytest.raises(ValueError, match=r"old was written by an earlier version.*fit it again"):
            APP.load(tmp_path / "old")
