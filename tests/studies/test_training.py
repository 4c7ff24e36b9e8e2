"""Was it trained: the numbers that tell a model from a constant, and the tables of the tuning study."""

import numpy as np
import pandas as pd
import pytest

from appmodel import APP
from appmodel.pages import mending_table
from appmodel.studies.training import training_checks

TITLES = {"one": "One", "two": "Two"}


def test_checks_of_a_constant_are_those_of_the_mean(tiny_effects, tiny_network, monkeypatch):
    model = APP(features="identity", n_hidden=8, max_epochs=2).fit(tiny_effects, tiny_network)
    names = list(model.training_conditions_)
    Y = np.asarray(tiny_effects[names].X)
    values = model.predict(names).X
    checks = training_checks(model, tiny_effects)
    by_hand = np.linalg.norm(values - Y, axis=1).mean() / np.linalg.norm(Y - Y.mean(axis=0), axis=1).mean()
    assert checks["training error"] == pytest.approx(by_hand)
    alpha = model.attention(names).to_numpy()
    pairs = [np.corrcoef(alpha[i], alpha[j])[0, 1] for i in range(len(names)) for j in range(i)]
    assert checks["attention"] == pytest.approx(np.mean(pairs))
    assert checks["spread"] == model.spread_
    best = model.history_["validation_loss"].min()
    assert checks["left-out error"] == pytest.approx(best / model.history_["mean_loss"].iloc[0])
    same = model.predict(names)
    same.X[:] = Y.mean(axis=0)
    monkeypatch.setattr(model, "predict", lambda asked: same)
    assert training_checks(model, tiny_effects)["training error"] == pytest.approx(1)


@pytest.fixture
def tried():
    rows = [
        ("a", "one", "unseen", 0, 0.5, 0.8, 0.9),
        ("a", "one", "unseen", 1, 0.7, 0.6, 0.7),
        ("b", "one", "unseen", 0, 0.001, 1.0, 1.0),
        ("a", "two", "doubles", 0, 0.2, 0.9, 1.2),
        ("b", "two", "doubles", 0, 0.0, 1.0, 1.5),
    ]
    return pd.DataFrame(rows, columns=["setting", "screen", "task", "fold", "spread", "training_error", "ratio"])


def test_steps_are_compared_on_the_folds_they_share(tried):
    table = mending_table(tried, ["b", "a"], TITLES)
    assert list(table.index) == ["b", "a"]
    assert table.loc["a", ("One, unseen", "left-out error")] == 0.9  # not the mean with fold 1, which b lacks
    assert table.loc["b", ("Two, doubles", "spread")] == 0
