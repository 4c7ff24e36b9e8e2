"""Splits leak nothing, whatever the screen; they are the same on every machine; their files are checked."""

import warnings
from dataclasses import FrozenInstanceError
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel import Split, as_effects, possible_tasks, split_doubles, split_seen, split_unseen
from appmodel.names import all_genes, genes_of
from appmodel.splits import make_split

GENES = list("ABCDEFGH")
SINGLES = list("ABCDEF")
PAIRS = ["+".join(pair) for pair in combinations(GENES, 2)]  # G and H have no single: their pairs are incomplete


def screen(names):
    return as_effects(np.zeros((len(names), 1)), list(names), ["r"])


@st.composite
def screens(draw, complete=2):
    singles = draw(st.lists(st.sampled_from(SINGLES), min_size=4, unique=True))
    pairs = draw(st.lists(st.sampled_from(PAIRS), unique=True))
    pairs += ["+".join(pair) for pair in combinations(sorted(singles), 2)][:complete]
    triples = draw(st.lists(st.sampled_from(["A+B+C", "D+G+H"]), unique=True))
    names = draw(st.permutations(sorted({*singles, *pairs, *triples, "control"})))
    return screen(names)


seeds = st.integers(0, 2**32 - 1)
fractions = st.floats(0.05, 0.95)


@given(screens(), seeds, fractions)
@settings(max_examples=60, deadline=None)
def test_no_test_gene_of_unseen_is_in_training_alone_or_in_a_pair(effects, seed, fraction):
    split = split_unseen(effects, seed, fraction)
    assert all(len(genes_of(name)) == 1 for name in split.test)
    assert not set(split.test) & set(all_genes(split.train))
    # and nothing else is lost
    left_out = set(effects.obs_names) - {*split.train, *split.test, "control"}
    assert all(set(genes_of(name)) & set(split.test) for name in left_out)
    assert "control" not in {*split.train, *split.test}


@given(screens(), seeds, fractions)
@settings(max_examples=60, deadline=None)
def test_all_singles_train_and_only_complete_doubles_test(effects, seed, fraction):
    split = split_doubles(effects, seed, fraction)
    names = set(effects.obs_names)
    singles = {name for name in names if len(genes_of(name)) == 1}
    complete = {name for name in names if len(genes_of(name)) == 2 and singles.issuperset(genes_of(name))}
    assert singles <= set(split.train)
    assert set(split.test) <= complete
    assert set(split.train) == names - set(split.test) - {"control"}
    assert 1 <= len(split.test) < len(complete)
    assert abs(len(split.test) - fraction * len(complete)) <= 1


