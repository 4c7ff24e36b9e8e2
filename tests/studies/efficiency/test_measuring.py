"""Measuring: a real table of tiny sizes, what people read off it, and its parts; never a time limit."""

import json
import os
import socket

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import torch

from appmodel import APP, AnchoredAPP, split_doubles
from appmodel.pages import load_published, style
from appmodel.pages.efficiency import (
    MEASURES,
    beside_here,
    beside_published,
    machine_sentence,
    perturbed_table,
    plot_scaling,
    plot_torch_ratio,
    reference_table,
    reference_values,
    said,
    share_table,
    slope_table,
)
from appmodel.pipeline.jobs import parser
from appmodel.scoring.findings import chosen, load_findings
from appmodel.studies.efficiency import timing as efficiency
from appmodel.studies.efficiency.cases import SHARES, numbers_of, torch_cost
from appmodel.studies.efficiency.costs import PERTURBED, SETTINGS, SIZES, UNITS, efficiency_table
from appmodel.studies.efficiency.simulated import unseen_pairs
from appmodel.studies.efficiency.timing import FULL, HERE, Case, Plan, doubles_of, measure

pytestmark = pytest.mark.slow
PUBLISHED = efficiency._PACKAGE.parent / "data" / "published.csv"
TINY = Plan(
    genes=(80, 120, 200),
    neighbors=(3, 5, 10),
    hidden=(4, 8, 16),
    singles=(10, 14, 20),
    reference=(120, 5, 8, 14),
    rounds=2,
    batch=15,
    max_epochs=2,
    all_threads=False,
    perturbed=(20, 30, 60),
)


@pytest.fixture(scope="module")
def run():
    return measure(TINY)


@pytest.fixture(scope="module")
def cases(run):
    """What is measured by the sizes of a case."""
    return run[run["by"].isna()]


@pytest.fixture(scope="module")
def table(run):
    found = efficiency_table(run, TINY.middle)
    found.attrs["provenance"] = run.attrs["provenance"]
    return found


def test_every_quantity_is_measured_for_both_models(table):
    app, anchored = (reference_values(table, method) for method in ("app", "anchored_app"))
    assert set(app.index) == set(UNITS)
    only_app = {"epochs_to_best", "epoch_time", "time_to_best", "batch_over_torch", "batch_over_sigmoid"}
    assert set(anchored.index) == set(UNITS) - only_app
    for rows in (app, anchored):
        assert (rows["n"] == TINY.rounds).all()
        assert (rows["value"].drop("fit_memory") > 0).all()
        assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
    assert set(table["by"]) == {"reference", *SIZES, PERTURBED, *(work for _, work in SHARES)} - {"threads"}


def test_parameters_of_app_by_hand(table):
    genes, _, d, _ = TINY.reference
    attention, decoder = d * d + (d * d + d) + d, d * genes + genes
    of_features = reference_values(table, "app").loc["parameters", "value"] - d - attention - decoder
    # A learned vector for each gene, and two weights of the layer for each of its numbers: as many as keep the
    # similarities of the genes, which is one less than genes at most.
    width, rest = divmod(of_features, genes + 2 * d)
    assert rest == 0
    assert d < width < genes


