"""Kernel ridge, main effects, nearest genes, the anchor below them: by hand, by refitting, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge as SklearnKernelRidge

from appmodel import (
    Additive,
    KernelRidge,
    LinearModel,
    MainEffects,
    MatchingMean,
    NearestGenes,
    ScaledAdditive,
    SinglesMean,
    TrainingMean,
    TrainingMedian,
    TunedLinearModel,
    as_effects,
    benchmark,
    load_effects,
    load_network,
    ratio_table,
)
from appmodel.files import data_dir
from appmodel.networks import network_from_sets
from appmodel.predictors.anchor import Anchor
from appmodel.predictors.centre import geometric_median
from appmodel.predictors.kernel_ridge import RIDGES, leave_one_out

RNG = np.random.default_rng(0)
GENES = ["A", "B", "C", "D", "E", "F"]
SINGLES = {gene: RNG.normal(size=4) for gene in GENES}
PAIRS = [("A", "B"), ("A", "C"), ("B", "D"), ("C", "D"), ("D", "E"), ("E", "F")]
DOUBLES = {"+".join(pair): 0.8 * (SINGLES[pair[0]] + SINGLES[pair[1]]) + 0.1 * RNG.normal(size=4) for pair in PAIRS}
NETWORK = network_from_sets(
    {"one": ["A", "B", "C", "X"], "two": ["D", "E", "F", "Y"], "three": ["A", "X"], "other": ["U", "V"]}, aliases=False
)


@pytest.fixture
def effects():
    rows = {**SINGLES, **DOUBLES}
    return as_effects(np.array(list(rows.values())), list(rows), ["r1", "r2", "r3", "r4"])


def test_left_out_errors_are_those_of_fitting_again():
    X, R = RNG.normal(size=(12, 3)), RNG.normal(size=(12, 2))
    K = X @ X.T
    again = []
    for ridge in RIDGES:
        errors = []
        for i in range(12):
            rest = np.delete(np.arange(12), i)
            model = SklearnKernelRidge(alpha=ridge, kernel="precomputed").fit(K[np.ix_(rest, rest)], R[rest])
            errors.append(np.linalg.norm(model.predict(K[[i]][:, rest])[0] - R[i]))
        again.append(np.mean(errors))
    ridge, error = leave_one_out(K, R)
    assert ridge == pytest.approx(RIDGES[int(np.argmin(again))])
    assert error == pytest.approx(min(again), rel=1e-9)


def test_the_anchor_knows_what_was_measured(effects):
    anchor = Anchor().fit(list(effects.obs_names), np.asarray(effects.X))
    np.testing.assert_array_equal(anchor.predict(["B"])[0], SINGLES["B"])
    np.testing.assert_allclose(anchor.predict(["X"])[0], geometric_median(np.array(list(SINGLES.values()))))
    assert anchor.scale_ == pytest.approx(ScaledAdditive().fit(effects).scale_)
    np.testing.assert_allclose(anchor.predict(["A+E"])[0], anchor.scale_ * (SINGLES["A"] + SINGLES["E"]))
    given = np.array([1.0, 2, 3, 4])
    np.testing.assert_allclose(anchor.predict(["A+X"], {"X": given})[0], anchor.scale_ * (SINGLES["A"] + given))
    assert anchor.knows_sum(("A", "E"))
    assert not anchor.knows_sum(("A", "X"))
    assert not anchor.knows_sum(("A",))
    with pytest.raises(ValueError, match="at least one single"):
        Anchor().fit(["A+B"], np.ones((1, 2)))


def test_kernel_ridge_is_scikit_learn_s_on_the_residuals(effects):
    model = KernelRidge().fit(effects, NETWORK)
    K = NETWORK.similarity(GENES, GENES)
    residuals = np.array(list(SINGLES.values())) - model.anchor_.median_
    ridge, _ = leave_one_out(K, residuals)
    theirs = SklearnKernelRidge(alpha=ridge, kernel="precomputed").fit(K, residuals)
    expected = model.anchor_.median_ + theirs.predict(NETWORK.similarity(["X", "Y"], GENES))
    np.testing.assert_allclose(model.predict(["X", "Y"]).X, expected, atol=1e-10)
    np.testing.assert_allclose(model.predict(["U"]).X[0], model.anchor_.median_)  # a stranger to all measured genes
    np.testing.assert_array_equal(model.predict(["A"]).X[0], SINGLES["A"])
    both = model.predict(["A+X"]).X[0]
    np.testing.assert_allclose(both, model.anchor_.scale_ * (SINGLES["A"] + model.predict(["X"]).X[0]))


def test_pairs_of_kernel_ridge_by_hand(effects):
    model = KernelRidge().fit(effects, None)
    sums = np.array([SINGLES[a] + SINGLES[b] for a, b in PAIRS])
    distances = np.square(sums[:, None] - sums[None]).sum(axis=2)
    residuals = np.array(list(DOUBLES.values())) - model.anchor_.scale_ * sums
    K = np.exp(-distances / (2 * model.length_**2))
    ridge, _ = leave_one_out(K, residuals)
    asked = SINGLES["A"] + SINGLES["F"]
    k = np.exp(-np.square(asked - sums).sum(axis=1) / (2 * model.length_**2))
    expected = model.anchor_.scale_ * asked + k @ np.linalg.solve(K + ridge * np.eye(6), residuals)
    np.testing.assert_allclose(model.predict(["A+F"]).X[0], expected)
    np.testing.assert_allclose(model.predict(["X"]).X[0], model.anchor_.median_)  # no network


def test_main_effects_by_least_squares(effects):
    model = MainEffects().fit(effects)
    X = np.array([[gene in pair for gene in GENES] for pair in PAIRS], dtype=float)
    sums = np.array([SINGLES[a] + SINGLES[b] for a, b in PAIRS])
    residuals = np.array(list(DOUBLES.values())) - model.anchor_.scale_ * sums
    ridge, _ = leave_one_out(X @ X.T, residuals)
    u = np.linalg.solve(X.T @ X + ridge * np.eye(6), X.T @ residuals)
    np.testing.assert_allclose(
        model.predict(["A+F"]).X[0], model.anchor_.scale_ * (SINGLES["A"] + SINGLES["F"]) + u[0] + u[5]
    )
    np.testing.assert_array_equal(model.predict(["A"]).X[0], SINGLES["A"])
    few = effects[[*GENES, "A+B"]].copy()
    np.testing.assert_allclose(MainEffects().fit(few).predict(["A+C"]).X, ScaledAdditive().fit(few).predict(["A+C"]).X)


def test_nearest_genes(effects):
    model = NearestGenes().fit(effects, NETWORK)
    nearest = {"X": "ABC", "Y": "DEF"}
    for gene, relatives in nearest.items():
        near = NETWORK.similarity([gene], GENES)[0]
        order = sorted(relatives, key=lambda other: (-near[GENES.index(other)], other))[: model.k_]
        np.testing.assert_allclose(model.predict([gene]).X[0], np.mean([SINGLES[g] for g in order], axis=0))
    np.testing.assert_allclose(model.predict(["U"]).X[0], np.mean(list(SINGLES.values()), axis=0))
    with pytest.raises(ValueError, match="looks for neighbours in a network"):
        NearestGenes().fit(effects)


@pytest.mark.parametrize("model", [KernelRidge(), NearestGenes()])
def test_a_network_of_other_genes_is_refused(effects, model):
    other = network_from_sets({"s": ["KLF1", "CEBPE"]})
    with pytest.raises(ValueError, match="shares no gene with the screen"):
        model.fit(effects, other)
    far = effects[["A", "B", "C"]].copy()
    far.uns["targets"] = np.array(["KLF1"])  # known, but nothing was measured that it could be related to
    with pytest.raises(ValueError, match="shares no gene with the training conditions"):
        model.fit(far, other)


def test_constants_and_the_matching_mean(effects):
    singles = np.mean(list(SINGLES.values()), axis=0)
    np.testing.assert_allclose(SinglesMean().fit(effects).predict(["X", "A+B"]).X, [singles, singles])
    pairs = effects[list(DOUBLES)].copy()
    np.testing.assert_allclose(SinglesMean().fit(pairs).predict(["X"]).X, TrainingMean().fit(pairs).predict(["X"]).X)
    np.testing.assert_allclose(MatchingMean().fit(effects).predict(["A+F"]).X[0], (SINGLES["A"] + SINGLES["F"]) / 2)
    undefined = MatchingMean().fit(effects).predict(["A+X"])
    assert np.isnan(undefined.X).all()
    assert undefined.obs["reason"].iloc[0] == "no training condition perturbs X alone"
    assert all(model.constant for model in (SinglesMean(), TrainingMean(), TrainingMedian()))
    assert not MatchingMean().constant


def test_the_tuned_linear_model_takes_what_predicts_left_out_genes_best(tiny_effects, tiny_network):
    train = tiny_effects[1:].copy()
    model = TunedLinearModel().fit(train, tiny_network)
    chosen = model.model_.get_params()
    again = LinearModel(**chosen).fit(train, tiny_network)
    asked = [gene for gene in tiny_effects.var_names if gene not in train.obs_names][:3]
    np.testing.assert_array_equal(model.predict(asked).X, again.predict(asked).X)
    unknown = model.predict(["KLF1"])
    assert np.isnan(unknown.X).all()
    assert unknown.obs["reason"].iloc[0]


@pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")
def test_the_numbers_that_others_found():
    """Measured by another implementation before this one was written: 0.800 (kernel ridge) and 0.790 (main effects)."""
    network = load_network(["go_bp", "reactome"])
    unseen = benchmark(
        {"mean": SinglesMean(), "kernel": KernelRidge()},
        load_effects("adamson16"),
        "unseen",
        network,
        seeds=range(20),
        metrics=["l2"],
    )
    assert ratio_table(unseen, "mean").set_index("method")["ratio"]["kernel"] == pytest.approx(0.800, abs=0.005)
    pairs = benchmark(
        {"additive": Additive(), "main": MainEffects(), "kernel": KernelRidge()},
        load_effects("norman19"),
        seeds=range(20),
        metrics=["l2"],
    )
    ratios = ratio_table(pairs, "additive").set_index("method")["ratio"]
    assert ratios["main"] == pytest.approx(0.790, abs=0.01)
    assert ratios["kernel"] == pytest.approx(0.719, abs=0.015)
