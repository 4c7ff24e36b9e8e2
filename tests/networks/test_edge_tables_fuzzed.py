"""Any way of writing an edge list gives the same network; any text and any bytes are read, or refused in a sentence."""

import re

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appmodel.networks import load_network, network_from_edges

HEADERS = [
    ("source", "target"),
    ("TF", "gene"),
    ("Regulator", "Target_Gene"),
    ("Gene1", "Gene2"),
    ("genesymbolA", "genesymbolB"),
    ("Official Symbol Interactor A", "Official Symbol Interactor B"),
    ("fromNode", "toNode"),
    ("KINASE", "SUBSTRATE"),
    ("x", "y"),
]
WEIGHTS = ["weight", "Edge_Weight", "combined_score", "importance", "Confidence", "mor", "LRscore"]
NOT_USED = {"PMID": "22909821", "taxid": "9606", "mode": "Activation", "evidence codes": "IDA;TAS"}
GENES = ["KLF1", "CEBPE", "SPI1", "STAT1", "GATA1", "HLA-A", "NKX2-1", "MT-CO1", "C1orf112", "TP53"]
SYMBOL = st.sampled_from(GENES)
ROWS = st.lists(st.tuples(SYMBOL, SYMBOL, st.floats(0.001, 0.999)), min_size=2, max_size=8).filter(
    lambda rows: all(one != other for one, other, _ in rows)
)
SUFFIXES = ["tsv", "csv", "txt", "TSV", "edges"]


def outcome(path):
    """The network of a file, or the sentence that it is refused with."""
    try:
        return load_network(path), ""
    except ValueError as error:
        return None, str(error)


@settings(deadline=None, max_examples=60)
@given(
    rows=ROWS,
    header=st.sampled_from(HEADERS),
    weight=st.sampled_from(WEIGHTS),
    extra=st.sets(st.sampled_from(sorted(NOT_USED))),
    order=st.randoms(use_true_random=False),
    form=st.tuples(
        st.sampled_from("\t,|"),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
        st.sampled_from(SUFFIXES),
    ),
)
def test_every_way_of_writing_edges_gives_the_same_network(tmp_path_factory, rows, header, weight, extra, order, form):
    separator, ends, encoding, suffix = form
    columns = dict(zip([*header, weight], zip(*rows, strict=True), strict=True))
    columns |= {name: [NOT_USED[name]] * len(rows) for name in extra}
    names = order.sample(list(columns), len(columns))
    lines = [names, *zip(*(columns[name] for name in names), strict=True)]
    text = ends.join(separator.join(map(str, line)) for line in lines)
    path = tmp_path_factory.mktemp("any") / f"mine.{suffix}"
    path.write_bytes(text.encode(encoding))
    network = load_network(path)
    (source,) = network.sources.values()
    plain = network_from_edges(pd.DataFrame(rows, columns=["source", "target", "weight"])).sources["edges"]
    assert source.genes == plain.genes
    pd.testing.assert_frame_equal(source.edges, plain.edges)
    assert set(network.reading().query("decision == 'column not used'")["value"]) == {repr(name) for name in extra}


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(alphabet=st.sampled_from("KLF1CEBPE\t,; |\n\r#'0.59-NAsourcetag" + '"'), max_size=120),
    suffix=st.sampled_from([*SUFFIXES, "gmt", "sif", "gaf"]),
)
def test_any_text_is_read_or_refused_in_a_sentence_that_names_the_file(tmp_path_factory, text, suffix):
    path = tmp_path_factory.mktemp("any") / f"mine.{suffix}"
    path.write_text(text, encoding="utf-8")
    network, error = outcome(path)
    if network is None:
        assert "mine." in error
        assert "\n" not in error
    else:
        assert network.genes
        assert not network.reading().empty


@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=200), packed=st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path_factory, data, packed):
    path = tmp_path_factory.mktemp("any") / "mine.tsv"
    path.write_bytes(b"\x1f\x8b" + data if packed else data)
    network, error = outcome(path)
    assert network is not None or "mine.tsv" in error


