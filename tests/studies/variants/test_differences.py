"""What a variant changes: paired differences from the full model, and whether it relies on its network."""

import numpy as np
import pandas as pd
import pytest

from appmodel.pages import percent_table
from appmodel.scoring import difference_table
from appmodel.studies.variants import relies_on_network


def test_differences_and_what_they_say(scores):
    table = difference_table(
        scores({"full": 0, "worse": 0.5, "better": -0.5, "same": 0}), "full", ["worse", "better", "same"]
    ).set_index("method")
    assert table["says"].to_dict() == {"worse": "worse", "better": "better", "same": "cannot be told apart"}
    assert table.loc["worse", "value"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["worse", "low"] < table.loc["worse", "value"] < table.loc["worse", "high"]
    assert table.loc["worse", "ratio"] == pytest.approx(1 + 0.5 / 3, abs=0.02)


def test_screens_are_kept_apart(scores):
    both = pd.concat([scores({"full": 0, "cut": 0.5, "half": 0.4}), scores({"full": 0, "cut": -0.5, "half": 0.4}, "e")])
    assert list(difference_table(both, "full", ["cut", "half"])["says"]) == ["worse", "worse", "better", "worse"]


@pytest.mark.parametrize(
    ("shuffled", "empty", "relied"), [(0.5, 0.5, True), (0.0, 0.0, False), (0.5, -0.5, False), (0.5, 0.0, False)]
)
def test_flat_is_robust_only_where_the_network_helps(scores, shuffled, empty, relied):
    """A model that is worse with wrong edges, and better or as good without any, gains nothing from the right ones."""
    made = {"m": 0, "m_shuffled": shuffled, "m_empty": empty}
    both = pd.concat([scores(made), scores({**made, "m_shuffled": 0.0}, "e")])
    assert relies_on_network(both, "m").to_dict() == {("d", "doubles"): relied, ("e", "doubles"): False}


def test_percentages_stand_beside_the_papers(scores):
    table = difference_table(scores({"full": 0, "cut": 0.3, "odd": 0}), "full", ["cut", "odd"])
    quoted = pd.DataFrame(
        {
            "task": ["doubles"] * 3 + ["unseen"],
            "method": ["full", "cut", "odd", "full"],
            "value": [5.0, 5.5, np.nan, 4.0],
        }
    )
    found = percent_table(table, ["cut", "odd"], {"d": "D (simulated)"}, quoted)
    assert list(found.index) == ["cut", "odd"]
    assert found["paper, doubles"].tolist() == ["+10 %", "not stated"]
    assert found["paper, unseen"].tolist() == ["", ""]
    row = table.iloc[0]
    full = row["baseline"]
    assert found.loc["cut", "D (simulated), doubles"] == (
        f"{100 * row['value'] / full:+.1f} % ({100 * row['low'] / full:+.1f} to {100 * row['high'] / full:+.1f})"
    )
    assert 100 * row["value"] / full == pytest.approx(10, abs=0.5)  # 0.3 of about 3
