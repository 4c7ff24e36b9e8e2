"""The figure of the worked pair: each readout where it was measured, with its standard errors."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from appmodel.pages.real_pair import plot_worked_pair


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_points_bars_and_names():
    table = pd.DataFrame(
        {
            "sum": [1.0, 0.0, -0.2],
            "A+B": [0.5, 0.1, -0.1],
            "sum_error": [0.3, 0.2, 0.1],
            "pair_error": [0.2, 0.1, 0.05],
            "difference_error": [0.4, 0.2, 0.1],
        },
        index=["x", "y", "z"],
    )
    ax = plot_worked_pair(table, "A+B", n_named=1)
    points, _, (across, up) = ax.containers[0]
    assert np.column_stack(points.get_data()).tolist() == [[1.0, 0.5], [0.0, 0.1], [-0.2, -0.1]]
    assert across.get_segments()[0] == pytest.approx(np.array([[0.7, 0.5], [1.3, 0.5]]))
    assert up.get_segments()[0] == pytest.approx(np.array([[1.0, 0.3], [1.0, 0.7]]))
    assert [text.get_text() for text in ax.texts] == ["x"]
    assert ax.get_ylabel() == "measured effect of A+B"
