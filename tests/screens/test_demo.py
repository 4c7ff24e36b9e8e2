"""The simulated default screen: its sizes, its names, its truth and its prior network."""

import random

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from appmodel.names import CONTROL, genes_of, standard_name
from appmodel.screens import demo
from appmodel.screens.demo import demo_screen, expected_log1p, true_effects
from appmodel.screens.regulation import EFFICIENCIES


@pytest.fixture(scope="module")
def middle():
    """All the conditions of the default screen, with few cells: quick, and its truth is the real size."""
    return demo_screen(n_controls=100, cells_per_condition=(3, 4))


def test_default_sizes_are_those_of_the_issue(middle):
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


def test_same_seed_same_screen_other_seed_another(tiny, tiny_sizes, same_screen):
    same_screen(tiny, demo_screen(**tiny_sizes))
    other = demo_screen(seed=1, **tiny_sizes)
    assert set(other.obs["condition"]) != set(tiny.obs["condition"])
    assert not other.uns["true_network"].equals(tiny.uns["true_network"])


def test_more_cells_leave_the_truth_as_it_was(tiny, tiny_sizes):
    more = demo_screen(**{**tiny_sizes, "cells_per_condition": (20, 25)})
    np.testing.assert_array_equal(more.uns["true_effects"], tiny.uns["true_effects"])


def test_global_random_state_is_neither_read_nor_moved(tiny, tiny_sizes, same_screen):
    np.random.seed(3)
    random.seed(3)
    before = np.random.get_state()[1].copy(), random.getstate()
    same_screen(demo_screen(**tiny_sizes), tiny)
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


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"n_genes": 40}, "4 genes for each"),
        ({"n_doubles": 67}, "ask for fewer doubles"),
        ({"n_controls": 1}, "at least 2 controls"),
        ({"cells_per_condition": (5, 4)}, "fewest <= most"),
    ],
)
def test_sizes_that_make_no_screen(sizes, message, tiny_sizes):
    with pytest.raises(ValueError, match=message):
        demo_screen(**{**tiny_sizes, **sizes})


def test_smallest_sizes_and_all_pairs_work(tiny_sizes):
    cells = demo_screen(n_genes=12, n_singles=3, n_doubles=3, n_controls=5, cells_per_condition=(2, 2))
    assert cells.shape == (5 + 6 * 2, 12)
    assert demo_screen(**{**tiny_sizes, "n_doubles": 0}).obs["condition"].nunique() == 13
