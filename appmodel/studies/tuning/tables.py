"""The tables of the tuning study: every setting that was tried, and what was chosen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from ...predictors import APP
from ...provenance import code_version
from ..study import read_effects, read_network
from .folds import NETWORK, OUTER, TASKS, fold_error
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
    ask = partial(errors_of, settings=settings, kept=kept, workers=workers, progress=progress)
    rows = tuned(ask, chosen_from, always=(0, 1))
    steps = [(names.index(name), *task, fold) for name in MENDED for task in TASKS for fold in (0, 1)]
    tried = pd.concat([rows, ask(fold_error, steps)], ignore_index=True)
    full = pd.DataFrame([APP(**setting).get_params() for setting in settings]).drop(columns=_NOT_TUNED)
    tables = {"": tried.join(full, on="setting")}
    if n_random:  # without random settings there is nothing to choose from
        tables["_choices"] = choices_on_test(ask, rows)
    for end, table in tables.items():
        tables[end] = table.assign(setting=table["setting"].map(dict(enumerate(names))))
        tables[end].attrs["provenance"] = {
            "study": "tuning",
            "code_version": code_version(__name__),
            "seeds": [OUTER],
            "methods": {"app": "APP, settings in columns"},
            "network": {"sources": list(NETWORK), "digest": read_network(*NETWORK).digest},
            "dataset_hash": {screen: str(read_effects(screen).uns["dataset_hash"]) for screen in dict(TASKS)},
        }
    return tables
