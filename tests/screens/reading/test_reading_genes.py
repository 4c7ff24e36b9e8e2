"""Genes by symbol, by id, in a column of ``var``; how many perturbed ones are measured; mouse symbols."""

from __future__ import annotations

import pytest

from appmodel import ReadingWarning, changes, load_cells, load_effects, reading_of


@pytest.mark.parametrize("column", ["gene_name", "feature_name", "gene_symbols", "symbol", "gene_short_name", "hgnc"])
@pytest.mark.parametrize("ids", ["ENSG{:011d}", "ENSG{:011d}.4", "{}"])
def test_symbols_beside_ids(made, column, ids):
    cells = made.screen()
    cells.var[column] = list(cells.var_names)
    cells.var_names = [ids.format(i) for i in range(cells.n_vars)]
    effects = load_effects(cells)
    made.agree(effects, cells)
    assert list(effects.var_names) == made.genes
    assert effects.var["source_name"].iloc[1] == ids.format(1)
    assert changes(effects).set_index("change").loc["genes renamed", "count"] == cells.n_vars
    assert reading_of(effects).set_index("decision").loc["gene", "reading"] == column


@pytest.mark.parametrize("form", ["{0}_ENSG{1:011d}", "ENSG{1:011d}_{0}", "{0}|ENSG{1:011d}.2"])
def test_symbols_inside_names(made, form):
    cells = made.screen()
    cells.var_names = [form.format(name, i) for i, name in enumerate(cells.var_names)]
    effects = load_effects(cells)
    made.agree(effects, cells)
    assert list(effects.var_names) == made.genes


def test_labels_by_ensembl_id(made):
    cells = made.screen()
    ids = {name: f"ENSG{i:011d}" for i, name in enumerate(made.genes)}
    cells.var["gene_id"] = list(ids.values())
    cells.obs["condition"] = ["+".join(ids.get(g, g) for g in label.split("+")) for label in cells.obs["condition"]]
    made.agree(load_effects(cells), cells)


def test_ids_on_both_sides_stay(made):
    cells = made.screen(made.singles)
    ids = {name: f"ENSG{i:011d}" for i, name in enumerate(made.genes)}
    cells.var["gene_name"] = list(cells.var_names)
    cells.var_names = list(ids.values())
    cells.obs["condition"] = [ids.get(label, label) for label in cells.obs["condition"]]
    assert list(load_cells(cells).var_names) == list(ids.values())


def test_a_symbol_of_several_genes_keeps_the_ids(made):
    cells = made.screen()
    cells.var["gene_name"] = [*cells.var_names[:-1], cells.var_names[-2]]
    cells.var_names = [f"ENSG{i:011d}" for i in range(cells.n_vars)]
    read = load_cells(cells)
    assert list(read.var_names[-2:]) == ["ENSG00000000038", "ENSG00000000039"]
    assert "genes left with their id" in set(changes(read)["change"])


def test_the_column_of_genes_can_be_told(made):
    cells = made.screen()
    cells.var["mine"] = [f"X{name}" for name in cells.var_names]
    with pytest.raises(ValueError, match=r"no column var\['yours'\]: choose one of 'mine'"):
        load_cells(cells, gene_key="yours")
    assert load_cells(cells, gene_key="mine", unmeasured=True).var_names[0] == "XATF4"


def test_perturbed_genes_that_are_not_measured(made):
    cells = made.screen()
    left = [name for name in cells.var_names if name not in made.singles]
    with pytest.warns(ReadingWarning, match="4 of 4 perturbed genes are not among the 36 measured ones"):
        effects = load_effects(cells[:, left].copy())
    assert effects.n_obs == 8
    kept = load_cells(cells[:, [*left, "ATF4", "BAK1"]].copy())
    assert reading_of(kept).set_index("decision").loc["perturbed genes measured", "reading"] == "2 of 4"


def test_labels_that_are_no_genes_at_all(made):
    drugs = dict(zip(made.singles[1:], ["alpha7", "beta9", "gamma3", "delta5"], strict=True))
    cells = made.screen(made.singles, spell=lambda name, i: drugs.get(name, name))
    with pytest.raises(ValueError, match=r"perturbs 4 genes, and none of them is measured.*unmeasured=True"):
        load_effects(cells)
    assert load_effects(cells, unmeasured=True).n_obs == 5


def test_names_of_genes_that_are_no_symbols(made):
    cells = made.screen()
    cells.var_names = [str(i) for i in range(cells.n_vars)]
    with pytest.raises(ValueError, match=r"labels are gene symbols but var_names are not .*gene_key="):
        load_effects(cells)


def test_mouse_symbols_are_said(made):
    cells = made.screen(made.singles, spell=lambda name, i: name if name == "control" else name.capitalize())
    cells.var_names = [name.capitalize() for name in cells.var_names]
    with pytest.warns(ReadingWarning, match="written as mouse symbols .'Atf4'.*species='mouse'"):
        effects = load_effects(cells)
    assert "Atf4" in effects.obs_names
    told = load_effects(cells, species="mouse")
    assert "ATF4" in told.obs_names
    assert "ATF4" in told.var_names
    assert "Atf4" in load_effects(cells, species="human").obs_names
