"""Many independent calls in a few processes, one by one as they end."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed

from tqdm import tqdm


def ended(
    calls: Mapping[Hashable, tuple[Callable, tuple]], workers: int, progress: bool = True, what: str | None = None
) -> Iterator[tuple[Hashable, Future]]:
    """Key and future of each call (function, arguments) as it ends, ``workers`` at a time, with a bar called ``what``.

    Whoever reads asks the future for its result or its error; the calls that are still waiting are given up where
    reading stops.  Without calls no process is started.
    """
    if not calls:
        return
    # Fresh processes: one that is forked while torch's threads run may hang.
    pool = ProcessPoolExecutor(min(workers, len(calls)), mp_context=multiprocessing.get_context("spawn"))
    try:
        running = {pool.submit(call, *arguments): key for key, (call, arguments) in calls.items()}
        with tqdm(total=len(running), disable=not progress, desc=what, unit="fit") as bar:
            for future in as_completed(running):
                bar.set_postfix_str(str(running[future]), refresh=False)
                bar.update()
                yield running[future], future
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
