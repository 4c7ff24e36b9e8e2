"""Panels, their legend and their error bars: what every figure of several screens is made of."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from appmodel.pages.panels import panels, reach, shared_legend


def test_empty_places_are_hidden_and_a_row_is_no_longer_than_needed():
    figure, axes = panels(3, size=(2, 1))
    assert [ax.get_visible() for ax in figure.axes] == [True, True, True, False]
    assert list(figure.get_size_inches()) == [4, 2]
    single, (ax,) = panels(1, columns=3, size=(2, 1))
    assert list(single.get_size_inches()) == [2, 1]
    assert ax.get_visible()
    axes[0].plot([0, 1], label="both")
    axes[1].plot([0, 1], label="both")
    axes[2].plot([0, 1], label="last")
    shared_legend(figure)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["both", "last"]
    plt.close("all")


def test_arms_reach_to_the_ends_of_the_interval_and_are_none_without_one():
    rows = pd.DataFrame({"value": [2.0, 1.0, 0.0], "low": [1.5, np.nan, 0.1], "high": [4.0, np.nan, 0.2]})
    np.testing.assert_allclose(reach(rows), [[0.5, 0, 0], [2, 0, 0.2]])
    np.testing.assert_allclose(reach(rows.iloc[0]), [[0.5], [2]])
