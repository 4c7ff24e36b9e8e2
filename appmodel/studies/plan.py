"""What a command will have to fit, and how long that took when the committed tables were made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..provenance import provenance_path, rows_name
from .fits import missing
from .study import Study


def seconds_of(study: Study, screen: str, task: str, results: str | Path) -> dict[str, float]:
    """Processor seconds that each fit of a table took, as far as its committed provenance tells."""
    path = provenance_path(Path(results) / rows_name(study.name, screen, task))
    runs = json.loads(path.read_text())["methods"] if path.is_file() else {}
    return {method: run["seconds"] for method, run in runs.items() if isinstance(run, dict) and "seconds" in run}


def estimate(studies: Mapping[str, Study], command: str, results: str | Path, cores: int) -> str:
    """One sentence: how many fits ``make`` ``command`` has to do, and how many minutes they took.

    A mistake in a method of any of its studies is named now (``ValueError``), not when its turn comes.
    """
    seconds: list[float | None] = []
    for study in studies.values():
        if study.made_by == command:
            for screen, task in study.tables():
                known = seconds_of(study, screen, task, results)
                seconds += [known.get(method) for method in missing(study, screen, task)]
    if not seconds:
        return "Every fit is done: only tables and figures can be left to make."
    unknown = seconds.count(None)
    total = sum(one for one in seconds if one is not None)
    more = f", and {unknown} whose time is not known" if unknown else ""
    return (
        f"{len(seconds)} fits to do: about {max(round(total / cores / 60), 1)} minutes on {cores} core(s), as they "
        f"took when the committed tables were made{more}.  It can be stopped and goes on where it was."
    )
