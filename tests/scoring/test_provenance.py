"""Tables of scores: where their numbers come from, and that a file gives them back."""

import json

import numpy as np
import pandas as pd
import pytest

from appmodel import (
    Additive,
    LinearModel,
    NoChange,
    PermutedConditions,
    ScaledAdditive,
    TrainingMean,
    benchmark,
    leaderboard,
    load_scores,
    predict_splits,
    ratio_table,
    save_scores,
    score_predictions,
    split_doubles,
)
from appmodel.provenance import code_version, provenance_path
from appmodel.screens import content_hash

METHODS = {"none": NoChange(), "additive": Additive()}


def test_same_seeds_same_bytes(tiny_effects, tiny_network, tmp_path):
    methods = {**METHODS, "scaled": ScaledAdditive(), "linear": LinearModel()}
    for name, seeds in (("a.csv", [0, 1]), ("b.csv", [0, 1]), ("c.csv", [0, 2])):
        save_scores(benchmark(methods, tiny_effects, "unseen", tiny_network, seeds, oracle=True), tmp_path / name)
    first, again, other = ((tmp_path / name).read_bytes() for name in ("a.csv", "b.csv", "c.csv"))
    assert first == again != other


def test_provenance(tiny_effects, tiny_network, tmp_path):
    scores = benchmark(METHODS, tiny_effects, network=tiny_network, seeds=[1, 0])
    save_scores(scores, tmp_path / "real" / "scores.csv")
    about = json.loads((tmp_path / "real" / "scores.provenance.json").read_text())
    assert about["dataset"] == "demo"
    assert about["dataset_hash"] == tiny_effects.uns["dataset_hash"]
    assert about["content_hash"] == content_hash(tiny_effects)
    assert about["simulated"] is True
    assert about["scored_with"] == code_version("appmodel.scoring.benchmarking")
    used = [type(predictor).__module__ for predictor in METHODS.values()]
    assert about["code_version"] == code_version("appmodel.trials.predictions", *used) != about["scored_with"]
    assert about["network"] == {"sources": ["demo"], "digest": tiny_network.digest}
    assert about["seeds"] == [0, 1]
    assert about["splits"] == [split_doubles(tiny_effects, seed).digest for seed in (1, 0)]
    assert about["methods"] == {"none": "NoChange()", "additive": "Additive()"}
    assert about["rows"] == len(scores)
    assert pd.Timestamp(about["date"]) <= pd.Timestamp.now(tz="UTC").tz_localize(None)
    assert benchmark(METHODS, tiny_effects, seeds=[0]).attrs["provenance"]["network"] is None


def test_scores_come_back_as_they_were(tiny_effects, tmp_path):
    tiny_effects = tiny_effects[[name for name in tiny_effects.obs_names if name != "SIM0021"]].copy()
    scores = benchmark({"NA": Additive(), "nan": NoChange()}, tiny_effects, "unseen", seeds=[0])
    save_scores(scores, tmp_path / "scores.csv")
    back = load_scores(tmp_path / "scores.csv")
    pd.testing.assert_frame_equal(back, scores, rtol=1e-5)
    assert back["reason"].tolist() == scores["reason"].tolist()
    assert back.attrs["provenance"]["methods"] == {"NA": "Additive()", "nan": "NoChange()"}


def test_a_number_without_a_source_is_not_shown(tiny_effects, tmp_path):
    path = tmp_path / "scores.csv"
    scores = benchmark(METHODS, tiny_effects, seeds=[0])
    with pytest.raises(FileNotFoundError, match=r"scores.csv does not exist: make it with save_scores"):
        load_scores(path)
    save_scores(scores, path)
    whole = path.read_text()
    path.write_text(whole.replace("2", "1", 1))
    with pytest.raises(ValueError, match=r"scores.csv is not the table that scores.provenance.json describes"):
        load_scores(path)
    path.write_text(whole)
    provenance_path(path).unlink()
    with pytest.raises(FileNotFoundError, match=r"scores.provenance.json does not exist"):
        load_scores(path)
    with pytest.raises(ValueError, match="carry no provenance"):
        save_scores(pd.DataFrame(scores.to_dict("list")), tmp_path / "other.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["scores.csv"]


class Murmur(NoChange):
    """Says nearly the same of every condition, and does not call itself a constant."""

    constant = False

    def _predict(self, names):
        return 1e-5 * np.random.default_rng(0).normal(size=(len(names), len(self.readouts_)))


def test_a_constant_is_marked_unless_it_is_one_by_design(tiny_effects, tmp_path):
    methods = {
        "murmur": Murmur(),
        "additive": Additive(),
        "mean": TrainingMean(),
        "none": NoChange(),
        "permuted": PermutedConditions(TrainingMean()),
    }
    predictions = predict_splits(methods, tiny_effects, seeds=[0, 1])
    scores = score_predictions(predictions, tiny_effects, oracle=True)
    marks = scores.groupby("method")["collapsed"].mean()
    assert marks.to_dict() == {"murmur": 1, "additive": 0, "mean": 0, "none": 0, "permuted": 0, "oracle": 0}
    assert ratio_table(scores, "additive").set_index("method")["collapsed"].to_dict() == marks.to_dict()
    assert leaderboard(scores, "additive").query("metric == 'l2'").set_index("method")["collapsed"]["murmur"] == 1
    save_scores(scores, tmp_path / "scores.csv")
    assert load_scores(tmp_path / "scores.csv")["collapsed"].tolist() == scores["collapsed"].tolist()
