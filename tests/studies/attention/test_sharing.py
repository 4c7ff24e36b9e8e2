"""How attention differs between perturbations: numbers worked by hand."""

import numpy as np
import pandas as pd
import pytest

from appmodel.studies.attention.sharing import (
    gained_genes,
    jensen_shannon,
    most_attended,
    sharing,
    specificity,
    total_variation,
)


@pytest.fixture
def attention():
    rows = {
        "A": [0.7, 0.1, 0.1, 0.1],
        "B": [0.1, 0.7, 0.1, 0.1],
        "C": [0.1, 0.1, 0.7, 0.1],
        "D": [0.1, 0.1, 0.7, 0.1],
        "E": [0.1, 0.1, 0.7, 0.1],
        "A+B": [0.4, 0.4, 0.1, 0.1],
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("WXYZ"))


def test_distances_at_their_ends():
    apart, alike = np.array([[1.0, 0], [0, 1]]), np.array([[0.5, 0.5]] * 2)
    assert total_variation(apart[0], apart[1]) == jensen_shannon(apart[0], apart[1]) == 1
    assert total_variation(*alike) == jensen_shannon(*alike) == 0


def test_specificity_of_a_uniform_look_and_of_one_gene():
    table = specificity(pd.DataFrame([[0.25] * 4, [1.0, 0, 0, 0]], index=["A", "B"]))
    np.testing.assert_allclose(table["times_uniform"], [1, 4])
    np.testing.assert_allclose(table["effective_genes"], [4, 1])
    np.testing.assert_allclose(table["total_variation_from_mean"], [0.75, 0.75])
    with pytest.raises(ValueError, match="two conditions"):
        specificity(table.iloc[:1])


def test_a_double_that_is_the_mean_of_its_singles_shares_everything(attention):
    table = sharing(attention, ["A+B"], k=2).set_index("ranking")
    own, others = table.loc["own_singles"], table.loc["other_singles"]
    assert own["total_variation"] == pytest.approx(0)
    assert own["jensen_shannon"] == pytest.approx(0)
    # The second place of A and of B is shared by three genes, so that all four are among their best.
    assert (own["overlap"], own["new"]) == (1, 0)
    assert others["total_variation"] == pytest.approx(0.6)  # 0.4 - 0.1 twice, 0.7 - 0.1 once, halved


def test_what_is_new_is_counted():
    rows = {"A": [0.7, 0.2, 0.1, 0.0], "B": [0.6, 0.3, 0.1, 0.0], "A+B": [0.1, 0.0, 0.2, 0.7]}
    table = sharing(pd.DataFrame.from_dict(rows, orient="index", columns=list("WXYZ")), ["A+B"], k=2)
    assert list(table["ranking"]) == ["own_singles"]  # no other single to compare with
    assert table.loc[0, ["overlap", "new"]].tolist() == [0, 1]


@pytest.mark.parametrize("double", ["A", "A+Z", "Y+Z"])
def test_singles_and_unknown_doubles_are_refused(attention, double):
    with pytest.raises(ValueError, match="no double with its two singles"):
        sharing(attention, [double])


def test_gained_genes_are_ordered_by_the_difference_from_the_mean(attention):
    attention.loc["A+B"] = [0.4, 0.3, 0.2, 0.1]
    table = gained_genes(attention, "A+B", 2)
    assert sorted(table["gene"]) == ["X", "Y"]
    assert dict(zip(table["gene"], table["difference"].round(9), strict=True)) == {"X": -0.4, "Y": 0.4}


def test_ties_with_the_last_one_are_included():
    assert most_attended(np.array([3.0, 2, 2, 1]), 2).tolist() == [True, True, True, False]
    assert most_attended(np.array([3.0, 2]), 5).all()
