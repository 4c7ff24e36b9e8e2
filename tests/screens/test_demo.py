"""The simulated default screen: its sizes, its truth, its prior network and its place in the cache."""

from __future__ import annotations

import inspect
import logging
import random

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from appmodel.names import CONTROL, genes_of, standard_name
from appmodel.screens import demo
from appmodel.screens.demo import demo_screen, expected_log1p, load_demo, true_effects
from appmodel.screens.regulation import EFFICIENCIES, regulatory_network, steady_state

TINY = {"n_genes": 120, "n_singles": 12, "n_doubles": 10, "n_controls": 60, "cells_per_condition": (10, 15)}


@pytest.fixture(scope="module")
def tiny():
    return demo_screen(**TINY)


@pytest.fixture(scope="module")
def middle():
    """All the conditions of the default screen, with few cells: quick, and its truth is the real size."""
    return demo_screen(n_controls=100, cells_per_condition=(3, 4))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("APPMODEL_CACHE", str(tmp_path))
    return tmp_path


def same_screen(one, other):
    assert (one.X != other.X).nnz == 0
    pd.testing.assert_frame_equal(one.obs, other.obs)
    pd.testing.assert_frame_equal(one.var, other.var)
    assert set(one.uns) == set(other.uns)
    for key in ("true_network", "prior_network"):
        pd.testing.assert_frame_equal(one.uns[key], other.uns[key])
    for key in ("true_effects", "true_baseline", "true_conditions", "true_genes"):
        np.testing.assert_array_equal(one.uns[key], other.uns[key])


def test_default_sizes_are_those_of_the_issue(middle):
    defaults = {name: p.default for name, p in inspect.signature(demo_screen).parameters.items()}
    assert defaults["n_genes"] == 2000
    assert defaults["cells_per_condition"] == (40, 150)
    targets = pd.Series([len(genes_of(name)) for name in middle.obs["condition"].unique()])
    assert (targets == 1).sum() >= 100
    assert (targets == 2).sum() >= 120
    assert (targets == 0).sum() == 1
    assert middle.uns["true_effects"].shape == (1 + 105 + 125, 2000)


def test_cells_per_condition_and_controls(tiny):
    sizes = tiny.obs["condition"].value_counts()
    assert sizes.pop(CONTROL) == 60
    assert len(sizes) == 22
    assert sizes.between(10, 15).all()
    assert sizes.nunique() > 1


def test_counts_are_non_negative_integers_with_varying_libraries(middle):
    assert middle.X.format == "csr"
    assert middle.X.dtype.kind == "i"
    assert middle.X.data.min() >= 1
    totals = np.asarray(middle.X.sum(axis=1)).ravel()
    assert np.median(totals) == pytest.approx(3000, rel=0.06)
    assert np.log(totals).std() == pytest.approx(0.4, rel=0.15)


def test_names_are_standard_and_both_singles_of_each_double_are_there(middle):
    conditions = set(middle.obs["condition"])
    assert all(isinstance(name, str) and name == standard_name(name) for name in conditions)
    doubles = [genes_of(name) for name in conditions if "+" in name]
    assert all({*pair} <= conditions for pair in doubles)
    assert all(gene in middle.var_names for name in conditions for gene in genes_of(name))
    assert set(middle.var_names[middle.var["perturbed"]]) == {n for n in conditions if len(genes_of(n)) == 1}
    assert middle.uns["simulated"]
    assert middle.var_names.str.fullmatch(r"SIM\d{4}").all()


def test_some_cells_escape_and_efficiency_varies(middle):
    efficiency = middle.obs["efficiency"]
    assert (efficiency[middle.obs["condition"] == CONTROL] == 0).all()
    treated = efficiency[middle.obs["condition"] != CONTROL]
    assert (treated == 0).mean() == pytest.approx(demo.EFFICIENCY_SHARES[0], abs=0.04)
    assert set(treated) == set(EFFICIENCIES)


def test_same_seed_same_screen_other_seed_another(tiny):
    same_screen(tiny, demo_screen(**TINY))
    other = demo_screen(seed=1, **TINY)
    assert set(other.obs["condition"]) != set(tiny.obs["condition"])
    assert not other.uns["true_network"].equals(tiny.uns["true_network"])


def test_more_cells_leave_the_truth_as_it_was(tiny):
    more = demo_screen(**{**TINY, "cells_per_condition": (20, 25)})
    np.testing.assert_array_equal(more.uns["true_effects"], tiny.uns["true_effects"])


def test_global_random_state_is_neither_read_nor_moved(tiny):
    np.random.seed(3)
    random.seed(3)
    before = np.random.get_state()[1].copy(), random.getstate()
    same_screen(demo_screen(**TINY), tiny)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert random.getstate() == before[1]


