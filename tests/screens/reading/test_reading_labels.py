"""Labels of other people's screens: control in other words, guides, separators, letter case; read by evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appmodel import ReadingWarning, changes, load_cells, load_effects, reading_of
from appmodel.names import standard_name
from appmodel.screens.reading.genes import Genes
from appmodel.screens.reading.labels import LabelReader
from appmodel.screens.reading.words import is_control, is_date, is_number

WORDS = ["ctrl", "NT", "NTC", "non-targeting", "Non_Targeting", "NegCtrl", "neg_ctrl", "negative control", "scramble"]
WORDS += ["safe-targeting", "AAVS1", "unperturbed", "vehicle", "non-target", "Control", "INTERGENIC", "safe_harbor"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("form", ["{}", "{}_{}", "{}-{}", "{}{}", "sg{}_{}"])
@pytest.mark.parametrize("key", ["condition", "perturbation"])
def test_control_is_a_class_of_words(made, word, form, key):
    cells = made.screen(
        made.singles, key=key, spell=lambda name, i: form.format(word, i % 3) if name == "control" else name
    )
    made.agree(load_effects(cells), cells)


def test_words_of_control_and_names_of_genes():
    for gene in [
        "NTF3",
        "NTS",
        "NTM",
        "NT5E",
        "NTRK1",
        "SCRIB",
        "NEGR1",
        "CTRB1",
        "VEGFA",
        "MOCOS",
        "SAFB",
        "CTLA4",
        "WT1",
    ]:
        assert not is_control(gene), gene
    for label in ["non-targeting_00012", "NegCtrl10", "NT-3", "NTC_guide_2", "NO-TARGET", "CTRL_1", "sgNTC-2", "NT_NT"]:
        assert is_control(label), label


@pytest.mark.parametrize("join", ["+", "_"])
@pytest.mark.parametrize("word", ["NT", "NegCtrl0", "ctrl", "non-targeting", "AAVS1"])
@pytest.mark.parametrize("key", ["condition", "perturbation", "guide"])
def test_control_inside_pairs(made, join, word, key):
    def spell(name, i):
        if name == "control":
            return f"{word}{join}{word}"
        if "+" in name:
            return name.replace("+", join)
        return f"{word}{join}{name}" if i % 2 else f"{name}{join}{word}"

    cells = made.screen(key=key, spell=spell)
    made.agree(load_effects(cells), cells)


def test_several_labels_are_control_when_told(made):
    cells = made.screen(made.singles, spell=lambda name, i: ("EGFP", "mCherry")[i % 2] if name == "control" else name)
    with pytest.raises(
        ValueError, match=r"no control .*'EGFP', 'mCherry' are control, say control=\['EGFP', 'mCherry'\]"
    ):
        load_effects(cells)
    made.agree(load_effects(cells, control=["EGFP", "mCherry"]), cells)
    with pytest.warns(ReadingWarning, match=r"'mCherry', 6 cells. are reporters but are read as genes"):
        load_effects(cells, control="EGFP")


def test_control_by_pattern(made):
    cells = made.screen(made.singles, spell=lambda name, i: f"OR{i}" if name == "control" else name)
    made.agree(load_effects(cells, control="OR*"), cells)
    with pytest.raises(ValueError, match="No cell of the screen has"):
        load_effects(cells, control="NONE*")


GUIDES = ["{}_{}", "{}-{}", "{}g{}", "sg{}_{}", "sg{}-{}", "{}_sg{}", "{}_g{}", "{}.{}", "sg{}", "{}_pDS25{}", "{}_KO"]
GUIDES += ["7_{}_P1P2_ENSG0000010561{}", "{}_+_1299801{}.23-P1P2", "{}_ACGTACGTACGTACGTACG", "{}_sgRNA{}"]


@pytest.mark.parametrize("form", GUIDES)
@pytest.mark.parametrize("key", ["condition", "perturbation", "sgRNA"])
def test_guides_are_merged_into_their_gene(made, form, key):
    cells = made.screen(
        made.singles, key=key, spell=lambda name, i: name if name == "control" else form.format(name, i % 2 + 1)
    )
    effects = load_effects(cells)
    made.agree(effects, cells)
    assert "guides" in set(reading_of(effects)["decision"])
    if form != "{}_KO" and form.count("{}") > 1:
        assert "conditions merged" in set(changes(effects)["change"])


def test_guides_of_pairs(made):
    for form, join in [("sg{}", "_"), ("{}_1", "|"), ("{}_2", "_"), ("sg{}-1", ";")]:
        cells = made.screen(
            key="perturbation",
            spell=lambda name, i, form=form, join=join: (
                name if name == "control" else join.join(form.format(gene) for gene in name.split("+"))
            ),
        )
        made.agree(load_effects(cells), cells)


def test_two_guides_of_one_gene_by_their_full_names(made):
    def spell(name, i):
        gene = "non-targeting" if name == "control" else name
        return f"{gene}_-_1299801{i % 3}.23-P1P2|{gene}_+_1299803{i % 3}.23-P1P2"

    cells = made.screen(made.singles, key="sgID_AB", spell=spell)
    made.agree(load_effects(cells), cells)


@pytest.mark.parametrize("odd", ["CUTTING_CTRL{}", "ctrlx{}", "negA", "controlled {}"])
def test_labels_that_look_like_control_are_said(made, odd):
    cells = made.screen(made.singles, spell=lambda name, i: odd.format(i % 2) if name == "control" and i % 3 else name)
    with pytest.warns(ReadingWarning, match=r"labels .* begin like a control but are read as genes: .*control=\["):
        load_effects(cells, min_cells=2)


def test_plasmids_that_lost_their_underscore(made):
    tags = {"control": "63(mod)+pBA580", "ATF4": "ATF4+pMJ114", "BAK1": "BAK1+pBA588", "DDIT3": "DDIT3+pDS258"}
    cells = made.screen(list(tags), spell=lambda name, i: tags[name])
    made.agree(load_effects(cells), cells)


def test_the_long_form_of_norman(made):
    def spell(name, i):
        pair = (
            "NegCtrl10_NegCtrl10"
            if name == "control"
            else name.replace("+", "_")
            if "+" in name
            else f"NegCtrl0_{name}"
        )
        return f"{pair}__{pair}"

    cells = made.screen(key="guide_identity", spell=spell)
    made.agree(load_effects(cells), cells)


@pytest.mark.parametrize("join", [" || ", "||", "|", " | ", ";", ",", ", ", "&", " & ", "/", "_", "__"])
@pytest.mark.parametrize("key", ["condition", "perturbation"])
def test_separators(made, join, key):
    cells = made.screen(key=key, spell=lambda name, i: name.replace("+", join))
    effects = load_effects(cells)
    made.agree(effects, cells)
    table = reading_of(effects).set_index("decision")
    assert join.strip() in table.loc["separator", "reading"]


@pytest.mark.parametrize("join", ["-", ":", "~", " "])
def test_separators_that_also_belong_to_names_are_asked(made, join):
    cells = made.screen(spell=lambda name, i: name.replace("+", join))
    with pytest.raises(ValueError, match=rf"'ATF4{join}BAK1' holds '{join}' between .*separator='{join}'"):
        load_effects(cells)
    made.agree(load_effects(cells, separator=join), cells)
    assert f"ATF4{join}BAK1" in load_cells(cells, separator="+").obs["condition"].tolist()


def test_half_a_pair_is_asked(made):
    cells = made.screen(spell=lambda name, i: name.replace("+BAK1", "|WHATEVER"))
    with pytest.raises(ValueError, match=r"'ATF4\|WHATEVER' holds '\|', but 'WHATEVER' is no gene"):
        load_effects(cells)
    assert "ATF4+WHATEVER" in load_effects(cells, separator="|").obs_names


@pytest.mark.parametrize("key", ["condition", "perturbation", "label"])
def test_names_that_are_measured_stay(made, key):
    names = ["control", "HLA-B", "NKX3-1", "MT-ND1", "ORF_7", "Y_RNA", "HLA-B+NKX3-1", "ORF_7+Y_RNA", "MT-ND1+ORF_7"]
    cells = made.screen(names, key=key)
    made.agree(load_effects(cells), cells)
    cells = made.screen(names, key=key, spell=lambda name, i: name.replace("+", "_" if key == "perturbation" else "|"))
    made.agree(load_effects(cells), cells)
    numbered = made.screen(names[:6], key=key, spell=lambda n, i: n if n == "control" else f"{n}_{i % 2}")
    made.agree(load_effects(numbered), numbered)


def test_letter_case(made):
    lower = made.screen(spell=lambda name, i: name if name == "control" else name.lower())
    made.agree(load_effects(lower), lower)
    mixed = made.screen(spell=lambda name, i: name.lower() if name != "control" and i % 2 else name)
    effects = load_effects(mixed)
    made.agree(effects, mixed)
    assert "conditions merged" in set(changes(effects)["change"])


@pytest.mark.parametrize("label", ["1-Mar", "Mar-1", "2-Sep", "1-Dec", "2-SEPT", "2024-03-01", "2024-03-01 00:00:00"])
def test_dates_are_no_genes(made, label):
    cells = made.screen(made.singles, spell=lambda name, i: label if name == "BAK1" else name)
    with pytest.raises(ValueError, match=f"'{label}' is a date that a spreadsheet made"):
        load_effects(cells)


def test_numbers_are_no_genes(made):
    codes = {name: str(i) for i, name in enumerate(made.singles)}
    cells = made.screen(made.singles, spell=lambda name, i: codes[name])
    for told in ({}, {"control": "0"}):
        with pytest.raises(ValueError, match=r"bare numbers .* no label is a gene"):
            load_effects(cells, **told)
    cells.obs["condition"] = cells.obs["condition"].astype(int)
    with pytest.raises(ValueError, match="bare numbers"):
        load_cells(cells)
    mixed = made.screen(
        made.pairs, spell=lambda name, i: f"A549_{name}+ctrl_1+1" if name != "control" else "A549_ctrl_1"
    )
    with pytest.raises(ValueError, match=r"the bare number '1', which is no gene"):
        load_effects(mixed)


def test_blanks_and_missing_labels(made):
    cells = made.screen(made.singles, spell=lambda name, i: f" {name} ")
    made.agree(load_effects(cells), cells)
    cells.obs["condition"] = [None if i in (1, 20) else label for i, label in enumerate(cells.obs["condition"])]
    table = changes(load_cells(cells)).set_index("change")
    assert "2 cells" in table.loc["conditions dropped", "reason"]


@given(
    st.lists(
        st.sampled_from(["KLF1", "HLA-A", "NKX2-1", "MT-CO1", "ORF_1", "A_B"]), min_size=1, max_size=3, unique=True
    ),
    st.sampled_from(["+", "|", " || ", ";", ",", "&", "/"]),
    st.sampled_from(["{}", "sg{}", "{}_1", "{}-2", "{}g3", "{}_pDS255"]),
    st.booleans(),
)
def test_any_pair_of_guides_in_any_spelling(genes, join, form, blank):
    reader = LabelReader(Genes(["KLF1", "HLA-A", "NKX2-1", "MT-CO1", "ORF_1", "A_B"], known=()))
    label = join.join(form.format(gene) for gene in genes)
    assert reader.read([f" {label}" if blank else label]) == {
        f" {label}" if blank else label: standard_name("+".join(genes))
    }


@given(st.text(max_size=12))
def test_any_text_is_read_or_asked_about(text):
    reader = LabelReader(Genes(["KLF1", "SPI1"], known=()))
    try:
        read = reader.read([text])[text]
    except ValueError:
        return
    assert read is None or standard_name(read) == read
    assert not (read and (is_number(read) or is_date(read)))
