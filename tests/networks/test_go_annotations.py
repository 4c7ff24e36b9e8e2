"""GO annotations (GAF) alone are direct; with their ontology (OBO), which goatools reads, terms have what they hold."""

import gzip
import sys

import pytest

import appmodel
from appmodel.networks import load_network

OBO = """format-version: 1.2
data-version: releases/2024-01-17

[Term]
id: GO:0000001
name: root

[Term]
id: GO:0000002
name: parent
is_a: GO:0000001 ! root

[Term]
id: GO:0000003
name: whole
is_a: GO:0000001

[Term]
id: GO:0000004
name: child
alt_id: GO:0000099
is_a: GO:0000002 ! parent
relationship: part_of GO:0000003 ! whole
relationship: regulates GO:0000006 ! other

[Term]
id: GO:0000005
name: gone
is_obsolete: true

[Term]
id: GO:0000006
name: other
is_a: GO:0000001
"""
ROW = "UniProtKB\tP1\t{}\t{}\t{}\tPMID:1\tIEA\t\tP\tname\tsyn\tprotein\ttaxon:9606\t20200101\tUniProt\t\t\n"
ANNOTATED = [
    ("KLF1", "involved_in", "GO:0000004"),
    ("SPI1", "NOT|involved_in", "GO:0000004"),
    ("GATA1", "involved_in", "GO:0000099"),
    ("STAT1", "involved_in", "GO:0000005"),
    ("IRF1", "", "GO:0000006"),
]
GAF = "!gaf-version: 2.2\n!made by hand\n" + "".join(ROW.format(*row) for row in ANNOTATED)


@pytest.mark.parametrize("name", ["goa.gaf", "goa.gaf.gz", "goa.txt"])
def test_annotations_alone_are_direct(tmp_path, name, write, sets_of, said):
    content = gzip.compress(GAF.encode()) if name.endswith("gz") else GAF
    network = load_network(write(tmp_path, name, content))
    assert sets_of(network) == {
        "GO:0000004": {"KLF1"},
        "GO:0000005": {"STAT1"},
        "GO:0000006": {"IRF1"},
        "GO:0000099": {"GATA1"},
    }
    assert said(network, "ancestors") == ["not added"]
    assert appmodel.changes(network)["examples"].tolist() == ["'SPI1 in GO:0000004'"]


def test_annotations_with_their_ontology(tmp_path, write, sets_of):
    pytest.importorskip("goatools", reason="goatools (the extra go) is absent")
    files = [write(tmp_path, "go-basic.obo", OBO), write(tmp_path, "goa.gaf", GAF)]
    network = load_network(files)
    assert sets_of(network) == {
        "root (GO:0000001)": {"KLF1", "GATA1", "IRF1"},
        "parent (GO:0000002)": {"KLF1", "GATA1"},
        "whole (GO:0000003)": {"KLF1", "GATA1"},
        "child (GO:0000004)": {"KLF1", "GATA1"},
        "other (GO:0000006)": {"IRF1"},  # to regulate it is not to be part of it
    }
    lines = appmodel.changes(network).set_index("change")["examples"].to_dict()
    assert lines["terms dropped"] == "'GO:0000005'"
    assert lines["terms renamed"] == "'GO:0000099 -> GO:0000004'"


def test_without_goatools_one_sentence(tmp_path, monkeypatch, write):
    monkeypatch.setitem(sys.modules, "goatools", None)
    monkeypatch.setitem(sys.modules, "goatools.obo_parser", None)
    files = [write(tmp_path, "go-basic.obo", OBO), write(tmp_path, "goa.gaf", GAF)]
    with pytest.raises(
        ImportError, match=r"go-basic\.obo is an ontology, which goatools reads: pip install 'appmodel\[go\]'"
    ):
        load_network(files)


def test_an_ontology_needs_annotations(tmp_path, write):
    ontology = write(tmp_path, "go-basic.obo", OBO)
    with pytest.raises(
        ValueError, match=r"go-basic\.obo is an ontology and no network: load it together with annotations"
    ):
        load_network(ontology)
    with pytest.raises(ValueError, match="are several ontologies"):
        load_network([ontology, write(tmp_path, "go.obo", OBO), write(tmp_path, "goa.gaf", GAF)])
