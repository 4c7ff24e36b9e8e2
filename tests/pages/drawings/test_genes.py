"""Drawings of genes and who is joined to whom."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle
from scipy import sparse

from appmodel.pages.drawings.genes import draw_genes, draw_neighbourhood
from appmodel.pages.looks import GREEN


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def fills(ax):
    return [to_hex(patch.get_facecolor()).upper() for patch in ax.patches if isinstance(patch, Circle)]


def test_perturbed_genes_are_filled():
    figure = draw_genes({"A": (0, 0), "B": (1, 0), "C": (2, 0)}, [("A", "B")], ["C"])
    (ax,) = figure.axes
    assert fills(ax) == ["#FFFFFF", "#FFFFFF", GREEN]
    assert len(ax.lines) == 1
    assert [text.get_text() for text in ax.texts] == ["A", "B", "C"]


def drawn(n, gene="A"):
    """B and C are neighbours of A and of each other, D is A's weakest, E is alone."""
    weights = np.zeros((5, 5))
    for i, j, weight in ((0, 1, 0.9), (0, 2, 0.5), (1, 2, 0.3), (0, 3, 0.1)):
        weights[i, j] = weights[j, i] = weight
    figure = draw_neighbourhood(sparse.csr_matrix(weights), list("ABCDE"), gene, marked=["A", "C"], n=n)
    return figure.axes[0]


def test_a_neighbourhood_holds_the_strongest_neighbours_and_the_pairs_among_them():
    ax = drawn(2)
    assert [text.get_text() for text in ax.texts] == ["A", "B", "C"]
    assert len(ax.lines) == 3
    assert fills(ax) == [GREEN, "#FFFFFF", GREEN]
    assert [text.get_text() for text in drawn(10).texts] == ["A", "B", "C", "D"]


def test_a_gene_without_neighbours_stands_alone():
    ax = drawn(10, "E")
    assert [text.get_text() for text in ax.texts] == ["E"]
    assert not ax.lines
