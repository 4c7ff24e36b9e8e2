"""The forms that databases give: GMT and its variants, STRING, BioGRID, SIF, GO annotations, packed or not."""

import bz2
import gzip
import io
import lzma
import zipfile

import pandas as pd
import pytest

import appmodel
from appmodel.networks import load_network

SETS = {"SET_A": {"KLF1", "CEBPE", "SPI1"}, "SET_B": {"STAT1", "IRF1"}}
GMT = "SET_A\thttp://x\tKLF1\tCEBPE\tSPI1\nSET_B\t\tSTAT1\tIRF1\n"
PAIRS = [("KLF1", "CEBPE"), ("SPI1", "STAT1"), ("GATA1", "KLF1"), ("IRF1", "STAT1")]


def pairs_of(network):
    (source,) = network.sources.values()
    return [tuple(pair) for pair in source.edges[["source", "target"]].to_numpy()]


# --- gene sets ---


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gmt", GMT),
        ("a.gmt", GMT.replace("\n", "\r\n")),
        ("a.gmt", GMT.replace("\n", "\r")),
        ("a.gmt", GMT.replace("SPI1\n", "SPI1\t\t\t\n") + "\n\n"),
        ("a.gmt", "# MSigDB\n" + GMT.replace("http://x", "> a description of the set")),
        ("a.gmt", "\ufeff" + GMT),
        ("a.gmt", GMT.encode("utf-16")),
        ("a.gmt", "SET_A\t\tKLF1,1.0\tCEBPE,0.5\tSPI1,1\t\nSET_B\t\tSTAT1,2\tIRF1,1e-3\n"),
        ("a.gmt", "SET_A\tx\tKLF1,CEBPE,SPI1\nSET_B\tx\tSTAT1; IRF1\n"),
        ("a.gmt", "SET_A\tx\tKLF1 CEBPE SPI1\nSET_B\tx\t STAT1\tIRF1 \n"),
        ("a.gmt", "SET_A\tKLF1\tCEBPE\tSPI1\nSET_B\tSTAT1\tIRF1\tIRF1\n"),
        ("a.GMT", GMT),
        ("a.gmt.txt", GMT),
        ("a.txt", GMT),
        ("a.gmt.gz", gzip.compress(GMT.encode(), mtime=0)),
        ("a.gmt", gzip.compress(GMT.encode(), mtime=0)),
        ("a.csv", "Term,Genes\nSET_A,KLF1;CEBPE;SPI1\nSET_B,STAT1;IRF1\n"),
        ("a.csv", 'name,genes\nSET_A,"KLF1, CEBPE, SPI1"\nSET_B,"STAT1,IRF1"\n'),
        ("a.tsv", "ComplexID\tComplexName\tsubunits(Gene name)\n1\tSET_A\tKLF1;CEBPE;SPI1\n2\tSET_B\tSTAT1;IRF1\n"),
        ("a.tsv", "gs_name\tgene_symbol\nSET_A\tKLF1\nSET_B\tSTAT1\nSET_A\tCEBPE\nSET_A\tSPI1\nSET_B\tIRF1\n"),
    ],
)
def test_gene_sets_in_every_variant(tmp_path, name, content, write, sets_of):
    network = load_network(write(tmp_path, name, content))
    assert list(network.sources) == ["a"]
    assert sets_of(network) == SETS


def test_what_a_gmt_says_beside_its_genes_is_recorded(tmp_path, write, sets_of, said):
    network = load_network(write(tmp_path, "a.gmt", "S\t\tKLF1,1.0\tCEBPE,0\tSPI1,0.5\nT\t\tIRF1;STAT1\n"))
    lines = appmodel.changes(network).set_index("change")
    assert lines["count"].to_dict() == {"weights not used": 2, "fields parted": 1, "members dropped": 1}
    assert sets_of(network)["S"] == {"KLF1", "SPI1"}
    assert said(network, "description") == ["second field"]
    bare = load_network(write(tmp_path, "b.gmt", "S\tKLF1\tCEBPE\nT\tIRF1\tSTAT1\n"))
    assert said(bare, "description") == ["none"]
    unknown = load_network(
        write(tmp_path, "c.gmt", "S\tU1\tU2\tU3\nT\tU3\tU1\tU4\n")
    )  # unknown, but genes of each other
    assert said(unknown, "description") == ["none"]


# --- STRING and other identifiers ---


def string_files(write, folder, genes, unknown=0):
    ids = {gene: f"9606.ENSP{i:011d}" for i, gene in enumerate(genes)}
    links = "protein1 protein2 combined_score\n" + "".join(
        f"{ids[a]} {ids[b]} {900 - i}\n" for i, (a, b) in enumerate(PAIRS)
    )
    links += "".join(f"{ids['KLF1']} 9606.ENSP9{i:010d} 500\n" for i in range(unknown))
    info = "#string_protein_id\tpreferred_name\tprotein_size\tannotation\n"
    info += "".join(f"{number}\t{gene}\t{100 + i}\tBinds; a factor\n" for i, (gene, number) in enumerate(ids.items()))
    packed = gzip.compress(links.encode())
    return write(folder, "9606.protein.links.v12.0.txt.gz", packed), write(folder, "9606.protein.info.v12.0.txt", info)


@pytest.mark.parametrize("order", [1, -1])
def test_string_links_with_info(tmp_path, order, write, said):
    files = string_files(write, tmp_path, ["KLF1", "CEBPE", "SPI1", "STAT1", "GATA1", "IRF1"], unknown=2)
    network = load_network([*files][::order])
    assert list(network.sources) == ["9606.protein.links.v12.0"]
    assert pairs_of(network) == sorted(PAIRS)
    assert network.edges("9606.protein.links.v12.0")["weight"].max() == 900
    lost = appmodel.changes(network).set_index("change").loc["edges dropped"]
    assert lost["count"] == 2
    assert "9606.protein.info.v12.0.txt gives no single symbol" in lost["reason"]
    assert said(network, "symbols") == ["of Ensembl protein ids"]


