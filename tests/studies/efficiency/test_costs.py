"""Costs: medians, intervals and slopes by hand, and the table of sizes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel.scoring.findings import COLUMNS, chosen
from appmodel.studies.efficiency.costs import SETTINGS, efficiency_table, loglog_slope, median_interval

REFERENCE = dict(zip(SETTINGS, (100, 20, 8, 10, 1), strict=True))


def measured(quantity="epoch_time", method="app", repeats=(1.0,), **varied):
    """Measurements at one size; edges are ten for each neighbour, conditions twice the singles."""
    at = {**REFERENCE, **varied}
    sizes = {**at, "edges": 10.0 * at["n_neighbors"], "conditions": 2 * at["n_singles"]}
    return [{"quantity": quantity, "method": method, **sizes, "value": value} for value in repeats]


def test_the_median_of_three_and_its_interval_by_hand():
    # Two or more of three draws are the smallest in 7 of 27 samples: more than the 2.5 % below the interval.
    assert median_interval([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
    assert median_interval([4.0] * 5) == (4.0, 4.0, 4.0)


def test_one_measurement_has_no_interval():
    value, low, high = median_interval([7.0])
    assert value == 7
    assert np.isnan([low, high]).all()


def test_a_slope_by_hand():
    # In powers of two: 0, 1, 2 against 0, 1, 1.
    slope, low, high = loglog_slope({1: [1.0, 1.0], 2: [2.0, 2.0], 4: [2.0, 2.0]})
    assert (slope, low, high) == pytest.approx((0.5, 0.5, 0.5))


def test_a_slope_uses_medians_and_its_interval_the_repeats():
    noisy = {1: [1.0, 1.0, 50.0], 10: [10.0, 9.0, 11.0], 100: [100.0, 100.0, 100.0]}
    slope, low, high = loglog_slope(noisy)
    assert slope == pytest.approx(1)
    assert low < 0.5
    assert high == pytest.approx(1, abs=0.1)


@settings(deadline=None)
@given(st.floats(-2, 3), st.floats(0.01, 100), st.lists(st.integers(1, 10_000), min_size=3, max_size=6, unique=True))
def test_a_power_is_found_whatever_the_unit(power, unit, sizes):
    slope, low, high = loglog_slope({size: [unit * size**power] * 2 for size in sizes})
    assert (slope, low, high) == pytest.approx((power, power, power), abs=1e-6)


def test_what_has_no_logarithm_has_no_slope():
    assert np.isnan(loglog_slope({1: [0.0], 2: [1.0], 3: [2.0]})).all()
    slope, low, high = loglog_slope({1: [1.0], 2: [2.0], 4: [4.0]})
    assert slope == pytest.approx(1)
    assert np.isnan([low, high]).all()


def test_each_size_is_compared_with_all_else_as_in_the_reference():
    rows = pd.DataFrame(
        [
            *measured(repeats=[1, 2, 3]),
            *measured(repeats=[4, 4, 4], n_genes=200),
            *measured(repeats=[8, 8, 8], n_genes=400),
            *measured(repeats=[5, 5, 5], n_neighbors=40),
            *measured(repeats=[9, 9, 9], n_genes=400, n_hidden=16),
        ]
    )
    table = efficiency_table(rows, REFERENCE)
    assert list(table.columns) == COLUMNS
    found = {
        (row.measure, row.by, int(row.bin)): (row.value, row.low, row.high, row.n)
        for row in chosen(table, measure="epoch_time").itertuples()
    }
    assert found == {
        ("epoch_time", "reference", 100): (2, 1, 3, 3),
        ("epoch_time", "genes", 100): (2, 1, 3, 3),
        ("epoch_time", "genes", 200): (4, 4, 4, 3),
        ("epoch_time", "genes", 400): (8, 8, 8, 3),
        ("epoch_time", "edges", 200): (2, 1, 3, 3),
        ("epoch_time", "edges", 400): (5, 5, 5, 3),
    }
    slopes = chosen(table, measure="epoch_time_slope")  # of two sizes there is none
    assert list(slopes["by"]) == ["genes"]
    assert slopes["value"].iloc[0] == pytest.approx(1)
    assert set(table["reason"]) == {""}


def test_a_missing_interval_or_slope_says_why():
    rows = []
    for size in (100, 200, 400):
        rows += [*measured(n_genes=size), *measured("parameters", n_genes=size)]
        rows += measured("fit_memory", repeats=[0.0, 0.0], n_genes=size)
    table = efficiency_table(pd.DataFrame(rows), REFERENCE).set_index(["measure", "by"]).sort_index()
    assert table.loc[("epoch_time", "reference"), "reason"].tolist() == ["measured once: no interval"]
    assert table.loc[("parameters", "reference"), ["value", "low", "high", "reason"]].to_numpy().tolist() == [
        [1, 1, 1, ""]
    ]
    assert "logarithm" in table.loc[("fit_memory_slope", "genes"), "reason"].iloc[0]
    assert table.loc[("fit_memory_slope", "genes"), "value"].isna().all()
