"""Fit many methods in a few processes that stay: torch is imported and a screen read once, not once for every fit."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from typing import NamedTuple

from anndata import AnnData
from tqdm import tqdm

from ..effects import load_effects
from ..scoring import save_predictions
from .jobs import predict_job
from .studies import Study, load_studies


class Fit(NamedTuple):
    """One method of a study on one screen and task."""

    method: str
    screen: str
    task: str
    study: str

    @property
    def path(self) -> str:
        """Where its predictions are kept, as ``studies.smk`` has it."""
        return f"_build/predictions/{self.study}/{self.screen}/{self.task}/{self.method}.h5ad"

    def __str__(self) -> str:
        return f"{self.method} on {self.screen}, {self.task} ({self.study})"


def fit_all(fits: Sequence[Fit], seconds: Sequence[float], workers: int = 2, studies: str = "studies.yml",
            progress: bool = True) -> Iterator[tuple[Fit, str]]:
    """Fit and keep predictions, ``workers`` at a time: each fit as it ends, with the reason where it failed.

    ``seconds`` is what each fit is expected to take: the bar counts in it, so that the time left is one of work and
    not of fits.  A fit that fails stops no other; one that is interrupted leaves no file.
    """
    bar = tqdm(total=round(sum(seconds), 1), disable=not progress, smoothing=0.05,
               bar_format="{l_bar}{bar}| {elapsed}, {remaining} to go{postfix}")
    # Fresh processes: one that is forked while torch's threads run may hang.
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        running = {pool.submit(_kept, fit, studies): (fit, expected)
                   for fit, expected in zip(fits, seconds, strict=True)}
        for done, future in enumerate(as_completed(running), start=1):
            fit, expected = running[future]
            bar.set_postfix_str(f"{done} of {len(fits)} fits, last {fit}", refresh=False)
            bar.update(expected)
            error = future.exception()
            yield fit, "" if error is None else f"{type(error).__name__}: {error}"
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        bar.close()


def _kept(fit: Fit, studies: str) -> None:
    study = _studies(studies)[fit.study]
    save_predictions(predict_job(study, fit.screen, fit.task, fit.method, read_effects=_effects), fit.path)


@lru_cache(maxsize=1)
def _studies(path: str) -> dict[str, Study]:
    return load_studies(path, methods=False)


@lru_cache(maxsize=4)
def _read(screen: str) -> AnnData:
    return load_effects(screen)


def _effects(screen: str) -> AnnData:
    """A copy, so that no fit sees what another one did to it."""
    return _read(screen).copy()
