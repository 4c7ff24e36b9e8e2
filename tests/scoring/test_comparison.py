"""Ratios to a baseline and paired differences, on numbers worked by hand."""

import numpy as np
import pandas as pd
import pytest

from appmodel import paired_difference, ratio_table


@pytest.fixture
def hand(made_scores):
    return made_scores(
        {
            "base": {(0, "A"): 2.0, (0, "B"): 4.0, (1, "B"): 1.0, (1, "C"): 3.0},
            "new": {(0, "A"): 1.0, (0, "B"): 3.5, (1, "B"): np.nan, (1, "C"): 1.0},
        }
    )


def test_ratios_by_hand(hand):
    out = ratio_table(hand, "base").set_index("method")
    # seed 0: 2.25 / 3; seed 1: new is defined for C alone, 1 over the 3 of base there
    assert out.loc["new", "ratio"] == pytest.approx((0.75 + 1 / 3) / 2)
    assert out["coverage"].to_dict() == {"base": 1, "new": 0.75}
    assert out.loc["new", "mean"] == pytest.approx((2.25 + 1) / 2)
    assert out.loc["new", "sd"] == pytest.approx((2.25 - 1) / 2**0.5)
    assert out.loc["new", "ratio_sd"] == pytest.approx((0.75 - 1 / 3) / 2**0.5)
    assert out["undefined"].to_dict() == {"base": 0, "new": 1}
    assert out.loc["base", ["mean", "ratio", "ratio_sd"]].tolist() == [2.5, 1, 0]
    assert set(out["metric"]) == {"l2"}


def test_ratios_keep_datasets_and_tasks_apart(hand):
    other = hand.assign(value=hand["value"] * np.where(hand["method"] == "new", 2, 1), task="unseen")
    out = ratio_table(pd.concat([hand, other]), "base").set_index(["dataset", "task", "method"])["ratio"]
    assert out["d", "doubles", "new"] == pytest.approx((0.75 + 1 / 3) / 2)
    assert out["d", "unseen", "new"] == pytest.approx(0.75 + 1 / 3)


def test_ratio_of_a_method_that_is_never_defined_is_nan(hand):
    rows = hand.assign(value=hand["value"].where(hand["method"] == "base"))
    out = ratio_table(rows, "base").set_index("method")
    assert np.isnan(out.loc["new", "ratio"])
    assert out.loc["new", "undefined"] == 4


def test_ratio_of_what_is_not_there(hand):
    with pytest.raises(ValueError, match=r"no method 'add': choose from 'base', 'new'"):
        ratio_table(hand, "add")
    with pytest.raises(ValueError, match=r"no metric 'mse': choose from 'l2'"):
        ratio_table(hand, "base", "mse")


def test_paired_difference_by_hand(hand):
    out = paired_difference(hand, "new", "base")
    assert out["difference"] == pytest.approx((-1 - 0.5 - 2) / 3)
    assert out["conditions"] == 3
    assert out["undefined"] == 1  # B in seed 1, and not the conditions that a seed does not test
    assert -2 <= out["low"] <= out["difference"] <= out["high"] <= -0.5
    assert out == paired_difference(hand.sample(frac=1, random_state=0), "new", "base")
    assert paired_difference(hand, "base", "new")["difference"] == -out["difference"]
    same = paired_difference(hand, "base", "base")
    assert (same["difference"], same["low"], same["high"], same["undefined"]) == (0, 0, 0, 0)


def test_the_interval_covers_the_truth_as_often_as_it_says(made_scores):
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(60):
        effect = rng.normal(0.3, 1, size=30)  # of a condition, the same in all its seeds
        tested = [(seed, i) for seed in range(3) for i in rng.permutation(30)[:20]]
        new = {(seed, f"C{i}"): effect[i] + rng.normal(0, 0.1) for seed, i in tested}
        out = paired_difference(made_scores({"base": dict.fromkeys(new, 0), "new": new}), "new", "base")
        covered += out["low"] <= 0.3 <= out["high"]
    assert 50 <= covered <= 60


def test_paired_difference_of_what_cannot_be_compared(hand):
    with pytest.raises(ValueError, match=r"no method 'other': choose from 'base', 'new'"):
        paired_difference(hand, "other", "base")
    with pytest.raises(ValueError, match="no metric 'pearson'"):
        paired_difference(hand, "new", "base", "pearson")
    with pytest.raises(ValueError, match="several screens or tasks"):
        paired_difference(pd.concat([hand, hand.assign(dataset="e")]), "new", "base")
    out = paired_difference(hand.assign(value=hand["value"].where(hand["method"] == "base")), "new", "base")
    assert np.isnan(out["difference"])
    assert (out["conditions"], out["undefined"]) == (0, 4)
