"""A split: the names of the conditions on either side, and its file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from ..arguments import listed, whole_number
from ..files import readable_file, text_digest, writing
from ..names import CONTROL, all_genes, genes_of, repeated, shown, standard_name

TASKS = ("doubles", "unseen", "seen")


@dataclass(frozen=True)
class Split:
    """Names of the training and the test conditions, with the task and the seed that made them.

    ``train`` and ``test`` are lists because AnnData reads a tuple as (rows, columns): ``effects[split.train]``.
    ``test_cells`` names the held-out cells of the task ``seen`` and is empty otherwise.
    Raises ``ValueError`` for an unknown task, an empty side, a repeated name, or a condition on both sides
    (which only ``seen`` allows: there, cells are held out).
    """

    train: list[str]
    test: list[str]
    task: str
    seed: int
    test_cells: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for side in ("train", "test", "test_cells"):
            names = listed("cells" if side == "test_cells" else "conditions", getattr(self, side), "['KLF1']")
            object.__setattr__(self, side, [str(name) if isinstance(name, str) else name for name in names])
        object.__setattr__(self, "seed", whole_number("seed", self.seed))  # NumPy's are none of JSON's
        if self.task not in TASKS:
            raise ValueError(f"Task {self.task!r} is not known: use one of {', '.join(TASKS)}.")
        for side in ("train", "test"):
            names = getattr(self, side)
            if not names:
                raise ValueError(f"The {side} side of the split is empty: give at least one condition.")
            standard = [standard_name(name) for name in names]
            if CONTROL in standard:
                raise ValueError(f"The control stands on the {side} side of the split: leave it out of both sides.")
            if twice := repeated(standard):
                raise ValueError(f"The {side} side of the split names {shown(twice)} twice: name it once.")
        both = sorted(set(map(standard_name, self.train)) & set(map(standard_name, self.test)))
        if both and self.task != "seen":
            raise ValueError(f"Condition {shown(both)} stands on both sides of the split: keep it on one.")
        trained = set(all_genes(self.train))
        leaked = sorted(name for name in self.test if len(genes_of(name)) == 1 and name in trained)
        if leaked and self.task == "unseen":
            raise ValueError(
                f"Gene {shown(leaked)} is to be unseen, but training perturbs it in a pair: "
                f"leave these pairs out of training."
            )

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with any name, the task or the seed."""
        return text_digest(json.dumps(asdict(self), sort_keys=True))

    def as_dict(self) -> dict:
        """The fields as a dict of plain values: ``Split(**split.as_dict())`` is the same split."""
        return asdict(self)

    def to_json(self, path: str | Path) -> None:
        """Write the split and its digest as JSON."""
        with writing(path) as temporary:
            temporary.write_text(json.dumps({**asdict(self), "digest": self.digest}, indent=1) + "\n")

    @classmethod
    def from_json(cls, path: str | Path) -> Split:
        """Read a split.  Raises ``ValueError`` where the file is no split or its digest does not fit."""
        path = readable_file(path, "give a file that Split.to_json wrote")
        none = f"{path} is not a split written by Split.to_json"
        try:
            stored = json.loads(path.read_text())
        except ValueError as error:
            raise ValueError(f"{none}, it is cut off or no JSON: write it again.") from error
        held = {"digest", *(each.name for each in fields(cls))}
        if not isinstance(stored, dict) or not held - {"test_cells"} <= set(stored) <= held:
            raise ValueError(f"{none}, which holds {', '.join(sorted(held))}: write it again.")
        digest = stored.pop("digest")
        try:
            split = cls(**stored)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{none}: {error}") from error
        if split.digest != digest:
            raise ValueError(
                f"{path} was altered (its digest is {digest}, its content gives {split.digest}): write it again with "
                f"Split.to_json."
            )
        return split


def seen_genes(split: Split, condition: str) -> int:
    """How many genes of ``condition`` a single perturbation of the training side measured."""
    measured = {genes[0] for genes in map(genes_of, split.train) if len(genes) == 1}
    return len(measured.intersection(genes_of(condition)))
