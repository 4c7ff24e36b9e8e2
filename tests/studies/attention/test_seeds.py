"""The job: seeds are kept and gone on with, tables of screens stand side by side."""

import pandas as pd
import pytest

from appmodel.provenance import load_scores
from appmodel.studies.attention import seeds as interpretability
from appmodel.studies.attention.seeds import kept_part, kept_parts, write_table


@pytest.fixture
def runs(monkeypatch, tiny_effects):
    """Seeds that were really run; each gives one row."""
    done = []

    def interpret(screen, seed, max_epochs=200, n_explained=10):
        done.append((screen, seed))
        rows = pd.DataFrame(
            [
                (
                    screen,
                    seed,
                    "app",
                    "seen",
                    condition,
                    "attention",
                    "auroc_direct",
                    0.5 + seed / 10,
                    "",
                )
                for condition in ("A", "NA")
            ],
            columns=[
                "screen",
                "seed",
                "model",
                "group",
                "condition",
                "ranking",
                "measure",
                "value",
                "reason",
            ],
        )
        rows.attrs["provenance"] = {**interpretability._setting(screen, seed, max_epochs), "seconds": 1.5}
        return rows

    monkeypatch.setattr(interpretability, "interpret", interpret)
    monkeypatch.setattr(interpretability, "load_effects", lambda screen: tiny_effects)
    return done


def test_a_stopped_run_goes_on(runs, tmp_path):
    first = kept_part("demo", 0, 5, tmp_path)
    again = kept_part("demo", 0, 5, tmp_path)
    kept_part("demo", 1, 5, tmp_path)
    assert runs == [("demo", 0), ("demo", 1)]
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("change", ["code", "epochs", "data", "half"])
def test_what_changed_is_run_again(runs, tmp_path, monkeypatch, tiny_effects, change):
    kept_part("demo", 0, 5, tmp_path)
    if change == "code":
        monkeypatch.setattr(interpretability, "code_version", lambda *modules: "another")
    elif change == "data":
        tiny_effects.uns["dataset_hash"] = "another"
    elif change == "half":
        (tmp_path / "demo_0.provenance.json").unlink()
    kept_part("demo", 0, 6 if change == "epochs" else 5, tmp_path)
    assert runs == [("demo", 0)] * 2


def test_screens_stand_side_by_side_and_a_screen_is_replaced(runs, tmp_path):
    output = tmp_path / "interpretability.csv"
    write_table([interpretability.interpret("demo", seed) for seed in (0, 1)], output)
    write_table([interpretability.interpret("adamson16", 3)], output)
    write_table([interpretability.interpret("demo", 2)], output)
    table = load_scores(output)
    every = table[table["task"] == "all"].set_index("screen")
    assert every["value"].to_dict() == {"adamson16": 0.8, "demo": 0.7}
    assert every["n"].tolist() == [2, 2]
    about = table.attrs["provenance"]
    assert about["seeds"] == {"adamson16": [3], "demo": [2]}
    assert set(about) >= {"dataset_hash", "code_version", "methods", "screens"}


def test_seconds_and_seeds_of_a_screen_add_up(runs, tmp_path):
    write_table([interpretability.interpret("demo", seed) for seed in (0, 1)], tmp_path / "table.csv")
    about = load_scores(tmp_path / "table.csv").attrs["provenance"]["screens"]["demo"]
    assert (about["seeds"], about["seconds"]) == ([0, 1], 3.0)


def test_every_seed_of_every_screen_is_run(runs, tmp_path, capfd):
    parts = kept_parts(["demo", "adamson16"], 2, None, tmp_path, progress=False)
    assert runs == [("demo", 0), ("demo", 1), ("adamson16", 0), ("adamson16", 1)]
    assert len(parts) == 4
    assert capfd.readouterr().err == ""
    for screens, n_seeds in ((["demo"], 0), (["demo", "none"], 1)):
        with pytest.raises(ValueError, match="give 1 or more, of demo, adamson16"):
            kept_parts(screens, n_seeds, None, tmp_path)
