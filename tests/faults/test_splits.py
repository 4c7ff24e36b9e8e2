"""Splits: screens that cannot be split, numbers out of range, files that are none."""

import json

import pytest

from appmodel import Split, possible_tasks, split_by_seen, split_doubles, split_seen, split_unseen

SINGLES, PAIRS = ["control", "ATF4", "BAK1", "DDIT3"], ["control", "ATF4+BAK1", "ATF4+DDIT3", "BAK1+DDIT3"]


def altered(at, **fields):
    """The path of a split that was written and then changed."""
    path = at.folder / "s.json"
    Split(["ATF4"], ["BAK1"], "unseen", 0).to_json(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
    return path


FAULTS = {
    "split_doubles: singles only": (
        split_doubles,
        lambda door, at: door(at.effects(SINGLES)),
        ValueError,
        "The task 'doubles' needs at least two doubles with both singles in the screen; there is none: use "
        "split_unseen.",
    ),
    "split_unseen: pairs only": (
        split_unseen,
        lambda door, at: door(at.effects(PAIRS)),
        ValueError,
        "The task 'unseen' needs at least two single perturbations; there is none: use a screen that has more of them.",
    ),
    "split_doubles: one single": (
        split_doubles,
        lambda door, at: door(at.effects(["control", "ATF4"])),
        ValueError,
        "The task 'doubles' needs at least two doubles with both singles in the screen; there is none: use a "
        "screen that has more of them.",
    ),
    "split_by_seen: too few pairs": (
        split_by_seen,
        lambda door, at: door(at.effects()),
        ValueError,
        "A split by seen genes needs at least two singles and three doubles; there are 3 and 1: use a screen "
        "that has more of them.",
    ),
    "split_unseen: a name for effects": (
        split_unseen,
        lambda door, at: door("norman19"),
        TypeError,
        "Effects are an AnnData, not 'norman19': pass what load_effects gives.",
    ),
    "split_unseen: cells for effects": (
        split_unseen,
        lambda door, at: door(at.cells()),
        ValueError,
        "These are cells (obs['condition'] repeats), not effects: use condition_effects(cells).",
    ),
    "split_unseen: a seed that is no number": (
        split_unseen,
        lambda door, at: door(at.effects(), seed="a"),
        ValueError,
        "seed is 'a': give a whole number of at least 0.",
    ),
    "split_unseen: a share of all": (
        split_unseen,
        lambda door, at: door(at.effects(), test_fraction=1),
        ValueError,
        "test_fraction is 1: give a number between 0 and 1.",
    ),
    "possible_tasks: a table for effects": (
        possible_tasks,
        lambda door, at: door(at.table()),
        TypeError,
        "Effects are an AnnData, not a DataFrame: pass what load_effects gives.",
    ),
    "split_seen: effects for cells": (
        split_seen,
        lambda door, at: door(at.effects()),
        ValueError,
        "The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.",
    ),
    "split_seen: too few cells": (
        split_seen,
        lambda door, at: door(at.cells(n=3)),
        ValueError,
        "Condition 'ATF4' has 3 cells; the task 'seen' needs four or more: leave these cells out.",
    ),
    "Split: a task that is none": (
        Split,
        lambda door, at: door(["ATF4"], ["BAK1"], "novel", 0),
        ValueError,
        "Task 'novel' is not known: use one of doubles, unseen, seen.",
    ),
    "Split: one text for conditions": (
        Split,
        lambda door, at: door("ATF4", ["BAK1"], "unseen", 0),
        ValueError,
        "Give a list of conditions, not one text: write ['ATF4'].",
    ),
    "Split: no condition": (
        Split,
        lambda door, at: door(["ATF4"], [], "unseen", 0),
        ValueError,
        "The test side of the split is empty: give at least one condition.",
    ),
    "Split: a condition on both sides": (
        Split,
        lambda door, at: door(["ATF4"], ["ATF4"], "unseen", 0),
        ValueError,
        "Condition 'ATF4' stands on both sides of the split: keep it on one.",
    ),
    "Split: an unseen gene in a pair": (
        Split,
        lambda door, at: door(["ATF4+BAK1"], ["ATF4"], "unseen", 0),
        ValueError,
        "Gene 'ATF4' is to be unseen, but training perturbs it in a pair: leave these pairs out of training.",
    ),
    "Split: control to test on": (
        Split,
        lambda door, at: door(["ATF4"], ["control"], "unseen", 0),
        ValueError,
        "The control stands on the test side of the split: leave it out of both sides.",
    ),
    "Split.from_json: a file that is not there": (
        Split.from_json,
        lambda door, at: door(at.folder / "s.json"),
        FileNotFoundError,
        "FOLDER/s.json does not exist: give a file that Split.to_json wrote.",
    ),
    "Split.from_json: a file cut off": (
        Split.from_json,
        lambda door, at: door(at.file("s.json", '{"train": ["ATF4"')),
        ValueError,
        "FOLDER/s.json is not a split written by Split.to_json, it is cut off or no JSON: write it again.",
    ),
    "Split.from_json: a file of something else": (
        Split.from_json,
        lambda door, at: door(at.file("s.json", "[]")),
        ValueError,
        "FOLDER/s.json is not a split written by Split.to_json, which holds digest, seed, task, test, "
        "test_cells, train: write it again.",
    ),
    "Split.from_json: an altered file": (
        Split.from_json,
        lambda door, at: door(altered(at, seed=7)),
        ValueError,
        "FOLDER/s.json was altered (its digest is 2f45f9d3fb04, its content gives 2a8b924cd310): write it again "
        "with Split.to_json.",
    ),
    "Split.from_json: a file that breaks the rules": (
        Split.from_json,
        lambda door, at: door(altered(at, test=["ATF4"])),
        ValueError,
        "FOLDER/s.json is not a split written by Split.to_json: Condition 'ATF4' stands on both sides of the "
        "split: keep it on one.",
    ),
    "Split.to_json: a folder to write to": (
        Split.to_json,
        lambda door, at: door(Split(["ATF4"], ["BAK1"], "unseen", 0), at.folder),
        IsADirectoryError,
        "FOLDER is a folder: give the name of a file in it.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
