"""Gene sets and edges come in clean: bad rows refused with the row named, every loss counted."""

import numpy as np
import pandas as pd
import pytest

from appmodel.networks import current_symbols, load_network, network_from_edges, network_from_sets


def edges(*rows):
    return pd.DataFrame(rows, columns=["source", "target", "weight"][: len(rows[0])])


def counted(network):
    return {
        (row.change, row.reason.split(":")[0]): row.count_
        for row in network.changes().rename(columns={"count": "count_"}).itertuples()
    }


def test_sets_become_memberships():
    network = network_from_sets({"s1": ["G1", "G2", "G2"], "s2": ["G2", "G3"]}, name="mine")
    source = network.sources["mine"]
    assert (source.kind, source.genes, source.set_names) == ("sets", ("G1", "G2", "G3"), ("s1", "s2"))
    np.testing.assert_array_equal(source.memberships.toarray(), [[1, 0], [1, 1], [0, 1]])
    rows = network.memberships("mine", ["G3", "nowhere", "G2"]).toarray()
    np.testing.assert_array_equal(rows, [[0, 1], [0, 0], [1, 1]])


def test_self_loops_zero_weights_and_repeats_are_counted():
    network = network_from_edges(edges(("G1", "G2", 1), ("G1", "G2", -3), ("G2", "G2", 1), ("G1", "G3", 0)))
    assert network.edges("edges").values.tolist() == [["G1", "G2", -3.0]]
    assert counted(network) == {
        ("edges dropped", "a gene is no neighbour of itself"): 1,
        ("edges dropped", "their weight is 0"): 1,
        ("edges merged", "the pair is listed more than once"): 1,
    }
    assert network.genes == ("G1", "G2", "G3")  # G3 is known, though isolated


def test_direction_is_kept_or_given_up():
    both = edges(("G2", "G1", 1), ("G1", "G2", 2))
    assert len(network_from_edges(both).edges("edges")) == 2
    assert network_from_edges(both, directed=False).edges("edges").values.tolist() == [["G1", "G2", 2.0]]


def test_the_order_of_rows_and_sources_does_not_matter():
    table = edges(("G1", "G2", 1), ("G3", "G2", -1), ("G1", "G2", -1), ("G1", "G4", 2))
    assert network_from_edges(table).digest == network_from_edges(table[::-1]).digest
    assert network_from_edges(table).digest != network_from_edges(table.assign(weight=1)).digest
    assert network_from_edges(table, aliases=False).digest != network_from_edges(table).digest


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({"source": ["G1"], "score": [2.0]}), "2 columns .'source', 'score'., of which 1 holds names"),
        (pd.DataFrame({"source": [], "target": []}), "holds no edges"),
        (edges(("G1", "G2", 1.0), ("G1", "G3", np.nan)), "Row 2 .* weight 'nan'"),
        (edges(("G1", "G2", np.inf)), "Row 1 .* weight 'inf'"),
        (edges(("G1", "G2", "strong")), "Row 1 .* weight 'strong'"),
        (edges(("G1", " ", 1.0)), "Row 1 .* no gene name in column 'target'"),
        (edges(("G1", "G2", pd.NA)).astype({"weight": "Float64"}), "Row 1 .* weight '<NA>'"),
        (edges((None, "G2", 1.0)).astype({"source": "category"}), "Row 1 .* no gene name in column 'source'"),
        (edges((None, "G2", 1.0)), "Row 1 .* no gene name in column 'source'"),
    ],
)
def test_bad_edges_are_refused(table, sentence):
    with pytest.raises(ValueError, match=sentence):
        network_from_edges(table)


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        ({}, "no gene sets"),
        ({"s": []}, "no gene sets"),
        ({"s": ["G1", ""]}, "Set 's' .* holds ''"),
        ({"s": ["G1", 7]}, "Set 's' .* holds 7"),
    ],
)
def test_bad_sets_are_refused(sets, sentence):
    with pytest.raises(ValueError, match=sentence):
        network_from_sets(sets)


def test_an_empty_set_is_dropped_and_counted():
    network = network_from_sets({"s": ["G1"], "none": []})
    assert counted(network) == {("sets dropped", "they hold no genes"): 1}


# --- symbols ---------------------------------------------------------------------------------------------------------


def test_retired_symbols_become_current_ones():
    current = ["AARS1", "AARS1", "KLF1", "SIM0001", "A", "NA"]
    assert current_symbols(["AARS", "AARS1", "KLF1", "SIM0001", "A", "NA"]) == current


def test_two_spellings_in_a_network_are_merged():
    network = network_from_sets({"s1": ["AARS", "G1"], "s2": ["AARS1", "G2"]})
    assert network.genes == ("AARS1", "G1", "G2")
    np.testing.assert_array_equal(network.memberships("sets", ["AARS"]).toarray(), [[1, 1]])
    assert counted(network)[("genes merged", "several spellings of one gene occur")] == 1
    unmatched = network_from_sets({"s1": ["AARS", "G1"]}, aliases=False)
    assert unmatched.genes == ("AARS", "G1")
    assert not unmatched.has(["AARS1"]).any()


