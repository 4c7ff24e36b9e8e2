"""The fits behind one table: what is kept and still wanted is not fitted again, the rest is, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import anndata
from anndata import AnnData

from ..effects import load_effects
from ..provenance import today
from ..screens import load_cells
from ..splits import Split
from ..trials.predictions import (
    described,
    load_predictions,
    predict_splits,
    provenance_of,
    save_predictions,
    setting,
    splits_of,
)
from .processes import ended
from .study import Study


def missing(study: Study, screen: str, task: str) -> list[str]:
    """The methods whose predictions are not kept, or were made with something else than is wanted now."""
    there = [method for method in study.methods if study.predictions_path(screen, task, method).is_file()]
    if there:  # a fresh clone need not have the screen
        data = _read(screen, task == "seen")
        splits = study.splits_of(data, screen, task)
        there = [method for method in there if _is_current(study, screen, task, method, data, splits)]
    return [method for method in study.methods if method not in there]


def fitted(study: Study, screen: str, task: str, method: str) -> AnnData:
    """Predictions of one method on the splits of a screen and task; the provenance says when, and how long it took."""
    data, start = _read(screen, task == "seen"), time.process_time()
    # Of the processor: fits share the machine, and every one runs on one thread.
    splits, network = study.splits_of(data, screen, task), study.network_of(method, screen, data)
    predictions = predict_splits({method: study.predictor(method)}, data, network=network, splits=splits)
    took = {"date": today(), "seconds": round(time.process_time() - start, 1)}
    return described(predictions, splits, {**provenance_of(predictions), **took})


def fit_missing(
    study: Study,
    screen: str,
    task: str,
    workers: int = 2,
    seconds: Mapping[str, float] | None = None,
    progress: bool = True,
) -> None:
    """Fit and keep what is ``missing``, ``workers`` at a time; an interrupted run goes on where it was.

    ``seconds`` is what a fit is expected to take, where that is known: the longest come first, so that none is left
    alone at the end.  A fit that fails stops no other; ``RuntimeError`` names all that did.
    """
    known, failed = seconds or {}, []
    methods = sorted(missing(study, screen, task), key=lambda method: -known.get(method, 0.0))
    calls = {
        method: (_fit_and_keep, (study.predictions_path(screen, task, method), study, screen, task, method))
        for method in methods
    }
    with closing(ended(calls, workers, progress, f"{screen}, {task} ({study.name})")) as fits:
        for method, future in fits:
            if error := future.exception():
                failed.append(f"  {method}: {type(error).__name__}: {error}")
    if failed:
        what = f"{len(failed)} of {len(methods)} fits on {screen}, {task} ({study.name}) failed, the others are kept:"
        raise RuntimeError("\n".join([what, *failed]))


def kept(study: Study, screen: str, task: str) -> AnnData:
    """The predictions of all methods of a study on one screen and task, with who made which.

    Raises ``FileNotFoundError`` for a method without any, ``ValueError`` where data or splits differ.
    """
    return joined([load_predictions(study.predictions_path(screen, task, method)) for method in study.methods])


def joined(parts: Sequence[AnnData]) -> AnnData:
    """Predictions of several methods on the same splits as one table; ``ValueError`` where data or splits differ."""
    sources = [provenance_of(part) for part in parts]
    for key in ("dataset_hash", "content_hash", "splits"):
        if any(source[key] != sources[0][key] for source in sources):
            raise ValueError(
                f"The predictions for {sources[0]['dataset']} are of different {key}: delete them and run again."
            )
    runs = {
        method: {"predictor": text, **{key: source[key] for key in ("network", "code_version", "date", "seconds")}}
        for source in sources
        for method, text in source["methods"].items()
    }
    shared = {key: value for key, value in sources[0].items() if key not in runs[next(iter(runs))]}
    shared |= {"methods": runs, "constants": sorted({name for source in sources for name in source["constants"]})}
    return described(anndata.concat(parts), splits_of(parts[0]), shared)


def _is_current(study: Study, screen: str, task: str, method: str, data: AnnData, splits: Sequence[Split]) -> bool:
    """Whether kept predictions were made with all that they depend on now: code, data, splits, network, parameters."""
    wanted = setting({method: study.predictor(method)}, data, splits, study.network_of(method, screen, data))
    about = provenance_of(load_predictions(study.predictions_path(screen, task, method)))
    return all(about.get(key) == value for key, value in wanted.items())


def _fit_and_keep(path: Path, study: Study, screen: str, task: str, method: str) -> None:
    save_predictions(fitted(study, screen, task, method), path)


def _read(screen: str, cells: bool) -> AnnData:
    return load_cells(screen) if cells else load_effects(screen)
