"""Ridge on gene embeddings against scikit-learn and brute force; where it is defined, and what it looks genes up by."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge

from appmodel import EmbeddingLinear, TrainingMean, as_effects, benchmark, load_effects, load_network
from appmodel.files import data_dir
from appmodel.networks import current_symbols, empty_network, network_from_edges
from appmodel.predictors.embedding.linear import RIDGES, left_out_errors
from appmodel.scoring import ratio_table

GENES = [f"G{i}" for i in range(9)]
CONDITIONS = [*GENES[:7], "G0+G1", "G2+G5"]


@pytest.fixture
def effects():
    return as_effects(np.random.default_rng(0).normal(size=(9, 6)), CONDITIONS, list("rstuvw"))


def table_of(n_dimensions, genes=GENES, seed=1):
    return pd.DataFrame(np.random.default_rng(seed).normal(1, 2, size=(len(genes), n_dimensions)), index=genes)


def rows_of(table, names):
    return np.array([table.loc[name.split("+")].mean().to_numpy() for name in names])


def scaled(table, names):
    """Condition rows as the model sees them, and the same for any other conditions."""
    Z = rows_of(table, names)
    length = np.sqrt(((Z - Z.mean(axis=0)) ** 2).sum(axis=1).mean())
    return lambda others: (rows_of(table, others) - Z.mean(axis=0)) / length


@pytest.mark.parametrize("n_dimensions", [2, 4, 8, 30])  # fewer and more than conditions
@pytest.mark.parametrize("ridge", [0.01, 1.0, 30.0])
def test_prediction_is_ridge_regression(effects, n_dimensions, ridge):
    table, asked = table_of(n_dimensions), ["G7", "G0", "G8+G2", "G1+G0"]
    rows = scaled(table, CONDITIONS)
    theirs = Ridge(ridge).fit(rows(CONDITIONS), effects.X).predict(rows(asked))
    out = EmbeddingLinear(table, ridge).fit(effects).predict(asked)
    np.testing.assert_allclose(out.X, theirs, atol=1e-9)
    assert out.obs["reason"].tolist() == [""] * 4


@pytest.mark.parametrize("n_dimensions", [3, 30])
def test_left_out_errors_are_those_of_refitting_without_each_condition(effects, n_dimensions):
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


def test_the_strength_with_the_least_left_out_error_is_chosen(effects):
    table = table_of(3)
    effects = as_effects(
        rows_of(table, CONDITIONS) @ np.random.default_rng(2).normal(size=(3, 6)) + effects.X,
        CONDITIONS,
        effects.var_names,
    )
    model = EmbeddingLinear(table).fit(effects)
    errors = [EmbeddingLinear(table, ridge).fit(effects).left_out_error_ for ridge in RIDGES]
    assert model.left_out_error_ == pytest.approx(min(errors))
    assert model.ridge_ == RIDGES[int(np.argmin(errors))]
    assert 1e-4 < model.ridge_ < 1e4
    np.testing.assert_array_equal(
        model.predict(["G8"]).X, EmbeddingLinear(table, model.ridge_).fit(effects).predict(["G8"]).X
    )


def test_effects_that_are_linear_in_the_embedding_are_found():
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


def test_a_strong_ridge_and_constant_rows_leave_the_mean(effects):
    mean = effects.X.mean(axis=0)
    np.testing.assert_allclose(EmbeddingLinear(table_of(4), 1e12).fit(effects).predict(["G8"]).X[0], mean, atol=1e-9)
    same = pd.DataFrame(np.ones((9, 3)), index=GENES)
    for ridge in (None, 0.0, 1.0):
        np.testing.assert_allclose(EmbeddingLinear(same, ridge).fit(effects).predict(["G8", "G0+G1"]).X, [mean] * 2)


def test_units_of_the_table_do_not_matter(effects):
    table = table_of(5)
    asked = ["G8", "G0+G7"]
    np.testing.assert_allclose(
        EmbeddingLinear(1e6 * table + 3).fit(effects).predict(asked).X,
        EmbeddingLinear(table).fit(effects).predict(asked).X,
        atol=1e-8,
    )


def test_zero_effects_are_predicted_as_zero():
    out = EmbeddingLinear(table_of(4)).fit(as_effects(np.zeros((9, 2)), CONDITIONS, ["a", "b"])).predict(["G8"])
    assert out.X.tolist() == [[0, 0]]


# ------------------------------------------------------------------------------------ genes without a row


def test_conditions_without_a_row_are_left_out_and_undefined(effects):
    table = table_of(4).drop(index=["G3", "G5"])
    model = EmbeddingLinear(table, 1.0).fit(effects)
    assert model.n_left_out_ == 3  # G3, G5 and G2+G5
    line = model.changes_.iloc[-1]
    assert (line["change"], line["count"]) == ("training conditions left out", 3)
    kept = [name for name in CONDITIONS if name not in ("G3", "G5", "G2+G5")]
    alone = EmbeddingLinear(table, 1.0).fit(effects[kept])
    assert alone.n_left_out_ == 0
    out = model.predict(["G3+G5", "G0", "G0+G3"])
    np.testing.assert_allclose(out.X[1], alone.predict(["G0"]).X[0], atol=1e-12)
    assert np.isnan(out.X).all(axis=1).tolist() == [True, False, True]
    assert out.obs["reason"].tolist() == [
        "G3+G5 has no embedding: G3 and G5 not in the embedding table",
        "",
        "G0+G3 has no embedding: G3 not in the embedding table",
    ]


@pytest.mark.parametrize("there", [[], ["G0"]])
def test_too_few_rows_say_whose_names_do_not_fit(effects, tmp_path, there):
    path = tmp_path / "embedding.csv"
    table_of(3, ["ENSG01", "ENSG02", *there]).rename_axis("gene").to_csv(path)
    says = rf"rows in .*embedding.csv, which holds 'ENSG01'.*; there are {len(there)}, without rows are 'G\d'"
    with pytest.raises(ValueError, match=says):
        EmbeddingLinear(path).fit(effects)
    with pytest.raises(ValueError, match=r"network \(empty\) shares no gene with the screen"):
        EmbeddingLinear("network").fit(effects, empty_network())


def test_two_rows_are_enough(effects):
    model = EmbeddingLinear(table_of(3, GENES[:2])).fit(effects[["G0", "G1", "G2"]])
    assert model.n_left_out_ == 1
    assert np.isfinite(model.predict(["G0+G1"]).X).all()


def test_retired_symbols_match_on_both_sides():
    assert current_symbols(["AARS"]) == ["AARS1"]
    genes, spelt = ["A", "B", "AARS1", "SEPT7"], ["A", "B", "AARS", "SEPTIN7"]
    effects = as_effects(np.random.default_rng(0).normal(size=(3, 2)), ["A", "B", "AARS"], ["a", "b"])
    table = table_of(3, genes)
    model = EmbeddingLinear(table, 1.0).fit(effects)
    assert model.n_left_out_ == 0
    other = EmbeddingLinear(table.set_axis(spelt), 1.0).fit(effects)
    np.testing.assert_array_equal(model.predict(["AARS1", "SEPTIN7"]).X, other.predict(["AARS", "SEPT7"]).X)


def test_of_two_spellings_in_a_table_the_current_one_counts():
    effects = as_effects([[1.0], [2], [4]], ["A", "B", "AARS"], ["r"])
    table = pd.DataFrame(np.arange(8.0).reshape(4, 2) ** 2, index=["AARS", "A", "AARS1", "B"])
    model = EmbeddingLinear(table, 1.0).fit(effects)
    single = EmbeddingLinear(table.drop(index="AARS"), 1.0).fit(effects)
    np.testing.assert_array_equal(model.predict(["AARS"]).X, single.predict(["AARS"]).X)
    assert model.changes_[["change", "count", "examples"]].values.tolist() == [["genes dropped", 1, "'AARS'"]]


# ------------------------------------------------------------------------------------ where rows come from


def test_a_file_is_read_and_read_again_when_it_changed(effects, tmp_path):
    path = tmp_path / "embedding.npz"
    for seed in (1, 2):
        table = table_of(4, seed=seed)
        np.savez(path, genes=np.array(["<pad>", *GENES]), embedding=np.vstack([np.zeros(4), table]))
        os.utime(path, ns=(seed, seed))
        model = EmbeddingLinear(str(path)).fit(effects)
        np.testing.assert_array_equal(model.predict(["G8"]).X, EmbeddingLinear(table).fit(effects).predict(["G8"]).X)
        assert model.changes_["count"].tolist() == [1]  # <pad>


def test_network_rows_are_the_networks_embedding(effects):
    edges = pd.DataFrame(
        [(a, b, 1.0 + i) for i, (a, b) in enumerate(itertools.pairwise(GENES))], columns=["source", "target", "weight"]
    )
    network = network_from_edges(edges, aliases=False)
    table = pd.DataFrame(network.embedding(GENES, 4), index=GENES)
    asked = ["G8", "G0+G8"]
    np.testing.assert_allclose(
        EmbeddingLinear(n_components=4).fit(effects, network).predict(asked).X,
        EmbeddingLinear(table).fit(effects).predict(asked).X,
        atol=1e-12,
    )
    out = EmbeddingLinear(n_components=4).fit(effects, network).predict(["X"])
    assert out.obs["reason"].iloc[0].startswith("X has no embedding: X not in the embedding of Network(")


def test_random_rows_depend_on_seed_and_name_alone():
    def rows(genes, seed=0, n=16):
        model = EmbeddingLinear("random", n_components=n, seed=seed)
        return model.fit(as_effects(np.eye(2), ["A", "B"], ["a", "b"])).gene_rows_(genes)

    one, other = rows(["X", "AARS", "Y"]), rows(["Y", "Q", "AARS1", "X"])
    np.testing.assert_array_equal(one, other[[3, 2, 0]])  # whatever the other genes, by the current symbol
    assert not np.isclose(rows(["X"], seed=1), one[0]).any()
    many = rows([f"gene {i}" for i in range(2000)])
    assert abs(many.mean()) < 0.02
    assert abs(many.std() - 1) < 0.02
    assert abs(np.corrcoef(many[:50])[~np.eye(50, dtype=bool)]).max() < 0.99


def test_random_rows_say_nothing_about_an_unseen_gene():
    genes = [f"G{i}" for i in range(300)]
    truth = table_of(4, genes).to_numpy() @ np.random.default_rng(5).normal(size=(4, 10))
    effects = as_effects(truth[:200], genes[:200], [f"r{i}" for i in range(10)])

    def error(model):
        return np.linalg.norm(model.fit(effects).predict(genes[200:]).X - truth[200:], axis=1).mean()

    floor = error(TrainingMean())
    assert error(EmbeddingLinear(table_of(4, genes))) < 0.1 * floor
    assert error(EmbeddingLinear("random")) == pytest.approx(floor, rel=0.05)


# ------------------------------------------------------------------------------------ manners


@pytest.mark.parametrize("embedding", [table_of(3), "random", "table.csv"])
def test_scikit_learn_manners(effects, embedding):
    model = EmbeddingLinear(embedding, ridge=2.0, n_components=5, seed=3)
    copy = clone(model)
    assert {key: value for key, value in copy.get_params().items() if key != "embedding"} == {
        "ridge": 2.0,
        "n_components": 5,
        "seed": 3,
    }
    if isinstance(embedding, pd.DataFrame):
        pd.testing.assert_frame_equal(copy.embedding, embedding)
        assert repr(model).startswith("EmbeddingLinear(embedding='table 9 x 3, digest ")
        assert repr(copy) == repr(model) != repr(EmbeddingLinear(2 * embedding, 2.0, 5, 3))
        assert not hasattr(clone(model.fit(effects)), "mean_")
    else:
        assert copy.embedding == embedding
    assert copy.set_params(embedding=table_of(2), ridge=None).embedding.shape == (9, 2)


def test_a_table_is_left_as_it_was(effects):
    table = table_of(3)
    before = table.copy()
    EmbeddingLinear(table).fit(effects).predict(["G8"])
    pd.testing.assert_frame_equal(table, before)


def test_rows_in_any_order_give_the_same_model(effects):
    table, order = table_of(12), np.random.default_rng(6).permutation(9)
    np.testing.assert_allclose(
        EmbeddingLinear(table.iloc[::-1]).fit(effects[order]).predict(["G8"]).X,
        EmbeddingLinear(table).fit(effects).predict(["G8"]).X,
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"ridge": -1.0}, "ridge=-1.0 must be 0 or more"),
        ({"ridge": np.nan}, "ridge=nan"),
        ({"ridge": np.inf}, "ridge=inf"),
        ({"n_components": 1}, "n_components=1 must be 2 or more"),
        ({"seed": -1}, "seed=-1"),
        ({"embedding": 5}, "embedding=5 is not known: give a path, a DataFrame"),
        ({"embedding": "network"}, "embedding='network' reads gene rows off a network: pass load_network"),
        ({"embedding": table_of(1)}, "embedding table has shape"),
        ({"embedding": table_of(2).assign(x=np.nan)}, "9 genes in the embedding table hold missing"),
    ],
)
def test_bad_parameters(effects, parameters, says):
    with pytest.raises(ValueError, match=says):
        EmbeddingLinear(**{"embedding": "random", **parameters}).fit(effects)


def test_a_missing_file_is_named_with_the_other_choices(effects):
    with pytest.raises(
        FileNotFoundError,
        match="embedding='netwrok' is no file: give the path of one, a DataFrame, 'network' or 'random'",
    ):
        EmbeddingLinear("netwrok").fit(effects)
    with pytest.raises(FileNotFoundError, match="is no file"):
        EmbeddingLinear("cells.h5ad#X_scgpt").fit(effects)


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


def test_benchmark_gives_each_seed_its_own_random_rows(tiny_effects, tiny_network):
    methods = {"mean": TrainingMean(), "random": EmbeddingLinear("random"), "network": EmbeddingLinear("network")}
    scores = benchmark(methods, tiny_effects, "unseen", tiny_network, seeds=[0, 1])
    assert np.isfinite(scores.loc[(scores["metric"] == "l2") & (scores["method"] == "random"), "value"]).all()
    assert scores.attrs["provenance"]["methods"]["random"] == "EmbeddingLinear(embedding='random')"


@pytest.mark.skipif(data_dir() is None, reason="the real screens are not here (set APPMODEL_DATA)")
def test_on_a_real_screen_the_network_helps_and_chance_does_not():
    effects, network = load_effects("adamson16"), load_network(["go_bp", "reactome"])
    methods = {"mean": TrainingMean(), "random": EmbeddingLinear("random"), "network": EmbeddingLinear("network")}
    scores = benchmark(methods, effects, "unseen", network, seeds=range(3))
    table = ratio_table(scores, "mean").set_index("method")["ratio"]
    assert table["network"] < 0.97
    assert 0.97 < table["random"] < 1.05
