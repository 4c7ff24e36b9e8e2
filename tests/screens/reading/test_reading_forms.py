"""Forms of a file: gzipped, zarr, h5mu, 10x, old anndata, in memory; and what is none of them."""

from __future__ import annotations

import builtins
import gzip
import shutil

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
from anndata import AnnData

from appmodel import load_cells, load_effects, reading_of


def form_of(source, **told) -> str:
    return reading_of(source, **told).set_index("decision").loc["form", "reading"]


@pytest.mark.parametrize("name", ["mine.h5ad.gz", "renamed.h5ad", "odd.name"])
def test_gzipped(made, tmp_path, name):
    made.screen().write_h5ad(tmp_path / "plain.h5ad")
    with open(tmp_path / "plain.h5ad", "rb") as plain, gzip.open(tmp_path / name, "wb") as packed:
        shutil.copyfileobj(plain, packed)
    effects = load_effects(tmp_path / name)
    made.agree(effects, made.screen())
    assert form_of(tmp_path / name) == "h5ad, gzipped"
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-200])
    with pytest.raises(ValueError, match="truncated"):
        load_effects(tmp_path / name)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
def test_zarr(made, tmp_path, monkeypatch):
    pytest.importorskip("zarr")
    made.screen().write_zarr(tmp_path / "mine.zarr")
    effects = load_effects(tmp_path / "mine.zarr")
    made.agree(effects, made.screen())
    assert effects.uns["dataset"] == "mine"
    original = builtins.__import__

    def without(name, *arguments, **keywords):
        if name == "zarr":
            raise ImportError(name)
        return original(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match=r"mine\.zarr is a zarr store, and zarr is not installed: pip install zarr"):
        load_effects(tmp_path / "mine.zarr")


def write_h5mu(path, **modalities) -> None:
    with h5py.File(path, "w") as file:
        for name, data in modalities.items():
            anndata.io.write_elem(file, f"mod/{name}", data)
        first = next(iter(modalities.values()))
        anndata.io.write_elem(file, "obs", pd.DataFrame({"gene": first.uns["true"]}, index=first.obs_names))


def test_h5mu(made, tmp_path):
    rna, bare = made.screen(), made.screen()
    del bare.obs["condition"]
    write_h5mu(tmp_path / "one.h5mu", rna=rna)
    made.agree(load_effects(tmp_path / "one.h5mu"), rna)
    write_h5mu(tmp_path / "two.h5mu", rna=bare, adt=bare[:, :3].copy())
    with pytest.raises(ValueError, match=r"holds the modalities 'adt', 'rna': say which one .*modality="):
        load_effects(tmp_path / "two.h5mu")
    made.agree(load_effects(tmp_path / "two.h5mu", modality="rna"), rna)


def write_tenx(path, cells) -> None:
    X = cells.X.tocsr()
    with h5py.File(path, "w") as file:
        matrix = file.create_group("matrix")
        for key in ("data", "indices", "indptr"):
            matrix[key] = getattr(X, key).astype(np.int32 if key == "data" else np.int64)
        matrix["shape"] = np.array(cells.shape[::-1])
        matrix["barcodes"] = np.array(list(cells.obs_names), dtype="S")
        features = matrix.create_group("features")
        features["id"] = np.array([f"ENSG{i:011d}" for i in range(cells.n_vars)], dtype="S")
        features["name"] = np.array(list(cells.var_names), dtype="S")
        features["feature_type"] = np.array(["Gene Expression"] * cells.n_vars, dtype="S")
        features["genome"] = np.array(["GRCh38"] * cells.n_vars, dtype="S")


