"""Any way of writing an edge list gives the same network; any text and any bytes are read, or refused in a sentence."""

import pandas as pd
from hypothesis import given, settings
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
