"""Numbers, vectors and matrices in LaTeX, and the lines of a calculation below each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def number(value: float, digits: int = 2) -> str:
    """A number rounded to as many ``digits`` as say something: "2.5", "-1", "0.13"; never "-0"."""
    text = f"{round(float(value), digits):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def in_sum(value: float, digits: int = 2) -> str:
    """The number as a factor or a term of a sum: in brackets where it is negative."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


def vector(values: ArrayLike, digits: int = 2) -> str:
    """A column of the values (n,)."""
    return matrix(np.reshape(np.asarray(values, dtype=float), (-1, 1)), digits)


def matrix(values: ArrayLike, digits: int = 2) -> str:
    """The values (n_rows, n_columns) in round brackets; ``ValueError`` for another number of dimensions."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 2:
        raise ValueError(f"A matrix has two dimensions, this array has {array.ndim}.")
    rows = [" & ".join(number(value, digits) for value in row) for row in array]
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


def weighted_sum(weights: Sequence[float], vectors: ArrayLike, digits: int = 2) -> str:
    """w_1 v_1 + w_2 v_2 + ... of weights (n,) and vectors (n, d), each vector as a column."""
    rows = np.asarray(vectors, dtype=float)
    terms = [f"{in_sum(weight, digits)} {vector(row, digits)}" for weight, row in zip(weights, rows, strict=True)]
    return " + ".join(terms)


def lines(left: str, *right: str) -> str:
    """One calculation: ``left`` equals each of ``right``, a line for each, the equal signs below each other."""
    first, *others = right
    rows = [f"{left} &= {first}", *(f"&= {other}" for other in others)]
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"
