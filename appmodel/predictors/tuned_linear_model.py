"""The linear model with everything that it leaves open chosen on training conditions."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from anndata import AnnData

from ..effects import screen_targets
from ..networks import Network
from .base import Predictor
from .linear_model import LinearModel
from .validation import left_out

COMPONENTS, RIDGES, EMBEDDINGS = (2, 5, 10, 20, 40), (0.01, 0.1, 1.0, 10.0, 100.0), ("readouts", "network")
N_FOLDS = 5


class TunedLinearModel(Predictor):
    """``LinearModel`` with the number of components, the ridge and the embedding that predict left-out genes best.

    A fifth of the training genes at a time is left out with all that holds them; of the choices that predict as many
    left-out conditions as any, the one with the smallest mean L2 is taken.  Learned: ``model_``, the ``LinearModel``
    fitted on all training conditions.  Undefined as that is.
    """

    def _reads(self, network: Network, effects: AnnData) -> bool:
        return True

    def _fit(self, effects: AnnData, network: Network | None) -> None:
        effects.uns["targets"] = screen_targets(effects)  # of which a fold may hold none that the network knows
        choices: list[dict[str, Any]] = [
            dict(zip(("n_components", "ridge", "embedding"), each, strict=True))
            for each in product(COMPONENTS, RIDGES, EMBEDDINGS)
        ]
        errors = [np.concatenate(each) for each in zip(*self._of_folds(choices, effects, network), strict=True)]
        covered = np.array([np.isfinite(error).sum() for error in errors])
        means = [
            np.nanmean(error) if n == covered.max() > 0 else np.inf for error, n in zip(errors, covered, strict=True)
        ]
        self.model_ = LinearModel(**choices[int(np.argmin(means))]).fit(effects, network)

    def _of_folds(self, choices: list[dict], effects: AnnData, network: Network | None) -> list[list[np.ndarray]]:
        """L2 of each choice for the left-out conditions of each fold, NaN where it predicts nothing."""
        names, found = list(effects.obs_names), []
        for fold in range(N_FOLDS):
            trains, validates = left_out(names, "genes", 1 / N_FOLDS, 0, fold)
            asked, observed = list(effects.obs_names[validates]), np.asarray(effects[validates].X)
            fitted = [LinearModel(**choice).fit(effects[trains], network) for choice in choices]
            found.append([np.linalg.norm(np.asarray(model.predict(asked).X) - observed, axis=1) for model in fitted])
        return found

    def _predict(self, names: list[str]) -> tuple[np.ndarray, dict]:
        predicted = self.model_.predict(names)
        return np.asarray(predicted.X), {"reason": list(predicted.obs["reason"])}
