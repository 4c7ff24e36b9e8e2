"""What attention ranks: hand-worked graphs and numbers, and scikit-learn's as a second opinion."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from appmodel.networks import network_from_edges
from appmodel.studies.attention.gene_rankings import (
    gene_rankings,
    mean_of_others,
    rank_correlation,
    rank_correlations,
    ranking_scores,
    steps_from,
)

GENES = list("ABCDE")


@pytest.fixture
def chain():
    """A - B - C - D, and E alone."""
    return network_from_edges(pd.DataFrame({"source": list("ABC"), "target": list("BCD")}), aliases=False)


@pytest.fixture
def attention():
    return pd.DataFrame(
        [[0.1, 0.4, 0.3, 0.1, 0.1], [0.3, 0.1, 0.1, 0.4, 0.1], [0.2, 0.2, 0.2, 0.2, 0.2]],
        index=["A", "D", "A+D"],
        columns=GENES,
    )


def test_rankings_on_a_chain_by_hand(chain, attention):
    found = gene_rankings(attention, chain)
    assert found["degree"].loc["A"].tolist() == [1, 2, 2, 1, 0]
    assert found["distance"].loc["A"].tolist() == [0, -1, -2, -3, -5]  # E cannot be reached: as far as there are genes
    assert found["distance"].loc["A+D"].tolist() == [0, -1, -1, 0, -5]
    np.testing.assert_allclose(found["mean_attention"].loc["A"], [0.25, 0.15, 0.15, 0.3, 0.15])
    np.testing.assert_allclose(
        found["specific"].loc["A"], np.divide([0.1, 0.4, 0.3, 0.1, 0.1], [0.25, 0.15, 0.15, 0.3, 0.15])
    )
    assert (found["uniform"] == 0).all(axis=None)
    assert set(found) == {"attention", "mean_attention", "specific", "degree", "distance", "uniform"}


def test_further_tables_are_brought_to_the_same_genes(chain, attention):
    found = gene_rankings(attention, chain, shuffled=attention.drop(columns="E"), prediction=attention[GENES[::-1]])
    assert found["shuffled"]["E"].isna().all()
    pd.testing.assert_frame_equal(found["prediction"], attention)


def test_one_condition_and_foreign_genes_are_refused(chain, attention):
    with pytest.raises(ValueError, match="two conditions"):
        gene_rankings(attention.iloc[:1], chain)
    with pytest.raises(ValueError, match="'Z' is not among the 5 genes"):
        steps_from(chain.adjacency(GENES), ["A+Z"], GENES)


def test_mean_of_others_by_hand():
    table = pd.DataFrame([[1.0, 0], [0, 1], [0.5, 0.5]])
    np.testing.assert_allclose(mean_of_others(table), [[0.25, 0.75], [0.75, 0.25], [0.5, 0.5]])


def test_scores_leave_out_the_perturbed_genes_and_count_ties_as_one_half(chain, attention):
    scores = ranking_scores(gene_rankings(attention, chain), {"A": {"B", "D"}, "D": {"C"}, "A+D": {"B"}}, "here")
    value = scores.set_index(["condition", "ranking", "measure"])["value"]
    # Of A: B 0.4 (positive), C 0.3, D 0.1 (positive), E 0.1: B beats both, D loses to C and ties with E.
    assert value["A", "attention", "auroc_here"] == pytest.approx((2 + 0.5) / 4)
    # Blocks B; C; D and E together: precision 1 for half of the recall, 2/4 for the other.
    assert value["A", "attention", "average_precision_here"] == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    assert value["D", "distance", "auroc_here"] == 1  # C is the only neighbour of D
    assert (value.xs("uniform", level="ranking").xs("auroc_here", level="measure") == 0.5).all()
    assert value["A+D", "uniform", "average_precision_here"] == pytest.approx(1 / 3)  # the share of positives
    assert (scores["reason"] == "").all()


def test_undefined_scores_say_why(chain, attention):
    rankings = gene_rankings(attention, chain, shuffled=attention.drop(columns="E"))
    scores = ranking_scores(rankings, {"A": {"A"}, "D": set("ABC")}, "here", universe=list("ABCD"))
    reasons = scores.groupby("condition")["reason"].first()
    assert reasons["A"] == "none of the ranked genes responds"
    assert reasons["D"] == "all of the ranked genes respond"
    assert reasons["A+D"] == "it is not known which genes respond"
    assert scores["value"].isna().all()
    everything = ranking_scores(rankings, {"A": {"B"}, "D": {"B"}, "A+D": {"B"}}, "here")
    of_shuffled = everything[everything["ranking"] == "shuffled"]
    assert of_shuffled["value"].isna().all()
    assert set(of_shuffled["reason"]) == {"the ranking does not know all genes"}


def test_rankings_of_other_genes_are_refused(attention):
    with pytest.raises(ValueError, match="different conditions or genes"):
        ranking_scores({"attention": attention, "other": attention[GENES[::-1]]}, {}, "here")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=30))
def test_rank_correlation_agrees_with_scipy(pairs):
    first, second = np.array(pairs, dtype=float).T
    value, why = rank_correlation(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(value)
        assert why == "one side is the same everywhere"
    else:
        assert (value, why) == (pytest.approx(spearmanr(first, second).statistic), "")


def test_rank_correlations_skip_missing_values_and_perturbed_genes(attention):
    truth = attention.copy()
    truth.loc["A", "A"] = 100.0  # perturbed: its value says nothing
    scores = rank_correlations({"attention": attention, "few": attention.where(attention > 0.25)}, truth, "rho")
    value = scores.set_index(["condition", "ranking"])["value"]
    assert value["A", "attention"] == pytest.approx(1)
    assert np.isnan(value["A", "few"])
    assert scores.set_index(["condition", "ranking"]).loc[("A", "few"), "reason"].startswith("fewer than three")
    kept = rank_correlations({"attention": attention}, truth, "rho", leave_out_perturbed=False)
    assert kept.set_index("condition").loc["A", "value"] < 0.9
