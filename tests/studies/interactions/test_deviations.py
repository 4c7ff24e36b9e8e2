"""Deviations from the sum: their noise and direction by hand, and a false discovery rate on simulated nulls."""

import numpy as np
import pandas as pd
import pytest

from appmodel import as_effects, condition_effects
from appmodel.screens.demo import demo_screen, true_effects
from appmodel.studies.interactions.deviations import along_the_sum, deviation_table, interaction_p_value, is_interaction

A, B, OTHER = np.random.default_rng(0).normal(size=(3, 60))


def test_deviation_noise_and_direction_by_hand(pair):
    effects = pair(np.array([3.0, 0.0, 4.0]), np.array([2.0, 0, 0]), np.array([0.0, 0, 2]), noise=0.25)
    table = deviation_table(effects)
    assert table[["condition", "gene_a", "gene_b"]].iloc[0].tolist() == ["A+B", "A", "B"]
    assert table["deviation"][0] == pytest.approx(np.sqrt(1 + 4))  # (3, 0, 4) - (2, 0, 2)
    assert table["noise"][0] == pytest.approx(1.0)  # four means: double, two singles, and the control once
    assert table["direction"][0] == pytest.approx((1 * 2 + 2 * 2) / 8)
    assert table["kind"][0] == "synergistic"
    assert table["reason"][0] == ""


def test_without_a_control_row_three_means_count(pair):
    effects = pair(A + B, noise=0.25)
    assert deviation_table(effects[["A", "B", "A+B"]].copy())["noise"][0] == pytest.approx(np.sqrt(0.75))


def test_noise_of_the_scored_readouts_is_taken_where_it_is_stated_per_readout(pair):
    effects = pair(A + B)
    effects.layers["sampling_var"] = np.full(effects.shape, 0.01)
    assert deviation_table(effects)["noise"][0] == pytest.approx(np.sqrt(4 * 60 * 0.01))
    # a thousand readouts are scored, not the two thousand that the layer describes
    n = 2000
    large = as_effects(np.zeros((4, n)), ["control", "A", "B", "A+B"], [f"g{i}" for i in range(n)])
    large.var["control_mean"] = 1.0
    large.layers["sampling_var"] = np.full(large.shape, 0.01)
    assert deviation_table(large)["noise"][0] == pytest.approx(np.sqrt(4 * 1000 * 0.01))


def test_unknown_noise_is_missing_with_a_reason_and_leaves_a_ranking(pair):
    effects = pair(A + B, **{f"A+C{i}": A + i * OTHER for i in range(3)}, **{f"C{i}": 0 * A + 1e-9 for i in range(3)})
    del effects.obs["sampling_var"]
    table = deviation_table(effects)
    assert table["noise"].isna().all()
    assert table["p_value"].isna().all()
    assert table["reason"].str.contains("no sampling variance").all()
    assert table.loc[table["is_interaction"], "condition"].tolist() == ["A+C2"]  # a quarter of four


def test_singles_that_cancel_out_leave_no_direction(pair):
    table = deviation_table(pair(OTHER, A, -A))
    assert np.isnan(table["direction"][0])
    assert table["kind"][0] == ""
    assert "cancel out" in table["reason"][0]


@pytest.mark.parametrize(
    ("double", "kind"),
    [(1.5, "synergistic"), (1.0, "additive"), (0.4, "buffering"), (0.0, "buffering"), (-0.01, "opposite")],
)
def test_kind_of_a_deviation_along_the_sum(double, kind):
    total = (A + B)[None]
    part, kinds = along_the_sum(double * total - total, total)
    assert part[0] == pytest.approx(double - 1)
    assert kinds[0] == kind


def test_rounding_is_no_deviation(pair):
    assert deviation_table(pair((A + B) * (1 + 1e-14)))["deviation"][0] == 0.0


def test_a_screen_without_complete_doubles_is_refused(pair):
    with pytest.raises(ValueError, match="both of its singles"):
        deviation_table(pair(A)[["control", "A", "A+B"]].copy())