def test_string_links_alone_say_what_to_add(tmp_path, write):
    links, info = string_files(write, tmp_path, ["KLF1", "CEBPE", "SPI1", "STAT1", "GATA1", "IRF1"])
    with pytest.raises(
        ValueError, match=r"links.*Ensembl protein ids in 'protein1' and 'protein2'.*\[links, info\].*protein\.info"
    ):
        load_network(links)
    with pytest.raises(ValueError, match=r"info\.v12\.0\.txt is a table of symbols and no network: load it together"):
        load_network([info, "go_bp"])


IDENTIFIERS = {
    "UniProt accessions": ["P10000", "Q20000-2", "A0A024R161"],
    "Entrez gene ids": ["7157", "672", "1017"],
    "Ensembl transcript ids": ["ENST00000269305", "ENST00000357654", "ENST00000266970.9"],
    "RefSeq accessions": ["NM_000546.6", "NM_007294", "NP_001789.2"],
    "HGNC ids": ["HGNC:11998", "HGNC:1100", "HGNC:1771"],
    "UniProt entry names": ["P53_HUMAN", "BRCA1_HUMAN", "CDK2_HUMAN"],
}


@pytest.mark.parametrize("kind", IDENTIFIERS)
@pytest.mark.parametrize("header", [("source", "target"), ("from", "to"), ("id_a", "id_b")])
def test_identifiers_are_refused_or_mapped(tmp_path, kind, header, write, sets_of):
    one, two, three = IDENTIFIERS[kind]
    path = write(tmp_path, "mine.tsv", "\t".join(header) + f"\n{one}\t{two}\n{two}\t{three}\n")
    with pytest.raises(
        ValueError, match=rf"mine\.tsv calls genes by {kind} in '{header[0]}' and .* screens by symbols: take"
    ):
        load_network(path)
    symbols = write(tmp_path, "map.txt", f"GeneID,Gene name\n{one},TP53\n{two},BRCA1\n{three},CDK2\n")
    assert pairs_of(load_network([path, symbols])) == [("BRCA1", "CDK2"), ("TP53", "BRCA1")]
    sets = write(tmp_path, "sets.gmt", f"S\tx\t{one}\t{two}\t{three}\n")
    with pytest.raises(ValueError, match=rf"sets\.gmt calls genes by {kind} .such as"):
        load_network(sets)
    assert sets_of(load_network([symbols, sets])) == {"S": {"TP53", "BRCA1", "CDK2"}}


def test_histones_are_no_uniprot_accessions(tmp_path, write, said):
    network = load_network(write(tmp_path, "a.tsv", "source\ttarget\nH2AC11\tH2BC12\nH2BC12\tH2AC14\n"))
    assert said(network, "names") == ["gene symbols"]


# --- BioGRID, SIF ---


def test_biogrid(tmp_path, write, said):
    header = (
        "#BioGRID Interaction ID\tEntrez Gene Interactor A\tEntrez Gene Interactor B\t"
        "Systematic Name Interactor A\tSystematic Name Interactor B\t"
        "Official Symbol Interactor A\tOfficial Symbol Interactor B\tSynonyms Interactor A\t"
        "Synonyms Interactor B\tExperimental System\tOrganism ID Interactor A\tOrganism ID Interactor B\tScore\n"
    )
    rows = "".join(
        f"{103 + i}\t{6416 + i}\t{2318 + i}\tRP{i}\t-\t{a}\t{b}\tJNKK|MEK4\tFLN\tTwo-hybrid\t9606\t9606\t-\n"
        for i, (a, b) in enumerate(PAIRS)
    )
    network = load_network(write(tmp_path, "BIOGRID-ALL.tab3.txt", header + rows))
    assert pairs_of(network) == sorted(PAIRS)
    assert said(network, "genes") == ["'Official Symbol Interactor A' and 'Official Symbol Interactor B'"]
    assert len(said(network, "column not used")) == 11


@pytest.mark.parametrize(
    "text", ["KLF1\tpp\tCEBPE\tSPI1\nSTAT1\nGATA1\tpd\tKLF1\n", "KLF1 pp CEBPE SPI1\nSTAT1\nGATA1 pd KLF1\n"]
)
def test_sif(tmp_path, text, write, said):
    network = load_network(write(tmp_path, "cytoscape.SIF", text))
    assert pairs_of(network) == [("GATA1", "KLF1"), ("KLF1", "CEBPE"), ("KLF1", "SPI1")]
    assert said(network, "column not used") == ["'relation'"]


# --- packing ---


def zipped(text):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inside.tsv", text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zip", None), ("", gzip.compress)],
)
def test_packed_files(tmp_path, suffix, pack, write):
    text = "TF\tTarget\n" + "".join(f"{a}\t{b}\n" for a, b in PAIRS)
    content = zipped(text) if pack is None else pack(text.encode())
    network = load_network(write(tmp_path, f"mine.tsv{suffix}", content))
    assert list(network.sources) == ["mine"]
    assert pairs_of(network) == sorted(PAIRS)


def test_parquet_in_any_words(tmp_path, said):
    pd.DataFrame(PAIRS, columns=["Regulator", "Target"]).assign(importance=0.5, PMID=1234567).to_parquet(
        tmp_path / "a.parquet"
    )
    network = load_network(tmp_path / "a.parquet")
    assert pairs_of(network) == sorted(PAIRS)
    assert set(network.edges("a")["weight"]) == {0.5}
    assert said(network, "column not used") == ["'PMID'"]
