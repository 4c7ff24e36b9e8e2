"""Any labels and any long table are read or asked about: no gene that is none, no row that is lost, no other error."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from appmodel import changes, load_cells, load_effects
from appmodel.names import CONTROL, genes_of, standard_name
from appmodel.screens.reading.genes import Genes
from appmodel.screens.reading.labels import LabelReader
from appmodel.screens.reading.words import NO_GENE, is_control, is_date, is_number, is_sequence, stems

BOUNDED = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
GENES = ["ATF4", "BAK1", "HLA-B", "NKX3-1", "MT-ND1", "ORF_7", "DDIT3"]
WORDS = [*GENES, "atf4", "XYZ9", "ctrl", "NT", "non-targeting", "control", "NegCtrl0", "safe_harbor", "*", "nan", ""]
WORDS += ["1", "591", "2.5", "-3", "1e4", "2-Sep", "1-Mar", "2023-03-01", "ACGTACGTACGT-1", "AAACCTGAGAAACCAT"]
WORDS += ["pDS255", "sg2", "g1", "(mod)"]
JOINS = ["+", "_", "|", " || ", ";", ",", "&", "/", "-", " ", "__", ":"]


@st.composite
def labels(draw):
    """One to three words, joined by anything."""
    label, *words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    return "".join([label, *(draw(st.sampled_from(JOINS)) + word for word in words)])


def outcome(call, *arguments):
    """What a call returns, and the sentence that it refuses with."""
    try:
        return call(*arguments), ""
    except ValueError as error:
        return None, str(error)


def read(some):
    """What labels mean; None where they are asked about."""
    found, sentence = outcome(LabelReader(Genes(GENES, known=())).read, some)
    assert found is not None or re.fullmatch(r".+[:;] .+", sentence)
    return found


def no_gene(name):
    return not name or is_number(name) or is_date(name) or is_control(name) or is_sequence(name) or name in NO_GENE


@settings(BOUNDED, max_examples=300)
@given(some=st.lists(labels(), min_size=1, max_size=5, unique=True), order=st.randoms(use_true_random=False))
def test_labels_mean_genes_whatever_their_order_and_blanks(some, order):
    found = read(some)
    shuffled = read(order.sample(some, len(some)))
    blanks = read([f" {label}  " for label in some])
    if found is None:
        assert shuffled is blanks is None
        return
    assert shuffled == found
    assert list(blanks.values()) == list(found.values())
    for name in filter(None, found.values()):
        assert standard_name(name) == name
        assert not list(filter(no_gene, genes_of(name))), found


@BOUNDED
@given(some=st.lists(labels(), min_size=3, max_size=3, unique=True))
@pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")
def test_a_screen_of_any_labels_is_read_or_asked_about(made, some):
    spelt = dict(zip(["BAK1", "DDIT3", "FOXA1"], some, strict=True))
    screen = made.screen(made.singles, n=4, spell=lambda name, cell: spelt.get(name, name))
    cells, sentence = outcome(load_cells, screen)
    if cells is None:
        assert re.fullmatch(r"the screen.+", sentence)
        return
    genes = {gene for name in set(cells.obs["condition"]) - {CONTROL} for gene in genes_of(name)}
    assert not list(filter(no_gene, genes))
    table = changes(cells)
    dropped = table.loc[table["change"] == "conditions dropped", "count"].sum()
    assert dropped == len(set(screen.obs["condition"])) - len(set(screen.obs["condition"][cells.obs_names]))


@pytest.mark.parametrize("label", ["ACGTACGTACGT-1", "AAACCTGAGAAACCAT+ctrl", "-3 pDS255"])
def test_barcodes_and_what_a_guide_leaves_over_are_asked_about(label):
    assert read([label]) is None


def test_what_stands_before_a_gene_is_not_cut_out_of_its_middle():
    assert "ATFBAK1X" not in stems("ATF4_BAK1X")
    assert "ATF4" in stems("12_ATF4")


HEADERS = st.tuples(
    st.sampled_from(["perturbation", "condition", "target", "contrast", "gene"]),
    st.sampled_from(["symbol", "names", "feature", "gene", "bar"]),
    st.sampled_from(["log2FoldChange", "logFC", "lfc", "foldchange"]),
    st.sampled_from(["lfcSE", "t", "F", "padj"]),
)
CELLS = ["NA", "", "nan", "x", "inf", "*", "1-Mar", "2-Sep", "591", "1,5", "ACGTACGTACGT", " ATF4", "none", "0"]
SPOILT = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), st.sampled_from(CELLS)), max_size=3)
JUNK = st.lists(st.sampled_from(["# comment", "ATF4", "a,b,c,d,e,f", '"ATF4', ",,,"]), max_size=1)


@settings(BOUNDED, max_examples=150)
@given(
    header=HEADERS,
    spoilt=SPOILT,
    junk=JUNK,
    form=st.tuples(st.sampled_from(",\t;"), st.sampled_from(["csv", "tsv", "txt"])),
    order=st.randoms(use_true_random=False),
)
@pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")
def test_a_long_table_is_read_with_every_row_accounted_for(tmp_path, header, spoilt, junk, form, order):
    assume(len(set(header)) == len(header))
    separator, suffix = form
    rows = [[p, g, "0.5", "2"] for p in ("ATF4", "BAK1", "ATF4+BAK1") for g in ("JUNB", "FOXA1", "DDIT3", "HLA-B")]
    for row, column, cell in spoilt:
        rows[row][column] = cell
    order.shuffle(rows)
    lines = [separator.join(row) for row in rows] + [line.replace(",", separator) for line in junk]
    path = tmp_path / f"mine.{suffix}"
    path.write_text("\n".join([separator.join(header), *lines]))
    effects, sentence = outcome(load_effects, path)
    if effects is None:
        assert re.fullmatch(r".*mine.*[:;] .+", sentence)
        return
    table = changes(effects).groupby("change")["count"].sum()
    shape = effects.n_obs + table.get("conditions dropped", 0), effects.n_vars + table.get("genes left out", 0)
    missing = np.prod(shape) - (len(lines) - table.get("rows dropped", 0))
    # A pair without a row, or with one that says nothing, takes its gene out of all conditions.
    assert 0 <= missing <= table.get("genes left out", 0) * shape[0]
    assert table.get("genes left out", 0) or not missing
    assert np.isfinite(effects.X).all()
    assert not [gene for name in effects.obs_names if name != CONTROL for gene in genes_of(name) if no_gene(gene)]


@BOUNDED
@given(data=st.binary(max_size=200), suffix=st.sampled_from(["csv", "tsv", "parquet", "h5ad", "csv.gz", "h5"]))
def test_any_bytes_are_refused_with_the_name_of_the_file(tmp_path, data, suffix):
    path = tmp_path / f"mine.{suffix}"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"mine.*[:;] .*\.$"):
        load_effects(path)


@BOUNDED
@given(
    table=st.lists(
        st.tuples(*[st.sampled_from([None, np.nan, 5, 2.5, True, b"x", ("x",), "ATF4", "JUNB", pd.NaT])] * 3),
        max_size=4,
    ),
    columns=st.sampled_from([("perturbation", "gene", "lfc"), (0, 1, "lfc"), ("gene", "gene", "lfc"), ("a", "b", "c")]),
)
@pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")
def test_any_table_in_memory_is_read_or_asked_about(table, columns):
    frame = pd.DataFrame(table, columns=list(columns))
    effects, sentence = outcome(load_effects, frame)
    assert effects is not None or re.fullmatch(r".*the table.*[:;] .+", sentence)
