"""Bring your predictor: the ten-line class of the chapter, through the calls that the chapter shows."""

import ast
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import appmodel
from appmodel.pages import BASELINES
from appmodel.scoring import (
    METRICS,
    leaderboard,
    load_predictions,
    predict_splits,
    save_predictions,
    score_predictions,
    suspected_leaks,
)

NOTEBOOK = (Path(__file__).resolve().parents[1] / "notebooks" / "your_predictor.py").read_text()
SOURCE = NOTEBOOK[NOTEBOOK.index("class Mine") : NOTEBOOK.index("\n\n\n# %%", NOTEBOOK.index("class Mine"))]


def own():
    """A fresh predictor as the chapter writes it."""
    names = {"appmodel": appmodel, "np": np}
    exec(SOURCE, names)
    return names["Mine"]()


@pytest.fixture
def others():
    return {
        "no_change": appmodel.NoChange(),
        "training_mean": appmodel.TrainingMean(),
        "singles_mean": appmodel.SinglesMean(),
        "additive": appmodel.Additive(),
    }


def test_it_has_ten_lines_and_no_base_class():
    (written,) = ast.parse(SOURCE).body
    statements = [node for node in ast.walk(written) if isinstance(node, ast.stmt)]
    assert len(statements) == 10
    assert written.bases == []


@pytest.mark.parametrize("task", ["doubles", "unseen"])
def test_it_gets_rows_for_all_metrics_a_place_and_a_verdict(task, others, tiny_effects, tiny_network):
    scores = appmodel.benchmark(
        {**others, "mine": own()}, tiny_effects, task=task, network=tiny_network, seeds=range(2), oracle=True
    )
    mine = scores[scores["method"] == "mine"]
    assert set(mine["metric"]) == set(METRICS)
    assert (mine["value"].notna() | (mine["reason"] != "")).all()
    assert mine.groupby("metric").size().nunique() == 1
    places = leaderboard(scores, BASELINES[task]).set_index(["method", "metric"]).loc["mine"]
    place = places.loc["l2"]
    assert np.isfinite(place[["mean", "low", "high", "ratio", "difference"]].to_numpy(dtype=float)).all()
    assert places["share"].notna().any()  # not under all: on a screen so small the ceiling can be below the floor
    assert place["wins"] + place["losses"] <= mine["condition"].nunique()
    found = appmodel.difference_table(scores, BASELINES[task], ["mine"]).iloc[0]
    assert found["says"] in ("better", "worse", "cannot be told apart")
    assert found["value"] == pytest.approx(place["difference"])
    assert suspected_leaks(scores) == {}


def test_on_doubles_of_measured_genes_it_is_the_additive_model(others, tiny_effects, tiny_network):
    scores = appmodel.benchmark({**others, "mine": own()}, tiny_effects, network=tiny_network, metrics=["l2"])
    values = scores.pivot(index=["condition", "seed"], columns="method", values="value")
    both = values[["mine", "additive"]].dropna()
    assert len(both)
    np.testing.assert_allclose(both["mine"], both["additive"])


def test_an_unseen_gene_does_what_its_neighbours_do(tiny_effects, tiny_network):
    split = appmodel.split_unseen(tiny_effects, seed=0)
    model = own()
    model.fit(tiny_effects[split.train], tiny_network)
    predicted = model.predict(split.test)
    measured = list(model.singles.obs_names)
    for gene in split.test:
        near = tiny_network.adjacency([gene, *measured])[0, 1:].toarray().ravel()
        weights = near / near.sum() if near.any() else np.full(len(measured), 1 / len(measured))
        np.testing.assert_allclose(predicted[gene].X[0], weights @ model.singles.X, atol=1e-6)


def test_predictions_made_elsewhere_are_scored_like_any_other(tmp_path, others, tiny_effects):
    split = appmodel.split_doubles(tiny_effects, seed=0)
    split.to_json(tmp_path / "split.json")
    train = tiny_effects[split.train].to_df()
    there = appmodel.Split.from_json(tmp_path / "split.json")
    made = pd.DataFrame({name: train.loc[name.split("+")].sum() for name in there.test}).T
    made.to_csv(tmp_path / "predicted.csv")
    table = pd.read_csv(tmp_path / "predicted.csv", index_col=0)
    given = appmodel.as_effects(table, list(table.index), tiny_effects.var)
    elsewhere = SimpleNamespace(fit=lambda effects, network=None: None, predict=lambda conditions: given[conditions])
    predictions = predict_splits({**others, "elsewhere": elsewhere}, tiny_effects, splits=[split])
    save_predictions(predictions, tmp_path / "predictions.h5ad")
    scores = score_predictions(load_predictions(tmp_path / "predictions.h5ad"), tiny_effects, oracle=True)
    l2 = scores[scores["metric"] == "l2"].pivot(index="condition", columns="method", values="value")
    np.testing.assert_allclose(l2["elsewhere"], l2["additive"])
    assert appmodel.difference_table(scores, "additive", ["elsewhere"])["says"].tolist() == ["cannot be told apart"]
