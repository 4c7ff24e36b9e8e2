"""Work on a second thread: the next block is read, or the last one hashed, while this one is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made while the one before is worked on."""
    source = iter(items)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(next, source, None)
        while (item := waiting.result()) is not None:
            waiting = thread.submit(next, source, None)
            yield item


@contextmanager
def beside() -> Iterator[Callable[..., None]]:
    """A function that has calls done on a second thread, one after the other; it waits for the one before."""
    waiting: list[Future] = []

    def submit(call: Callable, *arguments: object) -> None:
        while waiting:
            waiting.pop().result()
        waiting.append(thread.submit(call, *arguments))

    with ThreadPoolExecutor(1) as thread:
        yield submit
        while waiting:
            waiting.pop().result()
