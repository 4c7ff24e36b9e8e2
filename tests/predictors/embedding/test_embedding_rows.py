"""Where rows of genes come from, genes without a row, and what rows that say nothing are worth."""

import os

import numpy as np
import pandas as pd
import pytest

from appmodel import EmbeddingLinear, TrainingMean, as_effects, benchmark, load_effects, load_network
from appmodel.files import data_dir
from appmodel.networks import current_symbols, empty_network, network_from_edges
from appmodel.scoring import ratio_table

GENES = [f"G{i}" for i in range(9)]
CONDITIONS = [*GENES[:7], "G0+G1", "G2+G5"]


def test_conditions_without_a_row_are_left_out_and_undefined(effects, table_of):
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
def test_too_few_rows_say_whose_names_do_not_fit(effects, tmp_path, there, table_of):
    path = tmp_path / "embedding.csv"
    table_of(3, ["ENSG01", "ENSG02", *there]).rename_axis("gene").to_csv(path)
    says = rf"rows in .*embedding.csv, which holds 'ENSG01'.*; there are {len(there)}, without rows are 'G\d'"
    with pytest.raises(ValueError, match=says):
        EmbeddingLinear(path).fit(effects)
    with pytest.raises(ValueError, match="use an embedding with the same kind of gene symbols"):
        EmbeddingLinear("network").fit(effects, empty_network())


def test_two_rows_are_enough(effects, table_of):
    model = EmbeddingLinear(table_of(3, GENES[:2])).fit(effects[["G0", "G1", "G2"]])
    assert model.n_left_out_ == 1
    assert np.isfinite(model.predict(["G0+G1"]).X).all()


def test_retired_symbols_match_on_both_sides(table_of):
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


def test_a_file_is_read_and_read_again_when_it_changed(effects, tmp_path, table_of):
    path = tmp_path / "embedding.npz"
    for seed in (1, 2):
        table = table_of(4, seed=seed)
        np.savez(path, genes=np.array(["<pad>", *GENES]), embedding=np.vstack([np.zeros(4), table]))
        os.utime(path, ns=(seed, seed))
        model = EmbeddingLinear(str(path)).fit(effects)
        np.testing.assert_array_equal(model.predict(["G8"]).X, EmbeddingLinear(table).fit(effects).predict(["G8"]).X)
        assert model.changes_["count"].tolist() == [1]  # <pad>


def test_network_rows_are_the_networks_embedding(effects):
    edges = pd.DataFrame({"source": GENES[:-1], "target": GENES[1:], "weight": 1.0 + np.arange(8)})
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


def test_random_rows_say_nothing_about_an_unseen_gene(table_of):
    genes = [f"G{i}" for i in range(300)]
    truth = table_of(4, genes).to_numpy() @ np.random.default_rng(5).normal(size=(4, 10))
    effects = as_effects(truth[:200], genes[:200], [f"r{i}" for i in range(10)])

    def error(model):
        return np.linalg.norm(model.fit(effects).predict(genes[200:]).X - truth[200:], axis=1).mean()

    floor = error(TrainingMean())
    assert error(EmbeddingLinear(table_of(4, genes))) < 0.1 * floor
    assert error(EmbeddingLinear("random")) == pytest.approx(floor, rel=0.05)


def test_in_the_benchmark_every_unseen_gene_has_a_random_row(tiny_effects):
    scores = benchmark({"random": EmbeddingLinear("random")}, tiny_effects, "unseen", seeds=[0, 1], metrics=["l2"])
    assert np.isfinite(scores["value"]).all()
    assert scores.attrs["provenance"]["methods"]["random"] == "EmbeddingLinear(embedding='random')"


@pytest.mark.skipif(data_dir() is None, reason="the real screens are not here (set APPMODEL_DATA)")
def test_on_a_real_screen_the_network_helps_and_chance_does_not():
    effects, network = load_effects("adamson16"), load_network(["go_bp", "reactome"])
    methods = {"mean": TrainingMean(), "random": EmbeddingLinear("random"), "network": EmbeddingLinear("network")}
    scores = benchmark(methods, effects, "unseen", network, seeds=range(3))
    table = ratio_table(scores, "mean").set_index("method")["ratio"]
    assert table["network"] < 0.97
    assert 0.97 < table["random"] < 1.05
