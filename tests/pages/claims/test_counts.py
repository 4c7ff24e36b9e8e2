"""The first line counts claims by what they are about, and not the rows of the table."""

import pandas as pd
import pytest

from appmodel.pages.claims.counts import counted_claims, outcomes

CONSTANT = "not testable: the model does not beat a constant"
APART = "cannot be told apart"


def made(rows):
    table = pd.DataFrame(rows, columns=["claim", "kind", "model", "verdict"])
    return table.assign(group="accuracy", simulated=False)


def test_claims_are_counted_and_not_rows():
    table = made(
        [
            ("c1", "claim", "app", "holds"),
            ("c1", "claim", "app", "holds"),
            ("c2", "claim", "app", "holds"),
            ("c2", "claim", "app", "does not hold"),
            ("c3", "claim", "app", APART),
            ("c3", "claim", "app", CONSTANT),
            ("c4", "claim", "app", "not yet measured"),
            ("c5", "claim", "both", "cannot be tested here: why"),
            ("c9", "claim", "app", "cannot be tested here: shown side by side"),
            ("c9", "claim", "gears", "cannot be tested here: shown side by side"),
            ("c10", "claim", "additive", "holds"),
            ("c10", "claim", "additive", "does not hold"),
            ("c11", "claim", "app", CONSTANT),
            ("c11", "claim", "anchored_app", "does not apply: why"),
            ("c12", "claim", "app", APART),
            ("c12", "claim", "app", "does not hold"),
            ("c6", "cell", "app", "holds"),
            ("c7", "repeat", "app", "holds"),
            ("c8", "stand-in", "app", "holds"),
            ("c1", "claim", "anchored_app", "holds"),
            ("c3", "claim", "anchored_app", "holds"),
        ]
    )
    counts = counted_claims(table)
    assert (counts["claims"], counts["accuracy claims"], counts["cost claims"]) == (9, 9, 0)
    names = ("hold", "hold on some", "open", "fail", "constant", "closed", "waiting", "senseless")
    assert [counts[f"app accuracy {name}"] for name in names] == [1, 1, 1, 1, 1, 2, 1, 0]
    assert [counts[f"anchored_app accuracy {name}"] for name in names] == [2, 0, 0, 0, 0, 1, 0, 1]
    assert [counts[f"others accuracy {name}"] for name in names] == [0, 1, 0, 0, 0, 0, 0, 0]
    assert (counts["app accuracy"], counts["app accuracy tested"]) == (8, 4)
    assert outcomes(table, "stand-in")["outcome"].tolist() == ["holds"]


@pytest.mark.parametrize(
    ("real", "simulated", "outcome"),
    [
        ("holds", "does not hold", "holds"),
        (APART, "holds", APART),
        (CONSTANT, "holds", CONSTANT),
        ("cannot be tested here: why", "holds", "cannot be tested here"),
        (None, "holds", "holds"),
        ("not yet measured", "holds", "holds"),
    ],
)
def test_a_simulated_screen_counts_only_for_what_was_asked_on_no_real_one(real, simulated, outcome):
    table = made([("c", "claim", "app", real), ("c", "claim", "app", simulated)]).assign(simulated=[False, True])
    assert outcomes(table.dropna())["outcome"].tolist() == [outcome]


def test_groups_are_counted_apart():
    table = made([("a", "claim", "app", "holds"), ("b", "claim", "app", "holds")]).assign(group=["cost", "parts"])
    counts = counted_claims(table)
    assert [counts[f"app {group} hold"] for group in ("accuracy", "parts", "network", "attention", "cost")] == [
        0,
        1,
        0,
        0,
        1,
    ]
