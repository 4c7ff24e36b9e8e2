"""Edge lists as people have them: headers in any words and case, any separator, and what is a weight."""

import random

import pandas as pd
import pytest

import appmodel
from appmodel.networks import load_network, network_from_edges

EDGES = [("KLF1", "CEBPE", 0.9), ("SPI1", "STAT1", 0.4), ("GATA1", "KLF1", 0.15), ("IRF1", "STAT1", 0.7)]
PAIRS = sorted((one, other) for one, other, _ in EDGES)
WEIGHTED = sorted(EDGES)
HEADERS = [
    ("source", "target"),
    ("Source", "Target"),
    ("SOURCE", "TARGET"),
    ("TF", "target"),
    ("tf", "gene"),
    ("Regulator", "Target_Gene"),
    ("Gene1", "Gene2"),
    ("gene_a", "gene_b"),
    ("genesymbolA", "genesymbolB"),
    ("Official Symbol Interactor A", "Official Symbol Interactor B"),
    ("#node1", "node2"),
    ("from", "to"),
    ("fromNode", "toNode"),
    ("Protein 1", "Protein 2"),
    ("ligand", "receptor"),
    ("KINASE", "SUBSTRATE"),
    ("Bait", "Prey"),
    ("PARTICIPANT_A", "PARTICIPANT_B"),
    ("x", "y"),
    ("A", "B"),
]
WEIGHTS = ["weight", "Weight", "edge_weight", "combined_score", "importance", "Confidence", "likelihood", "LRscore"]
SEPARATORS = [("tsv", "\t"), ("csv", ","), ("csv", ";"), ("txt", "|"), ("tsv", ",")]
NO_WEIGHTS = ["PMID", "pubmed id", "references", "p-value", "FDR", "n_references", "entrez_id", "year"]
PUBLICATIONS = [["22909821", "17157788", "9988278", "1588968"], ["1234567", "23456789", "7654321", "9999999"]]
SPELLINGS = [
    ["KLF1", "SPI1", "CEBPE", "STAT1"],
    ["G1", "G3", "G2", "G4"],
    ["Klf1", "Spi1", "Cebpe", "Stat1"],
]


def table(header, rows, separator="\t"):
    return "".join(separator.join(map(str, row)) + "\n" for row in [header, *rows])


def edges_of(network):
    (name,) = network.sources
    return [tuple(row) for row in network.edges(name).to_numpy().tolist()]


def decided(network, decision):
    lines = network.reading().query("decision == @decision")
    return dict(zip(lines["value"], lines["evidence"], strict=True))


@pytest.mark.parametrize("header", HEADERS, ids="-".join)
@pytest.mark.parametrize(("suffix", "separator"), SEPARATORS)
def test_headers_in_any_words_and_any_separator(tmp_path, header, suffix, separator, write):
    network = load_network(write(tmp_path, f"mine.{suffix}", table(header, PAIRS, separator)))
    assert edges_of(network) == [(*pair, 1.0) for pair in PAIRS]
    assert list(decided(network, "genes")) == [" and ".join(repr(name.lstrip("#")) for name in header)]
    assert list(decided(network, "header")) == ["yes"]


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("header", HEADERS[::3], ids="-".join)
def test_a_strength_is_the_weight_whatever_it_is_called(tmp_path, header, weight, write):
    network = load_network(write(tmp_path, "mine.tsv", table((*header, weight), EDGES)))
    assert edges_of(network) == WEIGHTED
    assert "from 0.15 to 0.9" in decided(network, "weight")[repr(weight)]


@pytest.mark.parametrize(
    "name", ["PMID", "pubmed id", "references", "p-value", "FDR", "n_references", "entrez_id", "year"]
)
def test_other_numbers_are_no_weight_and_are_recorded(tmp_path, name, write):
    rows = [(one, other, 22909821 + i, 0.5) for i, (one, other) in enumerate(PAIRS)]
    network = load_network(write(tmp_path, "mine.tsv", table(("TF", "Target", name, "zeal"), rows)))
    assert edges_of(network) == [(*pair, 1.0) for pair in PAIRS]
    assert list(decided(network, "column not used")) == [repr(name), "'zeal'"]
    assert appmodel.changes(network)["examples"].tolist() == [f"{name!r}, 'zeal'"]


