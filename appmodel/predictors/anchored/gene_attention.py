"""AnchoredAPP for one gene that was never perturbed: attention over the measured genes, through the networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from ..centre import geometric_median
from .closed_form import calibrate, inverse, left_out, minimise
from .gene_views import Rows

SHRINK = 0.005  # pull of the views' log weights to their mean: without evidence all views count alike


class GeneAttention:
    """y(q) = anchor + sum_j alpha_j(q) (y_j - anchor), the anchor being the geometric median of the training effects.

    k(g, g') = c + sum_v w_v cos_v + u_v cos_v^2 over the views v of the networks (the square lets near relatives
    count more).  c, w, u and the ridge minimise the mean norm of the left-out errors; the noise of a condition
    follows its own left-out error, so that a condition unlike all its relatives is listened to less.
    The switches are those of ``AnchoredAPP``.
    """

    _unsaved = ("keys_",)

    def __init__(
        self,
        views: Callable[[Sequence[str]], list[Rows]],
        centre: str = "median",
        robust_noise: bool = True,
        residual: bool = True,
    ) -> None:
        self.views = views
        self.centre, self.robust_noise, self.residual = centre, robust_noise, residual

    def fit(self, genes: Sequence[str], Y: np.ndarray) -> GeneAttention:
        """Learn from effects ``Y`` (n_genes, n_readouts) of perturbing ``genes``."""
        self.genes_ = list(genes)
        self._restore()
        self.anchor_ = geometric_median(Y) if self.centre == "median" else Y.mean(axis=0)
        self.residuals_ = Y - self.anchor_
        self.scale_ = max(np.linalg.norm(self.residuals_, axis=1).mean(), 1e-12)
        U, d, _ = np.linalg.svd(self.residuals_ / self.scale_, full_matrices=False)
        R = torch.tensor(U * d)  # the same norms in n axes: many readouts cost nothing
        cosines = list(self._cosines(self.keys_))
        shape = (2 * len(cosines), len(genes), len(genes))  # without views there is nothing to tell genes by
        views = torch.tensor(np.array([*cosines, *(c**2 for c in cosines)]).reshape(shape))
        weights = torch.full((len(views),), -np.log(max(len(views), 1)), dtype=R.dtype, requires_grad=True)
        ridge = torch.tensor([np.log(0.1), -1.0], dtype=R.dtype, requires_grad=True)  # log c, log lambda
        noise = torch.ones(len(R), dtype=R.dtype)

        def solved() -> tuple[Tensor, Tensor]:
            K = ridge[0].exp() + torch.tensordot(weights.exp(), views, 1)
            G = inverse(K, ridge[1].exp() * noise)
            return G, left_out(G, R)

        def loss() -> Tensor:
            nonlocal noise
            size = solved()[1].norm(dim=1)
            if self.robust_noise:
                noise = listened(noise, size.detach())
            return size.mean() + SHRINK * (weights - weights.mean()).square().sum() / max(len(weights), 1)

        minimise(loss, [weights, ridge])
        with torch.no_grad():
            G, E = solved()
        self.weights_, (self.constant_, self.ridge_) = weights.detach().exp(), ridge.detach().exp()
        return self._solved(G, E, R, noise)

    def _solved(self, G: Tensor, E: Tensor, R: Tensor, noise: Tensor) -> GeneAttention:
        """Keep the inverse of the system, and what left-out errors ``E`` of ``R`` say of errors to come."""
        self.G_ = G.numpy() * self.residual
        self.left_out_error_ = self.scale_ * E.norm(dim=1).numpy()
        variance = 1 / G.diagonal().numpy() + float(self.ridge_) * (1 - noise.numpy())
        size = self.scale_ * np.linalg.norm((R - E).numpy(), axis=1)
        self.error_weights_ = calibrate(self.left_out_error_, self._error_terms(variance, size))
        return self

    def _restore(self) -> None:
        self.keys_ = self.views(self.genes_)

    def predict(self, genes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Effects (n, n_readouts) and the expected L2 norms of their errors (n,)."""
        queries = self.views(genes)
        k = self._kernel(queries, len(genes))
        alpha = k @ self.G_
        residual = alpha @ self.residuals_
        # k(q, q) as if all views knew the gene: what a view does not know makes the error larger, not smaller.
        variance = float(self.constant_ + self.ridge_ + self.weights_.sum()) - (alpha * k).sum(axis=1)
        terms = self._error_terms(variance, np.linalg.norm(residual, axis=1))
        return self.anchor_ + residual, terms @ self.error_weights_

    def attention(self, genes: Sequence[str]) -> np.ndarray:
        """alpha (n, n_training): the weight of each measured gene's residual in each prediction."""
        return self._kernel(self.views(genes), len(genes)) @ self.G_

    def _kernel(self, queries: list[Rows], n: int) -> np.ndarray:
        """View by view: of a screen of thousands of genes there is no room for all at once."""
        k, half = np.full((n, len(self.genes_)), float(self.constant_)), len(queries)
        weights = self.weights_.numpy()
        for w, u, cosines in zip(weights[:half], weights[half:], self._cosines(queries), strict=True):
            k += w * cosines + u * cosines**2
        return k

    def _cosines(self, queries: list[Rows]) -> Iterator[np.ndarray]:
        """Each view's cosines with the keys (n_queries, n_keys)."""
        for query, key in zip(queries, self.keys_, strict=True):
            product = query @ key.T
            yield product if isinstance(product, np.ndarray) else product.toarray()

    @staticmethod
    def _error_terms(variance: np.ndarray, size: np.ndarray) -> np.ndarray:
        return np.stack([np.ones(len(variance)), np.sqrt(np.maximum(variance, 0)), size], axis=1)


def listened(noise: Tensor, size: Tensor) -> Tensor:
    """Half way from ``noise`` to what left-out errors of this ``size`` say, each (n,)."""
    relative = size / size.mean().clamp(min=1e-12) + 0.1
    return 0.5 * noise + 0.5 * relative / relative.mean()