def test_sizes_are_those_of_the_plan_and_edges_are_counted(table, cases):
    rows = chosen(table, measure="parameters", method="app")
    by = rows.groupby("by")["bin"].apply(lambda sizes: list(map(int, sizes)))
    assert by["genes"] == list(TINY.genes)
    assert by["embedding"] == list(TINY.hidden)
    assert by["edges"] == sorted(by["edges"])
    assert len(by["edges"]) == 3
    # Singles and half of the doubles are trained on; APP is not measured beyond the reference.
    assert by["conditions"] == [n + doubles_of(n) // 2 for n in (10, 14)]
    assert cases.groupby(["method", *SETTINGS, "quantity"])["seed"].apply(list).map(lambda seeds: seeds == [0, 1]).all()


def test_time_to_the_best_epoch_is_that_many_epochs(cases):
    wide = cases[cases["method"] == "app"].pivot(index=[*SETTINGS, "seed"], columns="quantity", values="value")
    assert wide["epoch_time"].notna().all()
    wide = wide[wide["time_to_best"].notna()]
    assert list(wide.index.droplevel("seed").unique()) == [(120, 5, 8, 14, 1)]  # to its end at the reference alone
    assert wide["time_to_best"].to_numpy() == pytest.approx((wide["epoch_time"] * wide["epochs_to_best"]).to_numpy())
    assert (wide["training_time"] >= wide["time_to_best"]).all()


def test_the_table_is_written_with_a_provenance_that_names_no_computer(table, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(efficiency, "benchmark_table", lambda plan, progress: table)
    asked = parser().parse_args(["efficiency", "--output", str(tmp_path / "efficiency.csv"), "--here", "--quiet"])
    asked.job(asked)
    assert capsys.readouterr().out == ""
    again = load_findings(tmp_path / "efficiency.csv")
    assert again["value"].to_numpy() == pytest.approx(table["value"].to_numpy(), rel=1e-5, nan_ok=True)
    about = again.attrs["provenance"]
    text = json.dumps(about)
    assert socket.gethostname() not in text
    assert os.sep + "tmp" not in text
    assert about["simulated"] is True
    assert len(about["dataset_hash"]) == len(TINY.screens())
    assert about["seeds"] == [0, 1]
    assert {"processor", "cores", "threads", "default_threads", "torch"} <= set(about["machine"])
    assert 0 < about["machine"]["processor_share"] < 1.5


def test_what_people_read(table):
    published = load_published(PUBLISHED)
    beside = beside_published(table, published)
    assert beside["value"].str.contains("500,000 to 1,000,000").any()
    ours = beside[beside["source"].str.startswith("measured here")]
    assert list(ours["method"]) == ["app", "anchored_app"] * 3
    assert len(beside) - len(ours) == published["metric"].isin(["parameters", "training_time", "prediction_time"]).sum()
    assert list(reference_table(table).columns) == ["app", "anchored_app"]
    assert reference_table(table).loc["epoch_time", "anchored_app"] == ""
    slopes = slope_table(table)
    assert slopes.loc[("app", "parameters"), "edges"] == "0.00"
    assert (slopes.loc["anchored_app", ["edges", "embedding"]] == "").all(axis=None)
    assert beside_here(table, table)["ratio"].isin(["1.00", ""]).all()
    shares = share_table(table)
    assert list(shares.index.unique()) == list(SHARES)
    assert shares["share of time"].str.contains("%").all()
    counts = perturbed_table(table)
    assert list(counts.index) == ["20", "30", "60"]
    assert (counts[MEASURES["error_over_mean"]] != "").all()
    assert (counts["whole training, all choosing"] == "").all()  # so few all choose anyway
    about = dict(table.attrs["provenance"])
    assert "torch" in machine_sentence(about)
    busy = {**about, "machine": {**about["machine"], "processor_share": 0.5}}
    assert "50% of a core, so that times are about 2.0 times too long" in machine_sentence(busy)
    row = pd.Series({"measure": "prediction_time", "value": 1234.5, "low": 1000.0, "high": 2000.0, "reason": ""})
    assert said(row) == "1,234 ms (1,000 to 2,000)"


def test_figures_have_a_panel_for_each_size_and_say_the_power(table):
    with style():
        figure = plot_scaling(table, [("epoch_time", "app", "epoch"), ("training_time", "anchored_app", "fit")], "s")
        shown = [ax for ax in figure.axes if ax.get_visible()]
        assert len(shown) == 4
        assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in shown)
        assert [text.get_text() for text in figure.legends[0].get_texts()] == ["epoch", "fit"]
        by_genes = chosen(table, by="genes").set_index(["method", "measure"])["value"].sort_index()
        wanted = (("app", "epoch_time_slope"), ("anchored_app", "training_time_slope"))
        assert [text.get_text() for text in shown[0].texts] == [f"{by_genes.loc[key].item():.2f}" for key in wanted]
        plt.close(figure)
        ax = plot_torch_ratio(table)
        assert [tick.get_text() for tick in ax.get_yticklabels()] == ["80 genes", "120 genes", "200 genes"]
        plt.close(ax.figure)


def test_the_plans_hold_the_sizes_of_the_study():
    app = [case for case in FULL.cases(8) if case.method == "app"]
    assert {case.n_neighbors for case in app} == {5, 10, 20, 40}
    assert {case.n_hidden for case in app} == {32, 64, 128, 256}
    assert [case.threads for case in app].count(8) == 1
    assert [case.method for case in HERE.cases(8)] == ["app", "anchored_app"]
    assert HERE.middle == FULL.middle
    assert not any(HERE.to_its_end(case) for case in HERE.cases(8) if case.method == "app")
    assert len(set(FULL.cases(8))) == len(FULL.cases(8))
    assert Case("anchored_app", 2000, 20, 128, 210) in FULL.cases()


def test_a_plan_that_cannot_be_run_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        Plan(rounds=0)
    # by the measuring process, whose last words are told
    with pytest.raises(RuntimeError, match=r"exit code 1.*20 singles among 60 genes cannot be simulated"):
        measure(Plan(genes=(60,), singles=(), reference=(60, 5, 8, 20), rounds=1, all_threads=False))


def test_unseen_pairs_are_pairs_of_measured_singles_only(tiny_effects):
    pairs = unseen_pairs(tiny_effects, 40)
    assert len(set(pairs)) == 40
    assert not set(pairs) & set(tiny_effects.obs_names)
    assert {gene for pair in pairs for gene in pair.split("+")} <= set(tiny_effects.obs_names)
    assert pairs == unseen_pairs(tiny_effects, 40)


@pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")
def test_bare_torch_does_one_tanh_per_condition(tiny_effects, tiny_network):
    model = APP(n_hidden=4, max_epochs=1, n_nodes=50).fit(tiny_effects, tiny_network)
    shapes = []

    def squash(values, out):
        shapes.append(tuple(values.shape))
        return torch.tanh(values, out=out)

    torch_cost(model, 6, squash)()
    assert shapes == [(len(model.genes_), 4)] * 6


def test_numbers_of_anchored_app_are_few_fitted_and_many_held(tiny_effects, tiny_network):
    split = split_doubles(tiny_effects, seed=0)
    training = tiny_effects[split.train]
    model = AnchoredAPP().fit(training, tiny_network)
    counted = numbers_of(model)
    singles = len(model.genes_.genes_)
    assert singles < counted["parameters"] < singles + 40
    assert counted["held_numbers"] > training.n_obs * training.n_vars
    alike = numbers_of(AnchoredAPP(robust_noise=False).fit(training, tiny_network))
    assert alike["parameters"] == counted["parameters"] - singles