@pytest.mark.parametrize(
    "publications", [[22909821, 17157788, 9988278, 1588968], ["1234567", "23456789", "7654321", "9999999"]]
)
@pytest.mark.parametrize("third", [True, False])
def test_publications_without_a_header_are_no_weight(tmp_path, publications, third, write):
    rows = [
        (*pair, *([] if third else ["Activation"]), number) for pair, number in zip(PAIRS, publications, strict=True)
    ]
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    network = load_network(write(tmp_path, "mine.tsv", text))
    assert {weight for *_, weight in edges_of(network)} == {1.0}
    assert "publications" in decided(network, "column not used")[f"'column {3 if third else 4}'"]


def test_several_strengths_are_refused_one_that_is_constant_is_none(tmp_path, write):
    rows = [(*pair, i, 10 - i) for i, pair in enumerate(PAIRS, start=1)]
    with pytest.raises(ValueError, match=r"mine\.tsv has several columns .*'score_1', 'score_2'.*: rename the one"):
        load_network(write(tmp_path, "mine.tsv", table(("source", "target", "score_1", "score_2"), rows)))
    signed = [(*pair, (-1) ** i, 1) for i, pair in enumerate(PAIRS)]
    network = load_network(write(tmp_path, "signed.tsv", table(("tf", "target", "mor", "likelihood"), signed)))
    assert {weight for *_, weight in edges_of(network)} == {-1.0, 1.0}


def test_decimal_commas_are_points_where_they_cannot_part_thousands(tmp_path, write):
    text = "source;target;weight\nKLF1;CEBPE;0,9\nSPI1;STAT1;1,250\n"
    assert [weight for *_, weight in edges_of(load_network(write(tmp_path, "a.csv", text)))] == [0.9, 1.25]
    text = 'source,target,weight\nKLF1,CEBPE,"1,25"\nSPI1,STAT1,"3"\n'
    assert [weight for *_, weight in edges_of(load_network(write(tmp_path, "b.csv", text)))] == [1.25, 3.0]
    with pytest.raises(ValueError, match=r"Row 2 of .*c\.tsv has the weight '1,250', where the comma may part"):
        load_network(write(tmp_path, "c.tsv", "source\ttarget\tweight\nKLF1\tCEBPE\t7\nSPI1\tSTAT1\t1,250\n"))


@pytest.mark.parametrize(
    "text",
    [
        "source\ttarget\tweight\n" + "".join(f"{i}\t{a}\t{b}\t{w}\n" for i, (a, b, w) in enumerate(EDGES, start=1)),
        "\tsource\ttarget\tweight\n" + "".join(f"{i}\t{a}\t{b}\t{w}\n" for i, (a, b, w) in enumerate(EDGES)),
        '"Source"\t"Target"\t"Weight"\n' + "".join(f'"{a}"\t"{b}"\t{w}\n' for a, b, w in EDGES),
        "# made 2024\n# by hand\n" + table(("source", "target", "weight"), EDGES),
        "#TF\tgene\tscore\n" + table(EDGES[0], EDGES[1:]),
        table(("weight", "target", "source"), [(w, b, a) for a, b, w in EDGES]),
        table(("target", "TF", "note", "weight"), [(b, a, "x y", w) for a, b, w in EDGES]),
        table(("source", "target", "weight", ""), [(*edge, "") for edge in EDGES]),
        "sep=;\n" + table(("source", "target", "weight"), EDGES, ";"),
        table(("source", " target", " weight"), EDGES, ", "),
        table(("source", "target", "weight"), [(f"{a}\u200b", f"\xa0{b}", w) for a, b, w in EDGES]),
        table(EDGES[0], EDGES[1:]),
        table(EDGES[0], EDGES[1:], " "),
        table(EDGES[0], EDGES[1:], "   "),
    ],
)
def test_row_names_quotes_comments_and_orders(tmp_path, text, write):
    assert edges_of(load_network(write(tmp_path, "mine.tsv", text))) == WEIGHTED


@pytest.mark.parametrize("middle", ["pp", "PP", "interacts-with", "controls-state-change-of"])
@pytest.mark.parametrize("genes", SPELLINGS)
def test_a_relation_between_two_genes_is_no_gene(tmp_path, middle, genes, write):
    a, b, c, d = genes
    network = load_network(write(tmp_path, "mine.tsv", f"{a}\t{middle}\t{c}\n{b}\t{middle}\t{d}\n"))
    assert edges_of(network) == [(a, c, 1.0), (b, d, 1.0)]
    assert "'column 2'" in decided(network, "column not used")


