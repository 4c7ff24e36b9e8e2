"""Fits and tables of a study: what is kept and still wanted is not fitted again; the same seed, the same bytes."""

import json
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appmodel import benchmark, load_effects, load_network, load_predictions, load_scores, save_predictions, save_scores
from appmodel.scoring import METRICS
from appmodel.studies import processes
from appmodel.studies.fits import fit_missing, fitted, joined, kept, missing
from appmodel.studies.plan import estimate, seconds_of
from appmodel.studies.study import Study
from appmodel.studies.tables import study_leaderboard, study_scores
from appmodel.trials.predictions import described, provenance_of, splits_of

ROOT = Path(__file__).resolve().parents[2]
METHODS = {
    "mean": {"class": "TrainingMean"},
    "additive": {"class": "Additive"},
    "linear": {"class": "LinearModel", "network": "shuffled"},
}


@pytest.fixture
def study(tmp_path, tiny_cells, monkeypatch):
    """A study of three methods; its predictions are kept in a folder of the test."""
    monkeypatch.setattr("appmodel.studies.study.PREDICTIONS", tmp_path / "predictions")
    tiny_cells.write_h5ad(tmp_path / "tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv(tmp_path / "prior.csv", index=False)
    return Study("small", "", 2, [str(tmp_path / "prior.csv")], {str(tmp_path / "tiny.h5ad"): ["doubles"]}, METHODS)


@pytest.fixture
def here(monkeypatch):
    """Fits run in this process, where a test can count them."""
    done = []

    class Pool:
        def __init__(self, *_, **__):
            pass

        def submit(self, call, *arguments):
            future = Future()
            try:
                future.set_result(call(*arguments))
                done.append(arguments[-1])
            except Exception as error:
                future.set_exception(error)
            return future

        def shutdown(self, **_):
            pass

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Pool)
    return done


def only(study, *methods):
    return replace(study, methods={method: METHODS[method] for method in methods})


def scores_of(study, task="doubles"):
    screen = next(iter(study.screens))
    for method in missing(study, screen, task):
        save_predictions(fitted(study, screen, task, method), study.predictions_path(screen, task, method))
    return study_scores(study, screen, task, kept(study, screen, task))


def test_a_table_has_what_the_benchmark_predicts(study):
    scores = scores_of(only(study, "mean", "additive"))
    ours = scores[~scores["method"].isin(["oracle", "split_halves"])].reset_index(drop=True)
    methods = {name: study.predictor(name) for name in ("mean", "additive")}
    same = benchmark(
        methods, load_effects(next(iter(study.screens))), network=load_network(study.network), seeds=range(2)
    )
    pd.testing.assert_frame_equal(ours, same)
    assert {"oracle", "split_halves"} < set(scores["method"])  # the screen has cells


def test_a_damaged_network_is_another_one_for_each_seed(study):
    screen = next(iter(study.screens))
    ours, network = fitted(study, screen, "doubles", "linear"), load_network(study.network)
    for seed in (0, 1):
        same = benchmark(
            {"linear": study.predictor("linear")},
            load_effects(screen),
            network=network.shuffled(seed),
            seeds=[seed],
            metrics=["l2"],
        )
        scores = study_scores(study, screen, "doubles", ours).query("metric == 'l2' and method == 'linear'")
        np.testing.assert_array_equal(scores[scores["seed"] == seed]["value"], same["value"])


def test_provenance_says_who_ran_when_and_how_long(study):
    runs = scores_of(study).attrs["provenance"]["methods"]
    assert runs["linear"]["network"]["degraded"].startswith("shuffled")
    assert "degraded" not in runs["mean"]["network"]
    for run in (runs[name] for name in METHODS):
        assert set(run) == {"predictor", "network", "code_version", "date", "seconds"}
        assert run["seconds"] >= 0


def test_predictions_of_different_data_are_not_mixed(study):
    parts = [fitted(study, next(iter(study.screens)), "doubles", method) for method in ("mean", "additive")]
    described(parts[1], splits_of(parts[1]), {**provenance_of(parts[1]), "dataset_hash": "other"})
    with pytest.raises(ValueError, match="different dataset_hash"):
        joined(parts)


