"""One pair by hand: the sum, the measured pair, and the noise of what is between them."""

import numpy as np
import pytest

from appmodel import condition_effects
from appmodel.screens.demo import demo_screen
from appmodel.studies.worked_pair import simple_answers, worked_pair


@pytest.fixture
def pair(tiny_effects):
    return next(name for name in tiny_effects.obs_names if "+" in name)


def test_every_column_from_the_cells(tiny_cells, pair):
    expression = tiny_cells.copy()
    expression.X = np.log1p(tiny_cells.X.toarray() if hasattr(tiny_cells.X, "toarray") else tiny_cells.X)
    table = worked_pair(condition_effects(expression), pair)
    first, second = pair.split("+")
    of = {
        name: expression.X[(expression.obs["condition"] == name).to_numpy()]
        for name in ("control", first, second, pair)
    }
    mean = {name: x.mean(axis=0) for name, x in of.items()}
    error = {name: x.var(axis=0, ddof=1) / len(x) for name, x in of.items()}
    assert table["control"].to_numpy() == pytest.approx(mean["control"])
    assert table[first].to_numpy() == pytest.approx(mean[first] - mean["control"])
    assert table["sum"].to_numpy() == pytest.approx(mean[first] + mean[second] - 2 * mean["control"])
    assert table["difference"].to_numpy() == pytest.approx(mean[first] + mean[second] - mean[pair] - mean["control"])
    assert table["difference_error"].to_numpy() ** 2 == pytest.approx(sum(error.values()))
    assert table["pair_error"].to_numpy() ** 2 == pytest.approx(error[pair] + error["control"])
    assert table["sum_error"].to_numpy() ** 2 == pytest.approx(error[first] + error[second] + 4 * error["control"])


def test_the_stated_error_is_that_of_repeated_experiments():
    """Without any effect the difference is noise alone: over readouts, its square is what the errors say."""
    cells = demo_screen(seed=3, n_genes=300, n_singles=6, n_doubles=4, n_controls=400, cells_per_condition=(200, 200))
    rng = np.random.default_rng(0)
    cells.obs["condition"] = rng.permutation(cells.obs["condition"].astype(str))
    effects = condition_effects(cells)
    ratios = []
    for pair in (name for name in effects.obs_names if "+" in name):
        if set(pair.split("+")) <= set(effects.obs_names):
            table = worked_pair(effects, pair)
            ratios.append((table["difference"] ** 2).sum() / (table["difference_error"] ** 2).sum())
    assert len(ratios) >= 2
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)


def test_simple_answers_by_hand(tiny_effects, pair):
    table = worked_pair(tiny_effects, pair)
    errors = simple_answers(table, pair).set_index("method")["error"]
    first, second = pair.split("+")
    assert errors["no change"] == pytest.approx(np.linalg.norm(tiny_effects[pair].X))
    assert errors["addition"] == pytest.approx(np.linalg.norm(table["difference"]))
    assert errors[f"{first} alone"] == pytest.approx(np.linalg.norm(table[first] - table[pair]))
    half = (table[first] + table[second]) / 2
    assert errors["mean of the two"] == pytest.approx(np.linalg.norm(half - table[pair]))


def test_what_is_missing_is_named(tiny_effects, pair):
    first = pair.split("+")[0]
    with pytest.raises(ValueError, match=f"no '{first}': take a pair with both its singles"):
        worked_pair(tiny_effects[tiny_effects.obs_names != first], pair)
    bare = tiny_effects.copy()
    del bare.layers["sampling_var"]
    with pytest.raises(ValueError, match="no noise for each readout"):
        worked_pair(bare, pair)
