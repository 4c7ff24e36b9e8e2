"""Which task a chapter takes on a screen of one's own, and what it says where pairs are missing."""

import pytest

from appmodel.names import genes_of
from appmodel.pages import screen_title, task_of, tasks_of, without_pairs


@pytest.fixture
def singles(tiny_effects):
    return tiny_effects[[name for name in tiny_effects.obs_names if len(genes_of(name)) < 2]].copy()


def test_doubles_are_taken_where_there_are_pairs(tiny_effects, singles):
    assert (task_of(tiny_effects), tasks_of(tiny_effects)) == ("doubles", ["doubles", "unseen"])
    assert (task_of(singles), tasks_of(singles)) == ("unseen", ["unseen"])


def test_another_task_that_is_asked_for_stays(tiny_effects, singles):
    assert task_of(tiny_effects, "unseen") == "unseen"
    assert task_of(singles, "duobles") == "duobles"  # the split refuses it


def test_a_screen_that_cannot_be_split_is_named(singles):
    singles.uns["dataset"] = "mine"
    with pytest.raises(ValueError, match=r"'mine' measures fewer than two genes alone.*two or more single"):
        task_of(singles[["control", singles.obs_names[1]]])


def test_the_screen_is_named_as_in_its_scores(singles):
    singles.uns |= {"dataset": "mine", "simulated": False}
    assert without_pairs(singles, "b") == "Screen `mine` has no two pairs whose genes are measured alone as well: b."
    assert screen_title(singles) == "mine"
    singles.uns["simulated"] = True
    assert screen_title(singles) == "mine (simulated)"
