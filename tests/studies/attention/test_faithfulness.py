"""Deletion and gradients on a model of four genes, by hand; then on fitted ones."""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from appmodel.predictors import APP
from appmodel.predictors.app.model import APPModule
from appmodel.studies.attention.faithfulness import attributions, deletion_changes

GENES = list("ABCD")
X = np.array([[1.0, 0], [0, 1], [2, 0], [0, 0]])

# A few epochs are too few to leave the constant that every training starts from.
pytestmark = pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")


def four_genes(score=(0.0, 0.0), pooling="attention"):
    """Embeddings X without graph layers, alpha = softmax(score' tanh(X)), decoder the identity."""
    module = APPModule(4, 2, torch.tensor(X, dtype=torch.float32), n_hidden=2, n_layers=0, pooling=pooling)
    with torch.no_grad():
        if pooling == "attention":
            module.attention.query.weight.zero_()
            module.attention.key.weight.copy_(torch.eye(2))
            module.attention.key.bias.zero_()
            module.attention.score.weight.copy_(torch.tensor([score]))
        module.decoder.weight.copy_(torch.eye(2))
        module.decoder.bias.zero_()
    return SimpleNamespace(
        module_=module, genes_=GENES, pooling=pooling, edge_index_=torch.empty((2, 0), dtype=torch.long)
    )


@pytest.fixture(scope="module")
def fitted(_tiny_effects, tiny_network):
    return APP(max_epochs=2, n_hidden=8).fit(_tiny_effects, tiny_network)


def values(table):
    return table.set_index(["ranking", "measure"])["value"]


def test_deleting_one_gene_by_hand():
    weights = np.exp(np.tanh(X[:, 0]))
    alpha = weights / weights.sum()  # C, A, then B and D
    z, without = alpha @ X, {i: np.delete(alpha, i) @ np.delete(X, i, axis=0) / (1 - alpha[i]) for i in range(4)}
    change = {i: np.linalg.norm(rest - z) / np.linalg.norm(z) for i, rest in without.items()}
    degree = pd.DataFrame([[0.0, 3, 1, 2]], index=["A"], columns=GENES)
    found = values(deletion_changes(four_genes((1.0, 0.0)), ["A"], sizes=(1,), others={"degree": degree}, n_draws=400))
    assert found["attention", "change_1"] == pytest.approx(change[2], rel=1e-5)
    assert found["least_attended", "change_1"] == pytest.approx(change[1], rel=1e-5)  # of equals the first
    assert found["degree", "change_1"] == pytest.approx(change[1], rel=1e-5)
    assert found["random", "change_1"] == pytest.approx(np.mean(list(change.values())), rel=0.1)


def test_deleting_two_genes_renormalises_the_rest():
    found = values(deletion_changes(four_genes(), ["A"], sizes=(2,), n_draws=1))
    z = X.mean(axis=0)
    # All are attended to alike: A and B go, C and D stay with one half each.
    assert found["attention", "change_2"] == pytest.approx(np.linalg.norm(X[2:].mean(axis=0) - z) / np.linalg.norm(z))


def test_a_gene_that_adds_nothing_changes_nothing():
    model = four_genes()
    with torch.no_grad():
        model.module_.x[:] = 1.0
    assert values(deletion_changes(model, ["A"], sizes=(1, 3))).to_numpy() == pytest.approx(0, abs=1e-6)


def test_a_prediction_of_zero_has_no_relative_change():
    model = four_genes()
    with torch.no_grad():
        model.module_.x.zero_()
    table = deletion_changes(model, ["A"], sizes=(1,))
    assert table["value"].isna().all()
    assert table["reason"].str.startswith("the prediction is zero").all()


@pytest.mark.parametrize("sizes", [(0,), (4,), (1, 9)])
def test_a_gene_must_be_left(sizes):
    with pytest.raises(ValueError, match="between 1 and 3"):
        deletion_changes(four_genes(), ["A"], sizes=sizes)


def test_models_without_attention_and_foreign_genes_are_refused():
    with pytest.raises(ValueError, match="pooling='mean'"):
        deletion_changes(four_genes(pooling="mean"), ["A"], sizes=(1,))
    with pytest.raises(ValueError, match="'Z'"):
        deletion_changes(four_genes(), ["A+Z"], sizes=(1,))


def test_a_fitted_model_gives_the_same_twice_and_random_sets_follow_the_seed(fitted):
    asked = fitted.training_conditions_[:2]
    one, again = (deletion_changes(fitted, asked, sizes=(1, 5), n_draws=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, again)
    other = deletion_changes(fitted, asked, sizes=(1, 5), n_draws=3, seed=1)
    assert (one["value"] != other["value"])[one["ranking"] == "random"].any()
    assert (one["value"] == other["value"])[one["ranking"] != "random"].all()
    assert (one["value"] > 0).all()


def test_without_captum_the_mend_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(ValueError, match="need captum"):
        attributions(four_genes(), ["A"])


def test_what_is_attributed_must_be_known():
    with pytest.raises(ValueError, match="of='z'"):
        attributions(four_genes(), ["A"], of="z")


@pytest.fixture
def captum():
    return pytest.importorskip("captum", reason="captum is not installed (it comes with appmodel[book])")


@pytest.mark.usefixtures("captum")
@pytest.mark.parametrize("of", ["x", "h"])
def test_gradients_of_a_linear_model_by_hand(of):
    # y = mean of x, so the size of y grows evenly along the path: each gene adds x_i . y / (4 |y|).
    y = X.mean(axis=0)
    found = attributions(four_genes(), ["A"], of=of)
    np.testing.assert_allclose(found.loc["A"], X @ y / (4 * np.linalg.norm(y)), rtol=1e-5, atol=1e-7)


@pytest.mark.usefixtures("captum")
@pytest.mark.parametrize("of", ["x", "h"])
def test_attributions_sum_to_what_the_vectors_add(fitted, of):
    asked = fitted.training_conditions_[:2]
    found = attributions(fitted, asked, of=of, n_steps=64)
    with torch.no_grad():
        module, nothing = fitted.module_, torch.zeros_like(fitted.module_.x)
        h0 = module.encoder(nothing, fitted.edge_index_) if of == "x" else torch.zeros(len(nothing), 8)
        start = module.from_embeddings(torch.full((1, len(nothing)), 0.0), h0)[0].norm()
    size = np.linalg.norm(fitted.predict(asked).X, axis=1)
    np.testing.assert_allclose(found.sum(axis=1), size - float(start), rtol=0.02, atol=1e-4)
    assert list(found.columns) == fitted.genes_
