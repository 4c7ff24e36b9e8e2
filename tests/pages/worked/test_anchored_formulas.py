"""The formulas of AnchoredAPP filled with numbers."""

import numpy as np

from appmodel.pages.worked import anchored as filled

A, B = np.array([2.0, 0.0]), np.array([1.0, -1.0])


def test_addition_and_the_scaled_anchor_name_their_genes():
    assert filled.addition("A", "B", A, B).endswith(r"= \begin{pmatrix} 3 \\ -1 \end{pmatrix}")
    text = filled.scaled("A", "B", 0.5, A + B)
    assert r"s\,(y_{A} + y_{B}) = 0.5" in text
    assert text.endswith(r"= \begin{pmatrix} 1.5 \\ -0.5 \end{pmatrix}")


def test_kernels_show_what_they_are_made_of():
    assert filled.likeness("A", "B", 2.0, 10.0, 0.5, 0.45) == (
        r"k(A, B) = \exp\!\left(-\frac{2}{0.5^2 \cdot 10}\right) = 0.45"
    )
    text = filled.pair_kernel("A+C", "A+B", (1.0, 0.29), (0.54, 0.81), 0.28, 1, 0.5)
    assert r"k(A+C, A+B) = \tfrac12 \left[ 1 \cdot 0.29 + 0.54 \cdot 0.81 \right]" in text
    assert r"0.28 \cdot \tfrac{1}{2} = 0.5" in text
    assert filled.gene_kernel("A", 0.1, np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.5, 0.6]), 5.0) == (
        r"k(q, A) = 0.1 + 1 \cdot 0.5 + 2 \cdot 0.6 + 3 \cdot 0.5^2 + 4 \cdot 0.6^2 = 5"
    )
    assert r"\frac{3 \cdot 1 + 4 \cdot 0}{5 \cdot 1} = 0.6" in filled.cosine(
        "A", "B", np.array([3.0, 4.0]), np.array([1.0, 0.0]), 0.6
    )


def test_residuals_are_mixed_and_added_to_the_anchor():
    assert filled.residual("A", A, B).endswith(r"= \begin{pmatrix} 1 \\ 1 \end{pmatrix}")
    assert filled.mixture([0.5, -1.0], np.array([A, B]), np.array([0.0, 1.0])).endswith(
        r"&= \begin{pmatrix} 0 \\ 1 \end{pmatrix} \end{aligned}"
    )
    assert r"\begin{pmatrix} 2 \\ 0 \end{pmatrix} + \begin{pmatrix} 1 \\ -1 \end{pmatrix} =" in filled.attended(
        A, B, A + B
    )
