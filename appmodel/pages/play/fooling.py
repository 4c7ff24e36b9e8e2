"""What fools a metric: predictions that are shrunk, blurred or mixed with a mean, and how they then score.

``fool.js`` does the same in the reader's browser; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData

from ...names import shown
from ...scoring import METRICS, scored_readouts
from ...scoring.metrics import Case
from ...trials.predictions import splits_of
from ...trials.trial import trials

FOOLED = ("l2", "pearson", "pearson_perturbed", "discrimination")


@dataclass(frozen=True)
class Start:
    """The predictions that the sliders start from, over the scored readouts of one split.

    ``predicted`` maps methods to (n_conditions, n_readouts); ``observed`` and ``noise`` have the same shape, ``noise``
    being normal with the root mean square of ``observed``; ``mean`` (n_readouts,) is of the training conditions.
    """

    conditions: list[str]
    predicted: Mapping[str, np.ndarray]
    observed: np.ndarray
    mean: np.ndarray
    noise: np.ndarray


def starting_point(
    predictions: AnnData, effects: AnnData, methods: Sequence[str], seed: int = 0, n_conditions: int = 60
) -> Start:
    """What ``methods`` say in the first split of ``predictions`` (``predict_splits``), of its first ``n_conditions``.

    A method that does not predict all of them is left out.  Raises ``ValueError`` where none does.
    """
    trial = trials(effects, "", (), splits_of(predictions))[0]
    readouts, names = scored_readouts(trial.tested_on), trial.split.test[:n_conditions]
    rows = predictions[(predictions.obs["seed"] == trial.split.seed) & predictions.obs["condition"].isin(names)]
    predicted = {}
    for method in methods:
        values = np.asarray(rows[rows.obs["method"] == method].X, dtype=float)[:, readouts]
        if len(values) and np.isfinite(values).all():
            predicted[method] = values
    if not predicted:
        raise ValueError(f"None of {shown(methods)} predicts all test conditions: name another one.")
    observed = np.asarray(trial.tested_on[names].X, dtype=float)[:, readouts]
    drawn = np.random.default_rng(seed).standard_normal(observed.shape)
    return Start(names, predicted, observed, trial.training_mean()[readouts], drawn * np.sqrt((observed**2).mean()))


def distorted(start: Start, method: str, shrinkage: float = 0.0, noise: float = 0.0, mixed: float = 0.0) -> np.ndarray:
    """The predictions of ``method`` (n_conditions, n_readouts), with a part of the mean, shrunk, with noise added.

    (1 - shrinkage) ((1 - mixed) y' + mixed m) + noise e, where ``shrinkage`` and ``mixed`` go from 0 to 1 and ``noise``
    is in units of the root mean square of the measured effects.
    """
    towards_mean = (1 - mixed) * start.predicted[method] + mixed * start.mean
    return (1 - shrinkage) * towards_mean + noise * start.noise


def mean_scores(start: Start, predicted: np.ndarray) -> dict[str, float]:
    """Each metric of ``FOOLED``, its mean over the conditions where it is defined; NaN where it is nowhere."""
    case = Case(predicted, start.observed, start.mean)
    values = {name: METRICS[name](case)[0] for name in FOOLED}
    return {name: float(np.nanmean(each)) if np.isfinite(each).any() else np.nan for name, each in values.items()}


def best_shrinkage(start: Start, method: str) -> float:
    """The shrinkage, in steps of 0.05, whose predictions have the smallest L2."""
    steps = np.linspace(0, 1, 21)
    return float(min(steps, key=lambda step: mean_scores(start, distorted(start, method, shrinkage=step))["l2"]))