@given(screens(), seeds, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_same_seed_same_split_whatever_the_order_of_rows(effects, seed, random):
    order = list(effects.obs_names)
    random.shuffle(order)
    for split in (split_doubles, split_unseen):
        assert split(effects, seed) == split(effects, seed) == split(screen(order), seed)


def test_half_of_the_doubles_of_the_paper():
    names = ["control", *(f"G{i:03d}" for i in range(105))]
    pairs = [f"{a}+{b}" for a, b in list(combinations(names[1:], 2))[:131]]
    assert len(split_doubles(screen(names + pairs[:124])).test) == 62
    assert len(split_doubles(screen(names + pairs)).test) == 66  # of an odd number the larger half
    assert len(split_unseen(screen(names + pairs)).test) == 26


def test_by_hand():
    effects = screen(["control", "A", "B", "C", "A+B", "A+C", "A+G"])
    tests = set()
    for seed in range(8):
        split = split_doubles(effects, seed)
        assert split.test in (["A+B"], ["A+C"])
        assert split.train == [name for name in ["A", "A+B", "A+C", "A+G", "B", "C"] if name not in split.test]
        tests.add(split.test[0])
    assert tests == {"A+B", "A+C"}
    trained = {tuple(split_unseen(effects, seed).test): split_unseen(effects, seed).train for seed in range(12)}
    assert trained == {("A",): ["B", "C"], ("B",): ["A", "A+C", "A+G", "C"], ("C",): ["A", "A+B", "A+G", "B"]}


def test_another_seed_gives_another_split():
    effects = screen(["control", *SINGLES, *("+".join(pair) for pair in combinations(SINGLES, 2))])
    assert len({tuple(split_doubles(effects, seed).test) for seed in range(10)}) > 5
    assert len({split_doubles(effects, seed).digest for seed in range(10)}) == 10


def test_control_of_another_name_stands_on_neither_side():
    effects = screen(["NT", "A", "B", "A+B", "C", "A+C"])
    effects.uns["control"] = "NT"
    for split in (split_doubles(effects), split_unseen(effects)):
        assert "NT" not in {*split.train, *split.test}


@pytest.mark.parametrize("names", [["control", "A", "B", "A+B", "A+C"], ["control", "A"], ["control", "A+B", "A+C"]])
def test_too_few_doubles(names):
    with pytest.raises(ValueError, match="at least two doubles with both singles"):
        split_doubles(screen(names))


@pytest.mark.parametrize(
    ("names", "tasks"),
    [
        (["A", "B", "A+B", "A+C"], ["unseen"]),
        (["A", "B", "C", "A+B", "A+C"], ["doubles", "unseen"]),
        (["A+B", "A+C", "B+C", "A"], []),
        (["control", "A", "B"], ["unseen"]),
    ],
)
def test_the_tasks_of_a_screen_are_those_it_can_be_split_for(names, tasks):
    assert possible_tasks(screen(names)) == tasks
    for task in tasks:
        make_split(screen(names), task, 0)
    for task in {"doubles", "unseen"} - set(tasks):
        with pytest.raises(ValueError, match="needs at least two"):
            make_split(screen(names), task, 0)


def test_too_few_singles_unknown_task_and_bad_fraction():
    with pytest.raises(ValueError, match="at least two single perturbations; there is 1"):
        split_unseen(screen(["control", "A", "B+C"]))
    with pytest.raises(ValueError, match="Task 'pairs' is not known: use one of doubles, unseen, seen"):
        make_split(screen(["control", "A", "B"]), "pairs", 0)
    for fraction in (0, 1, -0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match=r"test_fraction is .*: give a number between 0 and 1"):
            split_unseen(screen(["control", "A", "B"]), 0, fraction)


def test_a_condition_in_two_rows_could_leak_and_is_refused():
    with pytest.raises(ValueError, match=r"'A\+B' has several rows"):
        split_doubles(screen(["control", "A", "B", "C", "A+B", "B+A", "A+C"]))
    twice = screen(["control", "A", "B", "C", "D"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice.obs_names = ["control", "A", "B", "C", "C"]
    with pytest.raises(ValueError, match="'C' has several rows"):
        split_unseen(twice)


def cells(sizes, prefix="cell"):
    labels = np.repeat(list(sizes), list(sizes.values()))
    names = [f"{prefix}{i:03d}" for i in range(len(labels))]
    return AnnData(np.ones((len(labels), 2)), obs=pd.DataFrame({"condition": labels}, index=names))


@given(st.lists(st.integers(4, 30), min_size=1, max_size=4), st.integers(4, 30), seeds, fractions)
@settings(max_examples=30, deadline=None)
def test_seen_holds_out_cells_of_every_condition(sizes, n_controls, seed, fraction):
    data = cells({"control": n_controls, **dict(zip("ABCD", sizes, strict=False))})
    split = split_seen(data, seed, fraction)
    assert split.train == split.test == sorted(set(data.obs["condition"]) - {"control"})
    held_out = data.obs_names.isin(split.test_cells)
    assert held_out.sum() == len(split.test_cells) == len(set(split.test_cells))
    for side in (data[held_out], data[~held_out]):
        assert side.obs["condition"].value_counts().min() >= 2
        assert set(side.obs["condition"]) == set(data.obs["condition"])
    for condition, size in data.obs["condition"].value_counts().items():
        found = (data[held_out].obs["condition"] == condition).sum()
        assert found in (2, size - 2) or abs(found - fraction * size) <= 0.5


def test_seen_does_not_depend_on_the_order_of_cells():
    data = cells({"control": 9, "A": 8, "B+C": 5})
    assert split_seen(data, 3) == split_seen(data, 3) == split_seen(data[::-1].copy(), 3)
    assert split_seen(data, 3).test_cells != split_seen(data, 4).test_cells


def test_seen_refuses_what_it_cannot_split():
    with pytest.raises(ValueError, match="pass the cells"):
        split_seen(screen(["control", "A"]))
    with pytest.raises(ValueError, match="'B' has 3 cells; the task 'seen' needs four"):
        split_seen(cells({"control": 9, "A": 8, "B": 3}))
    data = cells({"control": 9, "A": 8})
    data.obs["condition"] = data.obs["condition"].where(np.arange(17) != 12)
    with pytest.raises(ValueError, match="cells have no condition"):
        split_seen(data)
    data = cells({"control": 9, "A": 8})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data.obs_names = [*data.obs_names[:-1], data.obs_names[0]]
    with pytest.raises(ValueError, match="'cell000' names several"):
        split_seen(data)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"train": []}, "train side of the split is empty"),
        ({"test": []}, "test side of the split is empty"),
        ({"train": ["A", "control"]}, "control stands on the train side"),
        ({"test": ["control"]}, "control stands on the test side"),
        ({"train": ["A", "A"]}, "train side of the split names 'A' twice"),
        ({"train": ["A+B", "B+A"]}, r"train side of the split names 'A\+B' twice"),
        ({"train": ["A", "B"]}, "'B' stands on both sides"),
        ({"train": ["A+B"], "test": ["B+A"]}, r"'A\+B' stands on both sides"),
        ({"task": "pairs"}, "Task 'pairs' is not known"),
    ],
)
def test_split_checks_itself(arguments, says):
    with pytest.raises(ValueError, match=says):
        Split(**{"train": ["A"], "test": ["B"], "task": "unseen", "seed": 0, **arguments})


def test_a_split_stays_as_it_was_checked():
    with pytest.raises(FrozenInstanceError):
        Split(["A"], ["B"], "unseen", 0).train = ["B"]


def test_a_ready_made_split_that_leaks_an_unseen_gene_through_a_pair_is_refused():
    with pytest.raises(ValueError, match="Gene 'B' is to be unseen, but training perturbs it in a pair"):
        Split(["A", "A+B"], ["B"], "unseen", 0)
    Split(["A", "A+B"], ["C"], "unseen", 0)
    Split(["A", "B", "A+C"], ["A+B"], "doubles", 0)
