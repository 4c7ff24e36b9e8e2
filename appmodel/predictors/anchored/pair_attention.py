"""AnchoredAPP for a pair of measured genes: attention over measured doubles and singles, through their effects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from .closed_form import calibrate, inverse, left_out, minimise

# Centres of a standard normal prior on the logarithms: length in units of the typical effect, the others relative
# to the variance of the residual.
PRIOR = {"length": 0.5, "shared": 0.25, "noise_doubles": 0.25, "noise_singles": 0.25}
MIN_DOUBLES = 3
MAX_SINGLES = 300  # in the fit of the hyperparameters; the solution uses all


class PairAttention:
    """y(a, b) = s (a + b) + sum_j alpha_j(a, b) r_j over measured doubles AND singles.

    A single is a double with nothing, y(a, 0) = a, so all singles stand in the bank beside the training doubles.
    Genes enter by their measured effects a, b alone:
    k(a, a') = exp(-|a - a'|^2 / (length M)^2) with M^2 the mean of |a + b|^2, and pairs are compared by
    K = 1/2 [k(a, a') k(b, b') + k(a, b') k(b, a')] + shared (number of genes in common) / 2, the latter for doubles.
    Length, shared, two noises and s minimise the left-out error of the training doubles.  Where that is no smaller
    than the scaled additive model's, or there are fewer than three doubles, the residual is zero.
    The switches are those of ``AnchoredAPP``.
    """

    _unsaved = ("_slot", "_distances")

    bank_: Tensor | None

    def __init__(self, singles_in_bank: bool = True, shared_genes: bool = True, residual: bool = True) -> None:
        self.singles_in_bank, self.shared_genes, self.residual = singles_in_bank, shared_genes, residual

    def fit(
        self, genes: Sequence[str], singles: np.ndarray, pairs: Sequence[tuple[str, ...]], Y: np.ndarray
    ) -> PairAttention:
        """Learn from ``singles`` (n_genes, n_readouts) and the effects ``Y`` (n_pairs, n_readouts) of ``pairs``."""
        self.genes_ = list(genes)
        # The last row is "nothing", the partner of a single.
        self.effects_ = torch.tensor(np.vstack([singles, np.zeros((1, Y.shape[1]))]))
        self._restore()
        doubles, measured = self._slots(pairs), torch.tensor(np.asarray(Y, dtype=float))
        self._fit_anchor(doubles, measured)
        if len(doubles) >= MIN_DOUBLES and self._unit > 0 and self.residual:
            self._fit_residual(doubles, measured)
        return self

    def _restore(self) -> None:
        self._slot = {gene: i for i, gene in enumerate(self.genes_)}
        self._distances = torch.cdist(self.effects_, self.effects_, compute_mode="donot_use_mm_for_euclid_dist") ** 2

    def predict(self, pairs: Sequence[tuple[str, ...]]) -> tuple[np.ndarray, np.ndarray]:
        """Effects (n, n_readouts) and the expected L2 norms of their errors (n,), NaN without training doubles."""
        slots = self._slots(pairs)
        if self.bank_ is None:
            return (self.scale_ * self._sums(slots)).numpy(), np.full(len(slots), self.anchor_error_)
        k = self._kernel(slots, self.bank_, self.hyperparameters_)
        alpha = k @ self.G_
        variance = self._own(slots) + self.hyperparameters_["noise_doubles"] - (alpha * k).sum(dim=1)
        terms = self._error_terms(variance, self._sums(slots))
        return (self.scale_ * self._sums(slots) + alpha @ self.residuals_).numpy(), terms @ self.error_weights_

    def attention(self, pairs: Sequence[tuple[str, ...]]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
        """alpha (n, n_bank) and the genes of each measured condition in the bank."""
        if self.bank_ is None:
            return np.zeros((len(pairs), 0)), []
        bank = [tuple(self.genes_[i] for i in row if i < len(self.genes_)) for row in self.bank_.tolist()]
        return (self._kernel(self._slots(pairs), self.bank_, self.hyperparameters_) @ self.G_).numpy(), bank

    def _fit_anchor(self, doubles: Tensor, Y: Tensor) -> None:
        """Additive, or scaled by the least-squares factor, whichever has the smaller left-out error."""
        sums = self._sums(doubles)
        self.anchor_scale_, self.bank_, self.anchor_error_ = 1.0, None, float("nan")
        self._unit = float((sums**2).sum(dim=1).mean()) if len(doubles) else 0.0  # M^2
        if len(doubles):
            self.anchor_error_ = float((Y - sums).norm(dim=1).mean())
        if len(doubles) > 1 and self._unit > 0:
            agreement, size = (sums * Y).sum(dim=1), (sums**2).sum(dim=1)
            without = (agreement.sum() - agreement) / (size.sum() - size).clamp_min(1e-12)
            scaled = float((Y - without[:, None] * sums).norm(dim=1).mean())
            if scaled < self.anchor_error_:
                self.anchor_error_, self.anchor_scale_ = scaled, float(agreement.sum() / size.sum())
        self.scale_ = self.anchor_scale_  # the residual is fitted with a scale of its own

    def _fit_residual(self, doubles: Tensor, Y: Tensor) -> None:
        n, nothing = len(doubles), len(self.genes_)
        paired = set(doubles.flatten().tolist())
        # Singles of training doubles first, then by name: which ones enter the fit is no matter of their order.
        order = sorted(range(nothing), key=lambda gene: (gene not in paired, self.genes_[gene]))
        order = order if self.singles_in_bank else []
        alone = torch.tensor([[gene, nothing] for gene in order]).reshape(-1, 2).long()
        bank, effects = torch.cat([doubles, alone]), torch.cat([Y, self.effects_[order]])
        few = n + min(len(alone), MAX_SINGLES)
        found = self._minimised(bank[:few], effects[:few], n)
        G = self._inverse(bank, found, n)
        residuals = effects - found["scale"] * self._sums(bank)
        errors = left_out(G, residuals, n).norm(dim=1).numpy()
        if errors.mean() < self.anchor_error_:
            self.bank_, self.G_, self.residuals_, self.hyperparameters_ = bank, G, residuals, found
            self.scale_ = float(found["scale"])
            self.error_weights_ = calibrate(errors, self._error_terms(1 / G.diagonal()[:n], self._sums(doubles)))

    def _minimised(self, bank: Tensor, effects: Tensor, n: int) -> dict[str, Tensor]:
        """Hyperparameters of the smallest left-out error; only inner products enter, so readouts cost nothing."""
        start = {key: float(np.log(value)) for key, value in {**PRIOR, "scale": max(self.scale_, 0.05)}.items()}
        logs = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in start.items()}
        sums = self._sums(bank)
        EE, SE, SS = effects @ effects.T, sums @ effects.T, sums @ sums.T

        def loss() -> Tensor:
            now = {key: value.exp() for key, value in logs.items()}
            G = self._inverse(bank, now, n)[:n]
            products = EE - now["scale"] * (SE + SE.T) + now["scale"] ** 2 * SS  # r_i . r_j
            squared = ((G @ products) * G).sum(dim=1) / torch.diagonal(G) ** 2  # |e_i|^2
            prior = sum((logs[key] - start[key]) ** 2 for key in PRIOR) / 2
            return n * squared.clamp_min(1e-12 * self._unit).sqrt().mean().log() + prior

        minimise(loss, list(logs.values()))
        return {key: value.detach().exp() for key, value in logs.items()}

    def _kernel(self, q: Tensor, r: Tensor, now: dict[str, Tensor]) -> Tensor:
        k = torch.exp(-self._distances / (self._unit * now["length"] ** 2))
        (a, b), (c, d) = q.T, r.T
        either = (k[a][:, c] * k[b][:, d] + k[a][:, d] * k[b][:, c]) / 2
        common = sum((x[:, None] == y[None]).double() for x in (a, b) for y in (c, d)) / 2
        doubles = (b < len(self.genes_))[:, None] & (d < len(self.genes_))[None]
        return either + self.shared_genes * now["shared"] * common * doubles

    def _own(self, pairs: Tensor) -> Tensor:
        """The diagonal of the kernel of doubles with themselves."""
        now = self.hyperparameters_
        k = torch.exp(-self._distances[pairs[:, 0], pairs[:, 1]] / (self._unit * now["length"] ** 2))
        return (1 + k**2) / 2 + self.shared_genes * now["shared"]

    def _inverse(self, bank: Tensor, now: dict[str, Tensor], n: int) -> Tensor:
        noise = torch.where(torch.arange(len(bank)) < n, now["noise_doubles"], now["noise_singles"])
        return inverse(self._kernel(bank, bank, now), noise)

    def _slots(self, pairs: Sequence[tuple[str, ...]]) -> Tensor:
        return torch.tensor([sorted(self._slot[gene] for gene in pair) for pair in pairs]).reshape(-1, 2).long()

    def _sums(self, slots: Tensor) -> Tensor:
        return self.effects_[slots[:, 0]] + self.effects_[slots[:, 1]]

    @staticmethod
    def _error_terms(variance: Tensor, sums: Tensor) -> np.ndarray:
        deviation = variance.clamp_min(0).sqrt()
        return torch.stack([deviation, deviation * sums.norm(dim=1)], dim=1).numpy()
