"""What was done to labels, on the record: dropped, renamed, merged, with the number of cells it concerns."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from ...names import SEPARATOR, shown
from ...record import record_change


def record_labels(cells: AnnData, labels: pd.Series, standard: dict[str, str | None]) -> None:
    """Put what was dropped, renamed and merged on the record, with the number of cells it concerns."""
    cells_of = labels.value_counts()
    dropped = [label for label, name in standard.items() if name is None]
    record_change(cells, "conditions dropped", dropped, f"{cells_of[dropped].sum()} cells whose label names no gene")
    record_renames(cells, standard, lambda some: f", {cells_of[some].sum()} cells")
    sources = pd.Series(standard).dropna()
    merged = sorted(name for name, count in sources.value_counts().items() if count > 1)
    lines = [f"{name} from {shown(sources.index[sources == name], 3)}" for name in merged]
    record_change(cells, "conditions merged", lines, "several labels of the source name the same condition")


def record_renames(data: AnnData, standard: dict[str, str | None], concerns=lambda some: "") -> None:
    """Record renames in two lines: pairs whose genes were sorted, and labels spelled another way."""
    changed = [label for label, name in standard.items() if name is not None and name != label]
    pairs = [label for label in changed if SEPARATOR.join(sorted(label.split(SEPARATOR))) == standard[label]]
    others = [label for label in changed if label not in set(pairs)]
    for some, reason in ((pairs, "genes of a pair sorted"), (others, "label of the source spelled out")):
        record_change(
            data,
            "conditions renamed",
            [f"{label} -> {standard[label]}" for label in some],
            reason + (concerns(some) if some else ""),
        )
