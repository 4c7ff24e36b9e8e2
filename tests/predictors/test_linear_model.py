"""The linear model against a brute-force solution, and where it is defined."""

import numpy as np
import pandas as pd
import pytest

from appmodel import LinearModel, as_effects
from appmodel.networks import network_from_edges

GENES = [f"G{i}" for i in range(8)]
CONDITIONS = ["G0", "G1", "G2", "G3", "G0+G1", "G2+G3"]


@pytest.fixture
def effects():
    return as_effects(np.random.default_rng(0).normal(size=(6, 8)), CONDITIONS, GENES)


@pytest.fixture(scope="module")
def network():
    edges = pd.DataFrame(
        [("T0", "T1", 1.0), ("T1", "T2", 2.0), ("T2", "T3", 0.5), ("T0", "T3", 1.5)],
        columns=["source", "target", "weight"],
    )
    return network_from_edges(edges, aliases=False)


def scores_by_eigenvectors(Y, k):
    """PCA scores (n_rows, k) of the rows of Y by way of the covariance matrix, with signs of their own."""
    centred = Y - Y.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    return centred @ vectors[:, np.argsort(-values)[:k]]


def ridge_by_kronecker(Y, G, P, ridge):
    """W = (G'G + ridge I)^-1 G' Y P (P'P + ridge I)^-1 as one linear system in the entries of W."""
    A, B = G.T @ G + ridge * np.eye(G.shape[1]), P.T @ P + ridge * np.eye(P.shape[1])
    # A W B = G' Y P, with the columns of W one below the other
    solution = np.linalg.solve(np.kron(B.T, A), (G.T @ Y @ P).ravel(order="F"))
    return solution.reshape(G.shape[1], P.shape[1], order="F")


def brute_force(effects, asked, k, ridge, rows):
    Y = effects.X.T
    G = scores_by_eigenvectors(Y, k)
    rows = rows if rows is not None else dict(zip(effects.var_names, G, strict=True))

    def perturbation(name):
        total = 0
        for gene in name.split("+"):
            total = total + rows[gene]
        return total / len(name.split("+"))

    P = np.array([perturbation(name) for name in effects.obs_names])
    b = Y.mean(axis=1)
    W = ridge_by_kronecker(Y - b[:, None], G, P, ridge)
    return np.array([[G[i] @ W @ perturbation(name) + b[i] for i in range(len(G))] for name in asked])


@pytest.mark.parametrize(("k", "ridge"), [(2, 0.1), (3, 1.0), (10, 0.1), (1, 5.0)])
def test_readout_embedding_against_brute_force(effects, k, ridge):
    asked = ["G5", "G1+G2", "G0", "G7+G4"]
    out = LinearModel(k, ridge).fit(effects).predict(asked)
    np.testing.assert_allclose(out.X, brute_force(effects, asked, min(k, 6), ridge, None), atol=1e-9)
    assert out.obs["reason"].tolist() == [""] * 4


@pytest.mark.parametrize("embedding", ["network", "auto"])
def test_network_embedding_against_brute_force(effects, network, embedding):
    effects.obs_names = [name.replace("G", "T") for name in CONDITIONS]
    rows = dict(zip(["T0", "T1", "T2", "T3"], network.embedding(["T0", "T1", "T2", "T3"], 2), strict=True))
    asked = ["T0+T3", "T2", "T1"]
    model = LinearModel(2, 0.3, embedding).fit(effects, network)
    np.testing.assert_allclose(model.predict(asked).X, brute_force(effects, asked, 2, 0.3, rows), atol=1e-9)


def test_tiny_case_by_hand():
    # One component, two readouts.  Columns centred: (1, -1) and (2, -2), so G = +-sqrt(5) (1, -1); b = (2, -1).
    effects = as_effects([[1, -1], [3, -1]], ["A", "B"], ["A", "B"])
    # P = G (A and B are the readouts); Y - b = [[-1, 1], [0, 0]]; with g = sqrt(5) the sign cancels:
    # G'(Y - b) P = g [-1, 1] g (1, -1)' = -2 g^2 = -10; both denominators are 2 g^2 + ridge = 12
    # W = -10/144; prediction for A: G W g + b = g^2 W (1, -1) + b
    out = LinearModel(1, 2.0).fit(effects).predict(["A", "B", "A+B"])
    step = 5 * -10 / 144
    np.testing.assert_allclose(out.X, [[2 + step, -1 - step], [2 - step, -1 + step], [2, -1]], atol=1e-12)


