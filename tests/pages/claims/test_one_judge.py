"""The claims page and the chapters read the same rows by one rule, so that they never say opposite things."""

import pytest

from appmodel.pages import load_results
from appmodel.scoring import difference_table
from appmodel.studies.variants import relies_on_network

from .conftest import DATA


@pytest.fixture(scope="module")
def scores():
    kept = {}

    def of_study(name):
        if name not in kept:
            kept[name] = load_results(DATA / "results", name)
        return kept[name]

    return of_study


def compared(committed, page):
    """Every comparison of two methods on one screen that the page makes, with what its interval says by itself."""
    for claim in committed.entries:
        for model, test in claim.tests.items():
            asked = test.question
            if asked and not test.also and "study" in test.where and asked.other not in ("", "quoted"):
                rows = page[(page["claim"] == claim.name) & (page["model"] == model) & (page["alone"] != "")]
                for row in rows.itertuples():
                    yield asked, test.where, row


def test_by_itself_a_comparison_says_what_the_chapters_say(page, committed, scores):
    seen = 0
    for asked, where, row in compared(committed, page):
        rows = scores(where["study"])
        rows = rows[(rows["dataset"] == row.screen) & (rows["task"] == where["task"])]
        (said,) = difference_table(rows, asked.other, [asked.method], where["metric"])["says"]
        claimed = "worse" if asked.sign == ">" else "better"  # of an error
        expected = "cannot be told apart" if said not in ("better", "worse") else said
        found = {"holds": claimed, "does not hold": {"worse": "better", "better": "worse"}[claimed]}
        assert found.get(row.alone, row.alone) == expected, row
        # Among many a verdict may fall back, it never turns round.
        if row.verdict in ("holds", "does not hold"):
            assert row.verdict == row.alone, row
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("model", ["app", "anchored_app"])
def test_relying_on_the_network_is_one_rule(page, scores, model):
    relies = relies_on_network(scores("network_quality"), model)
    rows = page[page["claim"].str.fullmatch(r"T4-\w+-network-matters") & (page["model"] == model)]
    rows = rows[rows["alone"] != ""].set_index(["screen", "task"])
    assert len(rows) == (3 if model == "app" else 2)
    for place, row in rows.iterrows():
        assert (row["alone"] == "holds") == relies[place], place
        assert row["verdict"] != "holds" or relies[place]


def test_a_part_is_asked_for_as_in_the_chapters(committed):
    """The model stands last, so that the margin is a share of its error and not of that of its variant."""
    for claim in committed.entries:
        for model, test in claim.tests.items():
            if claim.group in ("parts", "network") and test.question and test.question.sign == "<":
                assert test.question.method not in ("app", "anchored_app"), (claim.name, model)