def test_p_value_by_hand():
    # one readout: P(chi^2_1 > 4) is that of two standard errors; two: exp(-x / 2) with x = 2 * 4
    assert interaction_p_value(np.array([2.0]), np.array([1.0]), np.array([1.0]))[0] == pytest.approx(0.0455, abs=1e-4)
    assert interaction_p_value(np.array([2.0]), np.array([1.0]), np.array([2.0]))[0] == pytest.approx(np.exp(-4))
    assert interaction_p_value(np.array([1.2]), np.array([1.0]), np.array([1.0]))[0] == 1.0  # the bound says nothing
    assert interaction_p_value(np.array([0.1]), np.array([0.0]), np.array([1.0]))[0] == 0.0  # no noise at all
    assert np.isnan(interaction_p_value(np.array([2.0]), np.array([np.nan]), np.array([np.nan]))[0])


@pytest.mark.parametrize("rank", [1, 3, 50])
def test_the_bound_holds_whatever_the_covariance(rank):
    rng = np.random.default_rng(rank)
    noise = rng.normal(size=(20_000, rank)) * np.linspace(1, 2, rank)
    total = np.sqrt((np.linspace(1, 2, rank) ** 2).sum())
    p = interaction_p_value(np.linalg.norm(noise, axis=1), np.full(20_000, total), np.ones(20_000))
    for level in (0.05, 0.01):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level / 20_000)


def test_known_variances_make_the_test_exact_for_independent_readouts():
    rng = np.random.default_rng(1)
    n, k = 400, 100
    names = [f"{x}{i}" for i in range(n) for x in ("A", "B")]
    doubles = [f"A{i}+B{i}" for i in range(n)]
    singles, variance = rng.normal(size=(2 * n, k)), rng.uniform(0.5, 1.5, size=k)
    truth = np.concatenate([np.zeros((1, k)), singles, singles[::2] + singles[1::2]])
    measured = truth + rng.normal(size=truth.shape) * np.sqrt(variance)
    effects = as_effects(measured - measured[0], ["control", *names, *doubles], [f"g{i}" for i in range(k)])
    effects.layers["sampling_var"] = np.tile(variance, (len(truth), 1))
    effects.obs["sampling_var"] = effects.layers["sampling_var"].sum(axis=1)
    table = deviation_table(effects)
    # deviations share the control's error: a little more than independent ones would vary
    assert 0.01 < (table["p_value"] <= 0.05).mean() < 0.12
    assert table["is_interaction"].sum() <= 2
    del effects.layers["sampling_var"]
    assert (deviation_table(effects)["p_value"] > 0.2).all()  # the worst case is far more careful


def test_false_discovery_rate_is_that_of_benjamini_and_hochberg():
    p = np.array([0.001, 0.02, 0.03, 0.2, np.nan])
    found = is_interaction(np.ones(5), p)
    assert found[:4].tolist() == [True, True, True, False]  # thresholds 0.0125, 0.025, 0.0375, 0.05
    assert found[4] is pd.NA


def test_ties_with_the_last_one_count_in_a_ranking():
    found = is_interaction(np.array([1.0, 2, 2, 2]), np.full(4, np.nan))
    assert found.tolist() == [False, True, True, True]


def test_measured_deviations_beyond_noise_are_the_true_ones_of_the_simulated_screen():
    """|d|^2 less noise^2 is an estimate of the true squared deviation without bias."""
    cells = demo_screen(2, n_genes=300, n_singles=12, n_doubles=20, n_controls=200, cells_per_condition=(60, 80))
    effects, truth = condition_effects(cells), true_effects(cells)
    table = deviation_table(effects)
    real = deviation_table(truth[effects.obs_names, effects.var_names].copy()).set_index("condition")["deviation"]
    beyond = table["deviation"] ** 2 - table["noise"] ** 2
    assert beyond.sum() == pytest.approx((real**2).sum(), rel=0.1)
    assert np.corrcoef(beyond, real.loc[table["condition"]] ** 2)[0, 1] > 0.9
