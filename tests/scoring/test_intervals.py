"""The bootstrap over genes and seeds, and the rule that reads its intervals."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from appmodel import paired_difference
from appmodel.scoring.intervals import drawn_weights, interval, row_weights, says, weighted_means


def test_a_row_counts_as_often_as_its_genes_and_its_seed():
    names, seeds = ["A", "B", "A+B", "A", "A+C"], [0, 0, 0, 1, 1]
    weights = drawn_weights(names, seeds, seed=3)
    assert weights.shape == (2000, 5)
    np.testing.assert_array_equal(weights, drawn_weights(names, seeds, seed=3))
    assert weights.mean() == pytest.approx(1, abs=0.2)
    # one draw of genes for all rows: A+B of seed 0 is never drawn without A and B of seed 0
    assert (weights[:, 2] > 0).any()
    assert ((weights[:, 2] > 0) <= ((weights[:, 0] > 0) & (weights[:, 1] > 0))).all()
    first, second = weights[:, 0], weights[:, 3]  # the same gene, two seeds that are drawn two times in all
    assert set(np.unique((first + second)[(first + second) > 0] % 2)) <= {0, 1}
    assert ((first > 0) & (second > 0)).any()
    assert ((first > 0) & (second == 0)).any()


def test_the_order_of_rows_changes_nothing():
    names, seeds = ["B", "A", "A+B"], [1, 0, 0]
    weights = drawn_weights(names, seeds)
    turned = drawn_weights(names[::-1], seeds[::-1])
    np.testing.assert_array_equal(weights, turned[:, ::-1])


def test_one_seed_says_nothing_about_seeds():
    weights = drawn_weights(["A", "B", "C"], [7, 7, 7])
    assert (weights.sum(axis=1) == 3).all()


def test_means_by_hand():
    rows = pd.DataFrame({"x": [1.0, 3.0, np.nan], "y": [2.0, 2.0, 8.0]})
    weights = np.array([[1.0, 1.0, 5.0], [2.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    means = weighted_means(rows, weights)
    np.testing.assert_allclose(means[:2], [[2, 44 / 7], [1, 4]])
    assert np.isnan(means[2, 0])
    assert means[2, 1] == 8


def test_the_interval_of_nothing_is_nan():
    low, high = interval(np.array([[np.nan, 1.0], [np.nan, 3.0]]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert 1 <= low[1] <= high[1] <= 3


@pytest.mark.parametrize(
    ("low", "high", "margin", "read"),
    [
        (-2.0, -1.0, 0.5, "better"),
        (-2.0, -0.4, 0.5, "cannot be told apart"),
        (-2.0, 1.0, 0.0, "cannot be told apart"),
        (0.6, 1.0, 0.5, "worse"),
        (0.4, 1.0, 0.5, "cannot be told apart"),
        (np.nan, 1.0, 0.0, ""),
    ],
)
def test_the_rule(low, high, margin, read):
    assert says(low, high, margin) == read
    turned = {"better": "worse", "worse": "better"}
    assert says(low, high, margin, better="higher") == turned.get(read, read)


@pytest.fixture
def scores(made_scores):
    """Scores of five seeds and 20 genes, by the difference between ``new`` and ``base`` of a seed and a gene."""

    def made(value):
        new = {(seed, f"G{i}"): value(seed, i) + 10.0 for seed in range(5) for i in range(20)}
        return made_scores({"base": dict.fromkeys(new, 10.0), "new": new}, task="unseen")

    return made


def test_a_single_lucky_seed_is_no_finding(scores):
    """Four seeds say nothing, one says much: with conditions alone this would hold."""
    lucky = scores(lambda seed, i: -2.0 if seed == 0 else 0.05 * (-1) ** i)
    found = paired_difference(lucky, "new", "base")
    assert found["difference"] == pytest.approx(-0.4)
    assert found["says"] == "cannot be told apart"
    alone = paired_difference(lucky[lucky["seed"] == 0], "new", "base")
    assert alone["high"] < -1
    assert alone["says"] == "cannot be told apart"  # one split
    assert paired_difference(scores(lambda seed, i: -2.0), "new", "base")["says"] == "better"


def test_a_difference_within_the_margin_is_none(scores):
    assert paired_difference(scores(lambda seed, i: -0.09), "new", "base")["says"] == "cannot be told apart"
    assert paired_difference(scores(lambda seed, i: -0.11), "new", "base")["says"] == "better"
    assert paired_difference(scores(lambda seed, i: 0.11), "new", "base")["says"] == "worse"


def test_pairs_that_share_a_gene_are_not_independent(made_scores):
    rng = np.random.default_rng(0)
    hub = {gene: rng.normal() for gene in "ABCDEFGH"}
    new = {(seed, f"{a}+{b}"): hub[a] + hub[b] for seed in range(3) for a, b in combinations(hub, 2)}
    table = made_scores({"base": dict.fromkeys(new, 0.0), "new": new})
    pairs = paired_difference(table, "new", "base")
    apart = paired_difference(table.assign(condition=table["condition"].str.replace("+", "")), "new", "base")
    assert pairs["difference"] == apart["difference"]
    assert pairs["high"] - pairs["low"] > 1.5 * (apart["high"] - apart["low"])
    indexed = table[table["method"] == "new"].set_index(["condition", "seed"])
    assert row_weights(indexed).shape == (2000, 84)