def test_prior_network_misses_and_adds_the_stated_shares(middle):
    true, prior = (
        set(zip(middle.uns[key]["source"], middle.uns[key]["target"], strict=True))
        for key in ("true_network", "prior_network")
    )
    assert len(middle.uns["prior_network"]) == len(prior)
    assert len(true - prior) == pytest.approx(0.3 * len(true), abs=1)
    assert len(prior - true) == pytest.approx(0.3 * len(true), abs=1)
    assert all(source != target for source, target in prior | true)
    assert middle.uns["prior_network"]["weight"].between(0, 1, inclusive="right").all()


def test_true_network_is_sparse_directed_and_modular(middle):
    edges, var = middle.uns["true_network"], middle.var
    assert len(edges) < 0.01 * middle.n_vars**2
    assert set(edges["source"]) <= set(var.index[var["regulator"]])
    assert (edges["weight"] < 0).mean() == pytest.approx(0.1, abs=0.07)
    own = var["module"].loc[edges["source"]].to_numpy() == var["module"].loc[edges["target"]].to_numpy()
    assert own.mean() > 0.8
    pairs = set(zip(edges["source"], edges["target"], strict=True))
    assert any((b, a) not in pairs for a, b in pairs)


def test_steady_state_of_two_genes_by_hand():
    """Gene 2 listens to gene 1: x1 = log s(0 + 1) - log s(0), x2 = log s(-1 + 2 x1) - log s(-1)."""
    drive = np.array([[1.0, 0.0], [0.0, 0.0]])
    x = steady_state(np.array([[0.0, 2.0], [0.0, 0.0]]), np.array([0.0, -1.0]), drive)
    first = np.log(2 / (1 + np.exp(-1.0)))
    second = np.log((1 + np.exp(1.0)) / (1 + np.exp(1.0 - 2 * first)))
    np.testing.assert_allclose(x, [[first, second], [0, 0]], atol=1e-8)


def test_steady_state_solves_its_equation_with_feedback():
    rng = np.random.default_rng(0)
    weights = 0.3 * rng.normal(size=(6, 6))
    occupancy, drive = rng.normal(size=6), rng.normal(size=(4, 6))
    x = steady_state(weights, occupancy, drive)
    right = -np.logaddexp(0, -(occupancy + x @ weights + drive)) + np.logaddexp(0, -occupancy)
    np.testing.assert_allclose(x, right, atol=1e-8)
    assert np.abs(x).max() > 0.1


def test_steady_state_that_does_not_converge_is_an_error():
    weights, drive = np.array([[0.0, -30.0], [30.0, 0.0]]), np.array([[1.0, 0.0]])
    with pytest.raises(RuntimeError, match="did not converge in 50 steps"):
        steady_state(weights, np.zeros(2), drive, max_steps=50)


@pytest.mark.parametrize("seed", range(3))
def test_feedback_stays_below_one(seed):
    network = regulatory_network(np.random.default_rng(seed), 400, 40)
    weights = np.zeros((400, 400))
    weights[tuple(network["edges"].T)] = np.abs(network["weights"])
    assert np.abs(np.linalg.eigvals(weights)).max() < 0.91


def test_expected_log1p_equals_the_sum_over_the_distribution(monkeypatch):
    """Against the sum over counts of the negative binomial, at a fixed library size."""
    monkeypatch.setattr(demo, "DEPTH_SPREAD", 0.0)
    means, k = np.array([0.02, 0.7, 5.0, 80.0]), np.arange(3000)
    size = 1 / demo.DISPERSION
    direct = [(nbinom.pmf(k, size, size / (size + mean)) * np.log1p(k)).sum() for mean in means]
    shares = np.broadcast_to(means / 1000, (1, len(EFFICIENCIES), 4))
    np.testing.assert_allclose(expected_log1p(shares, depth=1000.0)[0], direct, atol=2e-4)


def test_true_effects_are_the_limit_of_measured_ones():
    """Mean log1p of normalised counts, 4,000 cells per condition, minus control: within sampling error."""
    cells = demo_screen(
        seed=3, n_genes=200, n_singles=6, n_doubles=4, n_controls=4000, cells_per_condition=(4000, 4000)
    )
    counts = cells.X.toarray()
    totals = counts.sum(axis=1)
    logs = np.log1p(counts * (np.median(totals) / totals)[:, None])
    truth = true_effects(cells)
    groups = [logs[(cells.obs["condition"] == name).to_numpy()] for name in truth.obs_names]
    mean = np.array([group.mean(axis=0) for group in groups])
    variance = np.array([group.var(axis=0) / len(group) for group in groups])
    z = ((mean - mean[0] - truth.X) / np.sqrt(variance + variance[0]))[1:]
    assert np.sqrt((z**2).mean()) < 1.2
    assert np.abs(z).max() < 6
    assert np.abs(truth.X).max() > 0.5
    np.testing.assert_allclose(mean[0], truth.var["control_mean"], atol=0.05)


