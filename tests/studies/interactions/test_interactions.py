"""Interaction scores and classes on pairs made by hand, noise and false discovery rate on simulated nulls."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appmodel import as_effects, condition_effects, load_effects
from appmodel.files import data_dir
from appmodel.screens.demo import demo_screen, true_effects
from appmodel.studies.interactions.classes import CLASSES, Thresholds
from appmodel.studies.interactions.deviations import along_the_sum, deviation_table, interaction_p_value, is_interaction
from appmodel.studies.interactions.distance_correlation import distance_correlation
from appmodel.studies.interactions.table import SCORES, coefficients, interaction_table

RNG = np.random.default_rng(0)
A, B, OTHER = RNG.normal(size=(3, 60))
LIKE_A = A + 0.05 * OTHER


@pytest.fixture(scope="module")
def tiny_screen():
    return demo_screen(seed=2, n_genes=300, n_singles=12, n_doubles=20, n_controls=200, cells_per_condition=(60, 80))


def screen(double, first=A, second=B, noise=1e-4, axes=False, **more):
    """A screen of two singles and their double with a small known error."""
    rows = {"control": np.zeros(len(first)), "A": first, "B": second, "A+B": double, **more}
    effects = as_effects(
        np.array(list(rows.values())),
        list(rows),
        [f"g{i}" for i in range(len(first))],
        sampling_var=[noise] * len(rows),
    )
    if not axes:
        effects.var["control_mean"] = 1.0
    return effects


def row(*arguments, fit=None, **options):
    return interaction_table(screen(*arguments, **options), fit=fit).iloc[0]


# deviation, noise, direction -------------------------------------------------------------------------------------


def test_deviation_noise_and_direction_by_hand():
    effects = screen(np.array([3.0, 0.0, 4.0]), np.array([2.0, 0, 0]), np.array([0.0, 0, 2]), noise=0.25)
    table = deviation_table(effects)
    assert table[["condition", "gene_a", "gene_b"]].iloc[0].tolist() == ["A+B", "A", "B"]
    assert table["deviation"][0] == pytest.approx(np.sqrt(1 + 4))  # (3, 0, 4) - (2, 0, 2)
    assert table["noise"][0] == pytest.approx(1.0)  # four means: double, two singles, and the control once
    assert table["direction"][0] == pytest.approx((1 * 2 + 2 * 2) / 8)
    assert table["kind"][0] == "synergistic"
    assert table["reason"][0] == ""


def test_without_a_control_row_three_means_count():
    effects = screen(A + B, noise=0.25)
    assert deviation_table(effects[["A", "B", "A+B"]].copy())["noise"][0] == pytest.approx(np.sqrt(0.75))


def test_noise_of_the_scored_readouts_is_taken_where_it_is_stated_per_readout():
    effects = screen(A + B)
    effects.layers["sampling_var"] = np.full(effects.shape, 0.01)
    assert deviation_table(effects)["noise"][0] == pytest.approx(np.sqrt(4 * 60 * 0.01))
    # a thousand readouts are scored, not the two thousand that the layer describes
    n = 2000
    large = as_effects(np.zeros((4, n)), ["control", "A", "B", "A+B"], [f"g{i}" for i in range(n)])
    large.var["control_mean"] = 1.0
    large.layers["sampling_var"] = np.full(large.shape, 0.01)
    assert deviation_table(large)["noise"][0] == pytest.approx(np.sqrt(4 * 1000 * 0.01))


def test_unknown_noise_is_missing_with_a_reason_and_leaves_a_ranking():
    effects = screen(A + B, **{f"A+C{i}": A + i * OTHER for i in range(3)}, **{f"C{i}": 0 * A + 1e-9 for i in range(3)})
    del effects.obs["sampling_var"]
    table = deviation_table(effects, top_fraction=0.25)
    assert table["noise"].isna().all()
    assert table["p_value"].isna().all()
    assert table["reason"].str.contains("no sampling variance").all()
    assert table.loc[table["is_interaction"], "condition"].tolist() == ["A+C2"]  # a quarter of four


def test_singles_that_cancel_out_leave_no_direction():
    table = deviation_table(screen(OTHER, A, -A))
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


def test_rounding_is_no_deviation():
    assert deviation_table(screen((A + B) * (1 + 1e-14)))["deviation"][0] == 0.0


def test_a_screen_without_complete_doubles_is_refused():
    with pytest.raises(ValueError, match="both of its singles"):
        deviation_table(screen(A)[["control", "A", "A+B"]].copy())


@pytest.mark.parametrize("rate", [0.0, 1.0, -1, 5])
def test_a_rate_outside_0_and_1_is_refused(rate):
    with pytest.raises(ValueError, match="fdr"):
        deviation_table(screen(A), fdr=rate)


# the test of an interaction ---------------------------------------------------------------------------------------


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
    found = is_interaction(np.ones(5), p, 0.05, 0.25)
    assert found[:4].tolist() == [True, True, True, False]  # thresholds 0.0125, 0.025, 0.0375, 0.05
    assert found[4] is pd.NA


def test_ties_with_the_last_one_count_in_a_ranking():
    found = is_interaction(np.array([1.0, 2, 2, 2]), np.full(4, np.nan), 0.05, 0.25)
    assert found.tolist() == [False, True, True, True]


def test_measured_deviations_beyond_noise_are_the_true_ones_of_the_simulated_screen(tiny_screen):
    """|d|^2 less noise^2 is an estimate of the true squared deviation without bias."""
    effects, truth = condition_effects(tiny_screen), true_effects(tiny_screen)
    table = deviation_table(effects)
    real = deviation_table(truth[effects.obs_names, effects.var_names].copy()).set_index("condition")["deviation"]
    beyond = table["deviation"] ** 2 - table["noise"] ** 2
    assert beyond.sum() == pytest.approx((real**2).sum(), rel=0.1)
    assert np.corrcoef(beyond, real.loc[table["condition"]] ** 2)[0, 1] > 0.9


# distance correlation ---------------------------------------------------------------------------------------------


def test_distance_correlation_by_hand():
    # (0, 0, 1) has the centred distances [[-2, -2, 4], [-2, -2, 4], [4, 4, -8]] / 9 and (0, 1, 0) the same, permuted:
    # V(x, x) = V(y, y) = 144 / 729, V(x, y) = 36 / 729, and dCor = sqrt(36 / 144)
    assert distance_correlation(np.array([0.0, 0, 1]), np.array([0.0, 1, 0])) == pytest.approx(0.5)
    assert distance_correlation(A, 3 - 2 * A) == pytest.approx(1.0)
    square = np.array([-1.0, 0, 1])
    assert distance_correlation(square, square**2) > 0.4  # Pearson says 0


def test_distance_correlation_of_a_constant_is_missing():
    assert np.isnan(distance_correlation(np.full(9, 0.1), np.arange(9.0)))


def test_distance_correlation_needs_the_same_readouts():
    with pytest.raises(ValueError, match="3 and 4"):
        distance_correlation(np.zeros(3), np.zeros(4))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(2, 20))
def test_distance_correlation_agrees_with_dcor(seed, width, n):
    dcor = pytest.importorskip("dcor", reason="the reference implementation is not installed (pip install dcor)")
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, width)), rng.normal(size=n)
    assert distance_correlation(x, y) == pytest.approx(dcor.distance_correlation(x, y), abs=1e-9)


# scores -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fit", ["theil_sen", "least_squares"])
def test_coefficients_of_an_exact_mixture(fit):
    np.testing.assert_allclose(coefficients(A, B, 0.7 * A + 1.2 * B, fit), [0.7, 1.2], atol=1e-4)


def test_theil_sen_passes_over_readouts_that_do_not_follow():
    spoilt = 0.7 * A + 1.2 * B
    spoilt[:8] += 20
    assert np.abs(coefficients(A, B, spoilt, "theil_sen") - [0.7, 1.2]).max() < 0.25
    assert np.abs(coefficients(A, B, spoilt, "least_squares") - [0.7, 1.2]).max() > 0.5


def test_least_squares_of_axes_does_not_depend_on_how_they_are_turned():
    turn, _ = np.linalg.qr(RNG.normal(size=(60, 60)))
    double = 0.5 * A + 0.9 * B + 0.3 * OTHER
    one, other = row(double, axes=True), row(double @ turn, A @ turn, B @ turn, axes=True)
    for name in ("deviation", "direction", "c1", "c2", "magnitude", "dominance"):
        assert one[name] == pytest.approx(other[name])


def test_genes_are_fitted_by_theil_sen_and_axes_by_least_squares():
    spoilt = A + B
    spoilt[:8] += 20
    assert row(spoilt)["c1"] == row(spoilt, fit="theil_sen")["c1"]
    assert row(spoilt, axes=True)["c1"] == row(spoilt, fit="least_squares")["c1"]
    with pytest.raises(ValueError, match="fit is 'ols'"):
        row(A, fit="ols")


def test_scores_by_hand():
    scores = row(3 * A + 4 * B)
    assert scores["magnitude"] == pytest.approx(5.0, abs=1e-3)
    assert scores["dominance"] == pytest.approx(np.log10(4 / 3), abs=1e-3)
    assert scores["fit"] == pytest.approx(1.0, abs=1e-6)
    assert scores["correlation"] == pytest.approx(1.0)
    assert scores["similarity"] == pytest.approx(distance_correlation(A, B))
    double = 3 * A + 4 * B
    assert scores["similarity_to_double"] == pytest.approx(distance_correlation(np.column_stack([A, B]), double))
    shares = sorted(distance_correlation(single, double) for single in (A, B))
    assert scores["equality"] == pytest.approx(shares[0] / shares[1])


@pytest.mark.parametrize("double", [A, 0.8 * A - 0.5 * B])
def test_dominance_is_missing_for_a_zero_or_another_sign(double):
    scores = row(double, axes=True)
    assert np.isnan(scores["dominance"])
    assert "dominance: a coefficient is zero or their signs differ" in scores["reason"]


def test_a_constant_double_has_no_fit():
    scores = row(np.zeros(60))
    assert scores[["fit", "correlation", "similarity_to_double", "equality"]].isna().all()
    assert "fit: " in scores["reason"]


def test_only_expressed_genes_are_scored():
    effects = screen(2 * A + 2 * B)
    effects.X[:, 30:] = RNG.normal(size=(4, 30))
    effects.var["control_mean"] = np.repeat([0.5, 0.4], 30)  # log1p(0.5) = 0.405
    assert interaction_table(effects)["magnitude"][0] == pytest.approx(np.sqrt(8), abs=1e-3)
    effects.var["control_mean"] = 0.1
    table = interaction_table(effects)
    assert table[SCORES].isna().all(axis=None)
    assert table["reason"][0] == "scores: only 0 readouts are expressed"


# classes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axes", [False, True])
@pytest.mark.parametrize(
    ("expected", "double", "second"),
    [
        ("additive", A + B, B),
        ("synergy", 2 * (A + B), B),
        ("suppression", 0.3 * (A + B), B),
        ("redundancy", A, LIKE_A),
        ("epistasis", A, B),
        ("epistasis", A - 0.2 * B, B),
        ("neomorphism", OTHER, B),
        ("unclassified", 0.78 * (A + B), B),
    ],
)
def test_a_pair_of_each_class(expected, double, second, axes):
    found = row(double, A, second, axes=axes)
    assert found["interaction"] == expected
    if expected in CLASSES:
        assert found[expected]


def test_an_additive_double_is_no_synergy_though_its_magnitude_is_the_square_root_of_two():
    found = row(A + B)
    assert found["magnitude"] == pytest.approx(np.sqrt(2), abs=1e-3)
    assert found["magnitude"] > Thresholds().synergy
    assert not found["synergy"]


def test_alike_singles_are_not_redundant_where_the_double_is_unlike_them():
    assert row(A, A, LIKE_A)["redundancy"]
    found = row(OTHER, A, LIKE_A)
    assert found["similarity"] > 0.85
    assert not found["redundancy"]


def test_noise_makes_a_small_deviation_additive():
    assert row(1.5 * (A + B))["interaction"] == "synergy"
    assert row(1.5 * (A + B), noise=1000.0)["interaction"] == "additive"


def test_thresholds_move_the_classes():
    effects = screen(0.78 * (A + B))
    assert interaction_table(effects, thresholds=Thresholds(suppression=1.15))["interaction"][0] == "suppression"
    with pytest.raises(ValueError, match="suppression ends at 2"):
        Thresholds(suppression=2.0)


def test_norman_doubles_agree_with_what_their_authors_saw():
    """Pairs that Norman et al. (Science 2019) name in the text and figures of their classes."""
    if data_dir() is None:
        pytest.skip("the data folder is absent (APPMODEL_DATA)")
    table = interaction_table(load_effects("norman19")).set_index("condition")
    assert len(table) == 131
    # similar genes, one activity
    redundant = ["CDKN1A+CDKN1C", "MAP2K3+MAP2K6", "CEBPA+CEBPB", "CEBPA+CEBPE", "FOXA1+FOXA3"]
    assert (table.loc[redundant, "similarity"] > table["similarity"].quantile(0.75)).all()
    synergistic = ["CBL+CNN1", "CBL+PTPN12", "FOXA1+FOXF1", "FOXL2+MEIS1", "CNN1+UBASH3A"]
    suppressed = ["CEBPE+CNN1", "CEBPE+PTPN12", "CNN1+ETS2", "CNN1+MAPK1"]
    assert table.loc[synergistic, "direction"].min() > table.loc[suppressed, "direction"].max()
    assert (table.loc[suppressed, "magnitude"] < table["magnitude"].median()).all()
    # addition misses most doubles by more than their noise, but far from all of it can be told apart
    assert 60 < table["is_interaction"].sum() < 90
