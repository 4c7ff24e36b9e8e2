"""Where time goes: the stack is looked at again and again, and the time since the last look is of where it stands."""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType

EVERY = 0.001  # seconds between two looks
# Torch wraps what one calls; what is said is what one calls.
_WRAPPERS = {"Module._wrapped_call_impl": "Module.__call__", "Optimizer.profile_hook_step": "Optimizer.step"}
_PACKAGE = str(Path(__file__).resolve().parents[2])


def time_shares(work: Callable[[], object], within: Callable) -> dict[str, float]:
    """The share of time of each place while ``work`` is inside the function ``within``, adding up to one.

    A place is the innermost function of this package on the stack and, where that called a function of a library
    that is written in Python, its name: ``_one_epoch > Tensor.backward``.  Raises ``RuntimeError`` where ``work`` was
    never seen inside ``within``.
    """
    spent: dict[str, float] = defaultdict(float)
    watched, over, code = threading.get_ident(), threading.Event(), within.__code__

    def watch() -> None:
        last = time.perf_counter()
        while not over.wait(EVERY):
            frames = _frames(sys._current_frames()[watched])
            last, since = (now := time.perf_counter()), now - last
            if any(frame.f_code is code for frame in frames):
                spent[_place(frames)] += since

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    if not spent:
        raise RuntimeError(f"Nothing was seen of {within.__qualname__}: it is not called, or takes no time.")
    whole = sum(spent.values())
    return {place: taken / whole for place, taken in sorted(spent.items(), key=lambda item: -item[1])}


def _frames(frame: FrameType | None) -> list[FrameType]:
    """The stack from the innermost call outwards."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _place(frames: list[FrameType]) -> str:
    ours = next(i for i, frame in enumerate(frames) if frame.f_code.co_filename.startswith(_PACKAGE))
    names = [frame.f_code.co_qualname.partition(".<")[0] for frame in frames[max(ours - 1, 0) : ours + 1]]
    return " > ".join(_WRAPPERS.get(name, name) for name in reversed(names))