def test_true_effects_have_the_form_of_effects(tiny):
    truth = true_effects(tiny[:, :50].copy())
    assert truth.shape == (23, 120)
    assert truth.X.dtype == np.float64
    assert truth.uns["control"] == CONTROL
    assert (truth[CONTROL].X == 0).all()
    assert truth.obs["n_targets"].value_counts().to_dict() == {1: 12, 2: 10, 0: 1}
    assert set(truth.obs_names) == set(tiny.obs["condition"])
    with pytest.raises(ValueError, match="'other' holds no true effects"):
        true_effects(anndata.AnnData(np.ones((2, 2)), uns={"dataset": "other"}))


def test_doubles_are_not_additive_and_singles_differ_in_strength(middle):
    truth = true_effects(middle)
    top = np.argsort(-truth.var["control_mean"].to_numpy())[:1000]
    rows = pd.DataFrame(truth.X[:, top], index=truth.obs_names)
    doubles = truth.obs_names[truth.obs["n_targets"] == 2]
    sums = np.array([sum(rows.loc[gene].to_numpy() for gene in genes_of(name)) for name in doubles])
    measured = rows.loc[doubles].to_numpy()
    excess = np.linalg.norm(measured - sums, axis=1).mean() / np.linalg.norm(measured, axis=1).mean()
    assert 0.15 < excess < 0.6
    factor = (sums * measured).sum() / (sums**2).sum()
    assert 0.6 < factor < 0.95  # saturation: less than the sum
    strength = np.linalg.norm(rows.loc[truth.obs_names[truth.obs["n_targets"] == 1]], axis=1)
    assert np.quantile(strength, 0.9) > 2 * np.quantile(strength, 0.1)
    singles = truth.obs_names[truth.obs["n_targets"] == 1]
    on_itself = truth[singles, singles].X.diagonal()
    assert on_itself.min() > -0.05  # activation raises the perturbed gene, or leaves it


def test_regulators_of_one_module_do_alike(middle):
    truth = true_effects(middle)
    singles = truth[truth.obs["n_targets"] == 1]
    alike = np.corrcoef(singles.X)
    module = middle.var["module"].loc[singles.obs_names].to_numpy()
    same = (module[:, None] == module) & ~np.eye(len(module), dtype=bool)
    assert alike[same].mean() > 0.2 + alike[module[:, None] != module].mean()


def test_round_trip_through_h5ad(tiny, tmp_path):
    copy = tiny.copy()
    copy.write_h5ad(tmp_path / "tiny.h5ad")
    back = anndata.read_h5ad(tmp_path / "tiny.h5ad")
    back.obs["condition"] = back.obs["condition"].astype(str).astype(object)
    same_screen(back, tiny)
    np.testing.assert_array_equal(true_effects(back).X, true_effects(tiny).X)


def test_load_demo_makes_once_and_then_reads(cache, tiny, monkeypatch):
    made = load_demo(**TINY)
    same_screen(made, tiny)
    monkeypatch.setattr(demo, "expected_log1p", None)  # making it again would fail
    same_screen(load_demo(0, **TINY), tiny)
    assert len(list(cache.glob("*.h5ad"))) == 1
    assert not list(cache.glob(".*"))


def test_load_demo_keeps_seeds_and_sizes_apart(cache, tiny):
    load_demo(**TINY)
    assert load_demo(seed=1, **TINY).uns["seed"] == 1
    assert load_demo(**{**TINY, "n_genes": 130}).n_vars == 130
    same_screen(load_demo(**TINY), tiny)
    with pytest.raises(TypeError, match="n_cells"):
        load_demo(n_cells=3)


@pytest.mark.parametrize("damage", ["truncated", "altered", "no checksum"])
def test_damaged_cache_is_made_again_with_a_warning(cache, tiny, caplog, damage):
    load_demo(**TINY)
    (path,) = cache.glob("*.h5ad")
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "altered":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.with_suffix(".sha256").unlink()
    with caplog.at_level(logging.WARNING, "appmodel"):
        same_screen(load_demo(**TINY), tiny)
    assert "made again" in caplog.text
    caplog.clear()
    same_screen(load_demo(**TINY), tiny)
    assert not caplog.text


def test_full_disk_costs_the_cache_but_not_the_screen(cache, tiny, caplog, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(anndata.AnnData, "write_h5ad", full)
    same_screen(load_demo(**TINY), tiny)
    assert "could not be kept" in caplog.text
    assert not list(cache.iterdir())


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"n_genes": 40}, "4 genes for each"),
        ({"n_doubles": 67}, "ask for fewer doubles"),
        ({"n_controls": 1}, "at least 2 controls"),
        ({"cells_per_condition": (5, 4)}, "fewest <= most"),
    ],
)
def test_sizes_that_make_no_screen(sizes, message):
    with pytest.raises(ValueError, match=message):
        demo_screen(**{**TINY, **sizes})


def test_smallest_sizes_and_all_pairs_work():
    cells = demo_screen(n_genes=12, n_singles=3, n_doubles=3, n_controls=5, cells_per_condition=(2, 2))
    assert cells.shape == (5 + 6 * 2, 12)
    assert demo_screen(**{**TINY, "n_doubles": 0}).obs["condition"].nunique() == 13
