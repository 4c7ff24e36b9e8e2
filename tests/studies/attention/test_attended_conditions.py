"""What AnchoredAPP attends to: cosines, distances and masks by hand."""

import numpy as np
import pandas as pd
import pytest

from appmodel.effects import as_effects
from appmodel.networks import network_from_edges
from appmodel.studies.attention.attended_conditions import condition_rankings, effect_similarity, similarity_scores


def test_similarity_is_a_cosine_without_the_common_effect():
    measured = as_effects([[11.0, 10], [9, 10], [10, 12], [10, 8]], ["A", "B", "C", "D"], ["x", "y"])  # mean (10, 10)
    asked = as_effects([[13.0, 10], [10, 10]], ["E", "F"], ["x", "y"])
    similarity = effect_similarity(asked, measured)
    np.testing.assert_allclose(similarity.loc["E"], [1, -1, 0, 0])
    assert similarity.loc["F"].isna().all()  # nothing but what all do alike


def test_other_readouts_are_refused():
    one, other = (as_effects([[1.0, 2]], ["A"], names) for names in (["x", "y"], ["y", "x"]))
    with pytest.raises(ValueError, match="different readouts"):
        effect_similarity(one, other)


@pytest.fixture
def rankings():
    network = network_from_edges(pd.DataFrame({"source": list("ABC"), "target": list("BCD")}), aliases=False)
    attention = pd.DataFrame(
        [[0.5, -0.1, 0.0], [0.2, 0.3, 0.4], [0.0, 0.0, 0.0]], index=["A", "D", "A+D"], columns=["B", "C", "B+C"]
    )
    return condition_rankings(attention, network, list("ABCD"), shuffled=attention[["C", "B", "B+C"]] * 2)


def test_conditions_that_are_not_compared_are_left_out_everywhere(rankings):
    for name, table in rankings.items():
        assert np.isnan(table.loc["A", "B+C"]), name
        assert table.loc["A+D"].isna().all(), name


def test_distance_is_between_the_nearest_genes_and_means_leave_out_the_row_itself(rankings):
    assert rankings["distance"].loc["D"].tolist() == [-2, -1, -1]
    assert rankings["distance"].loc["A"].tolist()[:2] == [-1, -2]
    assert rankings["mean_attention"].loc["A"].tolist()[:2] == pytest.approx([0.2, 0.3])
    assert rankings["mean_attention"].loc["D"].tolist()[:2] == pytest.approx([0.5, -0.1])
    assert np.isnan(rankings["mean_attention"].loc["D", "B+C"])  # no other row attends to it
    assert rankings["shuffled"].loc["D"].tolist() == [0.4, 0.6, 0.8]


def test_scores_are_rank_correlations_and_silence_is_named(rankings):
    similarity = pd.DataFrame([[0.1, 0.2, 0.3]] * 3, index=["A", "D", "A+D"], columns=["B", "C", "B+C"])
    scores = similarity_scores(rankings, similarity).set_index(["condition", "ranking"])
    assert scores.loc[("D", "attention"), "value"] == pytest.approx(1)
    assert scores.loc[("D", "distance"), "value"] == pytest.approx(np.sqrt(3) / 2)  # ranks 1, 2.5, 2.5
    assert scores.loc[("A", "attention"), "reason"] == "fewer than three values to compare"
    assert scores.loc[("A+D", "attention"), "reason"].startswith("the anchor alone")
    assert scores.loc["A+D", "value"].isna().all()