def test_what_is_kept_is_fitted_again_only_where_something_it_depends_on_has_changed(study, here):
    (screen,) = study.screens
    fit_missing(study, screen, "doubles", seconds={"additive": 5.0}, progress=False)
    assert here == ["additive", "mean", "linear"]  # the longest first
    fit_missing(study, screen, "doubles", progress=False)
    assert len(here) == 3
    others = {**METHODS, "linear": {"class": "LinearModel", "network": "rewired"}}
    assert missing(replace(study, methods=others), screen, "doubles") == ["linear"]
    assert missing(replace(study, seeds=3), screen, "doubles") == list(METHODS)
    assert missing(replace(study, name="other"), screen, "doubles") == list(METHODS)
    assert missing(replace(study, name="again", predictions_of="small"), screen, "doubles") == []


def test_a_fit_that_fails_stops_no_other_and_is_named(study, here):
    (screen,) = study.screens
    study = replace(study, methods={"impossible": {"class": "LinearModel", "n_components": 0}, **METHODS})
    with pytest.raises(
        RuntimeError,
        match=r"1 of 4 fits on .*tiny.h5ad, doubles \(small\) failed, the others are kept:\n"
        r"  impossible: ValueError: n_components is 0",
    ):
        fit_missing(study, screen, "doubles", progress=False)
    assert missing(study, screen, "doubles") == ["impossible"]


@pytest.mark.slow
def test_processes_of_their_own_fit_the_same_and_the_bar_can_be_turned_off(study, capfd):
    (screen,) = study.screens
    fit_missing(only(study, "additive"), screen, "doubles", workers=1)
    assert "doubles (small): 100%" in capfd.readouterr().err
    kept_part = load_predictions(study.predictions_path(screen, "doubles", "additive"))
    np.testing.assert_array_equal(kept_part.X, fitted(study, screen, "doubles", "additive").X)
    fit_missing(only(study, "mean"), screen, "doubles", workers=1, progress=False)
    assert capfd.readouterr().err == ""


def test_the_estimate_adds_what_the_committed_fits_took(study, tmp_path, here):
    (screen,) = study.screens
    about = {"methods": {"mean": {"seconds": 593.0}, "additive": {"seconds": 53.0}, "oracle": "made in scoring"}}
    (tmp_path / "small_s_doubles.provenance.json").write_text(json.dumps(about))
    assert seconds_of(study, "s", "doubles", tmp_path) == {"mean": 593.0, "additive": 53.0}
    (tmp_path / f"small_{Path(screen).name}_doubles.provenance.json").write_text(json.dumps(about))
    said = estimate(
        {"small": study, "of another command": replace(study, made_by="real")}, "studies", tmp_path, cores=2
    )
    assert said.startswith("3 fits to do: about 5 minutes on 2 core(s)")  # 646 s on two cores
    assert "and 1 whose time is not known" in said
    fit_missing(study, screen, "doubles", progress=False)
    assert estimate({"small": study}, "studies", tmp_path, 2).startswith("Every fit is done")


def test_the_same_study_gives_the_same_bytes_and_the_leaderboard_has_all_metrics(study, tmp_path):
    for again in ("first", "second"):
        folder = tmp_path / again
        scores = scores_of(study)
        save_scores(scores, folder / "tiny_doubles.csv")
        save_scores(study_leaderboard(study, [folder / "tiny_doubles.csv"]), folder / "small_leaderboard.csv")
    board = load_scores(tmp_path / "first" / "small_leaderboard.csv")
    assert set(board["metric"]) == set(METRICS)
    assert board["mean"].dtype == float
    assert board.attrs["provenance"]["code_version"]
    for name in ("tiny_doubles.csv", "small_leaderboard.csv"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_cells_held_out_are_scored_too(study):
    scores = scores_of(only(study, "mean"), "seen")
    assert set(scores["task"]) == {"seen"}
    assert scores[scores["metric"] == "l2"]["value"].notna().all()


def test_committed_results_name_their_source():
    tables = sorted((ROOT / "data" / "results").glob("*.csv"))
    assert tables, "run make real"
    for path in tables:
        about = json.loads(path.with_suffix(".provenance.json").read_text())
        table = load_scores(path)  # checks the hash
        assert about["rows"] == len(table)
        if path.stem.endswith("_leaderboard"):
            assert all((path.parent / name).is_file() for name in about["tables"])
            continue
        assert about["dataset_hash"]
        assert about["seeds"]
        if "condition" in table:
            assert set(table["method"]) == set(about["methods"])
