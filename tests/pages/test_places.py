"""Tables that fit a page: what stands in which cell, and that no text of it is cut."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appmodel.pages import by_place, difference_in_words, error_in_words, intervals_in_words, runs_table

RESULTS = Path(__file__).parents[2] / "data" / "results"


@pytest.fixture
def differences():
    rows = [
        ("a_b", "doubles", "app", "additive", 2.6069, 1.85, 3.27, 63, 1.692, 1.0, "worse", False),
        ("a_b", "doubles", "anchored_app", "additive", -1.2, -1.7, -0.8, 60, 0.679, 0.5, "better", True),
        ("z", "unseen", "app", "singles_mean", 0.0, np.nan, np.nan, 5, 1.0, 1.0, "", False),
    ]
    columns = [
        "screen",
        "task",
        "method",
        "against",
        "value",
        "low",
        "high",
        "n",
        "ratio",
        "coverage",
        "says",
        "collapsed",
    ]
    return pd.DataFrame(rows, columns=columns)


def test_a_row_for_each_method_and_a_column_for_each_place(differences):
    shown = by_place(differences, difference_in_words)
    assert list(shown.index) == ["APP", "AnchoredAPP"]
    assert list(shown) == [
        "a b, doubles, against addition (60 to 63 conditions)",
        "z, unseen, against mean of training singles (5 conditions)",
    ]
    assert shown.iloc[:, 0].tolist() == [
        "+2.607 (+1.850 to +3.270), 1.69 times: worse",
        "-1.200 (-1.700 to -0.800), 0.68 times on 50 %, collapsed: better",
    ]
    assert shown.iloc[:, 1].tolist() == ["0.000, 1.00 times", ""]


def test_what_a_method_is_compared_with_stands_beside_it_where_it_differs_in_a_column(differences):
    both = pd.concat([differences, differences.assign(against="linear")])
    shown = by_place(both, difference_in_words, {"a_b": "A (simulated)", "z": "Z"})
    assert list(shown.index)[:2] == [("APP", "addition"), ("AnchoredAPP", "addition")]
    assert list(shown) == ["A (simulated), doubles (60 to 63 conditions)", "Z, unseen (5 conditions)"]
    with pytest.raises(ValueError, match="APP"):
        by_place(pd.concat([both, differences]), difference_in_words)


def test_errors_are_written_with_their_spread_over_seeds_and_their_caveats():
    row = {"mean": 2.776, "sd": 0.252, "ratio": 0.959, "coverage": 1.0, "collapsed": ""}
    assert error_in_words(pd.Series(row)) == "2.78 ± 0.25 (0.96)"
    assert error_in_words(pd.Series(row | {"coverage": 0.54, "collapsed": "collapsed"})) == (
        "2.78 ± 0.25 (0.96 on 54 %), collapsed"
    )
    assert error_in_words(pd.Series(row | {"mean": np.nan})) == "undefined"


def test_a_number_and_its_interval_share_a_column():
    columns = ["method", "mean", "low", "high", "difference", "difference_low", "difference_high", "wins"]
    table = pd.DataFrame([("m", 6.8771, 5.9, 7.7, np.nan, np.nan, np.nan, 4.0)], columns=columns)
    shown = intervals_in_words(table)
    assert list(shown) == ["method", "mean", "difference", "wins"]
    assert shown.iloc[0].tolist() == ["m", "6.88 (5.90 to 7.70)", "", 4.0]


def test_runs_are_listed_once_with_all_their_methods():
    shown = runs_table(RESULTS, "demo", "cells")
    assert shown.index.name == "file"
    assert set(shown) == {"dataset hash", "seeds", "made with", "methods"}
    assert not shown.reset_index().duplicated(["file", "made with"]).any()
    assert "AnchoredAPP; AnchoredAPP, shuffled network" in set(shown["methods"])