def test_pair_has_the_mean_of_its_genes_rows(effects):
    model = LinearModel(3).fit(effects)
    single, other, pair = model.predict(["G4", "G6", "G6+G4"]).X
    # the model is linear in P, so what it predicts is the mean too
    np.testing.assert_allclose(pair, (single + other) / 2, atol=1e-12)


def test_a_strong_ridge_leaves_the_mean(effects):
    out = LinearModel(3, 1e12).fit(effects).predict(["G5"])
    np.testing.assert_allclose(out.X[0], effects.X.mean(axis=0), atol=1e-6)


def test_no_ridge_is_least_squares_in_the_span(effects):
    # more components than needed: on the training data the fit is the projection, which no smaller ridge improves
    errors = [
        np.linalg.norm(LinearModel(5, ridge).fit(effects).predict(CONDITIONS).X - effects.X)
        for ridge in (1e-8, 0.1, 10)
    ]
    assert errors == sorted(errors)


def test_readouts_are_preferred_and_missing_genes_are_named(effects, network):
    out = LinearModel(2).fit(effects, network).predict(["G0", "T0", "G1+T1", "G1+G2"])
    assert np.isnan(out.X).all(axis=1).tolist() == [False, True, True, False]
    assert out.obs["reason"].tolist() == [
        "",
        "T0 has no perturbation embedding: T0 not in the readouts",
        "G1+T1 has no perturbation embedding: T1 not in the readouts",
        "",
    ]
    assert LinearModel(2).fit(effects, network).embedding_ == "readouts"


def test_genes_outside_the_network_are_named(effects, network):
    effects.obs_names = [name.replace("G", "T") for name in CONDITIONS]
    out = LinearModel(2).fit(effects, network).predict(["T1+X9", "T0"])
    assert np.isnan(out.X).all(axis=1).tolist() == [True, False]
    assert out.obs["reason"].tolist() == ["T1+X9 has no perturbation embedding: X9 not in the network", ""]


def test_without_readouts_and_network_everything_is_undefined(effects):
    effects.var_names = [f"axis_{i}" for i in range(8)]
    out = LinearModel().fit(effects).predict(["G0", "G0+G1"])
    assert np.isnan(out.X).all()
    assert all("no network was given" in reason for reason in out.obs["reason"])


def test_training_conditions_without_a_row_are_left_out(effects, network):
    effects.obs_names = ["T0", "T1", "X9", "T3", "T0+T1", "T2+X9"]
    known = [0, 1, 3, 4]
    model = LinearModel(2, 0.3).fit(effects, network)
    np.testing.assert_allclose(model.b_, effects.X[known].mean(axis=0))
    rows = dict(zip(["T0", "T1", "T3"], network.embedding(["T0", "T1", "T3"], 2), strict=True))
    G = scores_by_eigenvectors(effects.X.T, 2)
    P = np.array([rows["T0"], rows["T1"], rows["T3"], (rows["T0"] + rows["T1"]) / 2])
    W = ridge_by_kronecker(effects.X[known].T - model.b_[:, None], G, P, 0.3)
    np.testing.assert_allclose(model.predict(["T1"]).X[0], G @ W @ rows["T1"] + model.b_, atol=1e-9)


def test_one_training_condition(effects):
    out = LinearModel().fit(effects["G2"].copy()).predict(["G2", "G5"])
    np.testing.assert_allclose(out.X, np.tile(effects["G2"].X, (2, 1)))  # all it knows is the mean


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"embedding": "genes"}, "embedding='genes' is not known"),
        ({"n_components": 0}, "n_components is 0: give a whole number of at least 1"),
        ({"ridge": -1.0}, "ridge is -1.0: give a number of at least 0"),
        ({"ridge": float("nan")}, "ridge is nan"),
    ],
)
def test_bad_parameters(effects, parameters, says):
    with pytest.raises(ValueError, match=says):
        LinearModel(**parameters).fit(effects)
