"""Quoted numbers: all of them are there, each with a source, and a mistake in the file is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appmodel.pages import load_published

ROOT = Path(__file__).resolve().parents[2]
HEADER = "claim,method,screen,task,metric,value,low,high,unit,statement,source\n"


@pytest.fixture(scope="module")
def published():
    return load_published(ROOT / "data" / "published.csv")


def value(table, claim, method, task, screen=None):
    rows = table[(table["claim"] == claim) & (table["method"] == method) & (table["task"] == task)]
    if screen is not None:
        rows = rows[rows["screen"] == screen]
    assert len(rows) == 1, (claim, method, task)
    return rows["value"].item()


@pytest.mark.parametrize(
    ("claim", "method", "doubles", "unseen"),
    [
        ("T1", "app", 5.3, 3.9),
        ("T1", "deep models (mean)", 6.1, 4.3),
        ("T1", "no_change", None, None),
        ("T2", "app_no_gnn_random", 5.8, 4.5),
        ("T2", "app_no_gnn_identity", 5.7, 4.4),
        ("T2", "app_mean_attention", None, None),
        ("T2", "app_mlp_decoder", None, None),
        ("T2", "app", 5.3, 3.9),
        ("T4", "app", 5.3, 3.9),
        ("T4", "app_without_25", 5.6, 4.2),
        ("T4", "app_plus_25", None, None),
    ],
)
def test_what_the_paper_states(published, claim, method, doubles, unseen):
    for task, stated in (("doubles", doubles), ("unseen", unseen)):
        found = value(published, claim, method, task)
        assert np.isnan(found) if stated is None else found == stated


def test_what_the_paper_states_for_one_task(published):
    assert value(published, "T1", "additive", "doubles") == 5.5
    assert value(published, "T1", "linear", "unseen") == 4.0
    for method, stated in (("app", 5.3), ("additive", 5.5), ("deep models (mean)", 6.1)):
        assert value(published, "T3", method, "doubles") == stated


@pytest.mark.parametrize(
    ("method", "metric", "low", "high", "unit"),
    [
        ("app", "parameters", 0.5e6, 1e6, "count"),
        ("app", "training_time", 0.5, 1.5, "h"),
        ("large models", "training_time", 10, 60, "h"),
        ("app", "prediction_time", 10, 100, "ms"),
    ],
)
def test_ranges_have_two_ends_and_a_unit(published, method, metric, low, high, unit):
    row = published.query("claim == 'T5' and method == @method and metric == @metric")
    assert row[["low", "high", "unit"]].values.tolist() == [[low, high, unit]]
    assert row["value"].isna().all()


@pytest.mark.parametrize(
    ("screen", "task", "values"),
    [
        (
            "norman19",
            "doubles",
            {"additive": 2.77, "gears": 3.92, "scfoundation": 4.55, "scgpt": 4.70, "no_change": 5.62},
        ),
        ("adamson16", "unseen", {"linear": 4.43, "gears": 4.16, "scgpt": 5.20, "linear (other cell line)": 3.53}),
        ("replogle22_k562", "unseen", {"linear": 4.04, "gears": 4.09, "scgpt": 4.39, "linear (other cell line)": 3.53}),
        ("replogle22_rpe1", "unseen", {"linear": 5.71, "gears": 6.07, "scgpt": 6.85, "linear (other cell line)": 5.14}),
    ],
)
def test_what_was_read_off_figures(published, screen, task, values):
    rows = published.query("claim == 'ahlmann2025' and screen == @screen and task == @task")
    assert dict(zip(rows["method"], rows["value"], strict=True)) == values
    assert rows["source"].str.contains("read off figures").all()
    assert rows["source"].str.contains("preprint stage").all()


def test_a_later_table_is_quoted_as_ratios_to_its_own_baseline(published):
    rows = published.query("claim == 'cole2026'").set_index("method")
    assert rows[["low", "high"]].T.to_dict("list") == {"fusion": [0.882, 0.948], "gears": [0.975, 1.004]}
    assert set(rows["unit"]) == {"of the context mean"}
    assert rows["source"].str.contains("10.64898/2026.02.18.706454").all()


def test_figures_have_rows_and_every_row_says_what_is_claimed(published):
    others = {"ahlmann2025", "hao2024", "theodoris2023", "scfoundation_issue47", "scgpt_issue193", "cole2026"}
    assert set(published["claim"]) == {"T1", "T2", "T3", "T4", "T5", "F2", "F3"} | others
    assert (published["statement"].str.len() > 5).all()
    stated = published[["value", "low"]].notna().any(axis=1)
    silent = published[~stated]
    assert silent["statement"].str.contains("not stated|nothing measured").all()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("T1,app,,doubles,l2,5.3,,,log1p,a mean,", "a number has no source"),
        ("T1,,,doubles,l2,5.3,,,log1p,a mean,a paper", "the claim, the method or the statement is missing"),
        ("T1,app,,doubles,l2,5.3,,,log1p,,a paper", "the claim, the method or the statement is missing"),
        ("T5,app,,,time,,1,,h,hours,a paper", "a range needs a low and a high end"),
        ("T5,app,,,time,2,1,3,h,hours,a paper", "a value or a range, not both"),
        ("T5,app,,,time,,3,1,h,hours,a paper", "the low end of the range lies above the high end"),
        ("T5,app,,,time,,1,3,,hours,a paper", "a number has no unit"),
    ],
)
def test_a_mistake_is_named_with_its_row(tmp_path, row, says):
    path = tmp_path / "published.csv"
    path.write_text(f"{HEADER}T1,additive,,doubles,l2,5.5,,,log1p,a mean,a paper\n{row}\n")
    with pytest.raises(ValueError, match=f"row 3: .*{says}"):
        load_published(path)


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "published.csv"
    pd.DataFrame({"claim": ["T1"], "value": [5.3]}).to_csv(path, index=False)
    with pytest.raises(ValueError, match="has the columns claim, value: write claim, method, screen"):
        load_published(path)


def test_a_method_called_na_is_no_missing_value(tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(f"{HEADER}T1,NA,,doubles,l2,5.5,,,log1p,a mean,a paper\n")
    assert load_published(path)["method"].tolist() == ["NA"]
