"""AnchoredAPP asked about many pairs: names are read once, and what only a gene decides is computed once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...names import genes_of
from ..anchored import AnchoredAPP
from ..anchored.pair_attention import PairAttention
from ..threads import one_thread
from .blocks import PairPredictions


class AnchoredPairs(PairPredictions):
    """Pairs of measured genes by attention over measured conditions, measured pairs as measured, the rest as sums."""

    model: AnchoredAPP

    def __init__(self, model: AnchoredAPP, genes: Sequence[str]) -> None:
        super().__init__(model, genes)
        told = list(self._of_genes())
        self._singles = np.concatenate([values for values, _ in told])
        known = np.array([gene in model.measured_ for gene in self.genes])
        # The error of a sum is that of what was not measured.
        self._errors = np.where(known, 0.0, model.pairs_.anchor_scale_ * np.concatenate([errors for _, errors in told]))
        self._known = known
        self._kernel = GeneKernel(model.pairs_, [gene if ok else None for gene, ok in zip(genes, known, strict=True)])
        self._measured = self._places_of_measured()

    def singles(self) -> np.ndarray:
        """Effects of each gene alone (n_genes, n_readouts): the measured one, else the predicted one."""
        return self._singles

    @one_thread()
    def _predicted(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pairs, attended = self.model.pairs_, self._known[first] & self._known[second]
        values = pairs.anchor_scale_ * (self._singles[first] + self._singles[second])
        base = pairs.anchor_error_ if pairs.anchor_error_ >= 0 else 0.0  # NaN: no double says how well sums do
        errors = np.sqrt(base**2 + self._errors[first] ** 2 + self._errors[second] ** 2)
        if attended.any():  # on all rows: as many as in every block
            found, stated = self._kernel.predict(torch.from_numpy(first), torch.from_numpy(second))
            values, errors = np.where(attended[:, None], found, values), np.where(attended, stated, errors)
        for row, code in enumerate((first * len(self.genes) + second).tolist()):
            if name := self._measured.get(code):
                values[row], errors[row] = self.model.measured_[name], self.model.sampling_error_[name]
        return values, errors

    def _places_of_measured(self) -> dict[int, str]:
        place = {gene: i for i, gene in enumerate(self.genes)}
        pairs = [(name, genes_of(name)) for name in self.model.measured_]
        return {
            place[pair[0]] * len(place) + place[pair[1]]: name
            for name, pair in pairs
            if len(pair) == 2 and place.keys() >= set(pair)
        }


class GeneKernel:
    """``PairAttention`` with each gene's part of the kernel with every measured condition at hand (n_genes, n_bank).

    A gene given as None has no measured effect; what is said of its pairs means nothing.
    """

    def __init__(self, pairs: PairAttention, genes: Sequence[str | None]) -> None:
        self.pairs = pairs
        self.slots = torch.tensor([0 if gene is None else pairs._slot[gene] for gene in genes])
        if pairs.bank_ is None:
            return
        now, nothing = pairs.hyperparameters_, len(pairs.genes_)
        k = torch.exp(-pairs._distances / (pairs._unit * now["length"] ** 2))[self.slots]
        c, d = pairs.bank_.T
        self.with_first, self.with_second = k[:, c], k[:, d]
        doubles = pairs.bank_[d < nothing]  # they stand before the singles
        holds = (self.slots[:, None, None] == doubles[None]).any(dim=2)
        self.shared = pairs.shared_genes * now["shared"] * holds / 2

    def predict(self, first: Tensor, second: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """What ``PairAttention.predict`` says of pairs of the places ``first`` and ``second`` (n,) of the genes."""
        pairs, slots = self.pairs, torch.stack([self.slots[first], self.slots[second]], dim=1).sort(dim=1)[0]
        sums = pairs._sums(slots)
        if pairs.bank_ is None:
            return (pairs.scale_ * sums).numpy(), np.full(len(slots), pairs.anchor_error_)
        k = self._with_bank(first, second)
        alpha = k @ pairs.G_
        variance = pairs._own(slots) + pairs.hyperparameters_["noise_doubles"] - (alpha * k).sum(dim=1)
        terms = pairs._error_terms(variance, sums)
        return (pairs.scale_ * sums + alpha @ pairs.residuals_).numpy(), terms @ pairs.error_weights_

    def _with_bank(self, a: Tensor, b: Tensor) -> Tensor:
        k = self.with_first[a].mul_(self.with_second[b])
        k += self.with_second[a].mul_(self.with_first[b])
        k /= 2
        k[:, : self.shared.shape[1]] += self.shared[a] + self.shared[b]
        return k
