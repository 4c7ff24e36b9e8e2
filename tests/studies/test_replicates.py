"""Replicates: errors of one measurement by another, by hand."""

import numpy as np
import pytest

from appmodel import as_effects
from appmodel.studies import replicates
from appmodel.studies.replicates import replicate_errors, replicate_table


def measured(values, variance=1.0):
    """Effects of genes in two readouts, g and h; each value has the same variance."""
    effects = as_effects(np.array(list(values.values()), dtype=float), list(values), ["g", "h"])
    effects.layers["sampling_var"] = np.full(effects.shape, variance)
    return effects


ONE = {"A": [3.0, 4.0], "B": [1.0, 0.0], "C": [-1.0, 0.0]}
OTHER = {"A": [0.0, 0.0], "B": [1.0, 2.0]}


def test_errors_by_hand():
    errors = replicate_errors([measured(ONE), measured(OTHER, variance=3.0)])
    assert list(errors.index) == ["A", "B"]
    assert errors["replicate"].tolist() == [5.0, 2.0]
    assert errors["stated"].tolist() == pytest.approx([np.sqrt(8), np.sqrt(8)])
    assert errors["others"].tolist() == [0.0, 0.0]  # the mean of B and C, and of A and C
    assert errors["no_change"].tolist() == pytest.approx([0.0, np.sqrt(5)])


def test_of_several_measurements_every_pair_counts():
    errors = replicate_errors([measured(ONE), measured(OTHER), measured({"A": [3.0, 0.0]})])
    assert errors.loc["A", "replicate"] == pytest.approx((5 + 4 + 3) / 3)
    assert errors.loc["B", "replicate"] == 2.0


def test_findings_are_means_and_ratios(monkeypatch):
    made = {"x": measured(ONE), "y": measured({"A": [0.0, 0.0], "B": [2.0, 2.0]})}
    monkeypatch.setattr(replicates, "load_effects", lambda screen, only: made[only["way"]])
    for effects in made.values():
        effects.uns["dataset_hash"] = "abc"
    table = replicate_table("mine", "way", ("x", "y")).set_index(["method", "against"])
    errors = replicate_errors(made.values())
    assert table.loc[("replicate", ""), "value"] == pytest.approx(errors["replicate"].mean())
    ratio = table.loc[("replicate", "others")]
    assert ratio["value"] == pytest.approx(errors["replicate"].mean() / errors["others"].mean())
    assert ratio["low"] <= ratio["value"] <= ratio["high"]
    assert (table["n"] == 2).all()
