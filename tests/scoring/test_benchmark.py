"""The benchmark: its rows, what a predictor gets to see, and what it refuses."""

from itertools import product
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from appmodel import (
    Additive,
    NoChange,
    Split,
    TrainingMean,
    as_effects,
    benchmark,
    split_doubles,
    split_seen,
    split_unseen,
)
from appmodel.effects import effects_of, preprocess
from appmodel.predictors import Predictor
from appmodel.scoring import METRICS

METHODS = {"none": NoChange(), "additive": Additive()}


class Spy(Predictor):
    """Keeps what it is given; ``seed`` is a parameter."""

    given: ClassVar[list] = []  # shared by all clones

    def __init__(self, seed=None):
        self.seed = seed

    def fit(self, effects, network=None):
        Spy.given.append((self.seed, effects, network))
        return super().fit(effects, network)

    def _fit(self, effects, network):
        pass

    def _predict(self, names):
        return np.zeros((len(names), len(self.readouts_)))


@pytest.fixture
def spied():
    Spy.given = []
    return Spy.given


def test_one_row_per_seed_method_condition_and_metric(tiny_effects):
    scores = benchmark(METHODS, tiny_effects, seeds=[3, 1])
    columns = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason", "collapsed"]
    assert list(scores.columns) == columns
    expected = {
        (seed, method, name, metric)
        for seed in (3, 1)
        for name in split_doubles(tiny_effects, seed).test
        for method, metric in product(METHODS, METRICS)
    }
    rows = list(scores[["seed", "method", "condition", "metric"]].itertuples(index=False, name=None))
    assert set(rows) == expected
    assert len(rows) == len(expected)
    assert set(scores["dataset"]) == {"demo"}
    assert set(scores["task"]) == {"doubles"}
    assert pd.api.types.is_integer_dtype(scores["seed"])


def test_values_by_hand():
    effects = as_effects(
        [[0, 0], [1, 0], [0, 1], [2, 0], [1, 4], [2, 2], [2, 1]],
        ["control", "A", "B", "C", "A+B", "A+C", "B+C"],
        ["r1", "r2"],
    )
    split = Split(["A", "B", "C", "B+C"], ["A+B", "A+C"], "doubles", 7)
    scores = benchmark({"additive": Additive(), "none": NoChange()}, effects, splits=[split])
    l2 = scores[scores["metric"] == "l2"].set_index(["method", "condition"])["value"]
    assert l2["additive", "A+B"] == 3  # (1, 1) against (1, 4)
    assert l2["additive", "A+C"] == pytest.approx(5**0.5)  # (3, 0) against (2, 2)
    assert l2["none", "A+C"] == pytest.approx(8**0.5)
    pearson = scores[scores["metric"] == "pearson"].set_index(["method", "condition"])
    assert pearson.loc[("none", "A+B"), "reason"] == "the prediction is constant over the readouts"
    assert pearson.loc[("additive", "A+C"), "reason"] == "the observed effect is constant over the readouts"
    assert pearson["value"].isna().all()
    assert (scores["seed"] == 7).all()


def test_undefined_predictions_keep_their_row_and_reason(tiny_effects):
    split = split_unseen(tiny_effects, 0)
    scores = benchmark({"additive": Additive()}, tiny_effects, "unseen", seeds=[0])
    assert len(scores) == len(METRICS) * len(split.test)
    assert scores["value"].isna().all()
    reasons = [f"no training condition perturbs {name} alone" for name in split.test]
    assert scores["reason"].tolist() == reasons * len(METRICS)


@pytest.mark.parametrize("task", ["doubles", "unseen"])
def test_a_predictor_sees_nothing_but_its_training_rows(tiny_effects, tiny_network, spied, task):
    names = list(tiny_effects.obs_names)
    tiny_effects.layers["more"] = tiny_effects.X.copy()
    tiny_effects.obsm["embedding"] = tiny_effects.X.copy()
    tiny_effects.varm["transposed"] = tiny_effects.X.T.copy()
    tiny_effects.obsp["distances"] = np.ones((len(names), len(names)))
    tiny_effects.uns["everything"] = tiny_effects.X.copy()
    tiny_effects.obs["label"] = pd.Categorical(names)
    tiny_effects.raw = tiny_effects.copy()
    benchmark({"first": Spy(), "second": Spy(seed=99)}, tiny_effects, task, tiny_network, seeds=[4, 5])
    split_of = {"doubles": split_doubles, "unseen": split_unseen}[task]
    assert [seed for seed, *_ in spied] == [4, 4, 5, 5]
    for seed, given, network in spied:
        split = split_of(tiny_effects, seed)
        assert network is tiny_network
        assert list(given.obs_names) == split.train
        np.testing.assert_array_equal(given.X, tiny_effects[split.train].X)
        assert not given.is_view
        assert given.X.base is None
        for mapping in (given.layers, given.obsm, given.varm, given.obsp, given.varp):
            assert not mapping
        assert given.raw is None
        assert set(given.uns) == {"control", "targets"}
        assert list(given.uns["targets"]) == list(tiny_effects.uns["targets"])  # names, no values
        seen = {str(value) for column in given.obs for value in given.obs[column]}
        seen |= {str(category) for category in given.obs["label"].cat.categories}
        assert not seen & set(split.test)


