"""What a variant changes: paired differences from the full model, and the sentences that read them."""

import re

import numpy as np
import pandas as pd
import pytest

from appmodel.reading.variants import difference_table, percent_table, says_of_network, says_of_parts


def test_differences_and_what_they_say(scores):
    table = difference_table(scores({"full": 0, "worse": 0.5, "better": -0.5, "same": 0}), "full",
                             ["worse", "better", "same"]).set_index("method")
    assert table["says"].to_dict() == {"worse": "worse", "better": "better", "same": "no difference"}
    assert table.loc["worse", "difference"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["worse", "low"] < table.loc["worse", "difference"] < table.loc["worse", "high"]
    assert table.loc["worse", "ratio"] == pytest.approx(1 + 0.5 / 3, abs=0.02)


def test_screens_are_kept_apart_and_counted(scores):
    both = pd.concat([scores({"full": 0, "cut": 0.5, "half": 0.4}), scores({"full": 0, "cut": -0.5, "half": 0.4}, "e")])
    table = difference_table(both, "full", ["cut", "half"])
    assert list(table["says"]) == ["worse", "worse", "better", "worse"]
    names, titles = {"cut": "no middle", "half": "half a middle"}, {"d": "d (simulated)", "e": "e (simulated)"}
    assert says_of_parts(table, names, "full", titles) == (
        "`full`, 2 parts changed on 2 screens and tasks, 4 comparisons: the error grows in 3, falls in 1 and cannot be "
        "told apart in 0. Worse everywhere: half a middle. The error falls most with no middle: "
        f"{100 * (table['ratio'].min() - 1):+.1f} % on e (simulated), doubles.")
    cut = says_of_parts(table[table["method"] == "cut"], names, "full", titles)
    assert "No part is missed everywhere." in cut
    half = says_of_parts(table[table["method"] == "half"], names, "full", titles)
    assert half.endswith("Worse everywhere: half a middle.")


@pytest.mark.parametrize(("shuffled", "empty", "relied"), [(0.5, 0.5, 1), (0.0, 0.0, 0), (0.5, -0.5, 0), (0.5, 0.0, 0)])
def test_flat_is_robust_only_where_the_network_helps(scores, shuffled, empty, relied):
    """A model that is worse with wrong edges, and better or as good without any, gains nothing from the right ones."""
    made = scores({"m": 0, "m_shuffled": shuffled, "m_empty": empty, "m_without_25": 0.0})
    said = says_of_network(made, "m", {"d": "d (simulated)"})
    assert f"on {relied} of 1 screens and tasks" in said
    assert ("indifference, not robustness" in said) == (relied == 0)
    place = re.escape("d (simulated), doubles: ")
    found = re.search(place + r"genes shuffled (\S+) %, no edge (\S+) %, a quarter .* removed (\S+) %", said)
    assert [float(text) for text in found.groups()] == pytest.approx(
        [100 * shift / 3 for shift in (shuffled, empty, 0)], abs=0.5)


def test_percentages_stand_beside_the_papers(scores):
    table = difference_table(scores({"full": 0, "cut": 0.3, "odd": 0}), "full", ["cut", "odd"])
    quoted = pd.DataFrame({"task": ["doubles"] * 3 + ["unseen"], "method": ["full", "cut", "odd", "full"],
                           "value": [5.0, 5.5, np.nan, 4.0]})
    found = percent_table(table, {"cut": "no middle", "odd": "odd"}, {"d": "D (simulated)"}, quoted, "full")
    assert list(found.index) == ["no middle", "odd"]
    assert found["paper, doubles"].tolist() == ["+10 %", "not stated"]
    assert found["paper, unseen"].tolist() == ["", ""]
    row = table.iloc[0]
    full = row["mean"] - row["difference"]
    assert found.loc["no middle", "D (simulated), doubles"] == (
        f"{100 * row['difference'] / full:+.1f} % ({100 * row['low'] / full:+.1f} to {100 * row['high'] / full:+.1f})")
    assert 100 * row["difference"] / full == pytest.approx(10, abs=0.5)  # 0.3 of about 3
