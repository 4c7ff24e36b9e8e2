"""Inner folds of training conditions, of the task's own kind, and the error of a setting on one of them.

The training side of one split is cut into folds: doubles, or genes with all that holds them.  The test side of the
split is looked at by ``test_error`` alone, after a setting was chosen.
"""

from __future__ import annotations

import warnings

import numpy as np
from anndata import AnnData

from ...names import genes_of
from ...predictors import APP, Additive, SinglesMean
from ...predictors.app import CollapseWarning
from ...splits import Split, make_split
from ...trials.trial import trials
from ..study import read_effects, read_network
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


def inner_splits(effects: AnnData, task: str) -> list[Split]:
    """Folds of the training side of split ``OUTER``: doubles of measured genes, or genes with all that holds them."""
    train = make_split(effects, task, OUTER).train
    singles = {name for name in train if len(genes_of(name)) == 1}
    pool = singles
    if task == "doubles":
        pool = {name for name in train if len(genes_of(name)) == 2 and singles.issuperset(genes_of(name))}
    order, folds = np.random.default_rng(OUTER).permutation(sorted(pool)), []
    for fold in range(N_FOLDS):
        test = sorted(order[fold::N_FOLDS].tolist())
        held_out = set() if task == "doubles" else set(test)
        rest = [name for name in train if name not in test and held_out.isdisjoint(genes_of(name))]
        folds.append(Split(rest, test, task, fold))
    return folds


def fold_error(setting: dict, screen: str, task: str, fold: int) -> dict:
    """Error of one setting on one inner fold, the baseline's there, and what tells whether the model is trained."""
    return _error(setting, screen, inner_splits(read_effects(screen), task)[fold], fold)


def test_error(setting: dict, screen: str, task: str, seed: int) -> dict:
    """The error of a chosen setting on the test side of the split whose training side it was chosen on."""
    return _error(setting, screen, make_split(read_effects(screen), task, OUTER), seed)


def _error(setting: dict, screen: str, split: Split, seed: int) -> dict:
    (trial,) = trials(read_effects(screen), split.task, (), [split])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollapseWarning)  # the table says it
        model = APP(**setting, seed=seed).fit(trial.training(), read_network(*NETWORK))
    observed, checks = np.asarray(trial.observed().X), training_checks(model, trial.training())
    error = _mean_norm(model.predict(split.test).X - observed)
    base = _mean_norm(BASELINES[split.task]().fit(trial.training()).predict(split.test).X - observed)
    return {
        "screen": screen,
        "task": split.task,
        "fold": seed,
        "l2": error,
        "baseline_l2": base,
        "ratio": error / base,
        "training_error": checks["training error"],
        "spread": checks["spread"],
        "best_epoch": model.best_epoch_,
        "seconds": round(model.seconds_, 2),
    }


def _mean_norm(errors: np.ndarray) -> float:
    return float(np.linalg.norm(errors, axis=1).mean())
