"""``benchmark``: predictors, effects, tasks, seeds, networks, metrics and splits of another kind."""

import numpy as np
import pytest

from appmodel import Additive, LinearModel, NoChange, Split, benchmark

MODELS = {"additive": Additive()}


class Odd(NoChange):
    """Returns an array."""

    def predict(self, conditions):
        return np.zeros((len(conditions), 3))


def held_out(at):
    """A split of cells that tests on one cell."""
    return Split(["ATF4"], ["ATF4"], "seen", 0, [at.cells().obs_names[6]])


FAULTS = {
    "benchmark: no predictor": (
        benchmark,
        lambda door, at: door({}, at.effects()),
        ValueError,
        "The task 'doubles' needs at least two doubles with both singles in the screen; there is 1: take the "
        "task 'unseen'.",
    ),
    "benchmark: a list of predictors": (
        benchmark,
        lambda door, at: door([Additive()], at.effects()),
        ValueError,
        "The task 'doubles' needs at least two doubles with both singles in the screen; there is 1: take the "
        "task 'unseen'.",
    ),
    "benchmark: a class for a predictor": (
        benchmark,
        lambda door, at: door({"additive": Additive}, at.effects(), "unseen"),
        TypeError,
        "Predictor 'additive' is the class Additive, which cannot be fitted: pass a dict like {'additive': "
        "Additive()}.",
    ),
    "benchmark: a name for effects": (
        benchmark,
        lambda door, at: door(MODELS, "norman19"),
        TypeError,
        "Effects are an AnnData, not 'norman19': pass what load_effects gives.",
    ),
    "benchmark: cells for effects": (
        benchmark,
        lambda door, at: door(MODELS, at.cells()),
        ValueError,
        "mine holds cells (obs['condition'] repeats), not effects: use condition_effects(load_cells(...)).",
    ),
    "benchmark: a task that is none": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "novel"),
        ValueError,
        "Task 'novel' is not known: use one of doubles, unseen, seen.",
    ),
    "benchmark: a task that the screen has not": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "doubles"),
        ValueError,
        "The task 'doubles' needs at least two doubles with both singles in the screen; there is 1: take the "
        "task 'unseen'.",
    ),
    "benchmark: effects for cells": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "seen"),
        ValueError,
        "The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.",
    ),
    "benchmark: a number for seeds": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "unseen", seeds=5),
        TypeError,
        "Give a list of seeds, not 5: write one like range(5).",
    ),
    "benchmark: no seed": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "unseen", seeds=[]),
        ValueError,
        "seeds or splits is empty: give at least one, such as seeds=[0].",
    ),
    "benchmark: a name for a network": (
        benchmark,
        lambda door, at: door({"linear": LinearModel()}, at.effects(), "unseen", "go_bp", [0]),
        TypeError,
        "network is 'go_bp': pass load_network(...), or a function of the seed giving one.",
    ),
    "benchmark: a metric that is none": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "unseen", metrics=["mse"]),
        ValueError,
        "Metric 'mse' is not known: choose from l2, l2_without_targets, mae, pearson, pearson_perturbed, "
        "centroid_accuracy, centroid_rank, discrimination, discrimination_cosine, weighted_mse, weighted_r2, "
        "top_k_overlap, hits_5, hits_10, hits_20, error_ratio.",
    ),
    "benchmark: one text for metrics": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), "unseen", metrics="l2"),
        ValueError,
        "Give a list of metrics, not one text: write ['l2'].",
    ),
    "benchmark: a file for a split": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), splits=["split.json"]),
        TypeError,
        "splits holds 'split.json': give a list of Split, such as [Split.from_json(path)].",
    ),
    "benchmark: a split of another screen": (
        benchmark,
        lambda door, at: door(MODELS, at.effects(), splits=[Split(["KLF1"], ["ATF4"], "unseen", 0)]),
        ValueError,
        "The split names 'KLF1', which the screen does not hold: make the split from these effects.",
    ),
    "benchmark: a cell to test on": (
        benchmark,
        lambda door, at: door(MODELS, at.cells(), splits=[held_out(at)]),
        ValueError,
        "The split of seed 0 has fewer than two cells of 'ATF4', 'ATF4+BAK1', 'BAK1', 'DDIT3', 'control' to test "
        "on: make it with split_seen from these cells.",
    ),
    "benchmark: a predictor called as the ceiling": (
        benchmark,
        lambda door, at: door({"oracle": NoChange()}, at.effects(), "unseen", seeds=[0], oracle=True),
        ValueError,
        "A predictor is named 'oracle', as the ceiling is: give it another name.",
    ),
    "benchmark: an array for effects": (
        benchmark,
        lambda door, at: door({"odd": Odd()}, at.effects(), "unseen", seeds=[0]),
        ValueError,
        "Predictor 'odd' returned an array: return an AnnData of effects, as appmodel.as_effects(values, "
        "conditions, readouts) makes it.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
