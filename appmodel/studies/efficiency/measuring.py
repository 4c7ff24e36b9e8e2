"""Measuring on the machine at hand: memory of a process, a process of its own for a function, what the machine is."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

MIB = 2**20
Result = TypeVar("Result")


def start_of_peak() -> int:
    """Let ``peak_memory`` start anew, and say the bytes that this process holds now.

    Where the system does not allow it, the peak so far: a later one is then seen as far as it exceeds that.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return peak_memory()


def peak_memory() -> int:
    """The most bytes that this process held so far, or since ``start_of_peak``."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def machine(default_threads: int) -> dict[str, str | int]:
    """Processor, cores, threads and versions: what times depend on; no name of a computer or a user."""
    information, model = Path("/proc/cpuinfo"), ""
    if information.is_file():
        lines = [line.partition(":") for line in information.read_text().splitlines()]
        model = next((value.strip() for key, _, value in lines if key.strip() == "model name"), "")
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "threads": 1,
        "default_threads": default_threads,
        "torch": version("torch"),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def seconds(call: Callable, *arguments: object) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def costs_of(call: Callable, *arguments: object) -> dict[str, float]:
    """Time (s), peak memory and memory beyond what the process held before (MiB) of a fit, and its share of a core."""
    before, start, used = start_of_peak(), time.perf_counter(), time.process_time()
    call(*arguments)
    taken, used, peak = time.perf_counter() - start, time.process_time() - used, peak_memory()
    return {
        "training_time": taken,
        "peak_memory": peak / MIB,
        "fit_memory": max(peak - before, 0) / MIB,
        "processor_share": used / taken,
    }


def separately(function: Callable[..., Result], *arguments: object) -> Result:
    """The result of ``function`` from a process forked for it.  Raises ``RuntimeError`` where that fails."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=_send, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        failed, result = receiver.recv()
    except EOFError:
        failed, result = True, "it ended without a word; was there too little memory?"
    process.join()
    if failed:
        raise RuntimeError(f"{function.__name__} of {arguments[0]} failed: {result}")
    return result


def _send(sender: Connection, function: Callable, arguments: tuple) -> None:
    try:
        sender.send((False, function(*arguments)))
    except Exception as error:
        sender.send((True, f"{type(error).__name__}: {error}"))
