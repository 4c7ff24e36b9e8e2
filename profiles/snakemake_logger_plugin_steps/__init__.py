"""What Snakemake says during `make book` and the studies: a line when a step is done, with its time and what is left.

Snakemake finds this package by its name (`--logger steps`) where its folder is on the path of Python.
"""

import logging
import sys
import time

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent


class LogHandler(LogHandlerBase):
    """One line for each step; errors and warnings as Snakemake writes them, everything else is left out."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.begun: dict[int, tuple[str, float]] = {}
        self.ended: list[str] = []
        from snakemake.logging import DefaultFormatter  # which imports the plugins, this one too

        self.usual = DefaultFormatter(show_failed_logs=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Write what a person wants to know of ``record``, if anything."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self.begun[record.jobid] = (record.rule_msg or "", time.monotonic())
        elif event == LogEvent.JOB_FINISHED:
            what, since = self.begun.pop(record.job_id, ("", time.monotonic()))
            if what:
                self.ended.append(f"{what}: {_spoken(time.monotonic() - since)}")
        elif event == LogEvent.PROGRESS:
            # It follows the steps that ended; Snakemake's own step, the target, is none.
            left = max(record.total - record.done - 1, 0)
            for line in self.ended:
                self._write(f"{line} ({left} left)")
            self.ended = []
        elif event in (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR, LogEvent.ERROR) or record.levelno >= logging.WARNING:
            self._write(self.usual.format(record))
        elif str(record.msg).startswith("Nothing to be done"):
            self._write(str(record.msg))

    def _write(self, line: str) -> None:
        if line.strip():
            print(line, file=sys.stderr, flush=True)


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
