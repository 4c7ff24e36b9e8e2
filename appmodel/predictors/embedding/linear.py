"""A linear decoder on gene embeddings: how pretrained models enter the comparison, and its negative control."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from anndata import AnnData

from ...arguments import number, whole_number
from ...files import text_digest
from ...names import all_genes, genes_of, shown
from ...networks import Network
from ...record import counted
from ..base import Predictor
from .rows import GeneRows, gene_rows

RIDGES = 10.0 ** np.linspace(4, -4, 33)  # strongest first: of equally good ones the strongest is taken


class EmbeddingLinear(Predictor):
    """y = mean + W' z: ridge regression of effects on the embedding of what is perturbed.

    ``embedding``: a path (see ``read_embedding``: npz, parquet, csv, tsv, safetensors, h5ad, or a local Hugging Face
    checkpoint folder), a DataFrame (genes x dimensions), ``"network"`` (rows of ``network.embedding``), or
    ``"random"`` (normal rows drawn from ``seed`` and the gene's name: the control that knows no gene), the last two
    with ``n_components`` dimensions.  Genes are matched by current symbols.  A pair has the mean of its genes' rows;
    z is that row, centred on the training rows and scaled so that these have mean squared length 1.
    W (n_dimensions, n_readouts) minimises sum |y_i - mean - W' z_i|^2 + ridge |W|^2 over the training conditions;
    ``ridge=None`` takes, of 33 strengths from 10^-4 to 10^4, that of the least mean left-out error (L2 norm, in closed
    form, the mean refitted too).  Training conditions without a row are left out (``n_left_out_``, ``changes_``), and
    such a condition is predicted as NaN with the reason.  Learned besides: ``ridge_``, ``left_out_error_``.
    Raises ``ValueError`` for a parameter out of range, an embedding that cannot be read, ``"network"`` without a
    network or with one that shares no gene with the screen, and where fewer than two training conditions have a row;
    ``FileNotFoundError`` for a missing file.
    """

    def __init__(
        self,
        embedding: str | Path | pd.DataFrame = "network",
        ridge: float | None = None,
        n_components: int = 64,
        seed: int = 0,
    ) -> None:
        self.embedding = embedding
        self.ridge = ridge
        self.n_components = n_components
        self.seed = seed

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        if not isinstance(self.embedding, pd.DataFrame):
            return super().__repr__(N_CHAR_MAX)
        # What provenance keeps of a table: enough to tell it from another.
        content = text_digest(str(pd.util.hash_pandas_object(self.embedding).tolist()))
        size = " x ".join(map(str, self.embedding.shape))
        return repr(type(self)(f"table {size}, digest {content}", self.ridge, self.n_components, self.seed))

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return isinstance(self.embedding, str) and self.embedding == "network"

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        if self.ridge is not None:
            number("ridge", self.ridge, least=0)
        whole_number("n_components", self.n_components, 2)
        whole_number("seed", self.seed)
        self.gene_rows_ = gene_rows(self.embedding, network, self.n_components, int(self.seed))
        Z = condition_rows(list(effects.obs_names), self.gene_rows_)
        known = np.isfinite(Z).all(axis=1)
        self._keep_count(effects, known)
        Y, Z = np.asarray(effects.X, dtype=float)[known], Z[known]
        self.mean_, self.centre_ = Y.mean(axis=0), Z.mean(axis=0)
        Z = Z - self.centre_
        length = np.sqrt((Z**2).sum(axis=1).mean())
        self.scale_ = length if length > 0 else 1.0
        # Thin SVD: as few numbers as there are dimensions or conditions, whichever are fewer.
        U, S, Vt = np.linalg.svd(Z / self.scale_, full_matrices=False)
        errors = left_out_errors(U, S, Y - self.mean_, RIDGES if self.ridge is None else np.array([self.ridge]))
        best = int(np.argmin(np.where(np.isfinite(errors), errors, np.inf)))
        self.ridge_ = float(RIDGES[best] if self.ridge is None else self.ridge)
        self.left_out_error_ = float(errors[best])
        self.axes_ = Vt.T
        self.weights_ = _divided(S, S**2 + self.ridge_)[:, None] * (U.T @ (Y - self.mean_))

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        Z = (condition_rows(names, self.gene_rows_) - self.centre_) / self.scale_
        known = np.isfinite(Z).all(axis=1)
        reasons = ["" if ok else self._reason(name) for name, ok in zip(names, known, strict=True)]
        return self.mean_ + (Z @ self.axes_) @ self.weights_, {"reason": reasons}

    def _reason(self, name: str) -> str:
        missing = [gene for gene in genes_of(name) if not np.isfinite(self.gene_rows_([gene])).all()]
        return f"{name} has no embedding: {' and '.join(missing)} not in {self.gene_rows_.where}"

    def _keep_count(self, effects: AnnData, known: np.ndarray) -> None:
        left_out = list(effects.obs_names[~known])
        if known.sum() < 2:
            there = shown(self.gene_rows_.examples) or "no gene"
            without = f", without rows are {shown(left_out, 3)}" if left_out else ""
            mend = "use an embedding with the same kind of gene symbols" if left_out else "train on more conditions"
            raise ValueError(
                f"EmbeddingLinear needs two training conditions whose genes have rows in "
                f"{self.gene_rows_.where}, which holds {there}; there are {int(known.sum())}{without}: {mend}."
            )
        self.n_left_out_ = len(left_out)
        lines = counted(
            "EmbeddingLinear", "training conditions left out", left_out, f"no row in {self.gene_rows_.where}"
        )
        self.changes_ = pd.DataFrame(
            [*self.gene_rows_.changes, *lines], columns=["change", "count", "reason", "examples"]
        )


def condition_rows(names: Sequence[str], rows: GeneRows) -> np.ndarray:
    """Mean row of each condition's genes (n_conditions, n_dimensions), NaN where any gene has none."""
    genes = all_genes(names)
    position, of_gene = {gene: i for i, gene in enumerate(genes)}, rows(genes)
    return np.array([of_gene[[position[gene] for gene in genes_of(name)]].mean(axis=0) for name in names])


def left_out_errors(U: np.ndarray, S: np.ndarray, R: np.ndarray, ridges: np.ndarray) -> np.ndarray:
    """Mean L2 norm of the errors of predicting each training condition from the others, one per strength of ridge.

    ``U``, ``S`` of the centred rows Z = U S V', ``R`` (n, n_readouts) the effects minus their mean.  With the hat
    matrix H = 1/n + U S^2 / (S^2 + ridge) U', the mean counted, the error is e_i = (r_i - [H r]_i) / (1 - H_ii).
    NaN where a strength leaves some condition no error to see (H_ii = 1).
    """
    n = len(R)
    R = cast(np.ndarray, np.linalg.qr(R.T, mode="r")).T  # the same norms in n axes: many readouts cost nothing
    inside = U.T @ R
    outside = R - U @ inside
    errors = np.full(len(ridges), np.nan)
    for i, ridge in enumerate(ridges):
        kept = _divided(S**2, S**2 + ridge)
        room = 1 - 1 / n - U**2 @ kept
        if room.min() > 1e-9:
            E = outside + U @ ((1 - kept)[:, None] * inside)
            errors[i] = (np.linalg.norm(E, axis=1) / room).mean()
    return errors


def _divided(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The quotient, 0 where a direction has no length and no ridge."""
    enough = denominator > 1e-14 * max(float(denominator.max(initial=0.0)), 1e-300)
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=enough)