def test_only_the_highest_expressed_readouts_count(tiny_effects):
    wide = as_effects(np.zeros((4, 1500)), ["A", "B", "C", "D"], [f"r{i}" for i in range(1500)])
    wide.var["control_mean"] = np.arange(1500.0)
    wide.X[:, 499], wide.X[:, 500] = 7, 3  # the last that does not count, the first that does
    scores = benchmark({"none": NoChange()}, wide, "unseen", seeds=[0])
    assert scores[scores["metric"] == "l2"]["value"].tolist() == [3]


def test_ready_made_splits(tiny_effects, spied):
    splits = [split_doubles(tiny_effects, 8, 0.2), split_unseen(tiny_effects, np.int64(9), 0.5)]
    scores = benchmark({"spy": Spy()}, tiny_effects, task="seen", seeds=[1, 2, 3], splits=splits)
    assert [seed for seed, *_ in spied] == [8, 9]
    for split in splits:
        rows = scores[scores["seed"] == split.seed]
        assert set(rows["task"]) == {split.task}
        assert set(rows["condition"]) == set(split.test)
    with pytest.raises(ValueError, match="The split names 'X', which the screen does not hold"):
        benchmark(METHODS, tiny_effects, splits=[Split(["SIM0021", "X"], ["SIM0043"], "unseen", 0)])
    for empty in ({"predictors": {}}, {"splits": []}, {"seeds": []}):
        with pytest.raises(ValueError, match=r"There is no (predictor|split) to score"):
            benchmark(**{"predictors": METHODS, "effects": tiny_effects, **empty})


def test_numpy_seeds(tiny_effects):
    pd.testing.assert_frame_equal(
        benchmark(METHODS, tiny_effects, seeds=np.arange(2)), benchmark(METHODS, tiny_effects, seeds=range(2))
    )


def test_seen_holds_out_cells(tiny_cells, spied):
    scores = benchmark({"mean": TrainingMean(), "spy": Spy()}, tiny_cells, "seen", seeds=[0])
    split = split_seen(tiny_cells, 0)
    expression = preprocess(tiny_cells)
    held_out = expression.obs_names.isin(split.test_cells)
    training, test = effects_of(expression[~held_out]), effects_of(expression[held_out])
    ((_, given, _),) = spied
    np.testing.assert_allclose(given.X, training[split.train].X)
    assert given.obs["n_cells"].tolist() == training[split.train].obs["n_cells"].tolist()
    mean = training[split.train].X.mean(axis=0)
    l2 = scores[(scores["metric"] == "l2") & (scores["method"] == "mean")].set_index("condition")["value"]
    np.testing.assert_allclose(l2, np.linalg.norm(test[list(l2.index)].X - mean, axis=1))
    assert len(l2) == 22


def test_seen_refuses_effects_and_splits_of_other_cells(tiny_cells, tiny_effects):
    with pytest.raises(ValueError, match="The task 'seen' holds out cells: pass the cells"):
        benchmark(METHODS, tiny_effects, "seen")
    split = split_seen(tiny_cells, 0)
    with pytest.raises(ValueError, match="The task 'seen' holds out cells: pass the cells"):
        benchmark(METHODS, tiny_effects, splits=[split])
    with pytest.raises(ValueError, match=r"names cells that the screen does not hold .'cell"):
        benchmark(METHODS, tiny_cells[tiny_cells.obs_names != split.test_cells[0]].copy(), splits=[split])
    with pytest.raises(ValueError, match="split of seed 3 names no test cells"):
        benchmark(METHODS, tiny_cells, splits=[Split(split.train, split.test, "seen", 3)])
