"""What can be asked of a screen: kinds of conditions that were not measured, each with a test on the screen itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from anndata import AnnData

from ...names import all_genes, genes_of
from ...predictors import (
    Additive,
    AnchoredAPP,
    LinearModel,
    NoChange,
    Predictor,
    ScaledAdditive,
    SinglesMean,
    TrainingMean,
    TrainingMedian,
)
from ...splits import Split, make_split, possible_tasks


@dataclass(frozen=True)
class Question:
    """A kind of condition that a screen can be tested on.

    ``task`` is its name: ``doubles`` (pairs of genes that were measured alone), ``unseen`` (genes that nothing
    measured perturbs) or ``pairs`` (pairs of genes that were measured in other pairs only).  ``simple`` are the
    predictors that a model has to beat, ``models`` those that are to beat them, ``split`` hides a part of the screen.
    """

    task: str
    simple: Mapping[str, Predictor]
    models: Mapping[str, Predictor]
    split: Callable[[AnnData, int], Split]

    @property
    def predictors(self) -> dict[str, Predictor]:
        """All that is tested, by name."""
        return {**self.simple, **self.models}


def questions_of(effects: AnnData, models: Mapping[str, Predictor] | None = None) -> list[Question]:
    """The questions that ``effects`` can be tested on; ``models`` stand in for ``AnchoredAPP`` where given.

    Raises ``ValueError`` for a screen that is too small for any.
    """
    tasks = possible_tasks(effects)
    found = [
        Question(task, simple, models or {"anchored_app": AnchoredAPP()}, _split_of(task))
        for task, simple in _simple().items()
        if task in tasks
    ]
    if not tasks and len(tested_pairs(effects)) >= 2:
        of_pairs = {"no_change": NoChange(), "training_mean": TrainingMean(), "training_median": TrainingMedian()}
        found = [Question("pairs", of_pairs, models or {"linear": LinearModel()}, split_pairs)]
    if not found:
        raise ValueError(
            f"{effects.uns.get('dataset', 'The screen')} has too few conditions to test a prediction on: two single "
            f"perturbations are needed, or two pairs of genes that other pairs perturb too; add conditions."
        )
    return found


def _simple() -> dict[str, dict[str, Predictor]]:
    constants = {"no_change": NoChange(), "singles_mean": SinglesMean(), "training_median": TrainingMedian()}
    sums = {"additive": Additive(), "scaled_additive": ScaledAdditive()}
    return {"doubles": {**sums, "no_change": NoChange(), "training_mean": TrainingMean()}, "unseen": constants}


def _split_of(task: str) -> Callable[[AnnData, int], Split]:
    return lambda effects, seed: make_split(effects, task, seed)


def tested_pairs(effects: AnnData) -> list[str]:
    """The pairs each of whose genes another pair perturbs too, by name."""
    pairs = [name for name in sorted(effects.obs_names) if len(genes_of(name)) == 2]
    count = {gene: sum(gene in genes_of(name) for name in pairs) for gene in all_genes(pairs)}
    return [name for name in pairs if all(count[gene] > 1 for gene in genes_of(name))]


def split_pairs(effects: AnnData, seed: int, test_fraction: float = 0.25) -> Split:
    """Hides pairs of a screen without singles; every gene of a hidden pair stays in another pair of training.

    Pairs are taken in random order while that holds, a quarter of those that could be tested at most.
    """
    candidates, names = tested_pairs(effects), [name for name in sorted(effects.obs_names) if genes_of(name)]
    left = {gene: sum(gene in genes_of(name) for name in names) for gene in all_genes(names)}
    test: list[str] = []
    for name in np.random.default_rng(seed).permutation(candidates).tolist():
        if len(test) < max(test_fraction * len(candidates), 1) and all(left[gene] > 1 for gene in genes_of(name)):
            test.append(name)
            for gene in genes_of(name):
                left[gene] -= 1
    return Split([name for name in names if name not in test], sorted(test), "doubles", seed)
