"""How a command ends that does not end well: in one sentence, with nothing half-written."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ..screens import ReadingWarning

_USERS = (ValueError, OSError, ImportError, MemoryError)


class Commands(click.Group):
    """A group whose commands answer a user's error in one sentence and exit code 1, without a trace-back."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a warning of the package becomes a line on stderr."""
        with warnings.catch_warnings():
            warnings.showwarning = _as_line
            warnings.simplefilter("always", ReadingWarning)
            try:
                with _stoppable():
                    return super().invoke(ctx)
            except _USERS as error:
                raise click.ClickException(" ".join(str(error).split())) from error
            except KeyboardInterrupt as stop:
                raise _Stopped(
                    f"{stop or 'Stopped before the end.'} No file was left half-written: call it again."
                ) from None


class _Stopped(click.ClickException):
    exit_code = 130


@contextmanager
def _stoppable() -> Iterator[None]:
    """A polite kill is treated like Ctrl-C: what was begun is cleared away, and a sentence says so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _as_line(message: Warning | str, category: type[Warning], *place: object, **more: object) -> None:
    click.echo(f"Warning: {message}", err=True)
