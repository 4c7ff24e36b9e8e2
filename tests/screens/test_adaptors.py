"""Labels of published screens and the one spelling they are brought to."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from hypothesis import given
from hypothesis import strategies as st

from appmodel.names import standard_name
from appmodel.record import changes
from appmodel.screens import standard_cells, standard_labels


def cells_with(labels, key="condition", genes=("KLF1", "CEBPE", "SPI1")):
    X = sp.csr_matrix(np.ones((len(labels), len(genes)), dtype=np.float32))
    obs = pd.DataFrame({key: labels}, index=[f"cell{i}" for i in range(len(labels))])
    return AnnData(X, obs=obs, var=pd.DataFrame(index=list(genes)), uns={"dataset": "mine"})


def lines(data) -> dict[str, int]:
    return changes(data).groupby("change")["count"].sum().to_dict()


@pytest.mark.parametrize(
    ("label", "condition"),
    [
        ("control", "control"),
        ("ctrl", "control"),
        ("non-targeting", "control"),
        ("Control", "control"),
        ("KLF1", "KLF1"),
        ("KLF1+ctrl", "KLF1"),
        ("ctrl+KLF1", "KLF1"),
        ("KLF1+CEBPE", "CEBPE+KLF1"),
        ("SPI1_pDS255", "SPI1"),
        ("ATF4_pBA608", "ATF4"),
        ("62(mod)_pBA581", "control"),
        ("Gal4-4(mod)_pBA582", "control"),
        ("ctrl+ctrl", "control"),
        ("C+A+B", "A+B+C"),
        ("*", None),
        ("", None),
        (" ", None),
        ("nan", None),
        ("None", None),
        ("KLF1+*", None),
    ],
)
def test_every_spelling_by_hand(label, condition):
    assert standard_labels([label], underscore="belongs to the name") == {label: condition}


def test_underscores():
    def read(label, known=(), underscore="joins genes"):
        return standard_labels([label], known, underscore=underscore)[label]

    assert read("KLF1_CEBPE") == "CEBPE+KLF1"
    assert read("KLF1_ctrl") == "KLF1"
    assert read("MT_CO1", known=["MT_CO1"]) == "MT_CO1"
    assert read("KLF1_MT_CO1", known=["MT_CO1", "KLF1"]) == "KLF1+MT_CO1"
    assert read("A_B_C", known=["A", "B", "C"]) == "A+B+C"
    assert read("KLF1_CEBPE", underscore="joins known genes") == "KLF1_CEBPE"
    assert read("KLF1_CEBPE", ["KLF1", "CEBPE"], "joins known genes") == "CEBPE+KLF1"
    assert read("KLF1_CEBPE", ["KLF1", "CEBPE"], "belongs to the name") == "KLF1_CEBPE"
    with pytest.raises(ValueError, match="'A_B_C' can be cut into genes in more than one way"):
        read("A_B_C", known=["A", "B_C", "A_B", "C"])
    with pytest.raises(ValueError, match="'A_B_C' can be cut"):
        read("A_B_C")


def test_malformed_labels_are_named():
    for label, says in [("KLF1+", "empty gene name"), ("KLF1+KLF1", "names a gene twice")]:
        with pytest.raises(ValueError, match=says):
            standard_labels([label])


@given(st.lists(st.sampled_from([f"G{i}" for i in range(9)]), min_size=1, max_size=4, unique=True))
def test_any_order_gives_the_standard_name_and_it_stays(genes):
    name = "+".join(genes)
    standard = standard_labels([name])[name]
    assert standard == standard_name(name)
    assert standard_labels([standard])[standard] == standard


def test_scperturb_cells():
    cells = standard_cells(cells_with(["control", "KLF1", "KLF1_CEBPE", "CEBPE_KLF1", "*", None], key="perturbation"))
    assert cells.obs["condition"].tolist() == ["control", "KLF1", "CEBPE+KLF1", "CEBPE+KLF1"]
    assert cells.obs["source_condition"].tolist() == ["control", "KLF1", "KLF1_CEBPE", "CEBPE_KLF1"]
    assert lines(cells) == {"conditions dropped": 2, "conditions renamed": 2, "conditions merged": 1}
    assert "2 cells" in changes(cells).query("change == 'conditions dropped'")["reason"].item()
    assert set(cells.obs_names) == {"cell0", "cell1", "cell2", "cell3"}


def test_gears_cells_of_both_orders_are_merged():
    cells = standard_cells(cells_with(["ctrl", "KLF1+ctrl", "ctrl+KLF1", "KLF1+CEBPE"]))
    assert cells.obs["condition"].tolist() == ["control", "KLF1", "KLF1", "CEBPE+KLF1"]
    table = changes(cells)
    assert table.query("change == 'conditions merged'")["examples"].item().startswith('"KLF1 from')
    renamed = table.query("change == 'conditions renamed'").set_index("reason")["count"]
    assert renamed.to_dict() == {"genes of a pair sorted, 1 cells": 1, "label of the source spelled out, 3 cells": 3}


def test_our_own_form_is_left_alone():
    cells = standard_cells(cells_with(["control", "MT_CO1", "CEBPE+KLF1"]))
    assert cells.obs["condition"].tolist() == ["control", "MT_CO1", "CEBPE+KLF1"]
    assert changes(cells).empty
    assert "source_condition" not in cells.obs


def test_guides_of_one_gene_are_merged():
    cells = standard_cells(
        cells_with(["63(mod)_pBA580", "62(mod)_pBA581", "SPI1_pDS1", "SPI1_pDS2"], key="perturbation")
    )
    assert cells.obs["condition"].tolist() == ["control", "control", "SPI1", "SPI1"]
    assert lines(cells)["conditions merged"] == 2


def test_columns_and_controls():
    cells = cells_with(["DMSO", "KLF1"], key="treatment")
    with pytest.raises(ValueError, match=r"mine has no obs\['condition'\].*'treatment'"):
        standard_cells(cells.copy())
    with pytest.raises(ValueError, match=r"mine has no control condition.*'DMSO'"):
        standard_cells(cells.copy(), "treatment")
    with pytest.raises(ValueError, match="No cell of mine has obs\\['treatment'\\] == 'NT'"):
        standard_cells(cells.copy(), "treatment", "NT")
    with pytest.raises(ValueError, match="no column obs\\['gene'\\]"):
        standard_cells(cells.copy(), "gene")
    assert standard_cells(cells, "treatment", "DMSO").obs["condition"].tolist() == ["control", "KLF1"]


def test_the_column_with_a_control_is_taken():
    cells = cells_with(["ctrl", "KLF1"], key="perturbation")
    cells.obs["condition"] = ["stimulated", "rest"]
    assert standard_cells(cells).obs["condition"].tolist() == ["control", "KLF1"]


def test_column_major_cells_become_row_major():
    cells = cells_with(["control", "KLF1"])
    cells.X = cells.X.tocsc()
    assert standard_cells(cells).X.format == "csr"
