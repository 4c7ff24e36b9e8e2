"""The linear model of Ahlmann-Eltze, Huber and Anders (Nature Methods 2025)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from anndata import AnnData

from ..arguments import called, number, whole_number
from ..names import all_genes, genes_of
from ..networks import Network
from .base import Predictor
from .embedding.rows import network_rows


class LinearModel(Predictor):
    """Y = G W P' + b: readout embeddings G, perturbation embeddings P, one small matrix W between them.

    Y (n_readouts, n_conditions) are the training effects and b their row means.  G (n_readouts, K) are the
    first ``n_components`` principal component scores of the readouts over the training conditions.  A
    perturbed gene's row of P is its own row of G where it is a readout (``embedding="readouts"``), or its row
    of the network's embedding (``"network"``); ``"auto"`` takes readouts where any training target is one.
    A pair has the mean of its genes' rows.  W is the ridge solution with strength ``ridge`` on both sides.
    A condition without a row in P is left out of training and predicted as NaN, with the reason.
    Raises ``ValueError`` for a parameter out of range, and where a network that is read shares no gene with the screen.
    """

    def __init__(
        self, n_components: int = 10, ridge: float = 0.1, embedding: Literal["auto", "readouts", "network"] = "auto"
    ) -> None:
        self.n_components = n_components
        self.ridge = ridge
        self.embedding = embedding

    def _reads(self, network: Network, effects: AnnData) -> bool:
        if self.embedding != "auto":
            return self.embedding == "network"
        return not set(all_genes(effects.obs_names)) & set(effects.var_names)

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        if self.embedding not in ("auto", "readouts", "network"):
            raise ValueError(f"embedding={called(self.embedding)} is not known: say 'auto', 'readouts' or 'network'.")
        whole_number("n_components", self.n_components, 1)
        number("ridge", self.ridge, least=0)
        Y = np.asarray(effects.X).T
        G = _principal_components(Y, self.n_components)
        self.readout_rows_ = dict(zip(effects.var_names, G, strict=True))
        targets = all_genes(effects.obs_names)
        self.embedding_ = self._choose(targets)
        self.network_rows_ = None
        if network is not None and self.embedding_ == "network":  # kept: another machine may turn equal components
            self.network_rows_ = network_rows(network, self.n_components)
        P, known = self._perturbation_rows(list(effects.obs_names))
        self.G_, self.b_ = G, Y[:, known].mean(axis=1) if known.any() else Y.mean(axis=1)
        # W = (G'G + ridge I)^-1 G' (Y - b) P (P'P + ridge I)^-1
        left = np.linalg.solve(G.T @ G + self.ridge * np.eye(G.shape[1]), G.T @ (Y[:, known] - self.b_[:, None]))
        P = P[known]
        self.W_ = np.linalg.solve(P.T @ P + self.ridge * np.eye(P.shape[1]), (left @ P).T).T

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        P, known = self._perturbation_rows(names)
        values = P @ self.W_.T @ self.G_.T + self.b_
        reasons = ["" if ok else self._reason(name) for name, ok in zip(names, known, strict=True)]
        return values, {"reason": reasons}

    def _reason(self, name: str) -> str:
        if self.embedding_ == "network" and self.network_rows_ is None:
            return f"{name} has no perturbation embedding: no network was given to fit and no target is a readout"
        missing = [gene for gene in genes_of(name) if not self._perturbation_rows([gene])[1][0]]
        return f"{name} has no perturbation embedding: {' and '.join(missing)} not in the {self.embedding_}"

    def _choose(self, targets: list[str]) -> str:
        if self.embedding != "auto":
            return self.embedding
        return "readouts" if any(gene in self.readout_rows_ for gene in targets) else "network"

    def _perturbation_rows(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Rows of P (n_conditions, K), NaN where any gene of a condition has none, and which rows are known."""
        genes = all_genes(names)
        missing = np.full(self.n_components, np.nan)
        if self.embedding_ == "readouts":
            rows = {gene: self.readout_rows_.get(gene) for gene in genes}
            missing = np.full(len(next(iter(self.readout_rows_.values()))), np.nan)
        elif self.network_rows_ is None:
            rows = {}
        else:
            rows = dict(zip(genes, self.network_rows_(genes), strict=True))
        rows = {gene: missing if row is None else row for gene, row in rows.items()}
        P = np.array([np.mean([rows.get(gene, missing) for gene in genes_of(name)], axis=0) for name in names])
        return P, np.isfinite(P).all(axis=1)


def _principal_components(Y: np.ndarray, n_components: int) -> np.ndarray:
    """Scores (n_rows, k) of the rows of ``Y`` on their first principal components, columns centred first."""
    k = min(n_components, *Y.shape)
    U, S, _ = np.linalg.svd(Y - Y.mean(axis=0), full_matrices=False)
    return U[:, :k] * S[:k]
