"""One model on one screen: its costs to its own best validation score, and its error."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from anndata import AnnData

from ...effects import condition_effects, preprocess
from ...networks import Network, load_network
from ...predictors import (
    APP,
    Additive,
    AnchoredAPP,
    NoChange,
    Predictor,
    TrainingMean,
    TrainingMedian,
)
from ...scoring import benchmark
from ...screens import load_cells
from ...splits import Split, make_split
from ..efficiency.cases import unseen_pairs
from ..efficiency.measuring import MIB, peak_memory, seconds, start_of_peak
from .gears import GEARS

ONE, BATCH, BATCH_OF_GEARS = 5, 1000, 20  # GEARS predicts a batch one after the other, for minutes
MODELS = ("gears", "app", "anchored_app")
BASELINES: dict[str, Callable[[], Predictor]] = {
    "additive": Additive,
    "training_mean": TrainingMean,
    "training_median": TrainingMedian,
    "no_change": NoChange,
}


@dataclass(frozen=True)
class Place:
    """A screen of cells and what is asked of it: a registry name, a task, a network (names or paths), a split file.

    Without a split file the split is the one of seed 0.
    """

    screen: str
    task: str
    network: tuple[str, ...]
    split: str | None = None

    def split_of(self, effects: AnnData) -> Split:
        """The split, the same for all models and seeds."""
        return make_split(effects, self.task, 0) if self.split is None else Split.from_json(Path(self.split))


def measured(model: str, place: Place, seed: int, epochs: int) -> dict[str, Any]:
    """What one fit of a model costs and scores; ``epochs`` are those of GEARS.

    Keys: ``studies.beside_gears.table.UNITS`` (those that the model has), and ``dataset_hash``.  Preparation is all
    that lies between cells in memory and the first step of training; peak memory is that of the whole process.
    """
    cells, network = load_cells(place.screen), load_network(list(place.network))
    split = place.split_of(condition_effects(cells))
    torch.set_num_threads(os.cpu_count() or 1)  # GEARS takes all; APP takes one whatever there is
    start_of_peak()
    start = time.perf_counter()
    if model == "gears":
        fitted, effects, costs = _gears(cells, split, network, seed, epochs, start)
    else:
        fitted, effects, costs = _ours(model, cells, split, network, seed, start)
    found = {**costs, "peak_memory": peak_memory() / MIB, "dataset_hash": effects.uns["dataset_hash"]}
    predicted = fitted.predict(list(split.test))
    asked = unseen_pairs(effects, BATCH_OF_GEARS if model == "gears" else BATCH)
    one = [seconds(fitted.predict, [name]) for name in asked[:ONE]]
    return found | {
        "prediction_time": 1e3 * float(np.median(one)),
        "batch_prediction_time": 1e3 * seconds(fitted.predict, asked[ONE:]) / len(asked[ONE:]),
        "l2": error_of(predicted, effects, split),
    }


def errors_of_baselines(place: Place) -> dict[str, float]:
    """The error of each baseline that predicts all test conditions."""
    effects = condition_effects(load_cells(place.screen))
    predictors = {name: made() for name, made in BASELINES.items()}
    scores = benchmark(predictors, effects, splits=[place.split_of(effects)], metrics=["l2"])
    errors = scores.groupby("method", sort=False)["value"].apply(lambda values: values.mean(skipna=False))
    return errors.dropna().to_dict()


def error_of(predicted: AnnData, effects: AnnData, split: Split) -> float:
    """Mean L2 over the test conditions, as anybody's predictions are scored."""
    scores = benchmark({"given": _Given(predicted)}, effects, splits=[split], metrics=["l2"])
    return float(scores["value"].mean())


class _Given:
    """Predictions that were made already, in the form of a predictor."""

    def __init__(self, predicted: AnnData) -> None:
        self.predicted = predicted

    def fit(self, effects: AnnData, network: Network | None = None) -> _Given:
        return self

    def predict(self, conditions: Sequence[str]) -> AnnData:
        return self.predicted[list(conditions)].copy()


def _gears(cells: AnnData, split: Split, network: Network, seed: int, epochs: int, start: float) -> tuple:
    expression = preprocess(cells)
    read = time.perf_counter() - start
    effects = condition_effects(cells)
    model = GEARS(expression, epochs=epochs, seed=seed).fit(effects[list(split.train)].copy(), network)
    history = model.history_["seconds"]
    return (
        model,
        effects,
        {
            "parameters": model.n_parameters_,
            "preparation_time": read + model.preparation_seconds_,
            "epoch_time": float(history.iloc[-1]) / len(history),
            "time_to_best": float(history.iloc[model.best_epoch_ - 1]),
            "training_time": model.seconds_,
        },
    )


def _ours(model: str, cells: AnnData, split: Split, network: Network, seed: int, start: float) -> tuple:
    effects = condition_effects(cells)
    read = time.perf_counter() - start
    training = effects[list(split.train)].copy()
    if model == "anchored_app":
        anchored = AnchoredAPP()
        fit = seconds(anchored.fit, training, network)
        return anchored, effects, {"preparation_time": read, "time_to_best": fit, "training_time": fit}
    app = APP(seed=seed)
    whole = seconds(app.fit, training, network)
    epoch = app.seconds_ / len(app.history_)
    return (
        app,
        effects,
        {
            "parameters": app.n_parameters_,
            "preparation_time": read + whole - app.seconds_,
            "epoch_time": epoch,
            "time_to_best": epoch * app.best_epoch_,
            "training_time": app.seconds_,
        },
    )
