"""Attention over measured genes for one that was never perturbed."""

import numpy as np
import pytest
from scipy import sparse

from appmodel.networks import network_from_sets
from appmodel.predictors.anchored import many_genes
from appmodel.predictors.anchored.gene_attention import GeneAttention
from appmodel.predictors.anchored.gene_views import GeneViews
from appmodel.predictors.anchored.many_genes import ManyGenes
from appmodel.predictors.centre import geometric_median

GENES = [f"G{i:02d}" for i in range(60)]
FAMILIES = {f"family {k}": GENES[k::6] for k in range(6)}  # ten genes each
TRAINING, UNSEEN = GENES[:48], GENES[48:]


@pytest.fixture(scope="module")
def effects():
    """Genes of a family do much the same: (60, 8)."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(6, 8))[np.arange(60) % 6] + 0.3 * rng.normal(size=(60, 8))


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(1)
    return network_from_sets({**FAMILIES, **{f"noise {k}": rng.choice(GENES, 8) for k in range(20)}}, aliases=False)


@pytest.fixture(scope="module")
def model(effects, network):
    return GeneAttention(GeneViews(network)).fit(TRAINING, effects[:48])


def none(genes):
    return []


def mean_error(predicted, real):
    return np.linalg.norm(predicted - real, axis=1).mean()


def test_relatives_tell_and_strangers_do_not(model, effects, network):
    centre = mean_error(model.anchor_, effects[48:])
    assert mean_error(model.predict(UNSEEN)[0], effects[48:]) < 0.6 * centre
    shuffled = GeneAttention(GeneViews(network.shuffled(0))).fit(TRAINING, effects[:48]).predict(UNSEEN)[0]
    assert 0.9 * centre < mean_error(shuffled, effects[48:]) < 1.15 * centre


def test_prediction_is_the_anchor_and_attended_residuals(model, effects):
    np.testing.assert_allclose(model.anchor_, geometric_median(effects[:48]))
    np.testing.assert_allclose(
        model.predict(UNSEEN)[0], model.anchor_ + model.attention(UNSEEN) @ (effects[:48] - model.anchor_), atol=1e-12
    )


def test_most_attention_goes_to_the_family(model):
    alpha = np.abs(model.attention(UNSEEN))
    family = np.arange(48)[None] % 6 == np.arange(48, 60)[:, None] % 6
    assert alpha[family].mean() > 1.4 * alpha[~family].mean()


def test_left_out_error_is_that_of_a_refit_with_the_same_kernel(model, effects):
    K = model._kernel(model.keys_, 48)
    noise = np.linalg.inv(model.G_) - K  # what was added to the diagonal
    np.testing.assert_allclose(noise, np.diag(np.diag(noise)), atol=1e-9)
    residuals = effects[:48] - model.anchor_
    for i in (0, 17, 47):
        rest = np.delete(np.arange(48), i)
        alpha = np.linalg.solve((K + noise)[np.ix_(rest, rest)], K[rest, i])
        assert np.linalg.norm(residuals[i] - alpha @ residuals[rest]) == pytest.approx(model.left_out_error_[i])


def test_of_many_genes_some_choose_the_hyperparameters_and_all_are_attended_to(monkeypatch, model, effects, network):
    monkeypatch.setattr(many_genes, "TUNED_ON", 32)
    of_some = ManyGenes(GeneViews(network)).fit(TRAINING, effects[:48])
    assert of_some.G_.shape == (48, 48)
    assert float(of_some.ridge_) != float(model.ridge_)
    of_all, predicted = mean_error(model.predict(UNSEEN)[0], effects[48:]), of_some.predict(UNSEEN)[0]
    assert mean_error(predicted, effects[48:]) < 1.05 * of_all
    test_left_out_error_is_that_of_a_refit_with_the_same_kernel(of_some, effects)
    again = ManyGenes(GeneViews(network)).fit(TRAINING, effects[:48])
    np.testing.assert_array_equal(again.predict(UNSEEN)[0], predicted)


def test_kernel_is_symmetric_and_positive_semidefinite(model):
    K = model._kernel(model.keys_, 48)
    np.testing.assert_allclose(K, K.T, atol=1e-14)
    assert np.linalg.eigvalsh(K).min() > -1e-10


def test_rotated_readouts_change_only_the_axes(model, effects, network):
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(8, 8)))[0]
    turned = GeneAttention(GeneViews(network)).fit(TRAINING, effects[:48] @ turn)
    np.testing.assert_allclose(turned.predict(UNSEEN)[0] @ turn.T, model.predict(UNSEEN)[0], atol=1e-7)


def test_units_change_nothing(model, effects, network):
    scaled = GeneAttention(GeneViews(network)).fit(TRAINING, 1000 * effects[:48])
    np.testing.assert_allclose(scaled.predict(UNSEEN)[0] / 1000, model.predict(UNSEEN)[0], atol=1e-7)
    np.testing.assert_allclose(scaled.predict(UNSEEN)[1] / 1000, model.predict(UNSEEN)[1], rtol=1e-6)


def test_stated_error_is_right_on_average(model, effects):
    predicted, stated = model.predict(UNSEEN)
    assert (stated > 0).all()
    assert 0.5 < stated.mean() / mean_error(predicted, effects[48:]) < 2


def test_a_gene_no_view_knows_stays_at_the_anchor_but_for_the_constant_kernel(model):
    values, error = model.predict(["NOPE", "NADA"])
    np.testing.assert_array_equal(values[0], values[1])
    alpha = model.attention(["NOPE"])[0]
    np.testing.assert_allclose(alpha, float(model.constant_) * model.G_.sum(axis=0), atol=1e-12)
    typical = np.linalg.norm(model.residuals_, axis=1).mean()
    assert np.linalg.norm(values[0] - model.anchor_) < 0.1 * typical
    assert (error > 0).all()


@pytest.mark.parametrize("n", [1, 3])
def test_without_views_every_gene_gets_the_same_centre(effects, n):
    model = GeneAttention(none).fit(TRAINING, effects[:48])
    values, error = model.predict(UNSEEN[:n])
    assert values.shape == (n, 8)
    assert error.shape == (n,)
    assert model.attention(UNSEEN[:n]).shape == (n, 48)
    assert np.linalg.norm(values - model.anchor_) < 0.1 * np.linalg.norm(model.residuals_, axis=1).mean() * n
    assert error[0] == pytest.approx(model.left_out_error_.mean(), rel=0.1)


@pytest.mark.parametrize("n", [2, 3])
def test_very_few_training_genes(effects, network, n):
    values, error = GeneAttention(GeneViews(network)).fit(TRAINING[:n], effects[:n]).predict(UNSEEN)
    assert np.isfinite(values).all()
    assert (np.isfinite(error) & (error > 0)).all()
    assert np.linalg.norm(values, axis=1).max() < 2 * np.linalg.norm(effects[:n], axis=1).max()


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_constant_effects_are_predicted_without_error(network, level):
    values, error = GeneAttention(GeneViews(network)).fit(TRAINING, np.full((48, 5), level)).predict(UNSEEN)
    np.testing.assert_allclose(values, level, atol=1e-9)
    np.testing.assert_allclose(error, 0, atol=1e-9)


def test_one_readout(effects, network):
    values, _ = GeneAttention(GeneViews(network)).fit(TRAINING, effects[:48, :1]).predict(UNSEEN)
    assert values.shape == (12, 1)
    assert np.isfinite(values).all()


def test_a_view_that_knows_nobody_is_harmless(effects, network):
    views = GeneViews(network)
    blind = GeneAttention(lambda genes: [*views(genes), sparse.csr_matrix((len(genes), 4))])
    assert np.isfinite(blind.fit(TRAINING, effects[:48]).predict(UNSEEN)[0]).all()


def test_switches(effects, network):
    views = GeneViews(network)
    mean = GeneAttention(views, centre="mean").fit(TRAINING, effects[:48])
    np.testing.assert_allclose(mean.anchor_, effects[:48].mean(axis=0))
    alike = GeneAttention(views, robust_noise=False).fit(TRAINING, effects[:48])
    noise = np.diag(np.linalg.inv(alike.G_) - alike._kernel(alike.keys_, 48))
    np.testing.assert_allclose(noise, noise[0], rtol=1e-6)
    anchor = GeneAttention(views, residual=False).fit(TRAINING, effects[:48])
    np.testing.assert_array_equal(anchor.predict(UNSEEN)[0], np.tile(anchor.anchor_, (12, 1)))
