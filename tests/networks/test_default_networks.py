"""The networks that come with the project, and those named in its table, are bit for bit what they were."""

import hashlib

import numpy as np
import pytest

import appmodel
from appmodel.files import data_dir
from appmodel.networks import load_network

# Network.digest, number of genes, and a digest of the features of all genes (9 decimals).
DIGESTS = {
    "go_bp": ("5351253822b4", 13635, "ca371ddc69c2"),
    "reactome": ("b3313c710b5b", 6025, "c7738b0aee89"),
    "string": ("1e6fd2c9a3e3", 17286, "0bd922c23d5e"),
    "demo": ("c13a2b32618e", 1953, "47a6700df416"),
}
OUTSIDE = {"pathways": "baf7e765a949", "corum": "7a170c099dd5", "ppi": "8f186d1ce031", "collectri": "a2d8bf455355"}
OUTSIDE["trrust"] = "7d1c1e1b49e5"
needs_data = pytest.mark.skipif(data_dir() is None, reason="the folder of the real data is absent (APPMODEL_DATA)")


@pytest.mark.parametrize("name", DIGESTS)
def test_default_networks_are_bit_for_bit_what_they_were(name):
    network = load_network(name)
    features = network.features(name, network.sources[name].genes)
    digest = hashlib.sha256()
    for part in (features.indptr, features.indices, np.round(features.data * 1e9)):
        digest.update(np.ascontiguousarray(part, dtype="<i8").tobytes())
    assert (network.digest, len(network.genes), digest.hexdigest()[:12]) == DIGESTS[name]


def test_all_defaults_together():
    network = load_network(["go_bp", "reactome", "string"])
    assert network.digest == "b7180669a746"
    assert set(network.reading().query("decision == 'names'")["value"]) == {"gene symbols"}
    columns = appmodel.changes(network).query("change == 'columns not used'")
    assert dict(zip(columns["source"], columns["examples"], strict=True)) == dict.fromkeys(
        ["go_bp", "reactome"], "'ID'"
    )


@needs_data
@pytest.mark.parametrize("name", OUTSIDE)
def test_networks_brought_by_path_are_what_they_were(name):
    assert load_network(name).digest == OUTSIDE[name]


@needs_data
def test_publications_of_the_real_lists_are_recorded_and_no_weight():
    assert "'PMID'" in appmodel.changes(load_network("collectri"))["examples"].tolist()
    trrust = load_network("trrust")
    assert "'column 3', 'column 4'" in appmodel.changes(trrust)["examples"].tolist()
    assert set(trrust.edges("trrust")["weight"]) == {1.0}
