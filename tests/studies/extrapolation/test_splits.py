"""The splits of the chapter on extrapolation: as many as a screen allows."""

import pytest

from appmodel.names import genes_of
from appmodel.splits import seen_genes
from appmodel.studies.extrapolation.splits import SHARES, splits_of


def test_a_screen_with_pairs_is_asked_all_questions(tiny_effects):
    splits = splits_of(tiny_effects, seed=1)
    assert [(share, split.task) for share, split in splits.usual] == [
        *((s, "unseen") for s in SHARES),
        (0.25, "doubles"),
    ]
    sizes = [len(split.test) for _, split in splits.usual[:-1]]
    assert sizes == sorted(sizes)
    assert {seen_genes(splits.by_seen, name) for name in splits.by_seen.test} > {2}
    assert {split.seed for _, split in splits.usual} == {1} == {splits.by_seen.seed}


def test_a_screen_of_singles_is_asked_about_unseen_genes(tiny_effects):
    singles = tiny_effects[[name for name in tiny_effects.obs_names if len(genes_of(name)) < 2]]
    splits = splits_of(singles, seed=0)
    assert {split.task for _, split in splits.usual} == {"unseen"}
    assert splits.by_seen is None


def test_shares_that_leave_one_single_to_train_on_are_left_out(tiny_effects):
    few = tiny_effects[["control", *[name for name in tiny_effects.obs_names if len(genes_of(name)) == 1][:4]]]
    assert [share for share, _ in splits_of(few, seed=0).usual] == [0.1, 0.25, 0.5]


def test_a_screen_without_singles_is_refused(tiny_effects):
    with pytest.raises(ValueError, match="needs at least two single"):
        splits_of(tiny_effects[["control"]], seed=0)
