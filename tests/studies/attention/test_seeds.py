"""The job: seeds are kept and gone on with, tables of screens stand side by side."""

import pandas as pd
import pytest

from appmodel.studies.attention import seeds as interpretability
from appmodel.studies.attention.seeds import interpretability_table, kept_part


@pytest.fixture
def runs(monkeypatch, tiny_effects):
    """Seeds that were really run; each gives one row."""
    done = []

    def interpret(screen, seed):
        done.append((screen, seed))
        about = {"screen": screen, "seed": seed, "model": "app", "group": "seen", "condition": ["A", "NA"]}
        score = {"ranking": "attention", "measure": "auroc_direct", "value": 0.5 + seed / 10, "reason": ""}
        rows = pd.DataFrame({**about, **score})
        rows.attrs["provenance"] = {**interpretability._setting(screen, seed), "seconds": 1.5}
        return rows

    monkeypatch.setattr(interpretability, "interpret", interpret)
    monkeypatch.setattr(interpretability, "load_effects", lambda screen: tiny_effects)
    return done


def test_a_stopped_run_goes_on(runs, tmp_path):
    first = kept_part("demo", 0, tmp_path)
    again = kept_part("demo", 0, tmp_path)
    kept_part("demo", 1, tmp_path)
    assert runs == [("demo", 0), ("demo", 1)]
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("change", ["code", "data", "half"])
def test_what_changed_is_run_again(runs, tmp_path, monkeypatch, tiny_effects, change):
    kept_part("demo", 0, tmp_path)
    if change == "code":
        monkeypatch.setattr(interpretability, "code_version", lambda *modules: "another")
    elif change == "data":
        tiny_effects.uns["dataset_hash"] = "another"
    elif change == "half":
        next(tmp_path.glob("demo_0_*.provenance.json")).unlink()
    kept_part("demo", 0, tmp_path)
    assert runs == [("demo", 0)] * 2


def test_every_seed_of_every_screen_is_run_and_stands_in_the_table(runs, tmp_path, capfd):
    table = interpretability_table(tmp_path, progress=False)
    assert runs == [(screen, seed) for screen in ("demo", "adamson16") for seed in range(5)]
    assert capfd.readouterr().err == ""
    every = table[table["task"] == "all"].set_index("screen")
    assert every["value"].to_dict() == pytest.approx({"demo": 0.7, "adamson16": 0.7})
    assert every["n"].tolist() == [2, 2]
    about = table.attrs["provenance"]
    assert about["seeds"] == {"adamson16": [0, 1, 2, 3, 4], "demo": [0, 1, 2, 3, 4]}
    assert about["screens"]["demo"]["seconds"] == 7.5
    assert set(about) >= {"dataset_hash", "code_version", "methods", "screens"}