def test_10x(made, tmp_path):
    cells = made.screen()
    write_tenx(tmp_path / "filtered.h5", cells)
    with pytest.raises(ValueError, match=r"no column of labels|condition_key"):
        load_effects(tmp_path / "filtered.h5")
    labels = cells.obs["condition"].astype(str)
    made.agree(load_effects(tmp_path / "filtered.h5", labels=labels), cells)
    assert form_of(tmp_path / "filtered.h5", labels=labels) == "10x h5"
    folder = tmp_path / "filtered"
    folder.mkdir()
    scipy.io.mmwrite(folder / "matrix.mtx", cells.X.T.astype(int))
    (folder / "barcodes.tsv").write_text("\n".join(cells.obs_names))
    (folder / "genes.tsv").write_text("\n".join(f"ENSG{i}\t{name}" for i, name in enumerate(cells.var_names)))
    made.agree(load_effects(folder, labels=labels), cells)
    for file in list(folder.iterdir()):
        with gzip.open(folder / f"{file.name}.gz".replace("genes", "features"), "wb") as packed:
            text = file.read_bytes()
            if "genes" in file.name:
                text = b"\n".join(line + b"\tGene Expression" for line in text.split(b"\n"))
            packed.write(text)
        file.unlink()
    made.agree(load_effects(folder, labels=labels), cells)


def test_written_by_an_old_anndata(made, tmp_path):
    cells = made.screen()
    codes = pd.Categorical(cells.obs["condition"])
    with h5py.File(tmp_path / "old.h5ad", "w") as file:
        X = file.create_group("X")
        X.attrs["h5sparse_format"], X.attrs["h5sparse_shape"] = "csr", cells.shape
        for key in ("data", "indices", "indptr"):
            X[key] = getattr(cells.X, key)
        obs = np.zeros(cells.n_obs, dtype=[("index", "S20"), ("condition", "i1")])
        obs["index"], obs["condition"] = [name.encode() for name in cells.obs_names], codes.codes
        var = np.zeros(cells.n_vars, dtype=[("index", "S16")])
        var["index"] = [name.encode() for name in cells.var_names]
        file["obs"], file["var"] = obs, var
        file.create_group("uns")["condition_categories"] = np.array([name.encode() for name in codes.categories])
    made.agree(load_effects(tmp_path / "old.h5ad"), cells)


def test_labels_as_bytes_and_nullable_texts(made, tmp_path):
    cells = made.screen()
    cells.write_h5ad(tmp_path / "bytes.h5ad")
    with h5py.File(tmp_path / "bytes.h5ad", "r+") as file:
        labels = np.array([name.encode() for name in cells.obs["condition"]], dtype="S20")
        del file["obs/condition"]
        column = file["obs"].create_dataset("condition", data=labels)
        column.attrs["encoding-type"], column.attrs["encoding-version"] = "array", "0.2.0"
    made.agree(load_effects(tmp_path / "bytes.h5ad"), cells)
    cells.obs["condition"] = pd.array(list(cells.obs["condition"]), dtype="string")
    made.agree(load_effects(cells), cells)


def test_what_is_no_screen_says_what_it_is(made, tmp_path):
    made.screen().to_df().to_csv(tmp_path / "matrix.csv")
    (tmp_path / "text.mtx").write_text("%%MatrixMarket\n")
    (tmp_path / "empty").mkdir()
    with h5py.File(tmp_path / "cells.loom", "w") as file:
        file.create_group("row_attrs"), file.create_group("col_attrs")
    for name, says in {
        "matrix.csv": "is a table without a column of log fold changes",
        "text.mtx": "is the matrix of a 10x folder: give the folder",
        "cells.loom": "is a loom file",
    }.items():
        with pytest.raises(ValueError, match=says):
            load_effects(tmp_path / name)
    with pytest.raises(ValueError, match=r"empty is a folder without matrix.mtx and no zarr store: give a file"):
        load_effects(tmp_path / "empty")


def test_backed_and_in_memory(made, tmp_path):
    cells = made.screen()
    cells.write_h5ad(tmp_path / "a.h5ad")
    backed = anndata.read_h5ad(tmp_path / "a.h5ad", backed="r")
    made.agree(load_effects(backed), cells)
    backed.file.close()
    assert load_cells(cells).uns["dataset_hash"] == load_cells(tmp_path / "a.h5ad").uns["dataset_hash"]
    assert isinstance(load_effects(load_effects(cells)), AnnData)
