"""Inner folds of training conditions, of the task's own kind, and the error of a setting on one of them.

The training side of one split is cut into folds: doubles, or genes with all that holds them.  The test side of the
split is looked at by ``test_error`` alone, after a setting was chosen.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np
from anndata import AnnData

from ...effects import load_effects
from ...names import genes_of
from ...networks import Network, load_network
from ...predictors import APP, Additive, SinglesMean
from ...predictors.app import CollapseWarning
from ...splits import Split, make_split
from ...trials.trial import Trial, trials
from ..training import training_checks

TASKS = (
    ("norman19", "doubles"),
    ("norman19", "unseen"),
    ("adamson16", "unseen"),
    ("replogle22_k562", "unseen"),
    ("replogle22_rpe1", "unseen"),
)
NETWORK = ("go_bp", "reactome", "string")
BASELINES = {"doubles": Additive, "unseen": SinglesMean}
OUTER, N_FOLDS = 0, 4  # the split whose training side is tuned on, and its folds


def inner_splits(effects: AnnData, task: str, outer: int = OUTER, n_folds: int = N_FOLDS) -> list[Split]:
    """Folds of the training side of split ``outer``: doubles of measured genes, or genes with all that holds them."""
    train = make_split(effects, task, outer).train
    singles = {name for name in train if len(genes_of(name)) == 1}
    pool = singles
    if task == "doubles":
        pool = {name for name in train if len(genes_of(name)) == 2 and singles.issuperset(genes_of(name))}
    order = np.random.default_rng(outer).permutation(sorted(pool))
    folds = []
    for fold in range(n_folds):
        test = sorted(order[fold::n_folds].tolist())
        held_out = set() if task == "doubles" else set(test)
        folds.append(
            Split(
                [name for name in train if name not in test and held_out.isdisjoint(genes_of(name))], test, task, fold
            )
        )
    return folds


def fold_error(setting: dict, screen: str, task: str, fold: int) -> dict:
    """Error of one setting on one inner fold, the baseline's there, and what tells whether the model is trained."""
    effects = effects_of_screen(screen)
    return _error(setting, trials(effects, task, (), [inner_splits(effects, task)[fold]])[0], fold)


def test_error(setting: dict, screen: str, task: str, seed: int) -> dict:
    """The error of a chosen setting on the test side of the split whose training side it was chosen on."""
    effects = effects_of_screen(screen)
    trial = trials(effects, task, (), [make_split(effects, task, OUTER)])[0]
    return _error(setting, trial, seed)


def _error(setting: dict, trial: Trial, seed: int) -> dict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollapseWarning)  # the table says it
        model = APP(**setting, seed=seed).fit(trial.training(), network_of_study())
    observed, checks = np.asarray(trial.observed().X), training_checks(model, trial.training())
    error = _mean_norm(model.predict(trial.split.test).X - observed)
    base = _mean_norm(BASELINES[trial.split.task]().fit(trial.training()).predict(trial.split.test).X - observed)
    return {
        "screen": str(trial.trained_on.uns["dataset"]),
        "task": trial.split.task,
        "fold": seed,
        "l2": error,
        "baseline_l2": base,
        "ratio": error / base,
        "training_error": checks["training error"],
        "spread": checks["spread"],
        "best_epoch": model.best_epoch_,
        "seconds": round(model.seconds_, 2),
    }


@lru_cache(maxsize=2)
def effects_of_screen(screen: str) -> AnnData:
    """Effects by name, read once."""
    return load_effects(screen)


@lru_cache(maxsize=1)
def network_of_study() -> Network:
    """The network that all settings are given, read once."""
    return load_network(list(NETWORK))


def _mean_norm(errors: np.ndarray) -> float:
    return float(np.linalg.norm(errors, axis=1).mean())
