"""Scores and classes of interactions, on pairs made by hand and on those that Norman et al. name."""

import numpy as np
import pytest

from appmodel import load_effects
from appmodel.files import data_dir
from appmodel.studies.interactions.classes import CLASSES, THRESHOLDS
from appmodel.studies.interactions.table import SCORES, coefficients, interaction_table

A, B, OTHER = np.random.default_rng(0).normal(size=(3, 60))
RNG = np.random.default_rng(1)
LIKE_A = A + 0.05 * OTHER


@pytest.fixture
def row(pair):
    return lambda *arguments, **options: interaction_table(pair(*arguments, **options)).iloc[0]


@pytest.mark.parametrize("robust", [True, False])
def test_coefficients_of_an_exact_mixture(robust):
    np.testing.assert_allclose(coefficients(A, B, 0.7 * A + 1.2 * B, robust), [0.7, 1.2], atol=1e-4)


def test_theil_sen_passes_over_readouts_that_do_not_follow():
    spoilt = 0.7 * A + 1.2 * B
    spoilt[:8] += 20
    assert np.abs(coefficients(A, B, spoilt, robust=True) - [0.7, 1.2]).max() < 0.25
    assert np.abs(coefficients(A, B, spoilt, robust=False) - [0.7, 1.2]).max() > 0.5


def test_least_squares_of_axes_does_not_depend_on_how_they_are_turned(row):
    turn, _ = np.linalg.qr(RNG.normal(size=(60, 60)))
    double = 0.5 * A + 0.9 * B + 0.3 * OTHER
    one, other = row(double, axes=True), row(double @ turn, A @ turn, B @ turn, axes=True)
    for name in ("deviation", "direction", "c1", "c2", "magnitude", "dominance"):
        assert one[name] == pytest.approx(other[name])


def test_genes_are_fitted_by_theil_sen_and_axes_by_least_squares(row):
    spoilt = A + B
    spoilt[:8] += 20
    assert row(spoilt)["c1"] == coefficients(A, B, spoilt, robust=True)[0]
    assert row(spoilt, axes=True)["c1"] == coefficients(A, B, spoilt, robust=False)[0]


def test_scores_by_hand(row, dcor_of):
    scores = row(3 * A + 4 * B)
    assert scores["magnitude"] == pytest.approx(5.0, abs=1e-3)
    assert scores["dominance"] == pytest.approx(np.log10(4 / 3), abs=1e-3)
    assert scores["fit"] == pytest.approx(1.0, abs=1e-6)
    assert scores["correlation"] == pytest.approx(1.0)
    assert scores["similarity"] == pytest.approx(dcor_of(A, B))
    double = 3 * A + 4 * B
    assert scores["similarity_to_double"] == pytest.approx(dcor_of(np.column_stack([A, B]), double))
    shares = sorted(dcor_of(single, double) for single in (A, B))
    assert scores["equality"] == pytest.approx(shares[0] / shares[1])


@pytest.mark.parametrize("double", [A, 0.8 * A - 0.5 * B])
def test_dominance_is_missing_for_a_zero_or_another_sign(double, row):
    scores = row(double, axes=True)
    assert np.isnan(scores["dominance"])
    assert "dominance: a coefficient is zero or their signs differ" in scores["reason"]


def test_a_constant_double_has_no_fit(row):
    scores = row(np.zeros(60))
    assert scores[["fit", "correlation", "similarity_to_double", "equality"]].isna().all()
    assert "fit: " in scores["reason"]


def test_only_expressed_genes_are_scored(pair):
    effects = pair(2 * A + 2 * B)
    effects.X[:, 30:] = RNG.normal(size=(4, 30))
    effects.var["control_mean"] = np.repeat([0.5, 0.4], 30)  # log1p(0.5) = 0.405
    assert interaction_table(effects)["magnitude"][0] == pytest.approx(np.sqrt(8), abs=1e-3)
    effects.var["control_mean"] = 0.1
    table = interaction_table(effects)
    assert table[SCORES].isna().all(axis=None)
    assert table["reason"][0] == "scores: only 0 readouts are expressed"


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
def test_a_pair_of_each_class(expected, double, second, axes, row):
    found = row(double, A, second, axes=axes)
    assert found["interaction"] == expected
    if expected in CLASSES:
        assert found[expected]


def test_an_additive_double_is_no_synergy_though_its_magnitude_is_the_square_root_of_two(row):
    found = row(A + B)
    assert found["magnitude"] == pytest.approx(np.sqrt(2), abs=1e-3)
    assert found["magnitude"] > THRESHOLDS["synergy"]
    assert not found["synergy"]


def test_alike_singles_are_not_redundant_where_the_double_is_unlike_them(row):
    assert row(A, A, LIKE_A)["redundancy"]
    found = row(OTHER, A, LIKE_A)
    assert found["similarity"] > 0.85
    assert not found["redundancy"]


def test_noise_makes_a_small_deviation_additive(row):
    assert row(1.5 * (A + B))["interaction"] == "synergy"
    assert row(1.5 * (A + B), noise=1000.0)["interaction"] == "additive"


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
