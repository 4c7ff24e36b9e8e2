"""Which task a chapter takes on a screen, and what it says where the screen has no pairs."""

from __future__ import annotations

from anndata import AnnData

from ..splits import possible_tasks
from .looks import screen_name


def tasks_of(effects: AnnData) -> list[str]:
    """The tasks, of ``doubles`` and ``unseen``, that a screen can be split for.

    Raises ``ValueError`` where it can be split for none.
    """
    tasks = possible_tasks(effects)
    if not tasks:
        raise ValueError(
            f"Screen {_name(effects)!r} measures fewer than two genes alone, so that nothing can be held out: give a "
            f"screen with two or more single perturbations."
        )
    return tasks


def task_of(effects: AnnData, wanted: str = "doubles") -> str:
    """``wanted``, but ``unseen`` where that is ``doubles`` and the screen has no pairs to hold out.

    Raises ``ValueError`` where the screen can be split for neither.
    """
    tasks = tasks_of(effects)
    return tasks[0] if wanted == "doubles" else wanted


def without_pairs(effects: AnnData, instead: str) -> str:
    """The sentence of a chapter on a screen that cannot be split for ``doubles``: that it cannot, and what is done."""
    return f"Screen `{_name(effects)}` has no two pairs whose genes are measured alone as well: {instead}."


def screen_title(effects: AnnData) -> str:
    """The name of a screen as figures show it, the same as in its scores: what is simulated is marked as such."""
    return screen_name(_name(effects)) + (" (simulated)" if effects.uns.get("simulated", False) else "")


def _name(effects: AnnData) -> str:
    return str(effects.uns.get("dataset", "the screen"))
