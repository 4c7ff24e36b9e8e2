"""Was it trained: the numbers that tell a model from a constant, and the tables of the tuning study."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from appmodel import APP
from appmodel.pages import choices_table, mending_table, plot_tuning
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


def test_every_setting_is_drawn_and_the_named_are_marked(tried):
    figure = plot_tuning(tried, {"a": "mended"}, TITLES)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title() for ax in shown] == ["One, unseen", "Two, doubles"]
    assert len(shown[0].collections[0].get_offsets()) == 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["mended"]
    plt.close(figure)


def test_choices_stand_side_by_side():
    rows = [("a", "doubles", choice, f"random {i}", 0.9 + i / 10) for i, choice in enumerate(("own", "others", "all"))]
    choices = pd.DataFrame(rows, columns=["screen", "task", "choice", "setting", "test_ratio"])
    table = choices_table(choices, {"a": "Screen A"})
    assert table.loc["Screen A, doubles", ("others", "setting")] == "random 1"
    assert table["own", "test error"].tolist() == [0.9]
