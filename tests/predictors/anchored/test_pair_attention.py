"""Attention over measured doubles and singles for a pair of measured genes."""

import numpy as np
import pytest
import torch

from appmodel.predictors.anchored.pair_attention import MAX_SINGLES, MIN_DOUBLES, PairAttention

GENES = [f"G{i:02d}" for i in range(24)]
PAIRS = [(GENES[i], GENES[j]) for i in range(24) for j in range(i)]


def saturating(a, b):
    """Both effects together reach no further than a ceiling."""
    total = a + b
    return total / np.sqrt(1 + np.linalg.norm(total, axis=-1, keepdims=True) ** 2 / 9)


@pytest.fixture(scope="module")
def singles():
    rng = np.random.default_rng(0)
    return rng.normal(size=(24, 6)) * rng.uniform(0.3, 2.0, size=(24, 1))


@pytest.fixture(scope="module")
def pairs():
    """60 pairs to train on and 60 to test."""
    chosen = np.random.default_rng(1).permutation(len(PAIRS))[:120]
    return [PAIRS[i] for i in chosen[:60]], [PAIRS[i] for i in chosen[60:]]


def ends(pairs):
    return np.array([[GENES.index(gene) for gene in pair] for pair in pairs]).T


def doubles(singles, pairs, noise=0.1):
    a, b = singles[ends(pairs)]
    return saturating(a, b) + noise * np.random.default_rng(2).normal(size=a.shape)


@pytest.fixture(scope="module")
def model(singles, pairs):
    return PairAttention().fit(GENES, singles, pairs[0], doubles(singles, pairs[0]))


def mean_error(predicted, real):
    return np.linalg.norm(predicted - real, axis=1).mean()


def test_better_than_the_scaled_sum_where_pairs_interact(model, singles, pairs):
    real = doubles(singles, pairs[1], noise=0)
    sums = singles[ends(pairs[1])].sum(axis=0)
    best_scale = min(mean_error(s * sums, real) for s in np.linspace(0, 1, 101))
    assert mean_error(model.predict(pairs[1])[0], real) < 0.7 * best_scale


def test_prediction_is_the_scaled_sum_and_attended_residuals(model, singles, pairs):
    alpha, bank = model.attention(pairs[1])
    assert bank[:60] == [tuple(sorted(pair)) for pair in pairs[0]]
    assert sorted(bank[60:]) == [(gene,) for gene in GENES]
    row = dict(zip(GENES, singles, strict=True))
    measured = np.vstack([doubles(singles, pairs[0]), *(row[gene] for (gene,) in bank[60:])])
    residuals = measured - model.scale_ * np.array([sum(row[gene] for gene in genes) for genes in bank])
    expected = model.scale_ * singles[ends(pairs[1])].sum(axis=0) + alpha @ residuals
    np.testing.assert_allclose(model.predict(pairs[1])[0], expected, atol=1e-12)


def test_kernel_by_hand():
    singles = np.array([[0.0], [1.0], [2.0]])
    model = PairAttention()
    model.fit(["A", "B", "C"], singles, [("A", "B"), ("B", "C")], np.array([[1.0], [2.0]]))
    now = {"length": torch.tensor(2.0), "shared": torch.tensor(0.5)}
    unit = (1**2 + 3**2) / 2  # mean of |a + b|^2
    k = lambda x, y: np.exp(-((x - y) ** 2) / (4 * unit))  # noqa: E731
    slots = torch.tensor([[0, 1], [1, 2], [0, 3]])  # A+B, B+C and A alone
    ab_bc = (k(0, 1) * k(1, 2) + k(0, 2) * 1) / 2 + 0.5 * 1 / 2
    ab_a = (1 * k(1, 0) + k(0, 0) * k(1, 0)) / 2  # A shared with a single does not count
    ab_ab = (1 + k(0, 1) ** 2) / 2 + 0.5
    K = model._kernel(slots, slots, now).numpy()
    np.testing.assert_allclose(K[0], [ab_ab, ab_bc, ab_a], atol=1e-14)
    assert K[2, 2] == pytest.approx(1.0)  # "nothing" has no effect, as A here


def test_kernel_is_symmetric_and_positive_semidefinite(model):
    K = model._kernel(model.bank_, model.bank_, model.hyperparameters_).numpy()
    np.testing.assert_allclose(K, K.T, atol=1e-14)
    assert np.linalg.eigvalsh(K).min() > -1e-10
    np.testing.assert_allclose(model._own(model.bank_[:60]), np.diag(K)[:60], atol=1e-14)


def test_left_out_errors_are_those_of_refits_with_the_same_kernel(model, singles, pairs):
    K = model._kernel(model.bank_, model.bank_, model.hyperparameters_).numpy()
    of_doubles, of_singles = (float(model.hyperparameters_[key]) for key in ("noise_doubles", "noise_singles"))
    noise = np.where(np.arange(84) < 60, of_doubles, of_singles)
    np.testing.assert_allclose(np.linalg.inv(model.G_), K + np.diag(noise), atol=1e-8)
    stated = model._error_terms(1 / model.G_.diagonal()[:60], model._sums(model.bank_[:60])) @ model.error_weights_
    errors = []
    for i in range(60):
        rest = np.delete(np.arange(84), i)
        alpha = np.linalg.solve((K + np.diag(noise))[np.ix_(rest, rest)], K[rest, i])
        errors.append(np.linalg.norm(model.residuals_[i].numpy() - alpha @ model.residuals_[rest].numpy()))
    assert np.mean(errors) < model.anchor_error_  # or the residual would not be used
    assert np.mean(errors) == pytest.approx(stated.mean(), rel=1e-9)


