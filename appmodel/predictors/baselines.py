"""The simplest predictors: what every model has to beat (section 4.1.4 of the paper)."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..names import genes_of
from ..networks import Network
from .base import Predictor
from .centre import geometric_median


class NoChange(Predictor):
    """Predicts zero: a perturbed cell looks like a control cell."""

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        pass

    def _predict(self, names: list[str]) -> np.ndarray:
        return np.zeros((len(names), len(self.readouts_)))


class TrainingMean(Predictor):
    """Predicts the unweighted mean of the training conditions, whatever is perturbed."""

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        self.mean_ = np.asarray(effects.X).mean(axis=0)

    def _predict(self, names: list[str]) -> np.ndarray:
        return np.tile(self.mean_, (len(names), 1))


class TrainingMedian(Predictor):
    """Predicts the geometric median of the training conditions, argmin_m sum_i |y_i - m|, unweighted.

    The one answer for all conditions that a mean of L2 norms asks for, as the mean is that for squared norms.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        self.median_ = geometric_median(np.asarray(effects.X, dtype=float))

    def _predict(self, names: list[str]) -> np.ndarray:
        return np.tile(self.median_, (len(names), 1))


class Additive(Predictor):
    """Predicts the sum of the measured single effects: y_AB = y_A + y_B.

    Undefined (NaN, with the reason) where a single was not measured in training.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        values = np.asarray(effects.X)
        self.singles_ = {name: row for name, row in zip(effects.obs_names, values, strict=True)
                         if len(genes_of(name)) == 1}

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        sums = [self._sum(name) for name in names]
        reasons = [self._reason(name) for name in names]
        return np.array(sums).reshape(len(names), len(self.readouts_)), {"reason": reasons}

    def _sum(self, name: str) -> np.ndarray:
        unknown = np.full(len(self.readouts_), np.nan)
        return sum(self.singles_.get(gene, unknown) for gene in genes_of(name))

    def _reason(self, name: str) -> str:
        missing = [gene for gene in genes_of(name) if gene not in self.singles_]
        return f"no training condition perturbs {' and '.join(missing)} alone" if missing else ""


class ScaledAdditive(Additive):
    """Predicts s (y_A + y_B) with one factor s for all pairs, fitted on the training doubles.

    s = sum <y_A + y_B, y_AB> / sum |y_A + y_B|^2 over the training doubles with both singles, the least-squares
    factor; s = 1 where there is none, or where all sums are zero.  A single keeps its measured effect.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        super()._fit(effects, network)
        rows = [i for i, name in enumerate(effects.obs_names) if len(genes_of(name)) > 1 and not self._reason(name)]
        self.scale_ = 1.0
        if rows:
            sums = np.array([self._sum(effects.obs_names[i]) for i in rows])
            size = float((sums**2).sum())
            self.scale_ = float((sums * np.asarray(effects.X)[rows]).sum()) / size if size > 0 else 1.0

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        values, columns = super()._predict(names)
        multiple = np.array([len(genes_of(name)) > 1 for name in names])
        return np.where(multiple[:, None], self.scale_ * values, values), columns
