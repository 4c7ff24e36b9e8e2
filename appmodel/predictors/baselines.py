"""The simplest predictors: what every model has to beat (section 4.1.4 of the paper)."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from ..names import genes_of
from ..networks import Network
from .base import Predictor
from .centre import geometric_median


def least_squares_scale(sums: np.ndarray, observed: np.ndarray) -> float:
    """The factor s of the smallest |observed - s sums|^2 over all rows (n, n_readouts); 1 where all sums are zero."""
    size = float((sums**2).sum())
    return float((sums * observed).sum()) / size if size > 0 else 1.0


class Constant(Predictor):
    """Says the same of every condition: ``constant_`` (n_readouts,), which subclasses find in the training rows."""

    constant = True

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        self.constant_ = self._found(np.asarray(effects.X, dtype=float), list(effects.obs_names))

    def _found(self, Y: np.ndarray, names: list[str]) -> np.ndarray:
        raise NotImplementedError

    def _predict(self, names: list[str]) -> np.ndarray:
        return np.tile(self.constant_, (len(names), 1))


class NoChange(Constant):
    """Predicts zero: a perturbed cell looks like a control cell."""

    def _found(self, Y: np.ndarray, names: list[str]) -> np.ndarray:
        return np.zeros(Y.shape[1])


class TrainingMean(Constant):
    """Predicts the unweighted mean of the training conditions, whatever is perturbed."""

    def _found(self, Y: np.ndarray, names: list[str]) -> np.ndarray:
        return Y.mean(axis=0)


class SinglesMean(Constant):
    """Predicts the unweighted mean of the training singles, of all training conditions where none is single.

    Pairs do more than single perturbations: with them in the mean it would be too far out for a single one.
    """

    def _found(self, Y: np.ndarray, names: list[str]) -> np.ndarray:
        singles = [i for i, name in enumerate(names) if len(genes_of(name)) == 1]
        return Y[singles or slice(None)].mean(axis=0)


class TrainingMedian(Constant):
    """Predicts the geometric median of the training conditions, argmin_m sum_i |y_i - m|, unweighted.

    The one answer for all conditions that a mean of L2 norms asks for, as the mean is that for squared norms.
    """

    def _found(self, Y: np.ndarray, names: list[str]) -> np.ndarray:
        return geometric_median(Y)


class Additive(Predictor):
    """Predicts the sum of the measured single effects: y_AB = y_A + y_B.

    Undefined (NaN, with the reason) where a single was not measured in training.

    >>> rows = [[1.0, 0.0], [0.0, 2.0]]
    >>> effects = appmodel.as_effects(rows, ["A", "B"], ["g1", "g2"])
    >>> model = appmodel.Additive().fit(effects)
    >>> said = model.predict(["A+B", "A+C"])
    >>> said.X[0].tolist()
    [1.0, 2.0]
    >>> said.obs["reason"].iloc[1]
    'no training condition perturbs C alone'
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        values = np.asarray(effects.X)
        self.singles_ = {
            name: row for name, row in zip(effects.obs_names, values, strict=True) if len(genes_of(name)) == 1
        }

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


class MatchingMean(Additive):
    """Predicts the mean of the measured single effects: y_AB = (y_A + y_B) / 2; undefined where ``Additive`` is."""

    def _sum(self, name: str) -> np.ndarray:
        return super()._sum(name) / len(genes_of(name))


class ScaledAdditive(Additive):
    """Predicts s (y_A + y_B) with one factor s for all pairs, fitted on the training doubles.

    s = sum <y_A + y_B, y_AB> / sum |y_A + y_B|^2 over the training doubles with both singles, the least-squares
    factor; s = 1 where there is none, or where all sums are zero.  A single keeps its measured effect.
    """

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        super()._fit(effects, network)
        rows = [i for i, name in enumerate(effects.obs_names) if len(genes_of(name)) > 1 and not self._reason(name)]
        sums = np.array([self._sum(effects.obs_names[i]) for i in rows])
        self.scale_ = least_squares_scale(sums, np.asarray(effects.X)[rows])

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        values, columns = super()._predict(names)
        multiple = np.array([len(genes_of(name)) > 1 for name in names])
        return np.where(multiple[:, None], self.scale_ * values, values), columns