def test_lookups_answer_in_the_callers_spelling():
    network = network_from_edges(edges(("AARS1", "G1", 2.0), ("G1", "G2", 1.0)))
    assert network.nodes(["AARS", "DARS"], limit=3) == ["AARS", "DARS", "G1"]  # DARS: unknown here, isolated
    served = network.adjacency(["AARS", "AARS1", "G1"]).toarray()
    np.testing.assert_array_equal(served, [[0, 0, 2], [0, 0, 2], [2, 2, 0]])  # both served, not joined to each other
    assert network.edges("edges", ["AARS", "G1"]).values.tolist() == [["AARS", "G1", 2.0]]
    embedded = network.embedding(["AARS", "AARS1", "absent"], n_components=2)
    np.testing.assert_array_equal(embedded[0], embedded[1])
    assert np.isnan(embedded[2]).all()


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "source\ttarget\tweight\nG1\tG2\t0.5\nG2\tG3\t-2\n"),
        ("a.tsv", "G1\tG2\t0.5\nG2\tG3\t-2\n"),
        ("a.csv", "weight,PMID,source,target\n0.5,1;2,G1,G2\n-2,,G2,G3\n"),
    ],
)
def test_edge_lists_are_read(tmp_path, name, text, write):
    network = load_network(write(tmp_path, name, text))
    assert network.edges("a").values.tolist() == [["G1", "G2", 0.5], ["G2", "G3", -2.0]]


def test_parquet_edges_and_sets(tmp_path):
    edges(("G1", "G2", 0.5)).to_parquet(tmp_path / "e.parquet")
    pd.DataFrame({"Name": ["s", "s"], "Genes": ["G1;G2", "G2;G3"]}).to_parquet(tmp_path / "s.parquet")
    network = load_network([tmp_path / "e.parquet", str(tmp_path / "s.parquet")])
    assert list(network.sources) == ["e", "s"]
    assert network.summary()[["kind", "genes", "sets or edges"]].values.tolist() == [["edges", 2, 1], ["sets", 3, 2]]


def test_gmt(tmp_path, write):
    path = write(tmp_path, "my.gmt", "s1\thttp://x\tG1\tG2\n\ns2\tnone\tG3\tG1\t\n")
    source = load_network(path).sources["my"]
    assert (source.set_names, source.genes) == (("s1", "s2"), ("G1", "G2", "G3"))
    np.testing.assert_array_equal(source.memberships.toarray(), [[1, 1], [1, 0], [0, 1]])


def test_a_text_column_is_no_weight_and_that_is_said(tmp_path, write):
    network = load_network(write(tmp_path, "t.tsv", "G1\tG2\tActivation\t1\nG3\tG2\tUnknown\t2\n"))
    assert network.edges("t")["weight"].tolist() == [1.0, 1.0]
    assert counted(network) == {("columns not used", "neither a gene nor the weight"): 2}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.tsv", "", "a.tsv is empty"),
        ("a.csv", "\n\n", "a.csv is empty"),
        (
            "a.csv",
            "gene,score\nG1,0.5\n",
            "2 columns .'gene', 'score'.*name its two columns of genes source and target",
        ),
        ("a.csv", "source,target\nG1,G2,9\n", "Row 1 of .*a.csv has 3 columns"),
        ("a.tsv", "G1\tG2\nG3\n", "Row 2 of .*a.tsv has 1 columns .* should hold source and target"),
        ("a.tsv", "gene1\tgene2\tscore\nG1\tG2\t1\nG1\tG3\thigh\n", "Row 2 of .*a.tsv has the weight 'high'"),
        ("a.csv", "source,target,weight\nG1,G2,\n", "Row 1 of .*a.csv has the weight ''"),
        ("a.gmt", "s1\tonly a description\n", "Line 1 of .*a.gmt"),
        ("a.parquet", "PAR1 cut", "a.parquet cannot be read"),
        ("a.xlsx", "x", "its name should end in"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path, name, text, sentence, write):
    with pytest.raises(ValueError, match=sentence):
        load_network(write(tmp_path, name, text))


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "a.tsv").write_bytes(b"G\xe9\tG2\n")
    with pytest.raises(ValueError, match="UTF-8"):
        load_network(tmp_path / "a.tsv")


def test_names_that_do_not_exist(tmp_path, write):
    with pytest.raises(ValueError, match="no network called 'gobp': use demo, go_bp"):
        load_network("gobp")
    with pytest.raises(FileNotFoundError, match=r"a\.tsv does not exist"):
        load_network(tmp_path / "a.tsv")
    with pytest.raises(ValueError, match="No network is named: name at least one"):
        load_network([])
    path = write(tmp_path, "a.tsv", "G1\tG2\n")
    with pytest.raises(ValueError, match="Two networks are called 'a'"):
        load_network([path, path])
