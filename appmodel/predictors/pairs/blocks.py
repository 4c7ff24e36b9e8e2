"""Any predictor asked about many pairs, block by block, without a table for each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..base import Predictor

BLOCK = 512  # pairs at once: enough for products to be quick, few enough to stay near the processor


class Block(NamedTuple):
    """Some of the pairs asked for: their places, effects (n, n_readouts) and expected L2 norms of the errors (n,)."""

    rows: slice
    values: np.ndarray
    errors: np.ndarray


class PairPredictions:
    """Predicted effects of pairs of ``genes``, as ``predict`` gives them, in memory that their number does not change.

    ``genes`` are sorted and each stands once.  A pair is two places in it, the smaller one first.  The last bits of a
    product depend on how many rows it has, so every block has ``BLOCK``, the last one by repetition: what is said of a
    pair does not depend on how many are asked for.
    """

    def __init__(self, model: Predictor, genes: Sequence[str]) -> None:
        self.model, self.genes = model, list(genes)

    def singles(self) -> np.ndarray:
        """Predicted effects of each gene alone (n_genes, n_readouts)."""
        return np.concatenate([values for values, _ in self._of_genes()])

    def blocks(self, first: np.ndarray, second: np.ndarray) -> Iterator[Block]:
        """The predictions for pairs of the places ``first`` and ``second`` (n,), ``BLOCK`` of them at a time."""
        for start in range(0, len(first), BLOCK):
            places = np.minimum(np.arange(start, start + BLOCK), len(first) - 1)
            n = min(BLOCK, len(first) - start)
            values, errors = self._predicted(first[places], second[places])
            yield Block(slice(start, start + n), values[:n], errors[:n])

    def _predicted(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        genes = self.genes
        return self._asked([f"{genes[a]}+{genes[b]}" for a, b in zip(first.tolist(), second.tolist(), strict=True)])

    def _of_genes(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Effects and stated errors of the genes alone, block by block."""
        for start in range(0, len(self.genes), BLOCK):
            yield self._asked(self.genes[start : start + BLOCK])

    def _asked(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        predicted = self.model._predict(names)
        values, columns = predicted if isinstance(predicted, tuple) else (predicted, {})
        return np.asarray(values), np.asarray(columns.get("predicted_error", np.full(len(names), np.nan)), dtype=float)
