"""The benchmark: its rows, what a predictor gets to see, what it refuses, and where its numbers come from."""

import json
from itertools import product
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import (
    Additive,
    NoChange,
    PermutedConditions,
    ScaledAdditive,
    Split,
    TrainingMean,
    as_effects,
    benchmark,
    leaderboard,
    load_scores,
    paired_difference,
    predict_splits,
    ratio_table,
    save_scores,
    score_predictions,
    split_doubles,
    split_seen,
    split_unseen,
)
from appmodel.effects import effects_of, preprocess
from appmodel.predictors import Predictor
from appmodel.provenance import code_version, provenance_path
from appmodel.scoring import METRICS
from appmodel.screens import content_hash

COLUMNS = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason", "collapsed"]
METHODS = {"none": NoChange(), "additive": Additive()}


class Zero:
    """A third party's predictor: no base class, no ``get_params``, nothing of ours but the form of its answer."""

    def __init__(self):
        self.seed = None

    def fit(self, effects, network=None):
        self.readouts = list(effects.var_names)

    def predict(self, conditions):
        return AnnData(
            np.full((len(conditions), len(self.readouts)), float(self.seed)),
            obs=pd.DataFrame(index=list(conditions)),
            var=pd.DataFrame(index=self.readouts),
        )


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
    assert list(scores.columns) == COLUMNS
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
    assert [metric for metric in METRICS if metric.startswith("l2")] == ["l2"]


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


def test_predictors_do_not_share_what_they_are_given(tiny_effects):
    class Vandal(Zero):
        def fit(self, effects, network=None):
            super().fit(effects)
            effects.X[:] = 1e6

    before = tiny_effects.X.copy()
    both = benchmark({"vandal": Vandal(), "additive": Additive()}, tiny_effects, seeds=[0])
    alone = benchmark({"additive": Additive()}, tiny_effects, seeds=[0])
    np.testing.assert_array_equal(both[both["method"] == "additive"]["value"], alone["value"])
    np.testing.assert_array_equal(tiny_effects.X, before)


def test_predictors_given_stay_unfitted(tiny_effects):
    ours, theirs = TrainingMean(), Zero()
    benchmark({"ours": ours, "theirs": theirs}, tiny_effects, seeds=[2])
    assert not hasattr(ours, "mean_")
    assert not hasattr(theirs, "readouts")
    assert theirs.seed is None


def test_a_class_of_a_third_party_works_and_gets_the_seed(tiny_effects):
    scores = benchmark({"theirs": Zero(), "none": NoChange()}, tiny_effects, seeds=[0, 2])
    l2 = scores[scores["metric"] == "l2"].set_index(["seed", "method", "condition"])["value"].unstack("method")
    np.testing.assert_array_equal(l2.loc[0, "theirs"], l2.loc[0, "none"])
    truth = tiny_effects[l2.loc[2].index].X
    np.testing.assert_allclose(l2.loc[2, "theirs"], np.linalg.norm(truth - 2, axis=1))
    described = scores.attrs["provenance"]["methods"]
    assert described == {"theirs": "Zero(seed=None)", "none": "NoChange()"}  # no address in memory


def answering(answer):
    class Predicts(Zero):
        def predict(self, conditions):
            return answer(super().predict(conditions))

    return Predicts()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda p: p[::-1].copy(), "not the 5 conditions asked for in their order"),
        (lambda p: p[:-1].copy(), "returned 4 rows and 120 readouts"),
        (lambda p: p[:, :7].copy(), "returned 5 rows and 7 readouts"),
        (lambda p: p[:, ::-1].copy(), "other readouts, or in another order"),
        (lambda p: p.X, "returned a ndarray: return an AnnData"),
        (lambda p: None, "returned a NoneType"),
    ],
)
def test_answers_of_another_form_are_refused(tiny_effects, answer, says):
    with pytest.raises(ValueError, match=f"Predictor 'odd' .*{says}"):
        benchmark({"odd": answering(answer)}, tiny_effects, seeds=[0])


def test_sparse_unnamed_and_infinite_answers(tiny_effects):
    def infinite(p):
        p.X[0, 3] = np.inf
        p.obs["reason"] = pd.Series([None, *["unused"] * 4], index=p.obs_names, dtype=object)
        return p

    def sparse(p):
        return AnnData(sp.csr_matrix(p.X), obs=p.obs)

    scores = benchmark(
        {"sparse": answering(sparse), "infinite": answering(infinite), "plain": Zero()}, tiny_effects, seeds=[1]
    )
    l2 = scores[scores["metric"] == "l2"].set_index("method")
    assert l2.loc["sparse", "value"].tolist() == l2.loc["plain", "value"].tolist()
    assert l2.loc["infinite", "value"].isna().tolist() == [True] + [False] * 4
    assert l2.loc["infinite", "reason"].tolist() == ["the prediction is undefined"] + [""] * 4


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


