"""Figures show the numbers, one panel for each screen and task."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from appmodel.pages.variants import plot_degradation_panels, plot_difference_panels
from appmodel.scoring import difference_table

matplotlib.use("Agg")


def test_figures_show_the_numbers(scores):
    table = scores({"additive": 0, "m": -1, "m_half": -0.5})
    forest = plot_difference_panels(difference_table(table, "additive", ["m", "m_half"]), "additive", {"d": "d"})
    assert [label.get_text() for label in forest.axes[0].get_yticklabels()] == ["m half", "m"]
    curve = plot_degradation_panels(table, {"m": {0.5: "m_half", 0: "m"}}, "edges removed (%)", {"d": "d"})
    x, y = curve.axes[0].get_lines()[0].get_data()
    assert list(x) == [0, 50]
    np.testing.assert_allclose(y.astype(float), [1 - 1 / 3, 1 - 0.5 / 3], atol=0.03)
    plt.close("all")


def test_every_screen_has_a_panel_and_no_other_is_drawn(scores):
    shifts = {"additive": 0, "singles_mean": 0, "m": -1, "m_half": -0.5, "n": 1, "n_half": 2}
    table = pd.concat([scores(shifts), scores(shifts, "e", "unseen"), scores(shifts, "f", "unseen")])
    titles = {"d": "d (simulated)", "e": "e", "f": "f"}
    wanted = ["d (simulated), doubles", "e, unseen", "f, unseen"]
    forest = plot_difference_panels(difference_table(table, "m", ["m_half"]), "m", titles)
    assert [ax.get_title() for ax in forest.axes if ax.get_visible()] == wanted
    assert forest.axes[0].get_yticklabels()[0].get_text() == "m half"
    steps = {model: {0.0: model, 0.5: f"{model}_half"} for model in ("m", "n")}
    curves = plot_degradation_panels(table, steps, "edges removed (%)", titles)
    assert [ax.get_title() for ax in curves.axes if ax.get_visible()] == wanted
    assert [ax.get_ylabel() for ax in curves.axes[:2]] == [
        "L2 / L2 of\naddition",
        "L2 / L2 of\nmean of training singles",
    ]
    assert [text.get_text() for text in curves.legends[0].get_texts()] == ["m", "n"]
    plt.close("all")
