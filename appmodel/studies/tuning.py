"""The tuning study: random settings of APP, judged on inner folds of training conditions alone, by successive halving.

For each screen and task the training side of one split is cut into folds of the task's own kind: doubles, or genes
with all that holds them.  Every setting is fitted on one fold of every task; the best go on to further folds.  The
test side of the split is not looked at before a setting is chosen.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from anndata import AnnData
from tqdm import tqdm

from ..effects import load_effects
from ..files import text_digest, writing
from ..names import genes_of
from ..networks import Network, load_network
from ..predictors import APP, Additive, SinglesMean
from ..predictors.app import CollapseWarning
from ..predictors.collapse import COLLAPSED
from ..provenance import code_version
from ..splits import Split, make_split
from ..trials.trial import Trial, trials
from .study import load_study
from .training import training_checks

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
# Folds of each round of halving, and how many settings of each task, and of all tasks together, come into it.
RUNGS = (((0,), None), ((1, 2), 2))
CHOICES = {
    "features": ("network", "network+identity", "network+identity", "identity"),
    "n_layers": (1, 2, 3),
    "n_hidden": (32, 64, 128, 256),
    "aggregation": ("mean", "mean", "sum", "max"),
    "n_nodes": (300, 500),
    "n_neighbors": (5, 10, 20),
    "loss": ("norm", "norm", "squares"),
    "dropout": (0.0, 0.1, 0.3, 0.5),
    "batch_size": (32, 64),
    "patience": (150, 300, 600),
    "schedule": ("plateau", "constant"),
}
RANGES = {"learning_rate": (5e-4, 1e-2), "weight_decay": (1e-3, 3.0)}  # drawn evenly on a logarithmic scale
# One thing mended at a time in the model as it was first trained.
LONGER = {"patience": 700, "max_epochs": 1000}
MENDED = {
    "untrained": {},
    "network features": {"features": "network"},
    "standardised effects": {"standardise": True},
    "scaled initialisation": {"initialisation": "scaled"},
    "norm as loss": {"loss": "norm"},
    "learning rate 0.01": {"learning_rate": 1e-2},
    "patience four times as long": LONGER,
    "whole genes or doubles validate": {"validation": "auto", "validation_fraction": 0.2},
    "features, rate and patience": {"features": "network", "learning_rate": 1e-2, **LONGER},
}
# A guess from before anything was tuned.
GUESS = {
    "features": "network",
    "n_layers": 1,
    "n_hidden": 128,
    "n_nodes": 500,
    "loss": "norm",
    "learning_rate": 3e-3,
    "weight_decay": 0.1,
    "dropout": 0.0,
    "patience": 400,
    "schedule": "constant",
    "averaging": 0.0,
}
MAX_EPOCHS = 250
_NOT_TUNED = ["seed", "device", "checkpoint", "progress", "activation", "pooling", "decoder", "n_members", "anchor"]


def drawn_settings(n: int, seed: int = 0) -> list[dict]:
    """``n`` random settings of APP."""
    rng = np.random.default_rng(seed)
    settings = []
    for _ in range(n):
        setting = {name: values[rng.integers(len(values))] for name, values in CHOICES.items()}
        setting |= {
            name: float(f"{math.exp(rng.uniform(math.log(low), math.log(high))):.2g}")
            for name, (low, high) in RANGES.items()
        }
        settings.append({**setting, "max_epochs": MAX_EPOCHS})
    return settings


def untrained_setting(studies: str | Path = "studies.yml") -> dict:
    """The model as it was first trained, ``app_untrained`` of the study ``real``, here on 500 genes."""
    method = load_study(studies, "real").methods["app_untrained"]
    return {**{name: value for name, value in method.items() if name != "class"}, "n_nodes": 500}


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
    effects = _effects(screen)
    return _error(setting, trials(effects, task, (), [inner_splits(effects, task)[fold]])[0], fold)


def _error(setting: dict, trial: Trial, seed: int) -> dict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollapseWarning)  # the table says it
        model = APP(**setting, seed=seed).fit(trial.training(), _network())
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


def tuned(
    settings: Sequence[dict],
    kept: Path,
    workers: int = 2,
    progress: bool = True,
    tasks: Sequence[tuple[str, str]] = TASKS,
    rungs: Sequence[tuple[Sequence[int], int | None]] = RUNGS,
    always: Sequence[int] = (),
    alive: Sequence[int] | None = None,
) -> pd.DataFrame:
    """One row per setting, task and fold that was tried; results are kept in ``kept``, so that a stopped run goes on.

    The settings ``alive`` (all by default) are tried, those in ``always`` in every round.
    """
    rows, alive = pd.DataFrame(), list(range(len(settings)) if alive is None else alive)
    for folds, best in rungs:
        if best is not None:
            alive = sorted({*promoted(rows, best), *always})
        wanted = [(i, screen, task, fold) for fold in folds for i in alive for screen, task in tasks]
        found = _all(fold_error, settings, wanted, kept, workers, progress)
        rows = pd.concat([rows, found], ignore_index=True)
    return rows


def promoted(rows: pd.DataFrame, best: int) -> list[int]:
    """The ``best`` settings of each task, and ``2 best`` of the mean logarithmic ratio over all tasks."""
    ratios = task_ratios(rows)
    chosen = {setting for task in ratios for setting in ratios[task].nsmallest(best).index}
    return sorted({*chosen, *ratios.mean(axis=1).nsmallest(2 * best).index})


def task_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean logarithm of the ratio to the baseline over the folds: settings tried on as many folds as any, by task."""
    logs = rows.assign(log=np.log(rows["ratio"]))
    counts = logs.groupby("setting")["log"].size()
    logs = logs[logs["setting"].isin(counts.index[counts == counts.max()])]
    return logs.pivot_table(index="setting", columns=["screen", "task"], values="log")


