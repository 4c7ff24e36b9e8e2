"""Splits of the conditions of a screen, drawn by a seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from anndata import AnnData

from ..arguments import effects_given, number, whole_number
from ..names import CONTROL, genes_of, repeated, shown, standard_name
from .cells import split_seen
from .split import TASKS, Split

_NEEDED = {"doubles": "doubles with both singles in the screen", "unseen": "single perturbations"}


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