CELL = st.sampled_from([*GENES, *GENES, "NA", "-", " KLF1", "klf1", "1-Mar", "2.5", "7157", "", "nan", "#N/A", "é"])
WEIGHT = st.sampled_from(["1", "0.5", "1", "0", "-1", "NA", "", "x", "1,5", "1e3", "inf", "900"])
NAMES = st.sampled_from([None, *HEADERS, ("a", "b"), ("source", "source"), ("", "target"), ("PMID", "score")])
JUNK = st.lists(
    st.sampled_from(["", "# comment", "KLF1", "KLF1\tSPI1\t1\t2\t3", '"KLF1', "! y", "KLF1 SPI1"]), max_size=1
)
BOUNDED = settings(max_examples=60, deadline=None, derandomize=True)


def total(network, *changes):
    table = network.changes()
    return int(table.loc[table["change"].isin(changes), "count"].sum())


@settings(BOUNDED, max_examples=300)
@given(
    rows=st.lists(st.tuples(CELL, CELL, WEIGHT), max_size=6),
    header=NAMES,
    weighted=st.booleans(),
    junk=JUNK,
    form=st.tuples(st.sampled_from("\t,;|"), st.sampled_from(["tsv", "csv", "txt", "edges"])),
)
def test_every_line_of_a_file_is_accounted_for(tmp_path_factory, rows, header, weighted, junk, form):
    separator, suffix = form
    names = [] if header is None else [separator.join([*header, "weight"][: 2 + weighted])]
    lines = [*names, *(separator.join(row[: 2 + weighted]) for row in rows), *junk]
    path = tmp_path_factory.mktemp("any") / f"mine.{suffix}"
    path.write_text("\n".join(lines), encoding="utf-8")
    network, error = outcome(path)
    if network is None:
        assert re.fullmatch(r".*mine.*[:;] .+", error)
        return
    reading = network.reading().set_index("decision")["value"]
    if "header" not in reading:  # sets, which count by themselves
        return
    (source,) = network.sources.values()
    said = total(network, "edges dropped", "edges merged", "comments left out") + (reading["header"] != "none")
    assert len(source.edges) + said == sum(bool(line.strip(f" {separator}")) for line in lines)


@BOUNDED
@given(lines=st.lists(st.lists(st.sampled_from([*GENES, "pp", "pd"]), max_size=4), max_size=5))
def test_every_line_of_a_sif_is_accounted_for(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("any") / "mine.sif"
    path.write_text("\n".join(map("\t".join, lines)))
    network, error = outcome(path)
    if network is None:
        assert re.fullmatch(r".*mine\.sif.*[:;] .+", error)
        return
    (source,) = network.sources.values()
    pairs = sum(max(len(line) - 2, 0) for line in lines)
    assert len(source.edges) + total(network, "edges dropped", "edges merged") == pairs
    assert total(network, "lines left out") == sum(len(line) == 1 for line in lines)


ODD = st.one_of(CELL, st.sampled_from([None, np.nan, 5, 2.5, True, pd.NaT, b"KLF1", ("KLF1",)]))


@settings(BOUNDED, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    rows=st.lists(st.tuples(ODD, ODD, st.one_of(WEIGHT, st.sampled_from([None, 1, 0.5, np.inf, True]))), max_size=4),
    names=st.sampled_from(
        [("source", "target", "weight"), (0, 1, 2), ("source", "target", "target"), ("", "target", None)]
    ),
    category=st.booleans(),
)
def test_every_row_in_memory_is_accounted_for(rows, names, category):
    table = pd.DataFrame(rows, columns=list(names))
    if category and rows and len(set(names)) == 3:
        table = table.astype({names[0]: "category"})
    try:
        network = network_from_edges(table)
    except ValueError as error:
        sentence = str(error)
    else:
        (source,) = network.sources.values()
        assert len(source.edges) + total(network, "edges dropped", "edges merged") == len(rows)
        return
    assert re.fullmatch(r".*network 'edges'.*[:;] .+", sentence)
