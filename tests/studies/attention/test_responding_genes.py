"""Which genes respond: by hand, on the tiny screen, and in the catalogue's table."""

import pandas as pd
import pytest

from appmodel.effects import load_effects
from appmodel.files import data_dir
from appmodel.studies.attention.responding_genes import SIGNIFICANT, direct_targets, significant_genes, strongest_genes


def test_direct_targets_are_those_of_any_perturbed_gene_but_not_the_perturbed_ones(tiny_cells):
    tiny_cells.uns["true_network"] = pd.DataFrame({"source": ["A", "A", "B", "C"], "target": ["B", "X", "Y", "Z"]})
    found = direct_targets(tiny_cells, ["A", "A+B", "D"])
    assert found == {"A": {"B", "X"}, "A+B": {"X", "Y"}, "D": set()}


def test_strongest_genes_leave_out_perturbed_and_silent_ones_and_keep_ties():
    sizes = pd.DataFrame([[9.0, 3, 2, 2, 1], [0, 0, 0, 0, 5]], index=["A", "B"], columns=list("ABCDE"))
    assert strongest_genes(sizes, 0.4) == {"A": {"B", "C", "D"}, "B": {"E"}}
    assert strongest_genes(sizes, 0.2) == {"A": {"B"}, "B": {"E"}}


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Where the catalogue's table lies."""
    monkeypatch.setattr("appmodel.studies.attention.responding_genes.data_dir", lambda: tmp_path)
    (tmp_path / SIGNIFICANT).parent.mkdir()
    return tmp_path / SIGNIFICANT


def test_the_table_is_matched_by_current_symbols_and_answers_in_the_callers_spelling(catalogue):
    pd.DataFrame(
        {"perturbation": ["AARS1", "AARS1", "EPRS1", "KLF1"], "gene": ["HARS1", "AARS1", "KLF1", "OTHER"]}
    ).to_parquet(catalogue)
    genes = ["AARS", "HARS", "KLF1", "NEVER"]
    found, universe = significant_genes(["AARS", "QARS", "GATA1", "KLF1"], genes)
    assert universe == ["AARS", "HARS", "KLF1"]
    # QARS is EPRS1 in the catalogue; the perturbed gene itself does not count; GATA1 is unknown there.
    assert found == {"AARS": {"HARS"}, "QARS": {"KLF1"}, "KLF1": set()}


def test_missing_and_foreign_tables_are_refused(catalogue, monkeypatch):
    with pytest.raises(FileNotFoundError, match="APPMODEL_DATA"):
        significant_genes(["A"], ["B"])
    pd.DataFrame({"gene": ["B"]}).to_parquet(catalogue)
    with pytest.raises(ValueError, match="perturbation"):
        significant_genes(["A"], ["B"])
    monkeypatch.setattr("appmodel.studies.attention.responding_genes.data_dir", lambda: None)
    with pytest.raises(FileNotFoundError, match="APPMODEL_DATA"):
        significant_genes(["A"], ["B"])


def test_every_perturbation_of_adamson_is_found_in_the_catalogue():
    if data_dir() is None or not (data_dir() / SIGNIFICANT).is_file():
        pytest.skip("the catalogue's table is not in the data folder")
    conditions = [name for name in load_effects("adamson16").obs_names if name != "control"]
    table = pd.read_parquet(data_dir() / SIGNIFICANT)
    found, universe = significant_genes(conditions, sorted(set(table["gene"])))
    assert len(found) == len(conditions) == 90
    assert len(universe) == 9050
    # Three screens' names are matched by hand: each gene is knocked down in the perturbation it is matched to.
    lowest = table.set_index(["perturbation", "gene"])["log2fc"]
    assert all(lowest[pair] < -1.9 for pair in (("SARS1", "SARS1"), ("MARS1", "MARS1"), ("EPRS1", "QARS1")))
