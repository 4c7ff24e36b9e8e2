"""Axes beside genes: errors by hand, a line that is found again, and predictions that need a split are refused."""

import numpy as np
import pandas as pd
import pytest

from appmodel import as_effects
from appmodel.scoring.findings import found
from appmodel.studies.axes import axes_findings, beside_genes

EFFECTS = as_effects(
    np.array([[3.0, 0], [0, 4], [3, 5], [1, 1], [2, 2]]), ["A", "B", "A+B", "C", "C+D"], ["axis_1", "axis_2"]
)


def published(values, method):
    """Rows of two seeds whose mean is ``values``."""
    return pd.DataFrame(
        [
            ("s", "t", seed, method, name, "l2", value + shift, "")
            for seed, shift in ((1, -0.5), (2, 0.5))
            for name, value in values.items()
        ],
        columns=["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"],
    )


def test_errors_by_hand():
    pairs = {"A+B": 2.0, "C+D": 1.0, "A+Z": 1.0}
    table = beside_genes(published(pairs, "additive"), EFFECTS, "additive")  # D and Z were not measured alone
    assert table.to_dict("index") == {"A+B": {"genes": 2.0, "axes": 1.0}}
    table = beside_genes(published({"A": 7.0, "A+B": 6.0}, "no_change"), EFFECTS, "no_change")
    assert table["axes"].tolist() == pytest.approx([3, np.sqrt(34)])
    table = beside_genes(published({"A": 7.0}, "singles_mean"), EFFECTS, "singles_mean")
    assert table["axes"].tolist() == pytest.approx([np.hypot(3 - 0.5, 0 - 2.5)])  # the mean of B and C


def test_what_depends_on_a_split_is_refused():
    with pytest.raises(ValueError, match="'linear' depends on a split"):
        beside_genes(published({"A": 7.0}, "linear"), EFFECTS, "linear")


def test_a_line_is_found_again_and_noise_pulls_ratios_to_one():
    axes = np.linspace(1, 4, 30)
    table = pd.DataFrame({"genes": np.sqrt(2 * axes**2 + 3), "axes": axes}, index=[f"G{i}" for i in range(30)])
    rows = axes_findings(table, [0.5, 1.0], screen="s", method="additive")
    for measure, value in (("slope", 2), ("offset", 3)):
        assert found(rows, measure=measure)[["value", "low", "high"]].tolist() == pytest.approx([value] * 3)
    half = found(rows, measure="ratio_over_genes", bin="0.5")["value"]
    assert half == pytest.approx(np.sqrt(0.5 * axes**2 + 3).sum() / np.sqrt(2 * axes**2 + 3).sum())
    assert 0.5 < half < 1
    assert found(rows, measure="ratio_over_genes", bin="1")["value"] == pytest.approx(1)
    assert set(rows["n"]) == {30}


def test_the_correlation_is_numpys_and_its_interval_draws_genes():
    rng = np.random.default_rng(0)
    values = rng.uniform(1, 5, (40, 2))
    table = pd.DataFrame(values, columns=["genes", "axes"], index=[f"G{i % 8}+H{i}" for i in range(40)])
    row = found(axes_findings(table), measure="pearson")
    assert row["value"] == pytest.approx(np.corrcoef(values.T)[0, 1])
    assert row["low"] < row["value"] < row["high"]
