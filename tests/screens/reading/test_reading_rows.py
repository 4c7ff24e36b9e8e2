"""Cells or effects: effects only where something speaks for them; the column of labels; cells at fit and benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel import ReadingWarning, TrainingMean, benchmark, load_cells, load_effects, reading_of


def effects_file(made, names=None, **obs) -> AnnData:
    table = made.reference(made.screen())
    names = list(table.index) if names is None else names
    return AnnData(
        table.to_numpy(),
        obs=pd.DataFrame(obs, index=pd.Index(names, dtype=object)),
        var=pd.DataFrame(index=table.columns),
    )


@pytest.mark.parametrize("key", ["gene", "target_gene", "guide_id", "Condition", "sgRNA", "perturbation_name", "KO"])
def test_a_column_with_a_control_and_genes_is_the_label(made, key):
    cells = made.screen(key=key, spell=lambda name, i: "non-targeting" if name == "control" else name)
    made.agree(load_effects(cells), cells)
    assert reading_of(cells).set_index("decision").loc["labels", "reading"] == f"obs[{key!r}]"


def test_barcodes_never_become_conditions(made):
    cells = made.screen()
    del cells.obs["condition"]
    cells.obs["batch"] = "one"
    for load in (load_cells, load_effects):
        with pytest.raises(
            ValueError, match=r"no obs\['condition'\] and no obs\['perturbation'\].*condition_key=.*'batch'"
        ):
            load(cells)
    cells.X = np.log1p(cells.X.toarray() * 1.7)
    cells.obs_names = [f"well {i}" for i in range(cells.n_obs)]
    with pytest.raises(ValueError, match=r"may hold cells or effects, and nothing says which.*rows='effects'"):
        load_effects(cells)


def test_two_columns_with_a_control(made):
    cells = made.screen(made.singles, key="perturbation")
    cells.obs["condition"] = [("control", "IFNg")[i % 2] for i in range(cells.n_obs)]
    made.agree(load_effects(cells), cells)
    cells.obs["condition"] = [("control", "IFNG")[i % 2] for i in range(cells.n_obs)]
    made.agree(load_effects(cells), cells)
    cells.obs["condition"] = [("control", "BAK1", "FOXA1")[i % 3] for i in range(cells.n_obs)]
    with pytest.raises(
        ValueError, match=r"in obs\['condition'\] and obs\['perturbation'\], and they differ.*condition_key"
    ):
        load_effects(cells)
    made.agree(load_effects(cells, condition_key="perturbation"), cells)
    other = made.screen(made.singles, key="perturbation", spell=lambda n, i: n if n == "control" else f"drug {n[0]}")
    other.obs["condition"] = [("control", "rest")[i % 2] for i in range(other.n_obs)]
    with pytest.raises(ValueError, match="and genes in neither: say which column"):
        load_cells(other)


def test_effects_by_their_control_row_or_their_names(made, tmp_path):
    effects = effects_file(made)
    effects.write_h5ad(tmp_path / "mine.h5ad")
    np.testing.assert_array_equal(load_effects(tmp_path / "mine.h5ad").X, effects.X)
    without = effects[effects.obs_names != "control"].copy()
    assert list(load_effects(without).obs_names) == list(without.obs_names)
    assert "named after genes" in reading_of(without).set_index("decision").loc["row", "evidence"]


def test_effects_whose_names_are_in_a_column(made):
    names = list(made.reference(made.screen()).index)
    effects = effects_file(made, [str(i) for i in range(len(names))], target=names)
    assert list(load_effects(effects).obs_names) == ["ATF4", "ATF4+BAK1", "ATF4+FOXA1", "BAK1", *names[4:]]
    with pytest.raises(ValueError, match="bare numbers"):
        load_effects(effects_file(made, [str(i) for i in range(len(names))]), rows="effects")


def test_what_can_be_told_of_effects(made):
    effects = effects_file(made)
    np.testing.assert_allclose(load_effects(effects, values="log2").X, effects.X * np.log(2))
    with pytest.raises(ValueError, match="have no groups of cells"):
        load_effects(effects, within="line")
    with pytest.raises(ValueError, match="values='counts' says nothing of effects"):
        load_effects(effects, values="counts")
    whole = effects[effects.obs_names != "control"].copy()
    whole.X = np.arange(whole.X.size, dtype=float).reshape(whole.shape)
    with pytest.raises(ValueError, match=r"rows='effects'"):
        load_effects(whole)
    with pytest.warns(ReadingWarning, match="look like means"):
        assert load_effects(whole, rows="effects").n_obs == 7


def test_effects_named_by_guides(made):
    names = [f"{i}_{name}_P1P2_ENSG{i:011d}" for i, name in enumerate(made.reference(made.screen()).index)]
    assert set(load_effects(effects_file(made, names)).obs_names) == set(made.pairs)


def test_means_are_said(made):
    means = effects_file(made)
    means.X = np.abs(means.X) + 1
    with pytest.raises(ValueError, match=r"control row of .* is not zero"):
        load_effects(means)
    with pytest.warns(ReadingWarning, match="look like means, not differences"):
        load_effects(means[means.obs_names != "control"].copy())


@pytest.mark.parametrize("form", ["sparse", "dense", "unlabelled"])
def test_fit_and_benchmark_refuse_cells_with_one_sentence(made, form):
    cells = made.screen()
    if form == "dense":
        cells.X = cells.X.toarray()
    if form == "unlabelled":
        del cells.obs["condition"]
    says = r"holds cells \(.*\), not effects: use condition_effects"
    with pytest.raises(ValueError, match=says):
        TrainingMean().fit(cells)
    for task in ("unseen", "doubles"):
        with pytest.raises(ValueError, match=says):
            benchmark({"mean": TrainingMean()}, cells, task=task, seeds=range(1))
    with pytest.raises(ValueError, match=says):
        load_effects(cells, rows="effects")


def test_objects_in_memory_are_left_as_they_are(made):
    cells = made.screen(spell=lambda name, i: f" {name}")
    before = cells.copy()
    load_effects(cells)
    load_cells(cells)
    assert list(cells.obs.columns) == list(before.obs.columns)
    assert set(cells.uns) == set(before.uns)


def test_labels_from_outside(made, tmp_path):
    cells = made.screen()
    labels = cells.obs["condition"].astype(str)
    del cells.obs["condition"]
    made.agree(load_effects(cells, labels=labels), cells)
    labels.rename_axis("cell").to_frame("guide").to_csv(tmp_path / "calls.csv")
    made.agree(load_effects(cells, labels=tmp_path / "calls.csv"), cells)
    with pytest.raises(ValueError, match="shares no cell name"):
        load_effects(cells, labels={"x": "control"})


def test_the_reading_is_a_table(made):
    table = reading_of(made.screen(key="perturbation", spell=lambda name, i: name.replace("+", "_")))
    assert list(table) == ["decision", "reading", "evidence", "argument", "question"]
    assert {"form", "row", "labels", "gene", "separator", "control", "groups", "values"} <= set(table["decision"])
    assert (table["question"] == "").all()
    asked = reading_of(made.screen(spell=lambda name, i: name.replace("+", "-"))).iloc[-1]
    assert asked["argument"] == "separator"
    assert "separator='-'" in asked["question"]
    loaded = load_cells(made.screen())
    pd.testing.assert_frame_equal(reading_of(loaded), loaded.uns["reading"])


def test_unknown_arguments_are_named(made):
    with pytest.raises(TypeError, match=r"'controls' is no argument of a reading: .*control"):
        load_cells(made.screen(), controls="x")
    for told, says in [
        ({"rows": "both"}, "rows='both' is not known"),
        ({"values": "raw"}, "values='raw' is not known"),
    ]:
        with pytest.raises(ValueError, match=says):
            load_effects(made.screen(), **told)
