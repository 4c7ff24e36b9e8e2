"""Figures of cells: a violin for each condition, a point for each cell."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel.pages.cells import plot_components, plot_expression


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def cells():
    obs = pd.DataFrame({"condition": ["A", "control", "A", "control", "A"]}, index=list("abcde"))
    cells = AnnData(np.array([[5.0], [1], [6], [2], [10]]), obs=obs, var=pd.DataFrame(index=["g"]))
    cells.obsm["X_pca"] = np.arange(15.0).reshape(5, 3)
    cells.uns["pca"] = {"variance_ratio": np.array([0.5, 0.3, 0.2])}
    return cells


def test_violins_have_the_medians_and_counts_of_their_cells(cells):
    ax = plot_expression(cells, "g", ["control", "A"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["control\n(2 cells)", "A\n(3 cells)"]
    medians = [segment[0][1] for segment in ax.collections[-1].get_segments()]
    assert medians == [1.5, 6.0]


def test_a_gene_or_a_condition_that_is_not_there_is_named(cells):
    with pytest.raises(ValueError, match="h is no readout of these cells"):
        plot_expression(cells, "h", ["A"])
    with pytest.raises(ValueError, match="no cells of 'B'"):
        plot_expression(cells, "g", ["A", "B"])


def test_components_show_every_cell_once_per_panel(cells):
    figure = plot_components(cells, [(1, 2), (1, 3)])
    for ax, column in zip(figure.axes, (1, 2), strict=True):
        shown = np.concatenate([each.get_offsets() for each in ax.collections])
        assert sorted(map(tuple, shown)) == [tuple(row[[0, column]]) for row in cells.obsm["X_pca"]]
    assert figure.axes[1].get_ylabel() == "component 3 (20 %)"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["control", "A"]