def test_swapping_the_genes_changes_no_bit(model, singles, pairs):
    swapped = [(b, a) for a, b in pairs[1]]
    for one, two in zip(model.predict(pairs[1]), model.predict(swapped), strict=True):
        np.testing.assert_array_equal(one, two)
    other = PairAttention().fit(GENES, singles, [(b, a) for a, b in pairs[0]], doubles(singles, pairs[0]))
    np.testing.assert_array_equal(model.predict(pairs[1])[0], other.predict(pairs[1])[0])


@pytest.mark.parametrize("room", [MAX_SINGLES, 20])  # 20: not all singles enter the fit of the hyperparameters
def test_order_of_training_rows_changes_nothing(monkeypatch, singles, pairs, room):
    monkeypatch.setattr("appmodel.predictors.anchored.pair_attention.MAX_SINGLES", room)
    few, Y = pairs[0][:8], doubles(singles, pairs[0])[:8]
    rng = np.random.default_rng(3)
    genes, rows = rng.permutation(24), rng.permutation(8)
    one = PairAttention().fit(GENES, singles, few, Y)
    two = PairAttention().fit([GENES[i] for i in genes], singles[genes], [few[i] for i in rows], Y[rows])
    assert one.bank_ is not None
    for first, second in zip(one.predict(pairs[1]), two.predict(pairs[1]), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-8, atol=1e-8)


def test_units_change_nothing(model, singles, pairs):
    other = PairAttention().fit(GENES, 100 * singles, pairs[0], 100 * doubles(singles, pairs[0]))
    np.testing.assert_allclose(other.predict(pairs[1])[0] / 100, model.predict(pairs[1])[0], atol=1e-7)


def test_stated_error_is_right_on_average(model, singles, pairs):
    predicted, stated = model.predict(pairs[1])
    real = np.linalg.norm(predicted - doubles(singles, pairs[1]), axis=1)
    assert (stated > 0).all()
    assert 0.5 < stated.mean() / real.mean() < 2


def test_additive_pairs_are_left_to_addition(singles, pairs):
    Y = 0.7 * singles[ends(pairs[0])].sum(axis=0)
    model = PairAttention().fit(GENES, singles, pairs[0], Y)
    assert model.bank_ is None  # nothing can beat an error of zero
    np.testing.assert_allclose(model.predict(pairs[1])[0], 0.7 * singles[ends(pairs[1])].sum(axis=0), atol=1e-12)
    assert model.attention(pairs[1])[0].shape == (60, 0)


def test_without_signal_the_residual_does_no_harm(singles, pairs):
    ratios = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        sums = [singles[ends(side)].sum(axis=0) for side in pairs]
        Y, real = (0.8 * total + 1.5 * rng.normal(size=total.shape) for total in sums)
        model = PairAttention().fit(GENES, singles, pairs[0], Y)
        ratios.append(mean_error(model.predict(pairs[1])[0], real) / mean_error(model.anchor_scale_ * sums[1], real))
    assert np.mean(ratios) < 1.05
    assert max(ratios) < 1.1


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
def test_few_doubles(singles, pairs, n):
    few, Y = pairs[0][:n], doubles(singles, pairs[0])[:n]
    model = PairAttention().fit(GENES, singles, few, Y)
    values, error = model.predict(pairs[1])
    real, sums = doubles(singles, pairs[1]), singles[ends(pairs[1])].sum(axis=0)
    assert mean_error(values, real) < 1.1 * mean_error(sums, real)
    assert np.isnan(error).all() if n == 0 else (error > 0).all()
    if n < MIN_DOUBLES:
        assert model.bank_ is None
        np.testing.assert_allclose(values, model.scale_ * sums)
    if n < 2:
        assert model.scale_ == 1.0


def test_zero_effects(pairs):
    model = PairAttention().fit(GENES, np.zeros((24, 6)), pairs[0], np.zeros((60, 6)))
    values, error = model.predict(pairs[1])
    np.testing.assert_array_equal(values, 0)
    np.testing.assert_array_equal(error, 0)


def test_zero_singles_with_doubles_that_do_something(pairs):
    Y = np.ones((60, 6))
    values, error = PairAttention().fit(GENES, np.zeros((24, 6)), pairs[0], Y).predict(pairs[1])
    np.testing.assert_array_equal(values, 0)  # by their singles all pairs are alike, and alike nothing
    np.testing.assert_allclose(error, np.sqrt(6))


def test_identical_singles_and_doubles(pairs):
    values, error = PairAttention().fit(GENES, np.ones((24, 6)), pairs[0], np.ones((60, 6))).predict(pairs[1])
    np.testing.assert_allclose(values, 1, atol=0.05)
    assert (error >= 0).all()


def test_switches(singles, pairs):
    Y = doubles(singles, pairs[0])
    anchor = PairAttention(residual=False).fit(GENES, singles, pairs[0], Y)
    assert anchor.bank_ is None
    alone = PairAttention(singles_in_bank=False).fit(GENES, singles, pairs[0], Y)
    assert alone.attention(pairs[1])[0].shape == (60, 60)
    unshared = PairAttention(shared_genes=False).fit(GENES, singles, pairs[0], Y)
    K = unshared._kernel(unshared.bank_, unshared.bank_, unshared.hyperparameters_)
    np.testing.assert_allclose(unshared._own(unshared.bank_[:60]), K.diagonal()[:60], atol=1e-14)
    for model in (anchor, alone, unshared):
        assert np.isfinite(model.predict(pairs[1])[1]).all()
