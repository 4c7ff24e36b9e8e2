"""The side-by-side with GEARS: every model is measured on the same split, and the ratios are of the same seed."""

import os
from importlib.util import find_spec

import pandas as pd
import pytest

from appmodel.scoring.findings import chosen, found
from appmodel.studies.beside_gears import table as side_by_side
from appmodel.studies.beside_gears.measuring import BASELINES, MODELS, Place
from appmodel.studies.beside_gears.table import UNITS, Plan, beside_gears

pytestmark = [
    pytest.mark.slow,
    # Not imported to see: it silences warnings and seeds torch.
    pytest.mark.skipif(find_spec("gears") is None, reason="GEARS needs its package (pip install 'appmodel[gears]')"),
]


@pytest.fixture(scope="module")
def tiny(_tiny_screen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gears")
    _tiny_screen.write_h5ad(folder / "tiny.h5ad")
    _tiny_screen.uns["prior_network"].to_csv(folder / "prior.csv", index=False)
    return Plan([Place(str(folder / "tiny.h5ad"), "doubles", (str(folder / "prior.csv"),))], seeds=1, epochs=1)


def test_every_model_is_measured_in_every_way_it_has(monkeypatch, tiny):
    # one after the other in this process: each of its own would import and compile for half a minute
    monkeypatch.setattr(side_by_side, "_alone", lambda function, *arguments: function(*arguments))
    table = beside_gears(tiny)
    own = chosen(table, against="", method=MODELS)
    measures = own.groupby("method")["measure"].apply(set)
    assert measures["gears"] == measures["app"] == set(UNITS)
    assert measures["anchored_app"] == set(UNITS) - {"parameters", "epoch_time"}
    assert (own["value"] > 0).all()
    baselines = chosen(table, measure="l2", method=list(BASELINES))
    assert set(baselines["method"]) == set(BASELINES)
    assert table.attrs["provenance"]["cell-gears"]


def test_each_fit_has_a_process_of_its_own():
    assert side_by_side._alone(os.getpid) != os.getpid()


def test_ratios_are_of_the_same_seed(monkeypatch, tiny):
    told = {"gears": [30.0, 60.0, 10.0], "app": [3.0, 2.0, 10.0], "anchored_app": [1.0, 1.0, 1.0]}

    def alone(function, model, place, seed, epochs):
        return {"time_to_best": told[model][seed], "dataset_hash": "x"}

    monkeypatch.setattr(side_by_side, "_alone", alone)
    monkeypatch.setattr(side_by_side, "errors_of_baselines", lambda place: {"additive": 2.0})
    table = beside_gears(Plan(tiny.places, seeds=3))
    ratio = found(table, method="app", against="gears", measure="time_to_best_ratio")
    assert (ratio["value"], ratio["low"], ratio["high"], ratio["n"]) == (10.0, 1.0, 30.0, 3)
    assert found(table, method="gears", against="", measure="time_to_best")["value"] == 30.0
    assert pd.isna(found(table, method="additive", measure="l2")["low"])
