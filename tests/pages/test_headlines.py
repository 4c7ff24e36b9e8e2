"""Headlines: the numbers that go into typed sentences, and what the tables say."""

import pandas as pd
import pytest

from appmodel.pages.headlines import ratios_in_words, says_table

ROWS = [
    ("s", "unseen", "mine", 0.8, 0.7, 0.9, 8.0, -2.0, -3.0, -1.0),
    ("s", "unseen", "like", 1.0, 0.9, 1.1, 10.0, 0.0, -1.0, 1.0),
    ("s", "doubles", "mine", 1.2, 1.1, 1.3, 12.0, 2.0, 1.0, 3.0),
    ("s", "doubles", "like", 0.95, 0.94, 0.999, 9.5, -0.5, -0.6, -0.01),
]


@pytest.fixture
def board():
    ends = [f"{name}{end}" for name in ("ratio", "difference") for end in ("", "_low", "_high")]
    columns = ["dataset", "task", "method", *ends[:3], "mean", *ends[3:]]
    l2 = pd.DataFrame(ROWS, columns=columns).assign(metric="l2")
    return pd.concat([l2, l2.assign(metric="mae", ratio=9.0)], ignore_index=True)


def test_ratios_are_written_with_their_interval(board):
    assert ratios_in_words(board, ["mine"]) == {
        "mine s unseen": "0.80 [0.70, 0.90]",
        "mine s doubles": "1.20 [1.10, 1.30]",
    }


def test_what_is_said_needs_the_margin(board):
    said = says_table(board, ["mine", "like"])
    assert said.loc["mine"].to_dict() == {"s unseen": "better", "s doubles": "worse"}
    # Below the baseline with its whole interval, but not by one percent.
    assert said.loc["like"].to_dict() == {"s unseen": "cannot be told apart", "s doubles": "cannot be told apart"}
    with pytest.raises(KeyError):
        says_table(board, ["yours"])