def test_genes_that_look_like_headers_stay_genes(tmp_path, write):
    assert len(edges_of(load_network(write(tmp_path, "a.tsv", "GENE1\tGENE2\nGENE3\tGENE4\n")))) == 2
    assert len(edges_of(load_network(write(tmp_path, "b.tsv", "TF\tTFRC\nKLF1\tTF\n")))) == 2
    assert len(edges_of(load_network(write(tmp_path, "c.tsv", "A\tB\nB\tC\n")))) == 2
    assert len(edges_of(load_network(write(tmp_path, "d.tsv", "LINC0001\tNOVEL2\nKLF1\tSPI1\n")))) == 2


def test_symbols_are_taken_where_identifiers_stand_beside_them(tmp_path, write):
    rows = [(f"P{10000 + i}", f"Q{20000 + i}", a, b, "True") for i, (a, b) in enumerate(PAIRS)]
    header = ("source", "target", "source_genesymbol", "target_genesymbol", "is_directed")
    network = load_network(write(tmp_path, "omnipath.tsv", table(header, rows)))
    assert [edge[:2] for edge in edges_of(network)] == PAIRS
    assert decided(network, "column not used")["'source'"] == "UniProt accessions"
    rows = [("B cell", "T cell", a, b) for a, b in PAIRS]
    network = load_network(write(tmp_path, "cells.csv", table(("source", "target", "ligand", "receptor"), rows, ",")))
    assert [edge[:2] for edge in edges_of(network)] == PAIRS


def test_tables_in_memory_are_read_alike():
    frame = pd.DataFrame(EDGES, columns=["TF", "Gene", "Importance"])
    assert edges_of(network_from_edges(frame)) == WEIGHTED
    frame = frame.assign(PMID=[22909821, 17157788, 9988278, 1588968]).astype({"TF": "category", "Gene": "string"})
    assert edges_of(network_from_edges(frame)) == WEIGHTED
    with pytest.raises(ValueError, match="network 'edges' calls genes by Entrez gene ids"):
        network_from_edges(pd.DataFrame({"source": [1, 2], "target": [3, 4]}))


def test_what_the_genes_are_called_is_recorded(tmp_path, write):
    network = load_network(write(tmp_path, "mine.tsv", "source\ttarget\nKLF1\tJUN_FOS\nklf1\tSPI1\n"))
    assert decided(network, "names") == {
        "gene symbols": "3 of 4 are known symbols, not 'JUN_FOS'; 1 written in a second letter case, kept apart"
    }


def test_genes_without_a_name_are_dropped_and_counted(tmp_path, write):
    text = "source\ttarget\nNA\tKLF1\nKLF1\tSPI1\n-\tGATA1\n"
    network = load_network(write(tmp_path, "mine.tsv", text))
    assert edges_of(network) == [("KLF1", "SPI1", 1.0)]
    (line,) = appmodel.changes(network).itertuples()
    assert (line.change, line.count, line.reason) == ("edges dropped", 2, "one of their genes has no name")


def test_dates_of_a_spreadsheet_are_genes_again_where_only_one_is_meant(tmp_path, write):
    text = "source,target,weight\nKLF1,2-Sep,1\nSep-07,CEBPE,1\n2024-03-05,SPI1,1\n1-Mar,KLF1,1\n"
    network = load_network(write(tmp_path, "mine.csv", text), aliases=False)
    assert edges_of(network) == [("KLF1", "SEPT2", 1.0), ("MARCH5", "SPI1", 1.0), ("SEPT7", "CEBPE", 1.0)]
    lines = appmodel.changes(network).set_index("change")
    assert lines.loc["genes renamed", "count"] == 3
    assert lines.loc["edges dropped", ["count", "examples"]].tolist() == [1, "'1-Mar'"]


def test_the_order_of_rows_does_not_change_how_a_table_is_read(tmp_path, write):
    rows = [(a, "binds" if i % 2 else "cuts", b) for i, (a, b) in enumerate(PAIRS)]
    read = set()
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        read.add(tuple(edges_of(load_network(write(tmp_path, "mine.tsv", table(rows[0], rows[1:]))))))
    assert len(read) == 1
