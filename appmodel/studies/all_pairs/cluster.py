"""Parts made on a Dask cluster: its processes load the model from the run's folder and write there."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from .parts import Made, make_part


@contextmanager
def connected(scheduler: str | None) -> Generator[Any]:
    """A client of the scheduler at an address (``tcp://host:8786``), None without an address.

    Raises ``ImportError`` without distributed, ``OSError`` where nobody answers.
    """
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError("scheduler= needs distributed: pip install 'appmodel[dask]'.") from error
    with Client(scheduler, set_as_default=False) as client:
        yield client


def n_workers(client: Any) -> int:
    """How many processes of a cluster work: each makes one part at a time."""
    return len(client.scheduler_info(n_workers=-1)["workers"])


def made_on(client: Any, folder: str, digest: str, parts: Sequence[int]) -> Generator[Made]:
    """Make parts on a cluster, each as it ends.  Raises what a worker raised."""
    from distributed import as_completed

    futures = client.map(make_part, [folder] * len(parts), [digest] * len(parts), parts, pure=False)
    for future in as_completed(futures, loop=client.loop):
        yield future.result()
        future.release()
