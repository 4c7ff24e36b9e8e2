"""The tables of the tuning study: every setting that was tried, and what was chosen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ...predictors import APP
from ...provenance import code_version
from .folds import NETWORK, OUTER, TASKS, effects_of_screen, fold_error, network_of_study
from .halving import choices_on_test, errors_of, tuned
from .settings import GUESS, MENDED, drawn_settings, untrained_setting

_NOT_TUNED = ["seed", "device", "checkpoint", "progress", "activation", "pooling", "decoder", "n_members", "anchor"]


def tuning_tables(n_random: int, kept: Path, workers: int = 2, progress: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of the study by the end of their names: every setting tried, '_choices' where some were drawn."""
    first = untrained_setting()
    named = {"default": {}, "guess": GUESS, **{name: {**first, **change} for name, change in MENDED.items()}}
    settings = [*named.values(), *drawn_settings(n_random)]
    names = [*named, *(f"random {i}" for i in range(n_random))]
    chosen_from = [0, 1, *range(len(named), len(settings))]
    rows = tuned(settings, kept, workers, progress, always=(0, 1), alive=chosen_from)
    steps = [(names.index(name), *task, fold) for name in MENDED for task in TASKS for fold in (0, 1)]
    tried = pd.concat([rows, errors_of(fold_error, settings, steps, kept, workers, progress)], ignore_index=True)
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
            "network": {"sources": list(NETWORK), "digest": network_of_study().digest},
            "dataset_hash": {screen: str(effects_of_screen(screen).uns["dataset_hash"]) for screen in dict(TASKS)},
        }
    return tables
