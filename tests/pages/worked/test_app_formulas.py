"""The formulas of APP filled with numbers: the numbers are those of the arrays, in their places."""

import re

import numpy as np
import pytest

from appmodel.pages.worked import app as filled

I = np.eye(2)  # noqa: E741
H = {"A": np.array([1.0, 2.0]), "C": np.array([4.0, 0.0])}


def last_vector(text):
    """The numbers of the last column in a formula: its result."""
    return [float(part) for part in re.findall(r"\\begin\{pmatrix\} (.*?) \\end", text)[-1].split(r" \\ ")]


@pytest.mark.parametrize(("activation", "second"), [("relu", 0.0), ("leaky_relu", -0.02)])
def test_a_layer_shows_weights_features_and_result(activation, second):
    text = filled.layer(
        "C", np.array([4.0, -2.0]), np.zeros(2), np.hstack([I, I]), np.zeros(2), np.array([4, second]), activation
    )
    assert last_vector(text) == [4, second]
    assert r"\begin{pmatrix} 1 & 0 & 1 & 0 \\ 0 & 1 & 0 & 1 \end{pmatrix}" in text
    assert r"\begin{pmatrix} 4 \\ -2 \\ 0 \\ 0 \end{pmatrix}" in text
    assert rf"{filled.SIGMA[activation]} \begin{{pmatrix}} 4 \\ -2 \end{{pmatrix}}" in text


def test_aggregation_names_its_rule_and_an_empty_neighbourhood():
    text = filled.aggregation("B", H, "max", np.array([4.0, 2.0]))
    assert r"\mathrm{max}" in text
    assert last_vector(text) == [4, 2]
    assert "no neighbours" in filled.aggregation("D", {}, "max", np.zeros(2))


def test_the_context_of_one_gene_and_of_two():
    two = filled.context(["A", "C"], H, np.array([2.5, 1.0]))
    assert r"\frac{1}{2}" in two
    assert last_vector(two) == [2.5, 1]
    assert r"\frac{1}{1} \begin{pmatrix} 4 \\ 0 \end{pmatrix} =" in filled.context(["C"], H, H["C"])


def test_a_score_is_computed_line_by_line():
    text = filled.score("A", np.array([1.0, -2.0]), I, np.array([0.3, 0.1]), I, H["A"], np.array([0.0, -2.0]), 0.66)
    assert r"\tanh \begin{pmatrix} 1.3 \\ 0.1 \end{pmatrix}" in text
    # tanh(1.3) = 0.86, tanh(0.1) = 0.10
    assert r"1 \cdot 0.86 + (-2) \cdot 0.1 \\ &= 0.66" in text


def test_softmax_mixture_and_decoder():
    text = filled.softmax("A", {"A": -0.5, "C": 1.0}, 0.18)
    assert r"\frac{\exp(-0.5)}{\exp(-0.5) + \exp(1)} = 0.18" in text
    z = np.array([3.46, 0.36])
    assert last_vector(filled.mixture([0.18, 0.82], np.array(list(H.values())), z)) == [3.46, 0.36]
    assert last_vector(filled.decoder(I, z, np.array([1.0, 0.0]), np.array([4.46, 0.36]))) == [4.46, 0.36]
