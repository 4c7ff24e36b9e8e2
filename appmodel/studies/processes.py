"""Many independent calls in a few processes, one by one as they end."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Hashable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import TypeVar

from tqdm import tqdm

Key = TypeVar("Key", bound=Hashable)


def ended(
    calls: Mapping[Key, tuple[Callable, tuple]], workers: int, progress: bool = True, what: str | None = None
) -> Generator[tuple[Key, Future]]:
    """Key and future of each call (function, arguments) as it ends, ``workers`` at a time, with a bar called ``what``.

    Whoever reads asks the future for its result or its error; the calls that are still waiting are given up where
    reading stops.  Without calls no process is started.
    """
    if not calls:
        return
    # Fresh processes: one that is forked while torch's threads run may hang.
    fresh = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(calls)), mp_context=fresh, initializer=_end_with_parent)
    try:
        running = {pool.submit(call, *arguments): key for key, (call, arguments) in calls.items()}
        with tqdm(total=len(running), disable=not progress, desc=what, unit="fit") as bar:
            for future in as_completed(running):
                bar.set_postfix_str(str(running[future]), refresh=False)
                bar.update()
                yield running[future], future
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that started it does: one that is killed tells nobody to stop."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
