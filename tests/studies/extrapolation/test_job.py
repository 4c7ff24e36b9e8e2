"""The job reads the tables of studies, says where they come from, and refuses what does not belong together."""

import dataclasses

import numpy as np
import pytest

from appmodel import benchmark, load_network, save_scores
from appmodel.scoring.findings import COLUMNS, found, load_findings
from appmodel.studies.extrapolation.gains import conditions_of, extrapolation_table, tables_of
from appmodel.studies.study import Study

CLASSES = {
    "singles_mean": "SinglesMean",
    "training_mean": "TrainingMean",
    "additive": "Additive",
    "linear": "LinearModel",
}
METHODS = {name: {"class": kind} for name, kind in CLASSES.items()}


@pytest.fixture(scope="module")
def studies(tmp_path_factory, _tiny_screen):
    path = tmp_path_factory.mktemp("extrapolation") / "prior.csv"
    _tiny_screen.uns["prior_network"].to_csv(path, index=False)

    def study(name, task, **options):
        return Study(name, "", 2, [str(path)], {"tiny": [task]}, METHODS, **options)

    return {
        "real": study("real", "doubles"),
        "half": study("half", "unseen", test_fraction=0.5),
        "groups": study("groups", "doubles", split="by_seen"),
        "other": study("other", "unseen"),
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory, studies, _tiny_effects):
    folder = tmp_path_factory.mktemp("results")
    for study, screen, task in tables_of(studies):
        scores = benchmark(
            {name: study.predictor(name) for name in METHODS},
            _tiny_effects,
            metrics=["l2"],
            network=load_network(study.network),
            splits=study.splits_of(_tiny_effects, screen, task),
        )
        save_scores(scores, folder / f"{study.name}_{screen}_{task}.csv")
    return folder


@pytest.fixture
def results(monkeypatch, written, tiny_effects):
    monkeypatch.setattr("appmodel.studies.extrapolation.gains.read_effects", lambda name: tiny_effects)
    return written


def test_the_job_reads_the_usual_studies_and_those_with_other_test_sets(studies):
    assert [study.name for study, _, _ in tables_of(studies)] == ["real", "half", "groups"]


def test_the_job_joins_tables_and_says_where_they_come_from(studies, results, tmp_path):
    table = extrapolation_table(studies, results)
    assert set(table["by"]) >= {"", "degree", "distance", "effect_size", "interaction_size", "n_seen", "test_share"}
    assert set(table["task"]) == {"doubles", "unseen"}
    assert table.loc[table["by"] == "test_share", "bin"].unique().tolist() == ["0.5"]
    about = table.attrs["provenance"]
    assert about["tables"] == ["real_tiny_doubles.csv", "half_tiny_unseen.csv", "groups_tiny_doubles.csv"]
    assert set(about["dataset_hash"]) == {"tiny"}
    assert about["seeds"]["half_tiny_unseen.csv"] == [0, 1]
    for name, one in (("first.csv", table), ("second.csv", extrapolation_table(studies, results))):
        save_scores(one, tmp_path / name)
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    again = load_findings(tmp_path / "first.csv")
    assert list(again.columns) == COLUMNS
    assert again["against"].eq("").any()
    assert set(again["bin"]) == set(table["bin"])


def test_the_additive_model_errs_by_the_interaction(studies, results):
    table = extrapolation_table({"real": studies["real"]}, results)
    row = found(table, by="interaction_size", method="additive", measure="spearman_error")
    assert row["value"] == pytest.approx(1)


def test_the_job_refuses_other_splits_other_data_and_missing_tables(studies, results, tiny_effects, tmp_path):
    from appmodel.studies.extrapolation import gains as extrapolation

    with pytest.raises(ValueError, match=r"real_tiny_doubles.csv was scored on other splits than the study 'real'"):
        extrapolation_table({"real": dataclasses.replace(studies["real"], seeds=3)}, results)
    scores = extrapolation.load_scores(results / "real_tiny_doubles.csv")
    changed, network = tiny_effects.copy(), load_network(studies["real"].network)
    changed.X = np.asarray(changed.X) * (1 + 1e-15)  # another processor's last bits
    conditions_of(studies["real"], "tiny", "doubles", scores, changed, network)
    changed.uns["dataset_hash"] = "of other cells"
    with pytest.raises(ValueError, match="was scored on other dataset_hash"):
        conditions_of(studies["real"], "tiny", "doubles", scores, changed, network)
    with pytest.raises(FileNotFoundError, match=r"half_tiny_unseen.csv does not exist"):
        extrapolation_table({"half": studies["half"]}, tmp_path)
