"""Splits: who is trained on, who is tested on (section 4.1.3 of the paper).

The control stands in neither side.  The same seed gives the same split on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np
from anndata import AnnData

from .arguments import cells_given, effects_given, listed, number, whole_number
from .files import readable_file, text_digest, writing
from .names import CONTROL, all_genes, genes_of, repeated, shown, standard_name

TASKS = ("doubles", "unseen", "seen")
_NEEDED = {"doubles": "doubles with both singles in the screen", "unseen": "single perturbations"}


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


def split_doubles(effects: AnnData, seed: int = 0, test_fraction: float = 0.5) -> Split:
    """All singles and half of the doubles train, the other half tests.

    Tested are doubles with both singles in the screen; the other doubles stay usable for training.
    Raises ``ValueError`` where fewer than two such doubles exist.

    >>> names = ["A", "B", "C", "A+B", "A+C"]
    >>> effects = appmodel.as_effects(np.eye(5), names, list("vwxyz"))
    >>> split = appmodel.split_doubles(effects)
    >>> len(split.train), len(split.test)
    (4, 1)
    """
    names = _conditions(effects)
    _refuse_too_few("doubles", names, {"unseen": "use split_unseen"})
    test = _drawn(_complete_doubles(names), seed, test_fraction)
    return Split([name for name in names if name not in test], sorted(test), "doubles", seed)


def split_unseen(effects: AnnData, seed: int = 0, test_fraction: float = 0.25) -> Split:
    """Test conditions are singles whose gene no training condition perturbs, alone or in a pair.

    Raises ``ValueError`` where the screen has fewer than two singles.
    """
    names = _conditions(effects)
    _refuse_too_few("unseen", names, {"doubles": "use split_doubles"})
    test = _drawn([name for name in names if len(genes_of(name)) == 1], seed, test_fraction)
    return Split([name for name in names if test.isdisjoint(genes_of(name))], sorted(test), "unseen", seed)


def split_by_seen(effects: AnnData, seed: int = 0, test_fraction: float = 0.25) -> Split:
    """Hold out genes; test doubles of two, one or no seen gene (0/2, 1/2 and 2/2 unseen).

    ``test_fraction`` of the genes that are measured alone are held out.  Training: the singles of the others, the
    seen genes, and half of the doubles of two seen genes.  Tested: all other doubles, and no singles.  A gene that is
    never measured alone is not seen; conditions of three genes stand on neither side.  The groups are those of GEARS
    (Roohani, Huang and Leskovec, Nature Biotechnology 2024); the task of the split is ``doubles`` and ``seen_genes``
    says which group a condition is in.
    Raises ``ValueError`` where fewer than two doubles have two seen genes, or none has a gene that is not seen.
    """
    names = _conditions(effects)
    singles = [name for name in names if len(genes_of(name)) == 1]
    doubles = [name for name in names if len(genes_of(name)) == 2]
    if len(singles) < 2 or len(doubles) < 3:
        raise ValueError(
            f"A split by seen genes needs at least two singles and three doubles; there are {len(singles)} and "
            f"{len(doubles)}: use a screen that has more of them."
        )
    seen = set(singles) - _drawn(singles, seed, test_fraction)
    of_seen = [name for name in doubles if seen.issuperset(genes_of(name))]
    if len(of_seen) < 2 or len(of_seen) == len(doubles):
        raise ValueError(
            f"With seed {seed} and test_fraction={test_fraction}, {len(of_seen)} of {len(doubles)} "
            "doubles have two seen genes; two or more are needed, and one that has not: "
            "try another seed or test_fraction."
        )
    test = (set(doubles) - set(of_seen)) | _drawn(of_seen, seed, 0.5)
    return Split(sorted({*seen, *of_seen} - test), sorted(test), "doubles", seed)


def seen_genes(split: Split, condition: str) -> int:
    """How many genes of ``condition`` a single perturbation of the training side measured."""
    measured = {genes[0] for genes in map(genes_of, split.train) if len(genes) == 1}
    return len(measured.intersection(genes_of(condition)))


def split_seen(cells: AnnData, seed: int = 0, test_fraction: float = 0.5) -> Split:
    """Hold out cells of every condition, the control included; train and test name the same conditions.

    Raises ``ValueError`` where ``cells`` has no ``obs["condition"]`` or not for all, where cells share a name, or
    where a condition has fewer than four cells (two are needed on each side for a sampling variance).
    """
    number("test_fraction", test_fraction, above=0, below=1)
    cells_given(cells)
    if "condition" not in cells.obs:
        raise ValueError("The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.")
    if cells.obs["condition"].isna().any():
        raise ValueError("Some cells have no condition (obs['condition'] is missing there): drop them first.")
    if twice := repeated(list(cells.obs_names)):
        raise ValueError(f"Cells are held out by name, but {shown(twice)} names several: make the names differ.")
    order = np.argsort(np.asarray(cells.obs_names, dtype=str))  # the order of rows does not change the split
    names, labels = cells.obs_names[order], cells.obs["condition"].astype(str).to_numpy()[order]
    rng = np.random.default_rng(whole_number("seed", seed))
    held_out = []
    for condition in sorted(set(labels)):
        rows = np.flatnonzero(labels == condition)
        if len(rows) < 4:
            raise ValueError(
                f"Condition {condition!r} has {len(rows)} cells; the task 'seen' needs four or more: leave these cells "
                f"out."
            )
        n_test = int(np.clip(round(test_fraction * len(rows)), 2, len(rows) - 2))
        held_out.append(rng.permutation(rows)[:n_test])
    conditions = sorted(set(labels) - {CONTROL})
    return Split(conditions, conditions, "seen", seed, list(names[np.sort(np.concatenate(held_out))]))


def possible_tasks(effects: AnnData) -> list[str]:
    """The tasks, of ``doubles`` and ``unseen``, that a screen can be split for; empty where it has neither kind.

    >>> names = ["A", "B", "A+B"]
    >>> effects = appmodel.as_effects(np.eye(3), names, list("xyz"))
    >>> appmodel.possible_tasks(effects)
    ['unseen']
    """
    return [task for task, count in _counts(_conditions(effects)).items() if count >= 2]


def make_split(data: AnnData, task: str, seed: int) -> Split:
    """The split of ``task`` ('doubles', 'unseen', 'seen') with its defaults."""
    makers = {"doubles": split_doubles, "unseen": split_unseen, "seen": split_seen}
    if task not in makers:
        raise ValueError(f"Task {task!r} is not known: use one of {', '.join(TASKS)}.")
    if task in _NEEDED:
        _refuse_too_few(task, _conditions(data), {each: f"take the task {each!r}" for each in _NEEDED})
    return makers[task](data, seed)


def _counts(names: list[str]) -> dict[str, int]:
    """How many conditions can be tested in the tasks ``doubles`` and ``unseen``."""
    return {"doubles": len(_complete_doubles(names)), "unseen": sum(len(genes_of(name)) == 1 for name in names)}


def _refuse_too_few(task: str, names: list[str], instead: Mapping[str, str]) -> None:
    """Raise ``ValueError`` where a screen has too little for a task; ``instead`` says how to get another."""
    counts = _counts(names)
    if counts[task] < 2:
        others = [mend for each, mend in instead.items() if counts[each] >= 2]
        mend = others[0] if others else "use a screen that has more of them"
        raise ValueError(
            f"The task {task!r} needs at least two {_NEEDED[task]}; there is {counts[task] or 'none'}: {mend}."
        )


def _conditions(effects: AnnData) -> list[str]:
    """Perturbed conditions, sorted, so that the order of rows does not change the split."""
    effects_given(effects)
    if "condition" in effects.obs and effects.obs["condition"].duplicated().any():
        raise ValueError("These are cells (obs['condition'] repeats), not effects: use condition_effects(cells).")
    names = sorted(set(effects.obs_names) - {CONTROL, effects.uns.get("control", CONTROL)})
    # Two rows of one condition could fall on either side of the split.
    if twice := repeated([*map(standard_name, names), *effects.obs_names[effects.obs_names.duplicated()]]):
        raise ValueError(f"Condition {shown(twice)} has several rows: keep one row per condition.")
    return names


def _complete_doubles(names: list[str]) -> list[str]:
    """The doubles with both singles among ``names``."""
    known = set(names)
    return [name for name in names if len(genes_of(name)) == 2 and known.issuperset(genes_of(name))]


def _drawn(names: list[str], seed: int, fraction: float) -> set[str]:
    number("test_fraction", fraction, above=0, below=1)
    n_test = int(np.clip(np.floor(fraction * len(names) + 0.5), 1, len(names) - 1))
    rng = np.random.default_rng(whole_number("seed", seed))
    return set(rng.permutation(names)[:n_test].tolist())
