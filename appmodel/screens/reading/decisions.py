"""What a reader decided, on which evidence, and what he was told to decide."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...arguments import called, texts, truth
from ...names import shown

COLUMNS = ["decision", "reading", "evidence", "argument", "question"]


class ReadingError(ValueError):
    """A screen that cannot be read without an answer: the sentence names what is missing and the mend."""


class ReadingWarning(UserWarning):
    """Something in a screen that may make its numbers wrong, although it can be read."""


@dataclass(frozen=True)
class Choices:
    """What the caller decided himself; None leaves a decision to the evidence.

    ``rows``: 'cells' or 'effects'.  ``condition_key``: the column of labels; ``labels``: labels from outside (name of
    each cell -> label, or a table file).  ``control``: one or several labels (``*`` stands for any letters).
    ``separator``: what joins genes.  ``gene_key``: the column of ``var`` with gene symbols.  ``species``: 'human' or
    'mouse'.  ``values``: what the numbers are; ``layer``: where they are.  ``within``: the column (or columns) of
    groups; ``only``: which groups to keep.  ``modality``: which table of a multimodal file.  ``unmeasured``:
    perturbed genes need not be among the measured ones.
    """

    rows: str | None = None
    condition_key: str | None = None
    labels: Any = None
    control: str | Sequence[str] | None = None
    separator: str | None = None
    gene_key: str | None = None
    species: str | None = None
    values: str = "auto"
    layer: str | None = None
    within: str | Sequence[str] | None = None
    only: Mapping[str, Any] | None = None
    modality: str | None = None
    unmeasured: bool = False

    def __post_init__(self) -> None:
        _one_of("rows", self.rows, (None, "cells", "effects"))
        _one_of("species", self.species, (None, "human", "mouse"))
        if self.values not in VALUES:
            raise ValueError(f"values={self.values!r} is not known: say one of {', '.join(map(repr, VALUES))}.")
        if self.separator == "":
            raise ValueError("separator='' joins nothing: give the text between two genes, such as '+'.")
        for name in ("separator", "layer", "modality"):
            if not isinstance(value := getattr(self, name), str | None):
                raise ValueError(f"{name} is {called(value)}: give a text.")
        if not isinstance(self.only, Mapping | None):
            raise ValueError(
                f"only={self.only!r} names no column: write only={{'context': {self.only!r}}}, or another one."
            )
        truth("unmeasured", self.unmeasured)
        _ = self.controls, self.groups  # what is no text is refused here
        if nothing := [key for key, groups in self.wanted.items() if not groups]:
            raise ValueError(f"only names no group of {nothing[0]!r}: write only={{{nothing[0]!r}: 'a group of it'}}.")

    @property
    def controls(self) -> tuple[str, ...]:
        """The labels that the caller calls control, as a tuple of texts."""
        return texts("control", self.control)

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns of ``within``, as a tuple of texts."""
        return texts("within", self.within)

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The groups to keep of each column of ``only``, as texts."""
        return {key: texts(f"only[{key!r}]", groups) for key, groups in (self.only or {}).items()}


VALUES = ("auto", "counts", "log1p", "log2", "log10", "log", "normalised", "corrected")


@dataclass
class Reading:
    """The decisions taken so far about ``source``, in order.

    ``quiet`` keeps its warnings in the table only; ``label_key`` is the column that was read as labels.
    """

    source: str
    quiet: bool = False
    label_key: str = "condition"
    rows: list[dict[str, str]] = field(default_factory=list)

    def decide(self, decision: str, reading: object, evidence: str, argument: str = "") -> None:
        """Add one decision with its evidence and the argument that overrides it."""
        self.rows.append(dict(zip(COLUMNS, (decision, str(reading), evidence, argument, ""), strict=True)))

    def warn(self, decision: str, message: str, argument: str = "") -> None:
        """Say that numbers may be wrong, as a ``ReadingWarning`` and as a row of the table."""
        self.rows.append(dict(zip(COLUMNS, (decision, "warning", message, argument, ""), strict=True)))
        if not self.quiet:
            warnings.warn(f"{self.source}: {message}", ReadingWarning, stacklevel=5)

    def ask(self, decision: str, question: str, argument: str = "") -> ReadingError:
        """The error to raise where evidence is thin; its sentence is a row of the table too."""
        self.rows.append(dict(zip(COLUMNS, (decision, "", "", argument, question.removeprefix(": ")), strict=True)))
        return ReadingError(f"{self.source}{'' if question.startswith(':') else ' '}{question}")

    def require_column(self, key: str, columns: Collection[str], decision: str, argument: str, of: str = "") -> None:
        """Raise ``ReadingError`` where ``key``, told by ``argument``, is no column (``of`` obs or var)."""
        if key not in columns:
            column = f"{of}[{key!r}]" if of else repr(key)
            mend = f"choose one of {shown(columns, 12)}" if len(columns) else f"it has none, leave {argument}=... out"
            raise self.ask(decision, f"has no column {column}: {mend}.", argument)

    def table(self) -> pd.DataFrame:
        """One row per decision: decision, reading, evidence, argument, question."""
        table = pd.DataFrame(self.rows, columns=COLUMNS)
        table.index = table.index.astype(str)
        return table


def _one_of(name: str, value: object, known: Sequence[object]) -> None:
    if value not in known:
        raise ValueError(f"{name}={value!r} is not known: say one of {', '.join(map(repr, known[1:]))}.")
