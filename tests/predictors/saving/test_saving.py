"""Every predictor of the package is saved and read again: it predicts the same to the last bit."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from appmodel import (
    APP,
    AnchoredAPP,
    EmbeddingLinear,
    LinearModel,
    PermutedConditions,
    TrainingMean,
    load_predictor,
    save_predictor,
)
from appmodel.predictors import Predictor
from appmodel.predictors.saving.objects import attributes_of


def files(folder):
    return {name: (folder / name).read_bytes() for name in ("model.json", "arrays.safetensors")}


def test_predictions_are_the_same_to_the_last_bit(model, asked, tmp_path):
    save_predictor(model, tmp_path)
    state = torch.get_rng_state()
    loaded = load_predictor(tmp_path)
    assert torch.equal(torch.get_rng_state(), state)
    before, after = model.predict(asked), loaded.predict(asked)
    assert after.X.tobytes() == before.X.tobytes()
    assert list(after.obs_names) == asked
    pd.testing.assert_frame_equal(after.obs, before.obs)
    pd.testing.assert_frame_equal(after.var, before.var)
    assert loaded.training_conditions_ == model.training_conditions_
    assert {name: loaded.fitted_on_[name] for name in model.fitted_on_} == model.fitted_on_
    if hasattr(model, "attention"):
        pd.testing.assert_frame_equal(loaded.attention(asked), model.attention(asked), check_exact=True)


def test_the_same_model_has_the_same_bytes(model, asked, tmp_path):
    save_predictor(model, tmp_path / "first")
    model.predict([*asked[::-1]])  # what is kept for speed stays out
    save_predictor(model, tmp_path / "again")
    save_predictor(load_predictor(tmp_path / "first"), tmp_path / "passed on")
    for folder in ("again", "passed on"):
        assert files(tmp_path / folder) == files(tmp_path / "first"), folder


def test_a_loaded_predictor_can_be_fitted_again(model, effects, network, tmp_path, recwarn):
    save_predictor(model, tmp_path)
    loaded = load_predictor(tmp_path)
    left_out = getattr(model, "_unsaved", ())
    told = {key: repr(value) for key, value in loaded.get_params(deep=False).items() if key not in left_out}
    assert told == {key: repr(value) for key, value in model.get_params(deep=False).items() if key not in left_out}
    again, one = clone(loaded).fit(effects, network), effects.obs_names[:1]
    assert again.predict(one).shape == (1, effects.n_vars)


ALONE = """
import hashlib, json, os, sys
from pathlib import Path
from appmodel import load_predictor
from appmodel.predictors.threads import one_thread
asked, said = json.loads(sys.argv[1]), {}
for folder in sorted(Path("models").iterdir()):
    model = load_predictor(folder)
    with one_thread():
        said[folder.name] = hashlib.sha256(model.predict(asked).X.tobytes()).hexdigest()
