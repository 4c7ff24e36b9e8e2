"""The bootstrap over genes and seeds, and the rule that reads its intervals."""

import numpy as np
import pandas as pd
import pytest

from appmodel import paired_difference
from appmodel.scoring.intervals import drawn_weights, interval, row_weights, says, weighted_means


def test_a_row_counts_as_often_as_its_genes_and_its_seed():
    names, seeds = ["A", "B", "A+B", "A", "A+C"], [0, 0, 0, 1, 1]
    weights = drawn_weights(names, seeds, 500, seed=3)
    assert weights.shape == (500, 5)
    np.testing.assert_array_equal(weights, drawn_weights(names, seeds, 500, seed=3))
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
    weights = drawn_weights(names, seeds, 50)
    turned = drawn_weights(names[::-1], seeds[::-1], 50)
    np.testing.assert_array_equal(weights, turned[:, ::-1])


def test_conditions_in_place_of_genes():
    by_condition = drawn_weights(["A+B", "A+C"], [0, 0], 400, by="condition")
    assert (by_condition.sum(axis=1) == 2).all()
    singles = [drawn_weights(["A", "B", "C"], [0, 0, 1], 50, by=by) for by in ("gene", "condition")]
    np.testing.assert_array_equal(*singles)


def test_one_seed_says_nothing_about_seeds():
    weights = drawn_weights(["A", "B", "C"], [7, 7, 7], 100)
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


def scores(value, n_seeds=5, n=20):
    rows = [
        (seed, method, f"G{i}", value(seed, i) * (method == "new") + 10.0)
        for seed in range(n_seeds)
        for i in range(n)
        for method in ("base", "new")
    ]
    table = pd.DataFrame(rows, columns=["seed", "method", "condition", "value"])
    return table.assign(dataset="d", task="unseen", metric="l2", reason="")


def test_a_single_lucky_seed_is_no_finding():
    """Four seeds say nothing, one says much: with conditions alone this would hold."""
    lucky = scores(lambda seed, i: -2.0 if seed == 0 else 0.05 * (-1) ** i)
    found = paired_difference(lucky, "new", "base")
    assert found["difference"] == pytest.approx(-0.4)
    assert found["says"] == "cannot be told apart"
    alone = paired_difference(lucky[lucky["seed"] == 0], "new", "base")
    assert alone["high"] < -1
    assert alone["says"] == "cannot be told apart"  # one split
    assert paired_difference(scores(lambda seed, i: -2.0), "new", "base")["says"] == "better"


def test_a_difference_within_the_margin_is_none():
    assert paired_difference(scores(lambda seed, i: -0.09), "new", "base")["says"] == "cannot be told apart"
    assert paired_difference(scores(lambda seed, i: -0.11), "new", "base")["says"] == "better"
    assert paired_difference(scores(lambda seed, i: 0.11), "new", "base")["says"] == "worse"


def test_pairs_that_share_a_gene_are_not_independent():
    rng = np.random.default_rng(0)
    hub = {gene: rng.normal() for gene in "ABCDEFGH"}
    rows = [
        (seed, method, f"{a}+{b}", (hub[a] + hub[b]) * (method == "new"))
        for seed in range(3)
        for a in hub
        for b in hub
        if a < b
        for method in ("base", "new")
    ]
    table = pd.DataFrame(rows, columns=["seed", "method", "condition", "value"]).assign(
        dataset="d", task="doubles", metric="l2", reason=""
    )
    wide = {by: paired_difference(table, "new", "base", by=by) for by in ("gene", "condition")}
    assert wide["gene"]["difference"] == wide["condition"]["difference"]
    assert wide["gene"]["high"] - wide["gene"]["low"] > 1.5 * (wide["condition"]["high"] - wide["condition"]["low"])
    indexed = table[table["method"] == "new"].set_index(["condition", "seed"])
    assert row_weights(indexed, 10).shape == (10, 84)
