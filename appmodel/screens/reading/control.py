"""Which labels are control, and what to say where none or not all of them are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from ...names import CONTROL, SEPARATOR, genes_of, shown
from .decisions import Reading
from .labels import LabelReader
from .words import REPORTERS, begins_like_control


def check_told(labels: Sequence[str], reader: LabelReader, key: str, reading: Reading) -> None:
    """Raise ``ReadingError`` where a label that the caller calls control does not occur."""
    for told in reader.controls:
        alone = LabelReader(reader.genes, (told,))
        if not any(alone.is_told(word) for label in labels for word in (label, *label.replace("_", "+").split("+"))):
            raise reading.ask(
                "control",
                f": No cell of {reading.source} has obs[{key!r}] == {told!r} (there: {shown(labels)}): give the label "
                f"of the control cells as control=...",
                "control",
            )


def check_control(
    standard: Mapping[str, str | None], cells_of: pd.Series, reader: LabelReader, key: str, reading: Reading
) -> None:
    """Say which labels are control; ask where there is none, warn of others that begin like one.

    ``cells_of``: number of cells of each label, most frequent first.
    """
    mine = [label for label in cells_of.index if standard.get(label) == CONTROL]
    if not mine:
        raise reading.ask("control", _question(standard, cells_of, key), "control")
    reading.decide(
        "control",
        shown(mine, 6),
        f"{int(cells_of[mine].sum())} cells; {'told' if reader.controls else 'words in use for control'}",
        "control",
    )
    left = [
        label
        for label in cells_of.index
        if (name := standard.get(label)) is not None and name != CONTROL and _is_suspect(label, name, reader)
    ]
    reporters = [label for label in left if label.strip().lower() in REPORTERS]
    if left:
        cells = int(cells_of[left].sum())
        reading.warn(
            "control",
            f"{len(left)} labels ({shown(left, 3)}, {cells} cells) "
            f"{'are reporters' if reporters == left else 'begin like a control'} but are read as genes: "
            f"name them too where they are control, control={[*mine, *left][:4]!r}.",
            "control",
        )


def _is_suspect(label: str, condition: str, reader: LabelReader) -> bool:
    """Whether a label holds a word of control or of a reporter beside nothing that is known as a gene."""
    if SEPARATOR in label or reader.unknown.isdisjoint(genes_of(condition)):
        return False
    words = re.split(r"[^A-Za-z0-9]+", label)
    return begins_like_control(label) or any(len(word) > 3 and reader.is_control(word) for word in words)


def _question(standard: Mapping[str, str | None], cells_of: pd.Series, key: str) -> str:
    labels = list(map(str, cells_of.index))
    likely = sorted(label for label in labels if label.strip().lower() in REPORTERS or begins_like_control(label))
    likely += [
        label for label in labels if standard.get(label) is None and label.strip().lower() in ("na", "none", "n/a")
    ]
    hint = (
        f" If {shown(likely, 3)} {'is' if len(likely) == 1 else 'are'} control, say control={likely[:3]!r}."
        if likely
        else ""
    )
    return (
        f"has no control condition (obs[{key!r}] holds {shown(labels)}): "
        f"name the label of the control cells with control=... (one label or a list).{hint}"
    )
