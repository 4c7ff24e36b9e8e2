"""Studies: what studies.yml says is what runs, and results carry their provenance."""

import json
from pathlib import Path

import pandas as pd
import pytest

from appmodel import save_scores
from appmodel.pipeline.studies import Study, gather, load_studies, run_job

ROOT = Path(__file__).resolve().parents[2]


def study(**changes):
    entry = {"name": "s", "about": "", "seeds": 2, "network": ["demo"], "screens": {"x": ["doubles"]},
             "methods": {"additive": {"class": "Additive"}, "app": {"class": "APP", "n_hidden": 4}}}
    return Study(**{**entry, **changes})


def test_the_committed_studies_are_valid():
    studies = load_studies(ROOT / "studies.yml")
    assert set(studies["real"].screens) == {"norman19", "adamson16", "replogle22_k562", "replogle22_rpe1"}


def test_options_of_a_method_reach_the_predictor():
    assert study().predictor("app").n_hidden == 4


@pytest.mark.parametrize(("changes", "message"), [
    ({"seeds": 0}, "seeds: 0"),
    ({"screens": {"x": ["triples"]}}, "'triples'"),
    ({"methods": {"m": {"class": "Magic"}}}, "'Magic' is no predictor"),
    ({"methods": {"m": {"class": "APP", "magic": 1}}}, "'m'.*magic"),
])
def test_a_mistake_in_a_study_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        study(**changes)


def test_an_entry_with_an_unknown_key_is_named(tmp_path):
    path = tmp_path / "studies.yml"
    path.write_text("real: {about: '', seeds: 1, network: [], screens: {}, methods: {}, colour: red}\n")
    with pytest.raises(ValueError, match="colour"):
        load_studies(path)


def test_a_job_scores_one_method_on_a_screen_by_path(tmp_path, tiny_cells):
    tiny_cells.write_h5ad(tmp_path / "tiny.h5ad")
    tiny_cells.uns["prior_network"].to_csv(tmp_path / "prior.csv", index=False)
    entry = study(network=[str(tmp_path / "prior.csv")], screens={}, methods={"additive": {"class": "Additive"}})
    scores = run_job(entry, str(tmp_path / "tiny.h5ad"), "doubles", "additive")
    assert set(scores["seed"]) == {0, 1}
    assert set(scores["method"]) == {"additive"}


def part(folder, method, dataset_hash="h", **more):
    scores = pd.DataFrame({"dataset": "x", "task": "doubles", "seed": 0, "method": [method], "condition": "A+B",
                           "metric": "l2", "value": 1.0, "reason": ""})
    scores.attrs["provenance"] = {"dataset": "x", "dataset_hash": dataset_hash, "simulated": False, "seeds": [0],
                                  "splits": ["d"], "network": None, "code_version": f"1+{method}",
                                  "methods": {method: f"{method}()"}, **more}
    path = folder / f"{method}.csv"
    save_scores(scores, path)
    return path


def test_gather_joins_methods_in_order_and_keeps_who_ran_what(tmp_path):
    whole = gather([part(tmp_path, "b"), part(tmp_path, "a")])
    assert list(whole["method"]) == ["b", "a"]
    runs = whole.attrs["provenance"]["methods"]
    assert runs["a"]["code_version"] == "1+a"
    assert runs["b"]["predictor"] == "b()"


def test_gather_refuses_scores_of_different_data(tmp_path):
    with pytest.raises(ValueError, match="different dataset_hash"):
        gather([part(tmp_path, "b"), part(tmp_path, "a", dataset_hash="other")])


def test_committed_results_name_their_source():
    tables = sorted((ROOT / "data" / "results").glob("*.csv"))
    assert tables, "run make real"
    for table in tables:
        about = json.loads(table.with_suffix(".provenance.json").read_text())
        assert about["dataset_hash"]
        assert about["seeds"]
        scores = pd.read_csv(table, keep_default_na=False)
        assert set(scores["method"]) == set(about["methods"])
        assert about["rows"] == len(scores)
        for run in about["methods"].values():
            assert run["code_version"]
            assert run["date"]


def test_gather_keeps_what_was_scored_against_and_refuses_a_mixture(tmp_path):
    whole = gather([part(tmp_path, "a", against="noise-free truth")])
    assert whole.attrs["provenance"]["against"] == "noise-free truth"
    with pytest.raises(ValueError, match="different against"):
        gather([part(tmp_path, "a", against="noise-free truth"), part(tmp_path, "b")])