print(json.dumps(said))
"""


def test_a_new_process_needs_nothing_but_the_files(fitted, names, asked, tmp_path):
    for name in names:
        save_predictor(fitted(name), tmp_path / "models" / name)
    empty = tmp_path / "nothing"
    empty.mkdir()
    there = {**os.environ, "APPMODEL_DATA": str(empty), "APPMODEL_CACHE": str(empty)}
    command = [sys.executable, "-c", ALONE, json.dumps(asked)]
    done = subprocess.run(command, cwd=tmp_path, env=there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expected = {name: hashlib.sha256(fitted(name).predict(asked).X.tobytes()).hexdigest() for name in names}
    assert json.loads(done.stdout) == expected


def test_nothing_is_left_out_that_is_not_made_again(model, tmp_path):
    save_predictor(model, tmp_path)
    loaded = load_predictor(tmp_path)
    assert set(vars(loaded)) == set(vars(model)) - {"seconds_"}
    for name, value in attributes_of(model).items():
        assert type(getattr(loaded, name)) is type(value), name


def test_where_it_ran_stays_behind(effects, network, tmp_path, recwarn):
    kept = tmp_path / "private" / "checkpoint.safetensors"
    model = PermutedConditions(APP(n_hidden=8, max_epochs=2, checkpoint=str(kept)), seed=1).fit(effects, network)
    save_predictor(model, tmp_path / "model")
    assert "private" not in "".join(str(text) for text in files(tmp_path / "model").values())
    loaded = load_predictor(tmp_path / "model")
    assert kept.is_file()
    assert (loaded.predictor_.checkpoint, loaded.predictor.checkpoint) == (None, None)


def test_an_app_that_was_saved_in_one_file_can_be_given_away(fitted, asked, tmp_path):
    model = fitted("APP")
    model.save(tmp_path / "app.safetensors")
    save_predictor(APP.load(tmp_path / "app.safetensors"), tmp_path / "folder")
    loaded = load_predictor(tmp_path / "folder")
    assert loaded.predict(asked).X.tobytes() == model.predict(asked).X.tobytes()
    assert "not stated whether simulated" in (tmp_path / "folder" / "README.md").read_text()
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "app.safetensors").read_bytes()


def test_what_was_asked_before_makes_no_difference(effects, network, tmp_path):
    model = AnchoredAPP().fit(effects, network)
    strangers = [gene for gene in network.genes if gene not in effects.uns["targets"]][:3]
    for gene in strangers:
        model.predict([gene])
    save_predictor(model, tmp_path)
    assert load_predictor(tmp_path).predict(strangers).X.tobytes() == model.predict(strangers).X.tobytes()


def test_an_embedding_of_the_network_is_kept_as_it_was_learned_on(effects, network, tmp_path, monkeypatch):
    model = LinearModel(embedding="network", n_components=3).fit(effects, network)
    save_predictor(model, tmp_path)
    monkeypatch.setattr("appmodel.networks.network.principal_components", None)  # it would turn elsewhere
    names = list(effects.uns["targets"])
    assert load_predictor(tmp_path).predict(names).X.tobytes() == model.predict(names).X.tobytes()


def test_what_is_not_the_package_s_own_is_refused(effects, network, tmp_path):
    class Mine(TrainingMean):
        pass

    with pytest.raises(ValueError, match=r"Mine is no predictor of appmodel, and a file may bring no code: only those"):
        save_predictor(Mine().fit(effects), tmp_path / "mine")
    with pytest.raises(ValueError, match=r"dict is no predictor of appmodel"):
        save_predictor({}, tmp_path / "mine")
    with pytest.raises(ValueError, match=r"^predictor is a .*Mine, which cannot be saved: a file holds numbers"):
        save_predictor(PermutedConditions(Mine()).fit(effects), tmp_path / "mine")
    model = TrainingMean().fit(effects)
    model.hook_ = print
    with pytest.raises(ValueError, match=r"^hook_ is a builtins\.builtin_function_or_method, which cannot be saved"):
        save_predictor(model, tmp_path / "mine")
    with pytest.raises(NotFittedError, match="TrainingMean is not fitted yet"):
        save_predictor(TrainingMean(), tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="file is a file: name a folder"):
        save_predictor(TrainingMean().fit(effects), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_column_that_no_file_can_hold_is_named(effects, tmp_path):
    dated = effects.copy()
    dated.var["dated"] = pd.Timestamp("2026-01-01")
    with pytest.raises(ValueError, match=r"^Column 'dated' of a table holds datetime64.*: make it text"):
        save_predictor(TrainingMean().fit(dated), tmp_path)


def test_every_class_is_found(names):
    assert {"APP", "AnchoredAPP", "EmbeddingLinear", "KernelRidge", "MatchingMean", "TunedLinearModel"} <= set(names)
    assert issubclass(EmbeddingLinear, Predictor)
    assert "Constant" not in names  # is there to be built upon


def test_an_array_that_stands_in_two_places_is_stored_once(fitted, tmp_path):
    model = fitted("NearestGenes")
    rows = np.array(list(model.anchor_.singles_.values()))
    assert np.array_equal(model.effects_, rows)
    save_predictor(model, tmp_path)
    assert (tmp_path / "arrays.safetensors").read_bytes().count(rows.tobytes()) == 1
