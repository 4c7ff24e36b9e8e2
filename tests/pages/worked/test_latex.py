"""Numbers, vectors and sums as LaTeX."""

import numpy as np
import pytest

from appmodel.pages.worked.latex import in_sum, lines, matrix, number, vector, weighted_sum


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.5, "2.5"), (-1.0, "-1"), (0.126, "0.13"), (-0.001, "0"), (0.0, "0"), (100.0, "100"), (np.float32(0.1), "0.1")],
)
def test_a_number_has_the_digits_that_say_something(value, text):
    assert number(value) == text


def test_whole_numbers_keep_their_zeros():
    assert number(100.4, 0) == "100"
    assert number(20.0, 1) == "20"


def test_a_negative_number_stands_in_brackets_in_a_sum():
    assert in_sum(-0.5) == "(-0.5)"
    assert in_sum(0.5) == "0.5"
    assert in_sum(-0.001) == "0"


def test_vectors_and_matrices():
    assert vector([1, -2.5]) == r"\begin{pmatrix} 1 \\ -2.5 \end{pmatrix}"
    assert matrix([[1, 0], [0, 0.25]]) == r"\begin{pmatrix} 1 & 0 \\ 0 & 0.25 \end{pmatrix}"
    with pytest.raises(ValueError, match="this array has 1"):
        matrix([1.0, 2.0])


def test_a_weighted_sum_needs_a_weight_for_each_vector():
    assert weighted_sum([0.5, -1], [[1], [2]]) == (
        r"0.5 \begin{pmatrix} 1 \end{pmatrix} + (-1) \begin{pmatrix} 2 \end{pmatrix}"
    )
    with pytest.raises(ValueError, match="longer"):
        weighted_sum([0.5], [[1], [2]])


def test_the_equal_signs_of_a_calculation_are_aligned():
    assert lines("x", "1 + 1", "2") == r"\begin{aligned} x &= 1 + 1 \\ &= 2 \end{aligned}"
