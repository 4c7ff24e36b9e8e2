"""Features that keep the network's similarity: what they are of, and networks that say nothing."""

import numpy as np
import pytest

from appmodel import APP, load_network
from appmodel.networks import complete_network
from appmodel.predictors.app.inputs import input_features, similarity_coordinates


def centred(network, genes):
    """Cosines between genes after centring, by the formula."""
    centring = np.eye(len(genes)) - 1 / len(genes)
    K = centring @ network.similarity(genes, genes) @ centring
    size = np.sqrt(np.diag(K))
    return K / np.outer(size, size)


def test_products_of_the_rows_are_the_centred_similarity(tiny_network):
    genes = list(tiny_network.genes[:30])
    rows = similarity_coordinates(tiny_network, genes)
    np.testing.assert_allclose(rows @ rows.T, centred(tiny_network, genes), atol=1e-8)


def test_they_are_from_few_sets_as_well(tmp_path):
    sets = {"one": "ABCD", "two": "CDEF", "three": "ADGH"}
    path = tmp_path / "sets.gmt"
    path.write_text("".join("\t".join([name, "", *genes]) + "\n" for name, genes in sets.items()))
    network, genes = load_network([path], aliases=False), list("ABCDEFGH")
    rows = similarity_coordinates(network, genes)
    assert rows.shape == (8, 3)
    np.testing.assert_allclose(rows @ rows.T, centred(network, genes), atol=1e-8)


def test_features_have_a_root_mean_square_of_one(tiny_network, tiny_effects):
    x = input_features("similarity", list(tiny_network.genes[:30]), tiny_effects, tiny_network, 8)
    assert np.isclose(x.square().mean().item(), 1, atol=1e-5)
    assert x.shape[0] == 30


def test_a_network_without_edges_tells_no_gene_from_another(tiny_network, tiny_effects):
    genes = list(tiny_network.genes[:5])
    assert not input_features("similarity", genes, tiny_effects, tiny_network.degraded("empty"), 8).any()


def test_in_a_complete_network_all_genes_are_equally_far_apart():
    genes = ["A", "B", "C", "D"]
    rows = similarity_coordinates(complete_network(genes, aliases=False), genes)
    np.testing.assert_allclose(rows @ rows.T, np.where(np.eye(4) == 1, 1, -1 / 3), atol=1e-8)


@pytest.mark.filterwarnings("ignore::appmodel.predictors.app.predictor.CollapseWarning")  # one epoch is too few
def test_auto_is_similarity_and_learned_where_training_has_seen_the_genes(tiny_effects, tiny_network):
    unseen = tiny_effects[[name for name in tiny_effects.obs_names if name != tiny_effects.obs_names[0]]].copy()
    of_doubles = APP(n_hidden=4, max_epochs=1, restarts=0, validation="doubles").fit(unseen, tiny_network)
    of_genes = APP(n_hidden=4, max_epochs=1, restarts=0, validation="genes").fit(unseen, tiny_network)
    assert (of_doubles.features_, of_genes.features_) == ("similarity+identity", "similarity")
