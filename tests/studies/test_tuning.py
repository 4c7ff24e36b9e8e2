"""Tuning: folds of training conditions alone, halving, choices that leave a screen out, results that are kept."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appmodel import APP, load_effects
from appmodel.names import genes_of
from appmodel.splits import make_split
from appmodel.studies import processes
from appmodel.studies.tuning import folds, halving, settings
from appmodel.studies.tuning.folds import inner_splits
from appmodel.studies.tuning.halving import chosen_settings, errors_of, promoted, tuned
from appmodel.studies.tuning.settings import drawn_settings, untrained_setting

ROOT = Path(__file__).resolve().parents[2]
TASKS = (("one", "doubles"), ("one", "unseen"), ("two", "unseen"))


def rows_of(ratios, fold=0):
    """Rows of the tuning table from a list of ratios per setting, in the order of TASKS."""
    return pd.DataFrame(
        [
            {"setting": i, "screen": screen, "task": task, "fold": fold, "ratio": ratio}
            for i, of_setting in enumerate(ratios)
            for (screen, task), ratio in zip(TASKS, of_setting, strict=True)
        ]
    )


def test_settings_are_random_the_same_every_time_and_each_can_be_fitted(tiny_effects, tiny_network):
    drawn = drawn_settings(64)
    assert drawn == drawn_settings(64)
    assert drawn[:10] == drawn_settings(10)
    for name, values in settings.CHOICES.items():
        assert {setting[name] for setting in drawn} == set(values)
    for name, (low, high) in settings.RANGES.items():
        assert all(low <= setting[name] <= high for setting in drawn)
        assert len({setting[name] for setting in drawn}) > 30
    first = untrained_setting(ROOT / "studies.yml")
    for setting in (*drawn, settings.GUESS, *({**first, **step} for step in settings.MENDED.values())):
        APP(**setting)._check_parameters(tiny_network)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["doubles", "unseen"])
def test_folds_are_of_training_conditions_and_of_the_tasks_own_kind(task):
    effects = load_effects("demo")
    outer, inner = make_split(effects, task, folds.OUTER), inner_splits(effects, task)
    tested = [name for fold in inner for name in fold.test]
    assert len(inner) == folds.N_FOLDS
    assert len(tested) == len(set(tested))
    assert set(tested) < set(outer.train)
    for fold in inner:
        assert not set(fold.test) & set(fold.train)
        assert set(fold.train) < set(outer.train)
        if task == "doubles":
            assert {gene for name in fold.test for gene in genes_of(name)} <= set(fold.train)
            assert all(len(genes_of(name)) == 2 for name in fold.test)
        else:
            assert not set(fold.test) & {gene for name in fold.train for gene in genes_of(name)}


def test_halving_keeps_the_best_of_each_task_and_of_all():
    ratios = [[0.5, 2.0, 2.0], [2.0, 0.5, 2.0], [2.0, 2.0, 0.5], [0.9, 0.9, 0.9], [1.0, 1.0, 1.0], [3.0, 3.0, 3.0]]
    assert promoted(rows_of(ratios), 1) == [0, 1, 2, 3, 4]


def test_a_choice_by_the_other_screens_does_not_see_its_own():
    ratios = [[0.1, 0.1, 1.0], [1.0, 1.0, 0.2], [0.7, 0.7, 0.7]]
    chosen = chosen_settings(rows_of(ratios)).set_index(["screen", "task", "choice"])["setting"]
    assert chosen["one", "doubles", "own"] == 0
    assert chosen["two", "unseen", "own"] == 1
    # Both tasks of a screen are left out.
    assert chosen["one", "doubles", "others"] == chosen["one", "unseen", "others"] == 1
    assert chosen["two", "unseen", "others"] == 0
    assert set(chosen.xs("all", level="choice")) == {0}


def test_only_settings_on_all_folds_are_compared():
    rows = pd.concat([rows_of([[0.9] * 3, [0.1] * 3]), rows_of([[0.9] * 3], fold=1)])
    assert set(chosen_settings(rows)["setting"]) == {0}


def test_a_stopped_run_goes_on_and_ends_with_the_same_table(tmp_path, monkeypatch):
    asked = []

    def stands_in(setting, screen, task, fold):
        asked.append((setting["x"], screen, task, fold))
        if len(asked) == 7:
            raise RuntimeError("stopped")
        return {"screen": screen, "task": task, "fold": fold, "ratio": np.exp(setting["x"] + fold / 100)}

    monkeypatch.setattr(processes, "ProcessPoolExecutor", lambda workers, mp_context: ThreadPoolExecutor(1))
    monkeypatch.setattr(halving, "fold_error", stands_in)
    monkeypatch.setattr(halving, "TASKS", TASKS)
    monkeypatch.setattr(halving, "RUNGS", (((0,), None), ((1,), 1)))
    tried = [{"x": x} for x in (0.3, 0.1, 0.2, 0.4)]
    ask = partial(errors_of, settings=tried, kept=tmp_path, workers=2, progress=False)
    with pytest.raises(RuntimeError, match="stopped"):
        tuned(ask, range(4), always=())
    first = len(asked)
    table = tuned(ask, range(4), always=())
    assert len(asked) - first < len(table)
    assert len(table) == 4 * 3 + 2 * 3
    assert set(table.loc[table["fold"] == 1, "setting"]) == {1, 2}
    before = len(asked)
    pd.testing.assert_frame_equal(tuned(ask, range(4), always=()), table)
    assert len(asked) == before
