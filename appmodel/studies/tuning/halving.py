"""Successive halving: every setting on one fold of every task, the best on further ones, and what is chosen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from ...files import text_digest, writing
from ...predictors.collapse import COLLAPSED
from ...provenance import code_version
from ..processes import ended
from .folds import TASKS, fold_error, test_error

# Folds of each round of halving, and how many settings of each task, and of all tasks together, come into it.
RUNGS = (((0,), None), ((1, 2), 2))
N_SEEDS = 5  # of the model, on the test side


def tuned(ask: Callable[..., pd.DataFrame], settings: Sequence[int], always: Sequence[int]) -> pd.DataFrame:
    """One row per setting, task and fold that was tried: all ``settings`` first, then the best and those in ``always``.

    ``ask`` is ``errors_of`` but for its first two arguments.
    """
    rows = pd.DataFrame()
    for folds, best in RUNGS:
        tried = settings if best is None else sorted({*promoted(rows, best), *always})
        wanted = [(i, screen, task, fold) for fold in folds for i in tried for screen, task in TASKS]
        rows = pd.concat([rows, ask(fold_error, wanted)], ignore_index=True)
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


def choices_on_test(ask: Callable[..., pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    """``chosen_settings`` with what they score on the test side: mean and standard deviation over model seeds.

    Columns besides: test_ratio (to the baseline), test_ratio_sd, collapsed (share of seeds).
    """
    chosen = chosen_settings(rows)
    wanted = [(row.setting, row.screen, row.task, seed) for row in chosen.itertuples() for seed in range(N_SEEDS)]
    found = ask(test_error, dict.fromkeys(wanted))
    means = (
        found.assign(collapsed=found["spread"] < COLLAPSED)
        .groupby(["setting", "screen", "task"])
        .agg(test_ratio=("ratio", "mean"), test_ratio_sd=("ratio", "std"), collapsed=("collapsed", "mean"))
    )
    return chosen.join(means, on=["setting", "screen", "task"])


def errors_of(
    job: Callable[..., dict],
    wanted: Iterable[tuple],
    *,
    settings: Sequence[dict],
    kept: Path,
    workers: int,
    progress: bool,
) -> pd.DataFrame:
    """What ``job`` says of each wanted (setting, screen, task, fold or seed), in processes; kept results are read.

    Each is kept in ``kept`` as it comes, so that a stopped run goes on.
    """
    wanted, code = list(wanted), [code_version(__name__), job.__name__]
    paths = {key: kept / f"{text_digest(json.dumps([*code, settings[key[0]], *key[1:]]))}.json" for key in wanted}
    missing = {key: (job, (settings[key[0]], *key[1:])) for key in wanted if not paths[key].is_file()}
    with closing(ended(missing, workers, progress)) as found:
        for key, future in found:
            with writing(paths[key]) as temporary:
                temporary.write_text(json.dumps(future.result()))
    return pd.DataFrame([{"setting": key[0], **json.loads(paths[key].read_text())} for key in wanted])
