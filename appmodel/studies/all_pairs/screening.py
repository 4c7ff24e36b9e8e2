"""``screen_pairs``: predictions of all pairs of many genes, in files."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from ...arguments import whole_number
from ...predictors import Predictor
from ..processes import ended
from .cluster import connected, made_on, n_workers
from .parts import Made, is_made, make_part, opened_run
from .run import Run, run_of
from .top import write_top

logger = logging.getLogger("appmodel")


@dataclass(frozen=True)
class PairScreen:
    """What a run over all pairs left behind.

    ``top`` has one row per pair, the largest ``criterion`` first: gene_a, gene_b, in_training, and what was kept.
    ``n_undefined`` pairs have no value of the criterion.  ``estimate`` is what was said at the start of time and disk.
    """

    folder: Path
    criterion: str
    top: pd.DataFrame
    n_pairs: int
    n_undefined: int
    estimate: str


def screen_pairs(
    model: Predictor | str | Path,
    genes: Sequence[str] | None,
    folder: str | Path,
    *,
    criterion: str = "size",
    top: int = 1000,
    keep: Sequence[str] | None = None,
    wanted: pd.Series | np.ndarray | None = None,
    values: bool = False,
    chunk: int = 16_384,
    workers: int = 2,
    scheduler: str | None = None,
    progress: bool = True,
) -> PairScreen:
    """Predict all pairs of ``genes`` by a fitted predictor, write them to ``folder``, and name the ``top`` of them.

    ``model`` is a predictor that ``save_predictor`` can save, or the folder of a saved one; ``genes=None`` are all that
    its training conditions perturb.  What is kept of each pair (float32), and what ``criterion`` may be, the largest
    first: ``size`` (L2 norm of the predicted effect), ``deviation`` (L2 norm of what it differs by from the sum of the
    predictor's effects of both genes alone), ``predicted_error`` (expected L2 norm of the error, of predictors that
    state one), ``likeness`` (cosine with a ``wanted`` effect (n_readouts,), where one is given); ``keep`` names fewer.
    ``folder/pairs`` holds Parquet parts of ``chunk`` pairs, to be read as one table; with ``values`` ``folder/values``
    holds the predicted effects, one column per readout, in the same order; ``top.csv`` the top; ``run.json`` and
    ``model`` what it is a run of.  A run that was stopped or killed goes on where it was when it is called again, and
    ends in the same bytes; memory does not grow with the number of pairs.  When the first part is made the log (and
    with ``progress`` a line above the bar) says how long the rest takes, and how much disk.

    ``workers`` processes of one thread work here, or those of the Dask cluster whose ``scheduler`` is named by its
    address (``tcp://host:8786``): they need this package and the same ``folder``, and do one part at a time each.
    Raises ``ValueError`` for genes, criteria or a wanted state that do not fit the model and for a folder with another
    run, ``OSError`` where the disk is too small, ``RuntimeError`` where a process is killed, and what the model raises.
    """
    folder = Path(folder)
    top, workers = whole_number("top", top, 1), whole_number("workers", workers, 1)
    run = run_of(model, genes, folder, criterion, keep, wanted, values, chunk)
    try:
        estimate = _make_missing(run, folder, workers, scheduler, progress)
    finally:
        opened_run.cache_clear()
    table, undefined = write_top(folder, run, criterion, top)
    return PairScreen(folder, criterion, table, run.n_pairs, undefined, estimate)


def _make_missing(run: Run, folder: Path, workers: int, scheduler: str | None, progress: bool) -> str:
    """Make the parts that are not there; returns what is said of time and disk once the first of them is."""
    place = str(folder.resolve())  # the processes of a cluster stand elsewhere
    missing = [part for part in range(run.n_parts) if not is_made(folder, run, part)]
    if not missing:
        return f"All {run.n_parts:,} parts of {run.n_pairs:,} pairs are there already."
    done = run.n_pairs - _pairs_in(run, missing)
    with (
        connected(scheduler) as client,
        tqdm(total=run.n_pairs, initial=done, unit="pair", unit_scale=True, disable=not progress) as bar,
    ):
        made = make_part(place, run.digest, missing[0])
        bar.update(_pairs_in(run, missing[:1]))
        estimate = _estimate(run, folder, missing, made, workers if client is None else n_workers(client))
        logger.info(estimate)
        if progress:
            bar.write(estimate, file=bar.fp)
        with closing(_rest(client, place, run.digest, missing[1:], workers)) as rest:
            for made in rest:
                bar.update(_pairs_in(run, [made.part]))
    return estimate


def _pairs_in(run: Run, parts: Sequence[int]) -> int:
    return sum(stop - start for start, stop in map(run.bounds, parts))


def _rest(client: Any, folder: str, digest: str, parts: Sequence[int], workers: int) -> Generator[Made]:
    """Make parts in processes here, in this one where one is enough, or on a cluster."""
    if client is None and workers == 1:
        yield from (make_part(folder, digest, part) for part in parts)
        return
    opened_run.cache_clear()  # the model is where the work is
    if client is not None:
        yield from made_on(client, folder, digest, parts)
    else:
        calls = {part: (make_part, (folder, digest, part)) for part in parts}
        with closing(ended(calls, workers, progress=False)) as futures:
            for _, future in futures:
                try:
                    yield future.result()
                except BrokenProcessPool as error:
                    raise RuntimeError(
                        "A process that predicts pairs was killed, perhaps for want of memory: call again with fewer "
                        "workers; it goes on where it was."
                    ) from error


def _estimate(run: Run, folder: Path, missing: Sequence[int], made: Made, workers: int) -> str:
    """One sentence of time and disk, from the first part.  Raises ``OSError`` where the disk is too small."""
    share = _pairs_in(run, missing[1:]) / _pairs_in(run, missing[:1])
    disk, free = share * made.size, shutil.disk_usage(folder).free
    if disk > free:
        raise OSError(
            f"The pairs that are left need {_bytes(disk)}, but {folder} has {_bytes(free)} free: name a folder on a "
            f"larger disk, or keep less of each pair."
        )
    return (
        f"{run.n_pairs:,} pairs in {run.n_parts:,} parts, {len(missing):,} to make when this began: about "
        f"{_duration(share * made.seconds / workers)} more with {workers} process(es) as fast as this one, and "
        f"{_bytes(disk)} of disk.  It can be stopped and goes on where it was."
    )


def _bytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return "a minute or less"
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.1f} minutes"
