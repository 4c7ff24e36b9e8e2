"""Groups of cells: unequal shares are warned about with numbers; effects against the group's own control."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from appmodel import ReadingWarning, changes, condition_effects, load_cells, load_effects, reading_of
from appmodel.effects import preprocess

LINES = {"control": 0.5, "ATF4": 0.9, "BAK1": 0.1, "DDIT3": 0.5, "FOXA1": 0.7}


def two_lines(made, column="cell_type", strength=6.0, seed=0):
    """Cells of two lines that differ in ten genes, shared out unequally among the conditions."""
    cells = made.screen(made.singles, n=60)
    rng = np.random.default_rng(seed)
    line = np.array(["A549" if rng.random() < LINES[name] else "K562" for name in cells.uns["true"]])
    X = cells.X.toarray()
    X[line == "A549", 20:30] *= strength
    cells.X = sp.csr_matrix(X)
    cells.obs[column] = pd.Categorical(line)
    return cells


@pytest.mark.parametrize(
    "column", ["cell_type", "cell_line", "batch", "lane", "donor_id", "gem_group", "dataset", "where"]
)
def test_unequal_shares_are_said_with_numbers(made, column):
    with pytest.warns(
        ReadingWarning, match=rf"the 2 groups of obs\['{column}'\] .* of the cells of .*within='{column}'"
    ):
        load_effects(two_lines(made, column))


def test_within_compares_with_the_control_of_the_own_group(made):
    cells = two_lines(made)
    pooled = load_effects(cells, only={"cell_type": "A549"})
    assert "rows left out" in set(changes(pooled)["change"])
    effects = load_effects(cells, within="cell_type")
    expression = preprocess(load_cells(cells, within="cell_type"))
    X, line = expression.X.toarray(), expression.obs["cell_type"].astype(str).to_numpy()
    true = cells.uns["true"]
    own = np.array([X[(true == "control") & (line == each)].mean(axis=0) for each in line])
    for name in made.singles[1:]:
        np.testing.assert_allclose(effects[name].X[0], (X - own)[true == name].mean(axis=0), atol=1e-12)
    assert not np.abs(effects["control"].X).max() > 1e-12
    assert effects.obs["n_groups"].tolist() == [2] * 5
    np.testing.assert_allclose(condition_effects(load_cells(cells, within="cell_type")).X, effects.X)
    with pytest.warns(ReadingWarning):
        mixed = load_effects(cells)
    shifted = slice(20, 30)
    assert np.abs(mixed["BAK1"].X[0, shifted]).mean() > 2 * np.abs(effects["BAK1"].X[0, shifted]).mean()


def test_sampling_variance_within_groups_is_that_of_repeated_sampling(made):
    rng = np.random.default_rng(1)
    draws = []
    cells = two_lines(made)[::4].copy()
    for _ in range(80):
        cells.X = rng.normal(3.0 + 5.0 * (cells.obs["cell_type"] == "A549").to_numpy()[:, None], 1.0, size=cells.shape)
        cells.obs["condition"] = pd.Categorical(cells.uns["true"][::4])
        from appmodel.effects import effects_of

        draws.append(effects_of(cells, within="cell_type"))
    stated = np.mean([draw.layers["sampling_var"][1:] for draw in draws], axis=0)
    np.testing.assert_allclose(stated, 1 / draws[0].obs["n_cells"].to_numpy()[1:, None] * np.ones((1, 40)), rtol=0.25)


def test_groups_without_control_are_dropped_and_counted(made):
    cells = two_lines(made)
    third = cells.obs["cell_type"].astype(str).to_numpy()
    third[(cells.uns["true"] == "FOXA1") & (np.arange(cells.n_obs) % 3 == 0)] = "HeLa"
    third[cells.uns["true"] == "ATF4"] = "RPE1"
    cells.obs["cell_type"] = third
    effects = load_effects(cells, within="cell_type")
    assert "ATF4" not in effects.obs_names
    table = changes(effects).set_index("change")
    assert table.loc["cells dropped", "count"] == (third == "HeLa").sum() + (third == "RPE1").sum()
    assert "'ATF4'" in table.loc["conditions dropped", "examples"]


def test_control_in_a_group_of_its_own_is_refused(made):
    cells = made.screen(made.singles)
    cells.obs["batch"] = np.where(cells.uns["true"] == "control", "one", "two")
    with pytest.raises(ValueError, match="holds both control and perturbed cells"):
        load_effects(cells, within="batch")
    with pytest.warns(ReadingWarning, match="shared out unequally"):
        load_effects(cells)


def test_several_columns_of_groups(made):
    cells = two_lines(made)
    cells.obs["lane"] = np.arange(cells.n_obs) % 2
    effects = load_effects(cells, within=["cell_type", "lane"])
    assert effects.obs["n_groups"].max() == 4


def test_equal_shares_and_guides_are_quiet(made):
    cells = made.screen(n=40)
    rng = np.random.default_rng(0)
    cells.obs["batch"] = rng.choice(["x", "y"], cells.n_obs)
    cells.obs["guide"] = [f"{name}_{i % 2}" for i, name in enumerate(cells.uns["true"])]
    cells.obs["oligo"] = cells.obs["guide"].astype("category")
    cells.obs["leiden"] = ["0" if name == "BAK1" else "1" for name in cells.uns["true"]]
    assert reading_of(load_cells(cells)).set_index("decision").loc["groups", "reading"] == "none"


def test_unknown_columns_are_named(made):
    for told in ({"within": "line"}, {"only": {"line": "A549"}}):
        with pytest.raises(ValueError, match=r"no column obs\['line'\]: choose one of .*'cell_type'"):
            load_effects(two_lines(made), **told)
    with pytest.raises(ValueError, match=r"no 'HeLa' in obs\['cell_type'\]: choose from"):
        load_effects(two_lines(made), only={"cell_type": "HeLa"})
    with pytest.raises(ValueError, match="no column"):
        condition_effects(load_cells(made.screen()), within="line")
