"""APP with numbers: each function is one formula of the paper, filled from the arrays that a page has computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .latex import in_sum, lines, matrix, number, vector, weighted_sum

SIGMA = {"relu": r"\mathrm{relu}", "leaky_relu": r"\mathrm{leaky\,relu}"}


def layer(
    gene: str, own: np.ndarray, around: np.ndarray, W: np.ndarray, b: np.ndarray, h: np.ndarray, activation: str
) -> str:
    """h_i = sigma(W [x_i || AGG] + b) of one gene: ``own`` and ``around`` (n_in,), W (n, 2 n_in), b and h (n,)."""
    before = W @ np.concatenate([own, around]) + b
    sigma = SIGMA[activation]
    return lines(
        f"h_{{{gene}}}",
        rf"{sigma}\!\left({matrix(W)} {vector([*own, *around])} + {vector(b)}\right)",
        rf"{sigma} {vector(before)} = {vector(h)}",
    )


def aggregation(gene: str, rows: Mapping[str, np.ndarray], rule: str, around: np.ndarray) -> str:
    """AGG of the features of a gene's neighbours, ``rows`` (neighbour -> (n_in,)); zeros where it has none."""
    if not rows:
        return rf"\mathrm{{AGG}}_{{j \in N({gene})}}\, x_j = {vector(around)} \quad\text{{(no neighbours)}}"
    inside = r",\; ".join(vector(row) for row in rows.values())
    return (
        rf"\mathrm{{AGG}}_{{j \in N({gene})}}\, x_j"
        rf" = \mathrm{{{rule}}}\!\left\{{ {inside} \right\}} = {vector(around)}"
    )


def context(perturbed: Sequence[str], h: Mapping[str, np.ndarray], c: np.ndarray) -> str:
    """c_P, the mean of the embeddings h (gene -> (n,)) of the perturbed genes."""
    total = " + ".join(vector(h[gene]) for gene in perturbed)
    inside = total if len(perturbed) == 1 else rf"\left({total}\right)"
    return rf"c_P = \frac{{1}}{{{len(perturbed)}}} {inside} = {vector(c)}"


def score(
    gene: str,
    w: np.ndarray,
    W_q: np.ndarray,
    c: np.ndarray,
    W_k: np.ndarray,
    h: np.ndarray,
    b: np.ndarray,
    e: float,
) -> str:
    """e_iP = w' tanh(W_q c_P + W_k h_i + b) of one gene: W_q and W_k (n, n), the others (n,)."""
    inside = W_q @ c + W_k @ h + b
    products = [rf"{in_sum(a)} \cdot {in_sum(bent)}" for a, bent in zip(w, np.tanh(inside), strict=True)]
    return lines(
        f"e_{{{gene}P}}",
        rf"w^\top \tanh\!\left({matrix(W_q)} {vector(c)} + {matrix(W_k)} {vector(h)} + {vector(b)}\right)",
        rf"w^\top \tanh {vector(inside)}",
        " + ".join(products),
        number(e),
    )


def softmax(gene: str, e: Mapping[str, float], alpha: float) -> str:
    """alpha_iP = exp(e_iP) / sum_j exp(e_jP) of one gene, from the scores e of all genes."""
    powers = " + ".join(rf"\exp({number(value)})" for value in e.values())
    return rf"\alpha_{{{gene}P}} = \frac{{\exp({number(e[gene])})}}{{{powers}}} = {number(alpha)}"


def mixture(alpha: Sequence[float], h: np.ndarray, z: np.ndarray) -> str:
    """z_P = sum_i alpha_iP h_i: attention (n_genes,), embeddings (n_genes, n), cell state (n,)."""
    return lines("z_P", weighted_sum(alpha, h), vector(z))


def decoder(W_d: np.ndarray, z: np.ndarray, b_d: np.ndarray, y: np.ndarray) -> str:
    """y_P = W_d z_P + b_d: W_d (n_readouts, n), z (n,), b_d and y (n_readouts,)."""
    return rf"\hat y_P = {matrix(W_d)} {vector(z)} + {vector(b_d)} = {vector(y)}"