def test_same_seeds_same_bytes(tiny_effects, tmp_path):
    for name in ("a.csv", "b.csv"):
        save_scores(benchmark({**METHODS, "scaled": ScaledAdditive()}, tiny_effects, seeds=[0, 1]), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    other = benchmark(METHODS, tiny_effects, seeds=[2])
    save_scores(other, tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "b.csv").read_bytes()


def test_provenance(tiny_effects, tiny_network, tmp_path):
    scores = benchmark(METHODS, tiny_effects, network=tiny_network, seeds=[1, 0])
    save_scores(scores, tmp_path / "real" / "scores.csv")
    about = json.loads((tmp_path / "real" / "scores.provenance.json").read_text())
    assert about["dataset"] == "demo"
    assert about["dataset_hash"] == tiny_effects.uns["dataset_hash"]
    assert about["content_hash"] == content_hash(tiny_effects)
    assert about["simulated"] is True
    assert about["scored_with"] == code_version("appmodel.scoring.benchmarking")
    used = [type(predictor).__module__ for predictor in METHODS.values()]
    assert about["code_version"] == code_version("appmodel.trials.predictions", *used) != about["scored_with"]
    assert about["network"] == {"sources": ["demo"], "digest": tiny_network.digest}
    assert about["seeds"] == [0, 1]
    assert about["splits"] == [split_doubles(tiny_effects, seed).digest for seed in (1, 0)]
    assert about["methods"] == {"none": "NoChange()", "additive": "Additive()"}
    assert about["rows"] == len(scores)
    assert pd.Timestamp(about["date"]) <= pd.Timestamp.now(tz="UTC").tz_localize(None)
    assert benchmark(METHODS, tiny_effects, seeds=[0]).attrs["provenance"]["network"] is None


def test_scores_come_back_as_they_were(tiny_effects, tmp_path):
    tiny_effects = tiny_effects[[name for name in tiny_effects.obs_names if name != "SIM0021"]].copy()
    scores = benchmark({"NA": Additive(), "nan": NoChange()}, tiny_effects, "unseen", seeds=[0])
    save_scores(scores, tmp_path / "scores.csv")
    back = load_scores(tmp_path / "scores.csv")
    pd.testing.assert_frame_equal(back, scores, rtol=1e-5)
    assert back["reason"].tolist() == scores["reason"].tolist()
    assert back.attrs["provenance"]["methods"] == {"NA": "Additive()", "nan": "NoChange()"}


def test_a_number_without_a_source_is_not_shown(tiny_effects, tmp_path):
    path = tmp_path / "scores.csv"
    scores = benchmark(METHODS, tiny_effects, seeds=[0])
    with pytest.raises(FileNotFoundError, match=r"scores.csv does not exist: run the benchmark"):
        load_scores(path)
    save_scores(scores, path)
    whole = path.read_text()
    path.write_text(whole.replace("2", "1", 1))
    with pytest.raises(ValueError, match=r"scores.csv is not the table that scores.provenance.json describes"):
        load_scores(path)
    path.write_text(whole)
    provenance_path(path).unlink()
    with pytest.raises(FileNotFoundError, match=r"scores.provenance.json does not exist"):
        load_scores(path)
    with pytest.raises(ValueError, match="carry no provenance"):
        save_scores(pd.DataFrame(scores.to_dict("list")), tmp_path / "other.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["scores.csv"]


def table(rows, metric="l2"):
    scores = pd.DataFrame(rows, columns=["seed", "method", "condition", "value"])
    return scores.assign(dataset="d", task="doubles", metric=metric, reason="")


HAND = table(
    [
        (0, "base", "A", 2.0),
        (0, "base", "B", 4.0),
        (0, "new", "A", 1.0),
        (0, "new", "B", 3.5),
        (1, "base", "B", 1.0),
        (1, "base", "C", 3.0),
        (1, "new", "B", np.nan),
        (1, "new", "C", 1.0),
    ]
)


class Murmur(NoChange):
    """Says nearly the same of every condition, and does not call itself a constant."""

    constant = False

    def _predict(self, names):
        return 1e-5 * np.random.default_rng(0).normal(size=(len(names), len(self.readouts_)))


def test_a_constant_is_marked_unless_it_is_one_by_design(tiny_effects, tmp_path):
    methods = {
        "murmur": Murmur(),
        "additive": Additive(),
        "mean": TrainingMean(),
        "none": NoChange(),
        "permuted": PermutedConditions(TrainingMean()),
    }
    predictions = predict_splits(methods, tiny_effects, seeds=[0, 1])
    scores = score_predictions(predictions, tiny_effects, oracle=True)
    marks = scores.groupby("method")["collapsed"].mean()
    assert marks.to_dict() == {"murmur": 1, "additive": 0, "mean": 0, "none": 0, "permuted": 0, "oracle": 0}
    assert ratio_table(scores, "additive").set_index("method")["collapsed"].to_dict() == marks.to_dict()
    assert leaderboard(scores, "additive").query("metric == 'l2'").set_index("method")["collapsed"]["murmur"] == 1
    save_scores(scores, tmp_path / "scores.csv")
    assert load_scores(tmp_path / "scores.csv")["collapsed"].tolist() == scores["collapsed"].tolist()


def test_ratios_by_hand():
    out = ratio_table(HAND, "base").set_index("method")
    # seed 0: 2.25 / 3; seed 1: new is defined for C alone, 1 over the 3 of base there
    assert out.loc["new", "ratio"] == pytest.approx((0.75 + 1 / 3) / 2)
    assert out["coverage"].to_dict() == {"base": 1, "new": 0.75}
    assert out.loc["new", "mean"] == pytest.approx((2.25 + 1) / 2)
    assert out.loc["new", "sd"] == pytest.approx((2.25 - 1) / 2**0.5)
    assert out.loc["new", "ratio_sd"] == pytest.approx((0.75 - 1 / 3) / 2**0.5)
    assert out["undefined"].to_dict() == {"base": 0, "new": 1}
    assert out.loc["base", ["mean", "ratio", "ratio_sd"]].tolist() == [2.5, 1, 0]
    assert set(out["metric"]) == {"l2"}


def test_ratios_keep_datasets_and_tasks_apart():
    other = HAND.assign(value=HAND["value"] * np.where(HAND["method"] == "new", 2, 1), task="unseen")
    out = ratio_table(pd.concat([HAND, other]), "base").set_index(["dataset", "task", "method"])["ratio"]
    assert out["d", "doubles", "new"] == pytest.approx((0.75 + 1 / 3) / 2)
    assert out["d", "unseen", "new"] == pytest.approx(0.75 + 1 / 3)


def test_ratio_of_a_method_that_is_never_defined_is_nan():
    rows = HAND.assign(value=HAND["value"].where(HAND["method"] == "base"))
    out = ratio_table(rows, "base").set_index("method")
    assert np.isnan(out.loc["new", "ratio"])
    assert out.loc["new", "undefined"] == 4


def test_ratio_of_what_is_not_there():
    with pytest.raises(ValueError, match=r"no method 'add': they hold .'base', 'new'."):
        ratio_table(HAND, "add")
    with pytest.raises(ValueError, match=r"no metric 'mse': they hold .'l2'."):
        ratio_table(HAND, "base", "mse")


def test_paired_difference_by_hand():
    out = paired_difference(HAND, "new", "base")
    assert out["difference"] == pytest.approx((-1 - 0.5 - 2) / 3)
    assert out["conditions"] == 3
    assert out["undefined"] == 1  # B in seed 1, and not the conditions that a seed does not test
    assert -2 <= out["low"] <= out["difference"] <= out["high"] <= -0.5
    assert out == paired_difference(HAND.sample(frac=1, random_state=0), "new", "base")
    assert paired_difference(HAND, "base", "new")["difference"] == -out["difference"]
    same = paired_difference(HAND, "base", "base")
    assert (same["difference"], same["low"], same["high"], same["undefined"]) == (0, 0, 0, 0)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(60):
        effect = rng.normal(0.3, 1, size=30)  # of a condition, the same in all its seeds
        rows = [
            (seed, method, f"C{i}", (effect[i] + rng.normal(0, 0.1)) * (method == "new"))
            for seed in range(3)
            for i in rng.permutation(30)[:20]
            for method in ("base", "new")
        ]
        out = paired_difference(table(rows), "new", "base", n_bootstrap=300)
        covered += out["low"] <= 0.3 <= out["high"]
    assert 50 <= covered <= 60


def test_paired_difference_of_what_cannot_be_compared():
    with pytest.raises(ValueError, match=r"no method 'other': they hold .'base', 'new'."):
        paired_difference(HAND, "other", "base")
    with pytest.raises(ValueError, match="no metric 'pearson'"):
        paired_difference(HAND, "new", "base", "pearson")
    with pytest.raises(ValueError, match="several screens or tasks"):
        paired_difference(pd.concat([HAND, HAND.assign(dataset="e")]), "new", "base")
    out = paired_difference(HAND.assign(value=HAND["value"].where(HAND["method"] == "base")), "new", "base")
    assert np.isnan(out["difference"])
    assert (out["conditions"], out["undefined"]) == (0, 4)
