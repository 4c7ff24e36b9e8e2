"""Means, intervals and sentences over perturbations and seeds."""

import numpy as np
import pandas as pd
import pytest

from appmodel.scoring.findings import COLUMNS, found
from appmodel.studies.attention.summary import deletions, explanations, rankings_of, summarised


def rows(values, measure="auroc_direct", model="app", group="seen", reason="no gene responds"):
    """``values``: ranking -> values (n_seeds, n_conditions)."""
    return pd.DataFrame(
        [
            ("demo", seed, model, group, f"G{i}", ranking, measure, value, reason if np.isnan(value) else "")
            for ranking, table in values.items()
            for seed, of_seed in enumerate(table)
            for i, value in enumerate(of_seed)
        ],
        columns=["screen", "seed", "model", "group", "condition", "ranking", "measure", "value", "reason"],
    )


def test_means_differences_and_counts_by_hand():
    table = summarised(rows({"attention": [[0.6, 0.8], [0.7, np.nan]], "degree": [[0.5, 0.5], [0.4, 0.5]]}))
    assert list(table.columns) == COLUMNS
    assert set(table["task"]) == {"seen", "all"}
    alone = rankings_of(table, "demo", "app", "auroc_direct")
    assert alone.loc["attention", "value"] == pytest.approx(0.7)
    assert alone.loc["attention", "n"] == 2
    # G0 of the first seed alone has 0.6, G1 of it 0.8: the interval reaches so far and no further.
    assert alone.loc["attention", ["low", "high"]].tolist() == pytest.approx([0.6, 0.8])
    paired = found(table, method="attention", against="degree", task="all")
    assert paired["value"] == pytest.approx((0.1 + 0.3 + 0.3) / 3)
    assert (table["reason"] == "").all()


def test_what_has_no_value_says_why():
    doubles = rows({"attention": [[0.5]], "sum": [[0.4]]}, group="doubles").assign(condition="G0+G1")
    table = summarised(pd.concat([rows({"attention": [[0.6, 0.8]], "uniform": [[np.nan, np.nan]]}), doubles]))
    alone = rankings_of(table, "demo", "app", "auroc_direct")
    assert alone.loc["uniform", ["n", "reason"]].tolist() == [0, "no gene responds"]
    assert np.isnan(alone.loc["uniform", "low"])
    assert alone.loc[["attention", "sum"], "n"].tolist() == [3, 1]
    assert found(table, method="attention", against="uniform", task="all")["reason"] == "no gene responds"
    assert found(table, method="attention", against="sum", task="all")["n"] == 1


def test_seeds_that_say_the_same_make_nothing_more_certain():
    rng = np.random.default_rng(0)
    drawn = rng.normal(0.6, 0.1, size=(1, 40)).repeat(5, axis=0)  # five seeds that say the same
    many, single = (
        rankings_of(summarised(rows({"attention": drawn[:n]})), "demo", "app", "auroc_direct") for n in (5, 1)
    )
    assert many["low"].tolist() == pytest.approx(single["low"].tolist())  # five times the rows, no more certain
    assert many.loc["attention", "high"] - many.loc["attention", "low"] == pytest.approx(
        2 * 1.96 * drawn[0].std() / np.sqrt(40), rel=0.15
    )


def summary_of(attention, **controls):
    return summarised(rows({"attention": [attention], **{key: [value] for key, value in controls.items()}}))


@pytest.mark.parametrize(
    ("attention", "degree", "says"),
    [
        ([0.7, 0.8, 0.75], [0.5, 0.6, 0.5], ""),
        ([0.7, 0.8, 0.75], [0.7, 0.9, 0.8], "the number of neighbours"),
        ([0.4, 0.6, 0.5], [0.2, 0.2, 0.2], "chance"),
        ([0.3, 0.4, 0.2], [0.1, 0.1, 0.1], "chance"),
        ([np.nan] * 3, [0.1, 0.1, 0.1], "not tested: no gene responds"),
    ],
)
def test_what_attention_is_no_better_than(attention, degree, says):
    summary = summary_of(attention, degree=degree)
    table = explanations(summary, "app")
    assert table[["screen", "group", "ranked", "no better than"]].to_numpy().tolist() == [
        ["demo", "seen", "direct targets", says]
    ]


def test_a_list_that_looks_at_the_perturbation_is_no_control():
    summary = summary_of([0.7, 0.8, 0.75], prediction=[0.9, 0.9, 0.9], shuffled=[0.5, 0.5, 0.5])
    assert explanations(summary, "app")["no better than"].tolist() == [""]


def deletion(attention, least, random):
    # Two conditions of each seed; other perturbations attend to the same genes.
    values = {"attention": attention, "least_attended": least, "random": random, "mean_attention": attention}
    return summarised(
        rows({key: [[value, value] for value in of_seed] for key, of_seed in values.items()}, measure="change_20")
    )


@pytest.mark.parametrize(
    ("attention", "least", "faithful"),
    [((0.2, 0.3), (0.1, 0.1), True), ((0.2, 0.3), (0.4, 0.5), False), ((0.2, 0.3), (0.1, 0.5), False)],
)
def test_faithful_means_more_than_random_and_least_attended(attention, least, faithful):
    row = deletions(deletion(attention, least, (0.05, 0.05))).iloc[0]
    assert row["faithful"] == faithful
    assert row["attention"] == pytest.approx(0.25)
    assert not row["own"]


def test_a_measure_that_was_not_taken_is_refused():
    with pytest.raises(ValueError, match="no 'auroc_significant' of app on demo"):
        rankings_of(summarised(rows({"attention": [[0.5]]})), "demo", "app", "auroc_significant")
