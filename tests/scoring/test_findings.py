"""The one form of a finding: what is not said is empty, files give back what they were given, one row is one row."""

import numpy as np
import pandas as pd
import pytest

from appmodel import save_scores
from appmodel.scoring.findings import COLUMNS, chosen, findings, found, load_findings

ROWS = [
    {"screen": "s", "task": "doubles", "method": "NA", "measure": "l2", "by": "share", "bin": "0.5", "value": 1.5},
    {"screen": "s", "method": "app", "against": "NA", "measure": "l2", "bin": "0.25", "reason": "why"},
]


@pytest.fixture
def table():
    table = findings(ROWS)
    table.attrs["provenance"] = {"study": "x"}
    return table


def test_what_is_not_said_is_empty(table):
    assert list(table.columns) == COLUMNS
    assert table.loc[1, ["task", "by"]].tolist() == ["", ""]
    assert np.isnan(table.loc[1, ["value", "low", "high"]].astype(float)).all()
    assert list(findings([]).columns) == COLUMNS


def test_a_file_gives_back_what_it_was_given(table, tmp_path):
    save_scores(table, tmp_path / "found.csv")
    again = load_findings(tmp_path / "found.csv")
    pd.testing.assert_frame_equal(
        again[["screen", "method", "against", "bin", "value", "reason"]],
        table[["screen", "method", "against", "bin", "value", "reason"]],
    )
    save_scores(table.drop(columns="by").assign(), tmp_path / "other.csv")
    with pytest.raises(ValueError, match=r"has the columns .*, not screen, "):
        load_findings(tmp_path / "other.csv")


def test_one_row_is_asked_for_or_it_is_said_how_many_there_are(table):
    assert found(table, method="NA", against="")["value"] == 1.5
    assert len(chosen(table, method=["NA", "app"])) == 2
    with pytest.raises(ValueError, match="2 rows of screen 's'"):
        found(table, screen="s")
    with pytest.raises(ValueError, match="0 rows of method 'nobody'"):
        found(table, method="nobody")
