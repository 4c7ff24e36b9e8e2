"""Screens of the registry: the same effects and hashes as before there was a reading with evidence, and no warning."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from appmodel import changes, load_effects, reading_of
from appmodel.files import data_dir
from appmodel.screens import content_hash, registry

# shape, dataset_hash, content_hash of the effects: as commit 27fd6bc gave them
BEFORE = {
    "norman19": ((237, 50), "089d697f64c2", "089d697f64c2", "548ac6c4f96c9ae6"),
    "adamson16": ((91, 50), "f4b77943c37a", "f4b77943c37a", "d5bdec102057781a"),
    "replogle22_k562": ((301, 50), "b1a695bbdb59", "b1a695bbdb59", "3ae765393ba0f446"),
    "replogle22_rpe1": ((301, 50), "fb2aebf4c34c", "fb2aebf4c34c", "8095f6686eef54c7"),
    "papalexi21": ((26, 299), "853aa80a8623", "16cd6a85e080", "67fefedc9b57511c"),
    "norman19_slice": ((34, 500), "f5982395ca5e", "f07d00b7d0a8", "66bf639a6b30c50a"),
    "adamson16_pilot": ((6, 1000), "67172a3906a8", "bf6fc6fcf2dc", "07cb2629896f6f0f"),
    "demo": ((231, 2000), "83af8327e8ee", "e37568a8000c", "e41edf2fe562ced4"),
}


@pytest.mark.parametrize("name", BEFORE)
def test_registered_screens_are_read_as_before(name):
    if name != "demo" and data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    shape, dataset_hash, content, _ = BEFORE[name]
    effects = load_effects(name)  # a warning would be an error
    assert effects.shape == shape
    assert effects.uns["dataset_hash"] == dataset_hash
    if np.__version__.startswith("2.4"):  # last bits are those of the installed libraries
        assert content_hash(effects) == content
    assert not (reading_of(effects)["question"] != "").any()


@pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")
@pytest.mark.filterwarnings("ignore:.*not among the:appmodel.ReadingWarning")  # true of two of them
@pytest.mark.parametrize("name", [name for name in BEFORE if name != "demo"])
def test_registered_files_by_path_are_read_alike(name):
    kind = "effects" if name in registry.names("effects") else "cells"
    path = data_dir() / kind / f"{name}.h5ad"
    effects = load_effects(path)
    values = np.ascontiguousarray(effects.X).tobytes()
    names = "\n".join(effects.obs_names).encode() + "\n".join(effects.var_names).encode()
    assert hashlib.sha256(values + names).hexdigest()[:16] == BEFORE[name][3]


@pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")
def test_the_combinations_of_sunshine_are_no_genes():
    effects = load_effects("sunshine23")  # 35 singles, 265 combinations of two to seven genes joined by "_"
    assert not effects.obs_names.str.contains("_").any()
    assert (effects.obs["n_targets"] > 1).sum() == 265
    assert effects.obs["n_targets"].max() == 7


def test_a_table_of_the_registry_is_read_as_the_registry_says(tmp_path, monkeypatch, caplog):
    pairs = [(gene, readout) for gene in ("Atr", "Myc", "Cdkn1a") for readout in ("Myc", "Cdkn1a", "Actb")]
    table = pd.DataFrame(pairs, columns=["perturbation", "feature"]).assign(log_fc=1.0, se=0.5)
    (tmp_path / "tables").mkdir()
    table.to_parquet(tmp_path / "tables" / "gbm_perturb_deseq.parquet")
    monkeypatch.setenv("APPMODEL_DATA", str(tmp_path))
    effects = load_effects("gbm_perturb_deseq")  # a warning would be an error
    assert sorted(effects.obs_names) == ["ATR", "CDKN1A", "MYC"]
    assert effects.uns["dataset"] == "gbm_perturb_deseq"
    assert "its SHA-256 differs" in caplog.text  # it is not the registered file
    assert "file altered" in set(changes(effects)["change"])
    left = load_effects("gbm_perturb_deseq", species="human")
    assert sorted(left.obs_names) == ["Atr", "Cdkn1a", "Myc"]
