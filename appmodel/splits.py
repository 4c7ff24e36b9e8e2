"""Splits: who is trained on, who is tested on (section 4.1.3 of the paper).

The control stands in neither side.  The same seed gives the same split on every machine.
"""

from __future__ import annotations

import json
import operator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from anndata import AnnData

from .files import text_digest, writing
from .names import CONTROL, all_genes, genes_of, repeated, shown, standard_name

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
            object.__setattr__(self, side, [str(name) for name in getattr(self, side)])
        object.__setattr__(self, "seed", operator.index(self.seed))  # NumPy's whole numbers are none of JSON's
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
        try:
            stored = json.loads(Path(path).read_text())
            digest = stored.pop("digest")
            split = cls(**stored)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is not a split written by Split.to_json: write it again ({error}).") from error
        if split.digest != digest:
            raise ValueError(f"{path} was altered: its digest is {digest}, its content gives {split.digest}.")
        return split


def split_doubles(effects: AnnData, seed: int = 0, test_fraction: float = 0.5) -> Split:
    """All singles and half of the doubles train, the other half tests.

    Tested are doubles with both singles in the screen; the other doubles stay usable for training.
    Raises ``ValueError`` where fewer than two such doubles exist.
    """
    names = _conditions(effects)
    complete = _complete_doubles(names)
    if len(complete) < 2:
        raise ValueError(
            "The task 'doubles' needs at least two doubles with both singles in the screen; "
            f"there is {len(complete)}: choose the task 'unseen'."
        )
    test = _drawn(complete, seed, test_fraction)
    return Split([name for name in names if name not in test], sorted(test), "doubles", seed)


def split_unseen(effects: AnnData, seed: int = 0, test_fraction: float = 0.25) -> Split:
    """Test conditions are singles whose gene no training condition perturbs, alone or in a pair.

    Raises ``ValueError`` where the screen has fewer than two singles.
    """
    names = _conditions(effects)
    singles = [name for name in names if len(genes_of(name)) == 1]
    if len(singles) < 2:
        raise ValueError(f"The task 'unseen' needs at least two single perturbations; there is {len(singles)}.")
    test = _drawn(singles, seed, test_fraction)
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
    if len(singles) < 2:
        raise ValueError(f"A split by seen genes needs at least two single perturbations; there is {len(singles)}.")
    seen = set(singles) - _drawn(singles, seed, test_fraction)
    of_seen = [name for name in doubles if seen.issuperset(genes_of(name))]
    if len(of_seen) < 2 or len(of_seen) == len(doubles):
        raise ValueError(
            f"With seed {seed} and test_fraction={test_fraction}, {len(of_seen)} of {len(doubles)} "
            "doubles have two seen genes; two or more are needed, and one that has not: "
            "try another test_fraction."
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
    _check_fraction(test_fraction)
    if "condition" not in cells.obs:
        raise ValueError("The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.")
    if cells.obs["condition"].isna().any():
        raise ValueError("Some cells have no condition (obs['condition'] is missing there): drop them first.")
    if twice := repeated(list(cells.obs_names)):
        raise ValueError(f"Cells are held out by name, but {shown(twice)} names several: make the names differ.")
    order = np.argsort(np.asarray(cells.obs_names, dtype=str))  # the order of rows does not change the split
    names, labels = cells.obs_names[order], cells.obs["condition"].astype(str).to_numpy()[order]
    rng = np.random.default_rng(seed)
    held_out = []
    for condition in sorted(set(labels)):
        rows = np.flatnonzero(labels == condition)
        if len(rows) < 4:
            raise ValueError(f"Condition {condition!r} has {len(rows)} cells; the task 'seen' needs four or more.")
        n_test = int(np.clip(round(test_fraction * len(rows)), 2, len(rows) - 2))
        held_out.append(rng.permutation(rows)[:n_test])
    conditions = sorted(set(labels) - {CONTROL})
    return Split(conditions, conditions, "seen", seed, list(names[np.sort(np.concatenate(held_out))]))


def possible_tasks(effects: AnnData) -> list[str]:
    """The tasks, of ``doubles`` and ``unseen``, that a screen can be split for; empty where it has neither kind."""
    names = _conditions(effects)
    n_singles = sum(len(genes_of(name)) == 1 for name in names)
    counts = {"doubles": len(_complete_doubles(names)), "unseen": n_singles}
    return [task for task, count in counts.items() if count >= 2]


def make_split(data: AnnData, task: str, seed: int) -> Split:
    """The split of ``task`` ('doubles', 'unseen', 'seen') with its defaults."""
    makers = {"doubles": split_doubles, "unseen": split_unseen, "seen": split_seen}
    if task not in makers:
        raise ValueError(f"Task {task!r} is not known: use one of {', '.join(TASKS)}.")
    return makers[task](data, seed)


def _conditions(effects: AnnData) -> list[str]:
    """Perturbed conditions, sorted, so that the order of rows does not change the split."""
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
    _check_fraction(fraction)
    n_test = int(np.clip(np.floor(fraction * len(names) + 0.5), 1, len(names) - 1))
    return set(np.random.default_rng(seed).permutation(names)[:n_test].tolist())


def _check_fraction(fraction: float) -> None:
    if not 0 < fraction < 1:
        raise ValueError(f"test_fraction={fraction} must lie between 0 and 1.")
