"""Cells that stay on disk give the effects, decisions, records and sentences of cells in memory."""

import anndata
import numpy as np
import pytest

from appmodel import condition_effects, load_cells, load_effects
from appmodel.effects.streaming import effects as streaming
from appmodel.effects.streaming import set_down

pytestmark = pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")

WITHIN = {"within": "batch", "min_cells": 3}


def logged(X, base=np.e):
    return np.log1p(X / np.maximum(X.sum(axis=1, keepdims=True), 1) * 100) / np.log(base)


def written(cells, folder, ending=".h5ad"):
    path = folder / f"mine{ending}"
    (cells.write_zarr if ending == ".zarr" else cells.write_h5ad)(path)
    return path


def both(path, **told):
    return load_effects(path, in_memory=True, **told), load_effects(path, in_memory=False, **told)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")  # of zarr
@pytest.mark.parametrize("ending", [".h5ad", ".zarr"])
@pytest.mark.parametrize("form", ["csr", "csc", "dense"])
@pytest.mark.parametrize("told", [{}, WITHIN, {"only": {"batch": ["a"]}}, {"control": "NT"}])
def test_any_form(made, same, tmp_path, form, ending, told):
    cells = made(form)
    cells.obs_names = cells.obs_names if told else [f"c{i:02d}" for i in range(90)]
    whole, streamed = both(written(cells, tmp_path, ending), **told)
    same(whole, streamed)
    assert "conditions renamed" in set(streamed.uns["changes"]["change"])
    assert streamed.uns["reading"].set_index("decision").loc["form", "reading"] == f"{ending[1:]}, read in blocks"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda X: X.astype(np.int64), {}),
        (lambda X: X * 300, {}),
        (logged, {}),
        (logged, {"values": "log1p", "within": "batch"}),
        (lambda X: logged(X, 2), {}),
        (lambda X: np.log1p(logged(X)), {}),
        (lambda X: np.expm1(logged(X)), {"values": "normalised"}),
        (lambda X: X * np.linspace(0.5, 1.7, 12), {"values": "corrected"}),
        (lambda X: np.random.default_rng(0).uniform(0, 3, X.shape), {}),
    ],
)
@pytest.mark.parametrize("form", ["csr", "csc", "dense"])
def test_any_values(made, same, tmp_path, form, change, told):
    same(*both(written(made(form, lambda X: change(X.astype(float))), tmp_path), **told))


def test_logs_of_single_precision(made, same, tmp_path):
    same(*both(written(made("csr", logged), tmp_path)), exact=False)


@pytest.mark.parametrize("layer", ["counts", "raw"])
def test_layers(made, same, tmp_path, layer):
    cells = made("csr")
    if layer == "raw":
        cells.raw = cells.copy()
        cells = cells[:, :8].copy()
    else:
        cells.layers["counts"] = cells.X.copy()
    cells.X = cells.X * 0
    same(*both(written(cells, tmp_path), layer=layer))


@pytest.mark.parametrize(
    ("form", "change", "told"),
    [
        ("csc", lambda X: np.where(X.max() - 0.5 < X, -1, X), {}),
        ("csr", lambda X: np.where(X.max() - 0.5 < X, np.nan, X), {}),
        ("csr", lambda X: np.where(np.arange(90)[:, None] % 2, X, logged(X)), {}),
        ("csr", lambda X: np.expm1(logged(X)), {}),
        ("csr", lambda X: X, {"values": "log1p"}),
        ("csr", lambda X: X, {"layer": "absent"}),
        ("csr", lambda X: X, {"control": "absent"}),
        ("csr", lambda X: X, {"within": "absent"}),
    ],
)
def test_the_same_sentence(made, tmp_path, form, change, told):
    path = written(made(form, change), tmp_path)
    with pytest.raises(ValueError, match=r"mine|control") as whole:
        load_effects(path, in_memory=True, **told)
    with pytest.raises(type(whole.value)) as streamed:
        load_effects(path, in_memory=False, **told)
    assert str(streamed.value) == str(whole.value)


def test_scaled_values_are_seen_alike(made, tmp_path):
    cells = made("csc", lambda X: np.random.default_rng(0).uniform(0, 9, X.shape))
    cells = cells[cells.obs["condition"] != "*"].copy()
    cells.X = cells.X.toarray() / cells.X.toarray().std(axis=0, ddof=1)
    for in_memory in (True, False):
        with pytest.raises(ValueError, match="100% of the genes have a standard deviation of 1"):
            load_effects(written(cells, tmp_path), in_memory=in_memory)


@pytest.mark.parametrize("kind", ["counts", "log2"])
@pytest.mark.parametrize("asked", [{"n_top_genes": 4}, {"target_sum": 50, "within": "batch", "n_top_genes": 3}])
def test_condition_effects_of_backed_cells(made, same, tmp_path, monkeypatch, kind, asked):
    cells = made("csr", lambda X: X.astype(float) if kind == "counts" else logged(X, 2))
    cells = load_cells(written(cells, tmp_path))
    cells.uns.pop("reading")
    path = written(cells, tmp_path)
    backed = anndata.read_h5ad(path, backed="r")
    whole = condition_effects(anndata.read_h5ad(path), **asked)
    same(whole, condition_effects(backed, **asked))
    monkeypatch.setattr(set_down, "GATHERED", 0)  # genes are chosen without bringing control cells together
    monkeypatch.setattr(streaming, "_ROOM", 1)  # and taken one at a time
    same(whole, condition_effects(backed, **asked))
    wrong = "log1p" if kind == "counts" else "counts"
    with pytest.raises(ValueError, match=f"values='{wrong}', but the cells of mine"):
        condition_effects(backed, values=wrong)
    backed.file.close()


@pytest.mark.parametrize("by", [{"chunks": (20, 12)}, {"chunks": (90, 5)}, {"chunks": (30, 5)}])
def test_condition_effects_of_a_dask_array(made, same, tmp_path, by):
    array = pytest.importorskip("dask.array")
    cells = load_cells(written(made("dense"), tmp_path))
    whole = condition_effects(cells)
    cells.X = array.from_array(cells.X, **by)
    same(whole, condition_effects(cells))
