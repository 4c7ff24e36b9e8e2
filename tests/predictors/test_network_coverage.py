"""Every predictor that reads a network refuses one that shares no gene with the screen, and says how many it knows."""

import logging

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import appmodel
from appmodel import (
    APP,
    Additive,
    AnchoredAPP,
    EmbeddingLinear,
    KernelRidge,
    LinearModel,
    MainEffects,
    NearestGenes,
    PermutedConditions,
    TrainingMean,
    TunedLinearModel,
)
from appmodel.networks import empty_network, network_from_edges, network_from_sets

SMALL = {"max_epochs": 1, "n_hidden": 4, "n_nodes": 30}
READERS = {
    "anchored": AnchoredAPP(),
    "app": APP(**SMALL),
    "app without layers": APP(**SMALL, n_layers=0),
    "kernel ridge": KernelRidge(),
    "nearest genes": NearestGenes(),
    "linear": LinearModel(embedding="network"),
    "linear tuned": TunedLinearModel(),
    "embedding": EmbeddingLinear("network", n_components=2),
    "permuted": PermutedConditions(AnchoredAPP()),
}
INDIFFERENT = {
    "anchor alone": AnchoredAPP(residual=False),
    "linear on readouts": LinearModel(embedding="readouts"),
    "random rows": EmbeddingLinear("random", n_components=2),
    "additive": Additive(),
    "mean": TrainingMean(),
    "main effects": MainEffects(),
}


@pytest.fixture
def effects(tiny_effects):
    """A screen of human genes: the demo's, renamed."""
    human = ["KLF1", "CEBPE", "SPI1", "STAT1", "GATA1", "IRF1", "TP53", "JUN", "FOS", "MYC", "BRCA1", "EGR1"]
    singles = [name for name in tiny_effects.obs_names if "+" not in name and name != "control"]
    new = dict(zip(singles, human, strict=True))
    named = tiny_effects.copy()
    named.obs_names = ["+".join(sorted(new.get(gene, gene) for gene in name.split("+"))) for name in named.obs_names]
    del named.uns["targets"]
    return named


def edges(*names):
    return network_from_edges(pd.DataFrame({"source": names[:-1], "target": names[1:]}), name="mine")


FOREIGN = {
    "mouse": (edges("Klf1", "Cebpe", "Spi1", "Stat1"), "one human, the other a mouse symbol; use a network of"),
    "letter case": (edges("klf1", "cebpe", "spi1"), "there, in another letter case; write both in one case"),
    "Ensembl": (
        edges("ENSG00000105610", "ENSG00000092067"),
        "network calls genes by Ensembl gene ids, the screen by",
    ),
    "others": (edges("AARS1", "DARS1"), "use a network of the same species with the same kind of gene symbols"),
    "sets": (network_from_sets({"S": ["Klf1", "Gata1"]}), "there, one human, the other a mouse symbol"),
}


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_a_network_without_a_shared_gene(effects, reader, foreign):
    network, cause = FOREIGN[foreign]
    with pytest.raises(
        ValueError, match=r"^The network \(.*\) shares no gene with the screen \(genes such as .*\.$"
    ) as raised:
        clone(READERS[reader]).fit(effects, network)
    assert cause in str(raised.value)


@pytest.mark.parametrize("model", INDIFFERENT.values(), ids=INDIFFERENT)
def test_who_reads_no_network_does_not_mind(effects, model):
    model.fit(effects, FOREIGN["mouse"][0])
    assert model.coverage_ is None


@pytest.mark.parametrize("reader", ["anchored", "kernel ridge", "linear", "embedding"])
def test_what_a_network_knows_is_kept_and_logged_before_the_fit(effects, reader, caplog):
    network = edges("KLF1", "CEBPE", "SPI1", "STAT1", "ELSEWHERE")
    with caplog.at_level(logging.INFO, logger="appmodel"):
        model = READERS[reader].fit(effects, network)
    table = model.coverage_.set_index("source")
    assert table.loc["mine", ["genes", "known", "share"]].tolist() == [12, 4, 4 / 12]
    assert "of 12 genes of the screen the network knows: mine 4, any 4" in caplog.text
    pd.testing.assert_frame_equal(model.coverage_, network.coverage(sorted(appmodel.effects.screen_targets(effects))))


def test_coverage_counts_each_source_and_any():
    both = appmodel.Network({**edges("KLF1", "AARS1").sources, **network_from_sets({"S": ["SPI1", "KLF1"]}).sources})
    table = both.coverage(["KLF1", "AARS", "SPI1", "NOPE", "KLF1"])
    assert table[["source", "genes", "known"]].values.tolist() == [["mine", 4, 2], ["sets", 4, 2], ["any", 4, 3]]
    assert table["missing"].tolist() == ["'SPI1', 'NOPE'", "'AARS', 'NOPE'", "'NOPE'"]
    assert np.isnan(both.coverage([])["share"]).all()
    assert empty_network().coverage(["KLF1"]).values.tolist() == [["any", 1, 0, 0.0, "'KLF1'"]]


def test_an_empty_network_is_none_for_the_anchored_model_alone(effects):
    assert AnchoredAPP().fit(effects, empty_network()).coverage_ is None
    with pytest.raises(ValueError, match=r"network \(empty\) shares no gene"):
        KernelRidge().fit(effects, empty_network())


def test_genes_known_only_outside_the_training_half_are_shared(effects):
    """A split decides who is trained on; whether a network fits is a matter of the screen."""
    training = effects[["KLF1", "CEBPE", "SPI1", "STAT1"]].copy()
    training.uns["targets"] = np.array(["KLF1", "CEBPE", "SPI1", "STAT1", "GATA1"])
    assert AnchoredAPP().fit(training, edges("GATA1", "FOXP3")).coverage_["known"].tolist() == [1, 1]
    network = edges("KLF1", "FOXP3")
    assert np.isfinite(np.asarray(TunedLinearModel().fit(effects, network).predict(["KLF1"]).X)).all()
