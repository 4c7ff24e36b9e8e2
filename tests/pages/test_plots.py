"""Figures of results: every method has its look, and what is compared on a part of the conditions has an open mark."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from appmodel.pages import named, plot_forest, plot_training, readable
from appmodel.pages.looks import LOOKS, look
from appmodel.studies.study import load_studies

ROOT = Path(__file__).resolve().parents[2]
TITLES = {"s": "S (simulated)"}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def board():
    rows = [
        ("s", "unseen", "l2", "app", 0.9, 0.8, 1.0, 1.0),
        ("s", "unseen", "l2", "linear", 1.1, 1.0, 1.2, 0.5),
        ("s", "unseen", "mae", "app", 9.0, 9.0, 9.0, 1.0),
        ("s", "doubles", "l2", "app", 1.2, 1.1, 1.3, 1.0),
        ("s", "doubles", "l2", "linear", float("nan"), float("nan"), float("nan"), 0.0),
    ]
    return pd.DataFrame(
        rows, columns=["dataset", "task", "metric", "method", "ratio", "ratio_low", "ratio_high", "coverage"]
    )


def test_forest_shows_ratios_of_l2_with_open_marks_for_partial_coverage(board):
    figure = plot_forest(board, ["app", "linear"], TITLES)
    ax = figure.axes[0]
    marks = [line for line in ax.lines if line.get_marker() in (look("app").marker, look("linear").marker)]
    assert [line.get_xdata()[0] for line in marks] == [0.9, 1.1, 1.2]
    assert [line.get_markerfacecolor() == "white" for line in marks] == [False, True, False]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "S (simulated)\nunseen genes, against mean of training singles",
        "S (simulated)\nunseen doubles, against addition",
    ]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["APP", "linear model"]


def test_training_curves_show_what_the_mean_scores():
    history = pd.DataFrame(
        {
            "member": [0, 0, 1],
            "epoch": [1, 2, 1],
            "training_loss": [3.0, 2.0, 9.0],
            "validation_loss": [3.0, 2.5, 9.0],
            "mean_loss": [2.8, 2.8, 9.0],
        }
    )
    ax = plot_training(history, 2)
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    assert lines["validation"] == [3.0, 2.5]
    assert lines["validation, of the mean"] == [2.8, 2.8]


@pytest.mark.parametrize(
    "study", load_studies(ROOT / "studies.yml", methods=False).values(), ids=lambda study: study.name
)
def test_every_method_of_a_study_has_a_name_of_its_own(study):
    # Of another predictor the name says enough: a new one has no entry here.
    assert {method for method in study.methods if method.startswith(("app", "anchored"))} <= set(LOOKS)
    assert len({readable(method) for method in study.methods}) == len(study.methods)


def test_what_has_no_entry_is_shown_by_its_name():
    assert readable("my_method") == "my method"
    table = pd.DataFrame({"seed": 0, "method": ["my_method", "app_no_gnn_random"]})
    assert list(named(table)["method"]) == ["my method", "no graph layers, random embeddings"]
