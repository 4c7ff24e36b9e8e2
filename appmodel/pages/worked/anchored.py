"""AnchoredAPP with numbers: each function is one of its formulas, filled from the arrays that a page has computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .latex import in_sum, lines, number, vector, weighted_sum


def addition(one: str, other: str, a: np.ndarray, b: np.ndarray) -> str:
    """y_A + y_B of two measured effects (n_readouts,)."""
    return rf"y_{{{one}}} + y_{{{other}}} = {vector(a)} + {vector(b)} = {vector(a + b)}"


def scaled(one: str, other: str, scale: float, total: np.ndarray) -> str:
    """The anchor s (y_A + y_B) from the sum (n_readouts,)."""
    factors = rf"s\,(y_{{{one}}} + y_{{{other}}}) = {in_sum(scale)} {vector(total)}"
    return rf"\text{{anchor}}(q) = {factors} = {vector(scale * total)}"


def likeness(one: str, other: str, distance: float, unit: float, length: float, k: float) -> str:
    """k(g, g') = exp(-|y_g - y_g'|^2 / (length M)^2) of two genes, from the squared ``distance`` and ``unit`` M^2."""
    inside = rf"\frac{{{number(distance)}}}{{{number(length)}^2 \cdot {number(unit)}}}"
    return rf"k({one}, {other}) = \exp\!\left(-{inside}\right) = {number(k)}"


def pair_kernel(
    one: str,
    other: str,
    straight: tuple[float, float],
    crossed: tuple[float, float],
    shared: float,
    n: int,
    k: float,
) -> str:
    """k(q, j) = 1/2 [k(a, a') k(b, b') + k(a, b') k(b, a')] + shared n / 2 of pairs with ``n`` genes in common."""
    products = " + ".join(rf"{number(a)} \cdot {number(b)}" for a, b in (straight, crossed))
    common = rf"{number(shared)} \cdot \tfrac{{{n}}}{{2}}"
    return rf"k({one}, {other}) = \tfrac12 \left[ {products} \right] + {common} = {number(k)}"


def residual(name: str, y: np.ndarray, anchor: np.ndarray) -> str:
    """r_j = y_j - anchor_j of a measured condition (n_readouts,)."""
    return rf"r_{{{name}}} = {vector(y)} - {vector(anchor)} = {vector(y - anchor)}"


def attended(anchor: np.ndarray, mixture: np.ndarray, y: np.ndarray) -> str:
    """The prediction anchor(q) + mixture (n_readouts,), the mixture being sum_j alpha_j r_j."""
    symbols = r"\text{anchor}(q) + \sum_j \alpha_j(q)\, r_j"
    return lines(r"\hat y(q)", symbols, f"{vector(anchor)} + {vector(mixture)} = {vector(y)}")


def mixture(alpha: Sequence[float], residuals: np.ndarray, total: np.ndarray) -> str:
    """sum_j alpha_j r_j of weights (n,) and residuals (n, n_readouts)."""
    return lines(r"\sum_j \alpha_j(q)\, r_j", weighted_sum(alpha, residuals), vector(total))


def cosine(one: str, other: str, a: np.ndarray, b: np.ndarray, value: float) -> str:
    """cos = f_g . f_g' / (|f_g| |f_g'|) of two rows of features (n,)."""
    products = " + ".join(rf"{number(x, 1)} \cdot {in_sum(y, 1)}" for x, y in zip(a, b, strict=True))
    sizes = rf"{number(float(np.linalg.norm(a)), 1)} \cdot {number(float(np.linalg.norm(b)), 1)}"
    return rf"\cos({one}, {other}) = \frac{{{products}}}{{{sizes}}} = {number(value)}"


def gene_kernel(other: str, constant: float, weights: np.ndarray, cosines: np.ndarray, k: float) -> str:
    """k(q, g) = c + sum_v w_v cos_v + u_v cos_v^2: ``weights`` w then u (2 n_views,), ``cosines`` (n_views,)."""
    w, u = np.split(weights, 2)
    terms = [rf"{number(a)} \cdot {number(x)}" for a, x in zip(w, cosines, strict=True)]
    terms += [rf"{number(a)} \cdot {number(x)}^2" for a, x in zip(u, cosines, strict=True)]
    return rf"k(q, {other}) = {number(constant)} + " + " + ".join(terms) + f" = {number(k)}"
