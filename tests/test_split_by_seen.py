"""Doubles by how many of their genes were seen: who trains and who tests."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appmodel import as_effects, load_effects
from appmodel.files import data_dir
from appmodel.names import all_genes, genes_of
from appmodel.splits import Split, seen_genes, split_by_seen, split_unseen

SINGLES = list("ABCDEFGH")
PAIRS = ["+".join(pair) for pair in combinations("ABCDEFGHYZ", 2)]  # Y and Z have no single


def screen(names):
    return as_effects(np.zeros((len(names), 1)), list(names), ["r"])


def test_by_hand():
    # Four singles, one of them held out.  Whichever it is, three doubles have two seen genes: two of them (the larger
    # half) are tested, one trains; the three doubles of the held-out gene are tested, and A+Y, whose Y has no single.
    effects = screen(
        ["control", "A", "B", "C", "D", *("+".join(pair) for pair in combinations("ABCD", 2)), "A+Y", "A+B+C"]
    )
    held_out = set()
    for seed in range(24):
        split = split_by_seen(effects, seed)
        (unseen,) = set("ABCD") - set(split.train)
        held_out.add(unseen)
        doubles = [name for name in split.train if len(genes_of(name)) == 2]
        assert len(doubles) == 1
        assert unseen not in all_genes(split.train)
        assert len(split.train) == 4
        assert split.task == "doubles"
        assert "A+B+C" not in {*split.train, *split.test}
        counts = [seen_genes(split, name) for name in split.test]
        # A+Y: A is seen (1 of 2) unless it is the one held out (0 of 2)
        assert sorted(counts) == ([0, 1, 1, 1, 2, 2] if unseen == "A" else [1, 1, 1, 1, 2, 2])
    assert held_out == set("ABCD")


def test_seen_is_what_training_measured_as_a_single():
    effects = screen(["control", *"ABCD", *("+".join(pair) for pair in combinations("ABCD", 2))])
    split = split_unseen(effects, seed=0)
    (unseen,) = split.test
    others = sorted(set("ABCD") - {unseen})
    assert seen_genes(split, unseen) == 0
    assert seen_genes(split, f"{unseen}+{others[0]}") == 1
    assert seen_genes(split, f"{others[1]}+{others[0]}") == 2
    assert seen_genes(split, "control") == 0
    in_a_pair_only = Split(["B", "A+C"], ["A+B", "C+D"], "doubles", 0)
    assert [seen_genes(in_a_pair_only, name) for name in in_a_pair_only.test] == [1, 0]


@st.composite
def screens(draw):
    singles = draw(st.lists(st.sampled_from(SINGLES), min_size=5, unique=True))
    pairs = draw(st.lists(st.sampled_from(PAIRS), min_size=12, unique=True))
    return screen(draw(st.permutations(sorted({*singles, *pairs, "control"}))))


@given(screens(), st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_gene_held_out_is_in_training_and_no_double_is_lost(effects, seed, fraction):
    try:
        split = split_by_seen(effects, seed, fraction)
    except ValueError as error:
        assert "doubles have two seen genes" in str(error)  # noqa: PT017
        return
    names = set(effects.obs_names) - {"control"}
    singles = {name for name in names if len(genes_of(name)) == 1}
    seen = {name for name in split.train if len(genes_of(name)) == 1}
    assert set(all_genes(split.train)) == seen  # a training double has two seen genes
    assert abs(len(singles - seen) - fraction * len(singles)) <= 1
    assert singles - seen
    assert set(split.test) | set(split.train) == names - (singles - seen)
    counts = [seen_genes(split, name) for name in split.test]
    of_two = counts.count(2)
    trained = len(split.train) - len(seen)
    assert 0 <= of_two - trained <= 1  # half of the doubles of two seen genes
    assert min(counts) < 2
    assert split == split_by_seen(screen(sorted(effects.obs_names)), seed, fraction)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["control", "A", "A+B", "A+C"],
            "two singles and three doubles; there are 1 and 2: use a screen that has more",
        ),
        (["control", *"ABCD", "Y+Z", "A+Y", "X+Z"], "0 of 3 doubles have two seen genes"),
        (["control", *"ABCD"], "there are 4 and 0: use a screen that has more of them"),
    ],
)
def test_screens_that_cannot_be_split_are_refused(names, message):
    with pytest.raises(ValueError, match=message):
        split_by_seen(screen(names))


def test_a_draw_that_leaves_every_double_seen_is_refused():
    # E is in no double: where it is the one held out, no group but 2/2 is left to test.
    effects = screen(["control", *"ABCDE", "A+B", "A+C", "B+D", "C+D"])
    said = set()
    for seed in range(20):
        try:
            said.add(min(seen_genes(split, name) for split in [split_by_seen(effects, seed)] for name in split.test))
        except ValueError as error:
            said.add(str(error).split(",")[1])
    assert said == {1, " 4 of 4 doubles have two seen genes; two or more are needed"}


@pytest.mark.parametrize("fraction", [0, 1, -0.1, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match=r"test_fraction is .*: give a number between 0 and 1"):
        split_by_seen(screen(["control", *"ABCD", "A+B", "A+C", "B+C"]), 0, fraction)


@pytest.mark.skipif(data_dir() is None, reason="needs the data folder (APPMODEL_DATA)")
def test_norman_has_all_three_groups_for_every_seed():
    effects = load_effects("norman19")
    for seed in range(5):
        split = split_by_seen(effects, seed)
        counts = np.bincount([seen_genes(split, name) for name in split.test], minlength=3)
        assert counts.min() >= 3
        assert counts[2] >= 20
        assert len([name for name in split.train if "+" not in name]) == 79  # 105 - 26
