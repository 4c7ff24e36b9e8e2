"""Permuted conditions: effects change owners, nothing else changes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from appmodel import (
    Additive,
    AnchoredAPP,
    EmbeddingLinear,
    LinearModel,
    NoChange,
    PermutedConditions,
    TrainingMean,
    TrainingMedian,
    as_effects,
    benchmark,
)
from appmodel.names import genes_of
from appmodel.networks import empty_network
from appmodel.predictors import Predictor
from appmodel.predictors.controls import exchanged

NAMES = ["A", "B", "C", "D", "A+B", "A+C", "B+C", "A+B+C"]
EFFECTS = as_effects(
    np.arange(16.0).reshape(8, 2), NAMES, ["a", "b"], n_cells=list(range(8)), sampling_var=[0.5 + i for i in range(8)]
)


class Witness(Predictor):
    """Keeps what it was given."""

    def _fit(self, effects, network):
        self.given_, self.network_ = effects.copy(), network

    def _predict(self, names):
        return np.zeros((len(names), len(self.readouts_))), {"predicted_error": [1.5] * len(names)}


def test_each_condition_gets_another_ones_row_with_all_that_hangs_on_it():
    effects = EFFECTS.copy()
    effects.uns["targets"] = np.array(["A", "B", "C", "D", "Z"], dtype=object)
    network = empty_network()
    model = PermutedConditions(Witness()).fit(effects, network=network)
    given = model.predictor_.given_
    assert list(given.obs_names) == NAMES
    assert model.predictor_.network_ is network
    assert list(given.uns["targets"]) == ["A", "B", "C", "D", "Z"]
    for name, source in model.source_.items():
        assert (name == source) == (name == "A+B+C")  # alone of its size
        assert len(genes_of(name)) == len(genes_of(source))
        np.testing.assert_array_equal(given[name].X, EFFECTS[source].X)
        for column in ("n_cells", "sampling_var", "n_targets"):
            assert given.obs.loc[name, column] == EFFECTS.obs.loc[source, column]
    assert sorted(model.source_.values()) == sorted(NAMES)
    np.testing.assert_array_equal(EFFECTS.X, np.arange(16.0).reshape(8, 2))  # the caller's table stays


def test_rows_in_another_order_and_pairs_turned_round_change_nothing():
    order = np.random.default_rng(0).permutation(8)
    turned = EFFECTS[order].copy()
    turned.obs_names = ["B+A" if name == "A+B" else name for name in turned.obs_names]
    ours, theirs = (PermutedConditions(Additive(), seed=2).fit(e).source_ for e in (EFFECTS, turned))
    assert ours == theirs


def test_seeds_draw_different_exchanges():
    sources = [PermutedConditions(NoChange(), seed=seed).fit(EFFECTS).source_ for seed in (0, 0, 1, 2, 3)]
    assert sources[0] == sources[1]
    assert len({tuple(source.values()) for source in sources}) > 1


@given(st.lists(st.integers(1, 3), min_size=1, max_size=30), st.integers(0, 10))
def test_exchange_is_one_cycle_per_size(sizes, seed):
    names = ["+".join(f"G{i}.{k}" for k in range(size)) for i, size in enumerate(sizes)]
    if len(set(sizes)) == len(sizes):
        with pytest.raises(ValueError, match="there is nothing to exchange: train on more"):
            exchanged(names, seed)
        return
    order = exchanged(names, seed)
    for size in set(sizes):
        rows = np.flatnonzero(np.array(sizes) == size)
        start, steps = rows[0], 1
        i = order[start]
        while i != start:
            i, steps = order[i], steps + 1
        assert steps == len(rows)  # each row is met once


@pytest.mark.parametrize("inner", [TrainingMean(), TrainingMedian(), NoChange()])
def test_what_needs_no_gene_loses_nothing(inner):
    asked = ["A+D", "Z"]
    np.testing.assert_allclose(
        PermutedConditions(inner).fit(EFFECTS).predict(asked).X, clone(inner).fit(EFFECTS).predict(asked).X, atol=1e-12
    )


def test_predictions_are_those_of_the_fitted_copy():
    inner = LinearModel(2, embedding="readouts")
    effects = as_effects(np.random.default_rng(1).normal(size=(5, 4)), list("ABCDE"), list("ABCD"))
    model = PermutedConditions(inner, seed=1).fit(effects)
    moved = effects[list(model.source_.values())].copy()
    moved.obs_names = list(model.source_)
    np.testing.assert_array_equal(model.predict(["D+A", "B"]).X, clone(inner).fit(moved).predict(["D+A", "B"]).X)
    assert not hasattr(inner, "readouts_")  # the predictor handed over stays unfitted
    out = PermutedConditions(Witness()).fit(EFFECTS).predict(["B+A"])
    assert list(out.obs_names) == ["B+A"]
    assert out.obs["predicted_error"].tolist() == [1.5]


def test_a_predictor_that_is_no_estimator_is_copied():
    class Plain:
        def fit(self, effects, network=None):
            self.rows = pd.DataFrame(effects.X, index=effects.obs_names, columns=effects.var_names)
            return self

        def predict(self, conditions):
            return as_effects(self.rows.loc[list(conditions)].to_numpy(), list(conditions), self.rows.columns)

    plain = Plain()
    model = PermutedConditions(plain).fit(EFFECTS)
    np.testing.assert_array_equal(model.predict(["A"]).X, EFFECTS[model.source_["A"]].X)
    assert not hasattr(plain, "rows")


def test_scikit_learn_manners():
    model = PermutedConditions(EmbeddingLinear("random", ridge=2.0), seed=4)
    assert model.get_params()["predictor__ridge"] == 2.0
    model.set_params(predictor__ridge=3.0, seed=5)
    copy = clone(model)
    assert copy.predictor is not model.predictor
    assert (copy.predictor.ridge, copy.seed) == (3.0, 5)
    assert repr(copy) == "PermutedConditions(predictor=EmbeddingLinear(embedding='random', ridge=3.0), seed=5)"
    with pytest.raises(NotFittedError, match="PermutedConditions is not fitted yet"):
        copy.predict(["A"])
    assert not hasattr(clone(model.fit(EFFECTS)), "predictor_")
    table = pd.DataFrame(np.ones((300, 60)), index=[f"G{i}" for i in range(300)])
    assert len(repr(PermutedConditions(EmbeddingLinear(table)))) < 150


@pytest.mark.parametrize("bad", [LinearModel, None, "LinearModel"])
def test_no_predictor(bad):
    with pytest.raises(ValueError, match="is no predictor: pass one like LinearModel"):
        PermutedConditions(bad).fit(EFFECTS)


def test_nothing_to_exchange():
    with pytest.raises(ValueError, match="there is nothing to exchange: train on more"):
        PermutedConditions(NoChange()).fit(EFFECTS[["A", "A+B"]])


def test_a_method_that_uses_genes_loses_by_it(tiny_effects):
    methods = {
        name: model
        for inner in (Additive(), AnchoredAPP())
        for name, model in (
            (type(inner).__name__, inner),
            (f"permuted {type(inner).__name__}", PermutedConditions(inner)),
        )
    }
    scores = benchmark(methods, tiny_effects, "doubles", seeds=range(3))
    error = scores[scores["metric"] == "l2"].groupby("method")["value"].mean()
    for name in ("Additive", "AnchoredAPP"):
        assert error[f"permuted {name}"] > 1.1 * error[name]
