"""Where time goes: functions whose shares are known, and costs by perturbed genes."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from appmodel.predictors.anchored.many_genes import TUNED_ON
from appmodel.scoring.findings import chosen
from appmodel.studies.efficiency import shares
from appmodel.studies.efficiency.costs import ALL_CHOOSE, ELSEWHERE, PERTURBED, SETTINGS, efficiency_table
from appmodel.studies.efficiency.perturbed import measure_genes, perturbed_cases
from appmodel.studies.efficiency.shares import time_shares

CONTENT = b"x" * 20_000_000
REFERENCE = dict(zip(SETTINGS, (100, 20, 8, 10, 1), strict=True))


def ten_to_one():
    long()
    short()


def long():
    for _ in range(20):
        hashlib.sha256(CONTENT).digest()


def short():
    for _ in range(2):
        hashlib.sha256(CONTENT).digest()


@pytest.fixture
def here(monkeypatch):
    """As if this file were the package."""
    monkeypatch.setattr(shares, "_PACKAGE", __file__)


def test_time_is_shared_out_by_the_innermost_function_of_ours(here):
    found = time_shares(ten_to_one, within=ten_to_one)
    assert max(found, key=found.get) == "long"
    assert set(found) <= {"long", "short", "ten_to_one"}
    assert sum(found.values()) == pytest.approx(1)


def test_a_function_of_a_library_is_named_by_who_calls_it(here):
    table = pd.DataFrame({"a": np.random.default_rng(0).normal(size=200_000)})

    def work():
        for _ in range(20):
            table.sort_values("a")

    found = time_shares(work, within=work)
    assert max(found, key=found.get).endswith(" > DataFrame.sort_values")


def test_what_is_outside_is_not_counted(here):
    found = time_shares(ten_to_one, within=short)
    assert set(found) == {"short"}
    with pytest.raises(RuntimeError, match="Nothing was seen of main: it is not called"):
        time_shares(short, within=main)


def main():
    """Never called."""


def told(quantity, by, values, method="app"):
    """Measurements of a round each: a mapping from bin to value."""
    return [
        {"quantity": quantity, "method": method, "by": by, "bin": at, "value": value, "seed": seed}
        for seed, round_ in enumerate(values)
        for at, value in round_.items()
    ]


def test_small_shares_are_put_together():
    rounds = [{"a": 0.7, "b": 0.29, "c": 0.01}, {"a": 0.6, "b": 0.4}, {"a": 0.69, "b": 0.3, "d": 0.01}]
    table = efficiency_table(pd.DataFrame(told("time_share", "training", rounds)), REFERENCE)
    assert table[["bin", "value"]].to_numpy().tolist() == [["a", 0.69], ["b", 0.3], [ELSEWHERE, pytest.approx(0.01)]]
    assert table["by"].unique().tolist() == ["training"]
    assert table.loc[0, ["low", "high", "n"]].tolist() == [0.6, 0.7, 3]


def test_costs_by_perturbed_genes_are_medians():
    rounds = [{10: 1.0, 100: 10.0, 1000: 100.0}] * 2
    rows = told("training_time", PERTURBED, rounds, "anchored_app")
    rows += told("training_time", PERTURBED, [{1000: 300.0}] * 2, ALL_CHOOSE)
    table = efficiency_table(pd.DataFrame(rows), REFERENCE)
    assert chosen(table, measure="training_time", method="anchored_app")["bin"].tolist() == ["10", "100", "1000"]
    # Some choose where all would take too long: two procedures have no power in common.
    assert set(table["measure"]) == {"training_time"}
    assert chosen(table, method=ALL_CHOOSE)["value"].tolist() == [300.0]


def test_all_genes_choose_where_that_is_another_thing_and_fits():
    sizes = (10, TUNED_ON, TUNED_ON + 1, TUNED_ON + 1000, 10 * TUNED_ON)
    assert [n for n, exact in perturbed_cases(sizes, TUNED_ON + 1000) if exact] == [TUNED_ON + 1, TUNED_ON + 1000]
    assert [n for n, exact in perturbed_cases(sizes, TUNED_ON + 1000) if not exact] == list(sizes)
    assert [n for n, exact in perturbed_cases(sizes, 0, seed=1) if not exact] == list(sizes[:-1])  # the largest once


@pytest.mark.slow
def test_few_genes_are_fitted_alike_both_ways():
    one, other = (
        {row["quantity"]: row["value"] for row in measure_genes(60, exact, seed=0)} for exact in (False, True)
    )
    assert one["error_over_mean"] == other["error_over_mean"] < 1
    assert min(one["training_time"], one["batch_prediction_time"]) > 0
