"""The committed extract: what it says of itself is so, and the script makes the same from the source."""

import importlib.util
import json
import shutil
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from scipy.sparse import csr_matrix

from appmodel import condition_effects
from appmodel.files import data_dir, sha256
from appmodel.names import genes_of
from appmodel.screens import extracts
from appmodel.screens.extracts import load_extract

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "extracts"
spec = importlib.util.spec_from_file_location("build_extract", ROOT / "data" / "build_extract.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)


@pytest.fixture(scope="module")
def cells():
    return load_extract()


def test_the_counts_give_the_values(cells):
    counts, totals = cells.layers["counts"].toarray(), cells.obs["total_counts"].to_numpy()
    assert np.log1p(1e4 * counts / totals[:, None]) == pytest.approx(cells.X.toarray(), abs=1e-12)
    assert (counts >= 0).all()
    assert (counts.sum(axis=1) <= totals).all()


def test_it_is_small_and_says_where_it_comes_from(cells):
    about = cells.uns["provenance"]
    assert (FOLDER / "norman19_pair.h5ad").stat().st_size < 1_000_000
    assert about["cells"] == cells.obs["condition"].value_counts().to_dict()
    assert about["pair"] == cells.uns["pair"] == "KLF1+MAP2K6"
    assert set(genes_of(about["pair"])) | {about["pair"], "control", "TMSB4X"} == set(about["cells"])
    assert "BSD-3" in about["licence"]
    text = (FOLDER / "README.md").read_text()
    for said in ("Copyright (c) 2024, Altos Labs", "THIS SOFTWARE IS PROVIDED", f"{cells.n_obs} K562 cells"):
        assert said in text


def test_it_is_a_screen_like_any_other(cells):
    effects = condition_effects(cells)
    assert effects.shape == (5, 500)
    assert "changes" not in effects.uns


def test_an_altered_extract_is_refused(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "extracts")
    monkeypatch.setattr(extracts, "shipped_dir", lambda: tmp_path)
    note = tmp_path / "extracts" / "norman19_pair.provenance.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "sha256": "0" * 64}))
    with pytest.raises(ValueError, match="is not the file that its provenance describes"):
        load_extract()
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_extract("other")


def test_counts_are_recovered_where_the_smallest_is_not_one():
    counts = np.array([[1, 0, 7, 2], [2, 5, 0, 4], [3, 3, 0, 0]])
    totals = np.array([1234, 777, 1000])
    found, total = build.recovered_counts(np.log1p(1e4 * counts / totals[:, None]))
    assert found[:2].tolist() == counts[:2].tolist()
    assert total[:2].tolist() == [1234, 777]
    # 3 of 1000 in all is no whole total as 1 of 333.3: the next number is tried.
    assert found[2].tolist() == [3, 3, 0, 0]
    assert total[2] == 1000
    with pytest.raises(ValueError, match="no whole counts"):
        build.recovered_counts(np.array([[0.1234, 0.3456]]))


def test_the_pair_is_chosen_by_cells_then_by_name():
    names = ["A"] * 3 + ["B"] * 3 + ["C"] * 3 + ["B+C"] * 2 + ["A+C"] * 2 + ["A+D"] * 9 + ["control"] * 3
    assert build.complete_pair(pd.Series(names)) == "A+C"
    assert build.complete_pair(pd.Series([*names, "B+C"])) == "B+C"
    with pytest.raises(ValueError, match="No pair has both"):
        build.complete_pair(pd.Series(["A", "A+B", "control"]))


def test_the_extract_keeps_what_the_pair_needs_and_targets_that_are_readouts():
    names = ["control", "A", "B", "A+B", "g", "C", "A+C"]
    counts = np.column_stack([np.ones(7), np.arange(7)])
    values = csr_matrix(np.log1p(1e4 * counts / 100))
    source = AnnData(
        values, obs=pd.DataFrame({"condition": names}, index=list("1234567")), var=pd.DataFrame(index=["g", "h"])
    )
    small = build.extract(source)
    assert list(small.obs["condition"]) == ["control", "A", "B", "A+B", "g"]
    assert small.uns["pair"] == "A+B"


def test_another_source_is_refused(tmp_path):
    (tmp_path / "other.h5ad").write_bytes(b"")
    with pytest.raises(ValueError, match="not the file this script was written for"):
        build.build(tmp_path / "other.h5ad", tmp_path)


def test_the_script_makes_it_again(cells, tmp_path):
    folder = data_dir()
    source = folder / "cells" / "norman19_slice.h5ad" if folder else None
    if source is None or not source.is_file():
        pytest.skip("the source lies in the data folder, which is not here")
    assert sha256(source) == cells.uns["provenance"]["source_sha256"]
    again = anndata.read_h5ad(build.build(source, tmp_path))
    assert (again.X != cells.X).nnz == 0
    assert (again.layers["counts"] != cells.layers["counts"]).nnz == 0
    assert again.obs.equals(cells.obs)
    before = anndata.read_h5ad(source)[cells.obs_names]
    assert np.log1p(1e4 * again.layers["counts"].toarray() / again.obs["total_counts"].to_numpy()[:, None]) == (
        pytest.approx(before.X.toarray(), abs=1e-12)
    )
