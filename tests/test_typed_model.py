"""The model's chapter as a reader types it: cell after cell into an empty notebook, and what comes out is APP."""

from copy import deepcopy
from pathlib import Path

import jupytext
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch

import appmodel
from appmodel.networks import network_from_edges

CHAPTER = Path(__file__).resolve().parents[1] / "notebooks" / "model.py"
# The parameters of APP under which the chapter says that it is the same procedure.
PLAIN = {"features": "identity", "dropout": 0, "averaging": 0, "validation": "conditions", "restarts": 0}


@pytest.fixture(scope="module")
def cells():
    return [cell for cell in jupytext.read(CHAPTER).cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def section(cells):
    """The code cells of "The whole model in under 80 lines"."""
    return [cell.source for cell in cells if "whole-model" in cell.metadata.get("tags", [])]


@pytest.fixture(scope="module")
def typed(section):
    """The names that are there after typing the section alone."""
    names = {}
    for source in section:
        exec(source, names)
    return names


@pytest.fixture(scope="module")
def screen():
    """Another tiny simulated screen than the chapter's: a ring with one gene beside it, pairs that add up."""
    draw = np.random.default_rng(7)
    genes = [f"G{i:02d}" for i in range(9)]
    edges = [(i, (i + 1) % 8) for i in range(8)]
    joined = torch.zeros(9, 9)
    for i, j in edges:
        joined[i, j] = joined[j, i] = 1
    pairs = [f"{genes[i]}+{genes[j]}" for j in range(9) for i in range(j)]
    names = genes + pairs[::2]
    single = dict(zip(genes, draw.normal(size=(9, 4)), strict=True))
    Y = np.array([sum(single[gene] for gene in name.split("+")) for name in names])
    effects = appmodel.as_effects(Y, names, [f"r{i}" for i in range(4)])
    network = network_from_edges(pd.DataFrame([(genes[i], genes[j]) for i, j in edges], columns=["source", "target"]))
    return genes, joined, effects, network, pairs[1::2]


def fitted(screen, typed, n=16, epochs=10, rate=2e-3, seed=0):
    """APP and the plain model, each trained on its own."""
    genes, joined, effects, network, _ = screen
    size = {"n_hidden": n, "batch_size": effects.n_obs, "max_epochs": epochs, "patience": epochs}
    app = appmodel.APP(**PLAIN, **size, learning_rate=rate, seed=seed).fit(effects, network)
    plain = typed["PlainAPP"](genes, joined, n, epochs, rate, seed).fit(list(effects.obs_names), effects.X)
    return app, plain


def test_the_section_needs_numpy_and_torch_alone_in_under_80_lines(section):
    lines = [line for source in section for line in source.splitlines() if line.strip()]
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {"copy", "numpy", "torch"}
    assert len(lines) < 80


def test_the_cells_of_the_section_stand_under_its_heading(section):
    text = CHAPTER.read_text()
    start = text.index("# ## The whole model in under 80 lines")
    within = text[start : text.index("\n# ## ", start + 10)]
    assert within.count("# %%") - within.count("# %% [markdown]") == len(section)
    assert within.count('"whole-model"') == len(section)


def test_trained_alone_it_predicts_what_app_predicts(screen, typed):
    app, plain = fitted(screen, typed)
    hidden = screen[-1]
    np.testing.assert_allclose(plain.predict(hidden), app.predict(hidden).X, rtol=0, atol=1e-6)
    # Training moved it: what is equal is not the first draw.
    first, _ = fitted(screen, typed, epochs=1)
    assert np.abs(first.predict(hidden).X - app.predict(hidden).X).max() > 1e-3


def test_with_the_weights_of_a_trained_app_it_computes_the_same(screen, typed):
    app, plain = fitted(screen, typed, epochs=60, rate=1e-2)
    _, joined, effects, _, hidden = screen
    twin = typed["Stages"](joined, effects.n_vars, 16)
    theirs = app.module_.state_dict()
    sides = [theirs.pop(f"encoder.layers.0.lin_{side}.weight") for side in "rl"]
    theirs["encoder.layer.weight"] = torch.cat(sides, dim=1)
    theirs["encoder.layer.bias"] = theirs.pop("encoder.layers.0.lin_l.bias")
    theirs["encoder.x"] = theirs.pop("x")
    twin.load_state_dict(theirs)
    # In double precision: what differs is then no rounding.
    module, rows = deepcopy(app.module_).double(), plain.rows(hidden).double()
    with torch.no_grad():
        y, alpha = twin.double()(rows)
        their_y, their_alpha = module(rows, app.edge_index_)
    torch.testing.assert_close(y, their_y, rtol=0, atol=1e-12)
    torch.testing.assert_close(alpha, their_alpha, rtol=0, atol=1e-12)
    np.testing.assert_allclose(y, app.predict(hidden).X, rtol=0, atol=1e-5)
    assert alpha.std() > 1e-3


@pytest.mark.filterwarnings("ignore:APP has collapsed")
def test_the_refinements_make_a_difference(screen, typed):
    """So the chapter's list of what is switched off is no decoration."""
    _, _, effects, network, hidden = screen
    size = {"n_hidden": 16, "batch_size": effects.n_obs, "max_epochs": 10, "patience": 10, "learning_rate": 2e-3}
    same = fitted(screen, typed)[0].predict(hidden).X
    for refined in (
        {"features": "similarity"},
        {"dropout": 0.3},
        {"averaging": 0.98},
        {"batch_size": 8},
        {"validation": "doubles"},
    ):
        app = appmodel.APP(**{**PLAIN, **size, **refined}).fit(effects, network)
        assert np.abs(app.predict(hidden).X - same).max() > 1e-4, refined


@pytest.mark.parametrize(
    "given", [{}, {"aggregation": "max", "activation": "leaky_relu"}, {"aggregation": "sum", "perturbed_genes": [1]}]
)
def test_the_whole_chapter_can_be_typed(cells, given, monkeypatch, capsys):
    """Every cell, shown and hidden, with its assertions; the parameters change the numbers."""
    monkeypatch.chdir(CHAPTER.parent)
    backend = plt.get_backend()
    plt.switch_backend("agg")
    names = {}
    state = torch.random.get_rng_state()
    for cell in cells:
        exec(cell.source, names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(given)
    torch.random.set_rng_state(state)
    plt.switch_backend(backend)
    assert names["apart"] < 1e-6
    assert f"{names['apart']:.0e}" in capsys.readouterr().out
    default = np.array([1.408946, -0.097948, 2.415841])
    assert np.allclose(names["y"], default, atol=1e-6) == (not given)