def chosen_settings(rows: pd.DataFrame) -> pd.DataFrame:
    """For each task the setting that is best on its own folds, and on those of all other screens; and the best of all.

    Columns: screen, task, choice ('own', 'others', 'all'), setting, ratio (geometric mean over the folds looked at).
    """
    ratios, found = task_ratios(rows), []
    for screen, task in ratios:
        others = ratios[[key for key in ratios if key[0] != screen]].mean(axis=1)
        for choice, score in (("own", ratios[screen, task]), ("others", others), ("all", ratios.mean(axis=1))):
            found.append(
                {
                    "screen": screen,
                    "task": task,
                    "choice": choice,
                    "setting": int(score.idxmin()),
                    "ratio": float(np.exp(score.min())),
                }
            )
    return pd.DataFrame(found)


def test_error(setting: dict, screen: str, task: str, seed: int) -> dict:
    """The error of a chosen setting on the test side of the split whose training side it was chosen on."""
    effects = _effects(screen)
    trial = trials(effects, task, (), [make_split(effects, task, OUTER)])[0]
    return _error(setting, trial, seed)


def choices_on_test(
    rows: pd.DataFrame, settings: Sequence[dict], kept: Path, n_seeds: int = 5, workers: int = 2, progress: bool = True
) -> pd.DataFrame:
    """``chosen_settings`` with what they score on the test side: mean and standard deviation over model seeds.

    Columns besides: test_ratio (to the baseline), test_ratio_sd, collapsed (share of seeds).
    """
    chosen = chosen_settings(rows)
    wanted = [(row.setting, row.screen, row.task, seed) for row in chosen.itertuples() for seed in range(n_seeds)]
    found = _all(test_error, settings, dict.fromkeys(wanted), kept, workers, progress)
    found = found.rename(columns={"fold": "seed"}).assign(collapsed=found["spread"] < COLLAPSED)
    means = found.groupby(["setting", "screen", "task"]).agg(
        test_ratio=("ratio", "mean"), test_ratio_sd=("ratio", "std"), collapsed=("collapsed", "mean")
    )
    return chosen.join(means, on=["setting", "screen", "task"])


def _all(
    job: Callable[..., dict],
    settings: Sequence[dict],
    wanted: Iterable[tuple],
    kept: Path,
    workers: int,
    progress: bool,
) -> pd.DataFrame:
    """What ``job`` says of each wanted (setting, screen, task, fold or seed), in processes; kept results are read."""
    wanted, code = list(wanted), [code_version(__name__), job.__name__]
    paths = {key: kept / f"{text_digest(json.dumps([*code, settings[key[0]], *key[1:]]))}.json" for key in wanted}
    missing = [key for key in wanted if not paths[key].is_file()]
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        running = {pool.submit(job, settings[key[0]], *key[1:]): key for key in missing}
        for future in tqdm(as_completed(running), total=len(running), disable=not progress, unit="fit"):
            with writing(paths[running[future]]) as temporary:
                temporary.write_text(json.dumps(future.result()))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return pd.DataFrame([{"setting": key[0], **json.loads(paths[key].read_text())} for key in wanted])


@lru_cache(maxsize=2)
def _effects(screen: str) -> AnnData:
    return load_effects(screen)


@lru_cache(maxsize=1)
def _network() -> Network:
    return load_network(list(NETWORK))


def _mean_norm(errors: np.ndarray) -> float:
    return float(np.linalg.norm(errors, axis=1).mean())


def tuning_tables(n_random: int, kept: Path, workers: int = 2, progress: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of the study by the end of their names: every setting tried, '_choices' where some were drawn."""
    first = untrained_setting()
    named = {"default": {}, "guess": GUESS, **{name: {**first, **change} for name, change in MENDED.items()}}
    settings = [*named.values(), *drawn_settings(n_random)]
    names = [*named, *(f"random {i}" for i in range(n_random))]
    chosen_from = [0, 1, *range(len(named), len(settings))]
    rows = tuned(settings, kept, workers, progress, always=(0, 1), alive=chosen_from)
    steps = [(names.index(name), *task, fold) for name in MENDED for task in TASKS for fold in (0, 1)]
    tried = pd.concat([rows, _all(fold_error, settings, steps, kept, workers, progress)], ignore_index=True)
    full = pd.DataFrame([APP(**setting).get_params() for setting in settings]).drop(columns=_NOT_TUNED)
    tables = {"": tried.join(full, on="setting")}
    if n_random:  # without random settings there is nothing to choose from
        tables["_choices"] = choices_on_test(rows, settings, kept, workers=workers, progress=progress)
    for end, table in tables.items():
        tables[end] = table.assign(setting=table["setting"].map(dict(enumerate(names))))
        tables[end].attrs["provenance"] = {
            "study": "tuning",
            "code_version": code_version(__name__),
            "seeds": [OUTER],
            "methods": {"app": "APP, settings in columns"},
            "network": {"sources": list(NETWORK), "digest": _network().digest},
            "dataset_hash": {screen: str(_effects(screen).uns["dataset_hash"]) for screen in dict(TASKS)},
        }
    return tables
