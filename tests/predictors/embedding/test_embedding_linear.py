"""Ridge on gene embeddings against scikit-learn and brute force, and its manners."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge

from appmodel import EmbeddingLinear, as_effects
from appmodel.predictors.embedding.linear import RIDGES, left_out_errors

GENES = [f"G{i}" for i in range(9)]
CONDITIONS = [*GENES[:7], "G0+G1", "G2+G5"]
TABLE = pd.DataFrame(np.arange(27.0).reshape(9, 3) ** 2, index=GENES)


def rows_of(table, names):
    return np.array([table.loc[name.split("+")].mean().to_numpy() for name in names])


def scaled(table, names):
    """Condition rows as the model sees them, and the same for any other conditions."""
    Z = rows_of(table, names)
    length = np.sqrt(((Z - Z.mean(axis=0)) ** 2).sum(axis=1).mean())
    return lambda others: (rows_of(table, others) - Z.mean(axis=0)) / length


@pytest.mark.parametrize("n_dimensions", [2, 4, 8, 30])  # fewer and more than conditions
@pytest.mark.parametrize("ridge", [0.01, 1.0, 30.0])
def test_prediction_is_ridge_regression(effects, n_dimensions, ridge, table_of):
    table, asked = table_of(n_dimensions), ["G7", "G0", "G8+G2", "G1+G0"]
    rows = scaled(table, CONDITIONS)
    theirs = Ridge(ridge).fit(rows(CONDITIONS), effects.X).predict(rows(asked))
    out = EmbeddingLinear(table, ridge).fit(effects).predict(asked)
    np.testing.assert_allclose(out.X, theirs, atol=1e-9)
    assert out.obs["reason"].tolist() == [""] * 4


@pytest.mark.parametrize("n_dimensions", [3, 30])
def test_left_out_errors_are_those_of_refitting_without_each_condition(effects, n_dimensions, table_of):
    Z = scaled(table_of(n_dimensions), CONDITIONS)(CONDITIONS)
    U, S, _ = np.linalg.svd(Z, full_matrices=False)
    ridges = np.array([0.03, 1.0, 100.0])
    expected = []
    for ridge in ridges:
        norms = []
        for i in range(9):
            rest = np.arange(9) != i  # the mean of the effects and of the rows are fitted anew
            norms.append(np.linalg.norm(effects.X[i] - Ridge(ridge).fit(Z[rest], effects.X[rest]).predict(Z[[i]])))
        expected.append(np.mean(norms))
    found = left_out_errors(U, S, effects.X - effects.X.mean(axis=0), ridges)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_the_strength_with_the_least_left_out_error_is_chosen(effects, table_of):
    table = table_of(3)
    linear = rows_of(table, CONDITIONS) @ np.random.default_rng(2).normal(size=(3, 6))
    effects = as_effects(linear + effects.X, CONDITIONS, effects.var_names)
    model = EmbeddingLinear(table).fit(effects)
    errors = [EmbeddingLinear(table, ridge).fit(effects).left_out_error_ for ridge in RIDGES]
    assert model.left_out_error_ == pytest.approx(min(errors))
    assert model.ridge_ == RIDGES[int(np.argmin(errors))]
    assert 1e-4 < model.ridge_ < 1e4
    given = EmbeddingLinear(table, model.ridge_).fit(effects)
    np.testing.assert_array_equal(model.predict(["G8"]).X, given.predict(["G8"]).X)


def test_effects_that_are_linear_in_the_embedding_are_found(table_of):
    genes = [f"G{i}" for i in range(40)]
    table = table_of(5, genes)
    Y = table.to_numpy() @ np.random.default_rng(3).normal(size=(5, 4)) + [1, 2, 3, 4]
    effects = as_effects(Y[:30], genes[:30], list("abcd"))
    model = EmbeddingLinear(table).fit(effects)
    assert model.ridge_ == RIDGES.min()
    np.testing.assert_allclose(model.predict(genes[30:]).X, Y[30:], atol=1e-2)
    np.testing.assert_allclose(model.predict(["G31+G35"]).X[0], (Y[31] + Y[35]) / 2, atol=1e-2)


def test_by_hand():
    # Rows (0, 0), (2, 0), (4, 0): centre (2, 0), mean squared length 8/3; z = (-1, 0, 1) sqrt(3/2).
    # z'z = 3, z'y = sqrt(3/2) (5 - 1) / 1; with ridge 3: w = 4 sqrt(3/2) / 6; at a row (6, 0), z = 2 sqrt(3/2):
    # prediction = mean + 2 sqrt(3/2) 4 sqrt(3/2) / 6 = 3 + 2 = 5
    table = pd.DataFrame([[0.0, 0], [2, 0], [4, 0], [6, 0]], index=list("ABCD"))
    effects = as_effects([[1.0], [3], [5]], list("ABC"), ["r"])
    assert EmbeddingLinear(table, 3.0).fit(effects).predict(["D"]).X[0, 0] == pytest.approx(5)
    # without a ridge the line itself: 1, 3, 5, 7; and the second dimension, which never varies, says nothing
    np.testing.assert_allclose(EmbeddingLinear(table, 0.0).fit(effects).predict(["D", "A+D"]).X, [[7], [4]])


def test_a_strong_ridge_and_constant_rows_leave_the_mean(effects, table_of):
    mean = effects.X.mean(axis=0)
    np.testing.assert_allclose(EmbeddingLinear(table_of(4), 1e12).fit(effects).predict(["G8"]).X[0], mean, atol=1e-9)
    same = pd.DataFrame(np.ones((9, 3)), index=GENES)
    for ridge in (None, 0.0, 1.0):
        np.testing.assert_allclose(EmbeddingLinear(same, ridge).fit(effects).predict(["G8", "G0+G1"]).X, [mean] * 2)


def test_units_of_the_table_do_not_matter(effects, table_of):
    table = table_of(5)
    asked = ["G8", "G0+G7"]
    np.testing.assert_allclose(
        EmbeddingLinear(1e6 * table + 3).fit(effects).predict(asked).X,
        EmbeddingLinear(table).fit(effects).predict(asked).X,
        atol=1e-8,
    )


def test_zero_effects_are_predicted_as_zero(table_of):
    out = EmbeddingLinear(table_of(4)).fit(as_effects(np.zeros((9, 2)), CONDITIONS, ["a", "b"])).predict(["G8"])
    assert out.X.tolist() == [[0, 0]]


@pytest.mark.parametrize("embedding", [TABLE, "random", "table.csv"], ids=["table", "random", "file"])
def test_scikit_learn_manners(effects, embedding):
    model = EmbeddingLinear(embedding, ridge=2.0, n_components=5, seed=3)
    copy = clone(model)
    assert [copy.get_params()[name] for name in ("ridge", "n_components", "seed")] == [2.0, 5, 3]
    if isinstance(embedding, pd.DataFrame):
        pd.testing.assert_frame_equal(copy.embedding, embedding)
        assert repr(model).startswith("EmbeddingLinear(embedding='table 9 x 3, digest ")
        assert repr(copy) == repr(model) != repr(EmbeddingLinear(2 * embedding, 2.0, 5, 3))
        assert not hasattr(clone(model.fit(effects)), "mean_")
    else:
        assert copy.embedding == embedding
    assert copy.set_params(embedding=TABLE[[0]], ridge=None).embedding.shape == (9, 1)


def test_a_table_is_left_as_it_was(effects, table_of):
    table = table_of(3)
    before = table.copy()
    EmbeddingLinear(table).fit(effects).predict(["G8"])
    pd.testing.assert_frame_equal(table, before)


def test_rows_in_any_order_give_the_same_model(effects, table_of):
    table, order = table_of(12), np.random.default_rng(6).permutation(9)
    np.testing.assert_allclose(
        EmbeddingLinear(table.iloc[::-1]).fit(effects[order]).predict(["G8"]).X,
        EmbeddingLinear(table).fit(effects).predict(["G8"]).X,
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"ridge": -1.0}, "ridge is -1.0: give a number of at least 0"),
        ({"ridge": np.nan}, "ridge is nan"),
        ({"ridge": np.inf}, "ridge is inf"),
        ({"n_components": 1}, "n_components is 1: give a whole number of at least 2"),
        ({"seed": -1}, "seed is -1: give a whole number of at least 0"),
        ({"embedding": 5}, "embedding=5 is not known: give a path, a DataFrame"),
        ({"embedding": "network"}, "embedding='network' reads gene rows off a network: pass load_network"),
        ({"embedding": TABLE[[0]]}, "embedding table has shape"),
        ({"embedding": TABLE.assign(x=np.nan)}, "9 genes in the embedding table hold missing"),
    ],
)
def test_bad_parameters(effects, parameters, says):
    with pytest.raises(ValueError, match=says):
        EmbeddingLinear(**{"embedding": "random", **parameters}).fit(effects)


def test_a_missing_file_is_named_with_the_other_choices(effects):
    for name in ("netwrok", "cells.h5ad#X_scgpt"):
        says = f"embedding='{name}' is no file: give the path of one, a DataFrame, 'network' or 'random'"
        with pytest.raises(FileNotFoundError, match=says):
            EmbeddingLinear(name).fit(effects)


def test_it_needs_no_torch():
    code = (
        "import sys, numpy as np, appmodel; "
        "e = appmodel.as_effects(np.eye(3), ['A', 'B', 'C'], ['a', 'b', 'c']); "
        "m = appmodel.EmbeddingLinear('random'); m.fit(e).predict(['A+B']); "
        "appmodel.PermutedConditions(m).fit(e).predict(['A']); appmodel.TrainingMedian().fit(e); "
        "assert not {'torch', 'transformers', 'safetensors'} & set(sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
