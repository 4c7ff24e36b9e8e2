"""Jobs: predict, score, write the tables; the same seed gives the same files to the byte."""

import json
from pathlib import Path

import pandas as pd
import pytest

from appmodel import benchmark, load_effects, load_network, load_scores
from appmodel.pipeline.jobs import joined, kept_rows, predict_job, score_job, study_leaderboard
from appmodel.pipeline.studies import Study
from appmodel.scoring import METRICS, load_predictions, save_predictions
from appmodel.scoring.predictions import ABOUT

ROOT = Path(__file__).resolve().parents[2]
METHODS = {"mean": {"class": "TrainingMean"}, "additive": {"class": "Additive"},
           "linear": {"class": "LinearModel", "network": "shuffled"}}


@pytest.fixture
def study(tmp_path, tiny_cells):
    tiny_cells.write_h5ad(tmp_path / "tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv(tmp_path / "prior.csv", index=False)
    return Study("small", "", 2, [str(tmp_path / "prior.csv")], {str(tmp_path / "tiny.h5ad"): ["doubles"]}, METHODS)


def kept(study, folder, methods=METHODS, task="doubles"):
    paths = []
    for method in methods:
        paths.append(folder / f"{method}.h5ad")
        save_predictions(predict_job(study, next(iter(study.screens)), task, method), paths[-1])
    return paths


def test_a_job_predicts_what_the_benchmark_predicts(study, tmp_path):
    screen = next(iter(study.screens))
    scores = score_job(study, screen, "doubles", kept(study, tmp_path, ["mean", "additive"]))
    ours = scores[~scores["method"].isin(["oracle", "split_halves"])].reset_index(drop=True)
    methods = {name: study.predictor(name) for name in ("mean", "additive")}
    same = benchmark(methods, load_effects(screen), network=load_network(study.network), seeds=range(2))
    pd.testing.assert_frame_equal(ours, same)
    assert {"oracle", "split_halves"} < set(scores["method"])  # the screen has cells


def test_provenance_says_who_ran_when_and_how_long(study, tmp_path):
    scores = score_job(study, next(iter(study.screens)), "doubles", kept(study, tmp_path))
    runs = scores.attrs["provenance"]["methods"]
    assert runs["linear"]["network"]["degraded"].startswith("shuffled")
    assert "degraded" not in runs["mean"]["network"]
    for run in (runs[name] for name in METHODS):
        assert set(run) == {"predictor", "network", "code_version", "date", "seconds"}
        assert run["seconds"] >= 0


def test_predictions_of_different_data_are_not_mixed(study, tmp_path):
    paths = kept(study, tmp_path, ["mean", "additive"])
    parts = [load_predictions(path) for path in paths]
    about = json.loads(parts[1].uns[ABOUT])
    about["provenance"]["dataset_hash"] = "other"
    parts[1].uns[ABOUT] = json.dumps(about)
    with pytest.raises(ValueError, match="different dataset_hash"):
        joined(parts)


def test_tables_keep_the_main_metrics_and_the_leaderboard_has_all(study, tmp_path):
    from appmodel import save_scores

    screen = next(iter(study.screens))
    for again in ("first", "second"):
        folder = tmp_path / again
        (folder / "parts").mkdir(parents=True)
        scores = score_job(study, screen, "doubles", kept(study, folder / "parts"))
        save_scores(scores, folder / "tiny_doubles.csv")
        save_scores(kept_rows(study, load_scores(folder / "tiny_doubles.csv")), folder / "small_tiny_doubles.csv")
        save_scores(study_leaderboard(study, [folder / "tiny_doubles.csv"]), folder / "small_leaderboard.csv")
    table = load_scores(tmp_path / "first" / "small_tiny_doubles.csv")
    assert set(table["metric"]) == {"l2", "pearson"}
    board = load_scores(tmp_path / "first" / "small_leaderboard.csv")
    assert set(board["metric"]) == set(METRICS)
    assert board["mean"].dtype == float
    for name in ("small_tiny_doubles.csv", "small_leaderboard.csv"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_cells_held_out_are_scored_too(study, tmp_path):
    paths = kept(study, tmp_path, ["mean"], "seen")
    scores = score_job(study, next(iter(study.screens)), "seen", paths)
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
