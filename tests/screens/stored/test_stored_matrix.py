"""A matrix on disk: its blocks make the whole, none is larger than asked for, and gzipped ones are unpacked right."""

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import ReadingError, load_effects
from appmodel.screens.reading.decisions import Choices, Reading
from appmodel.screens.reading.rows import kind_of_rows
from appmodel.screens.stored import matrix
from appmodel.screens.stored.files import is_lazy, n_stored, open_stored

X = np.random.default_rng(0).poisson(0.8, (50, 13)).astype(np.float32)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """The matrix of a file into which ``values`` were written, in blocks of 60 values."""
    monkeypatch.setattr(matrix, "BLOCK", 60)

    def written(values, **how):
        path = tmp_path / "some.h5ad"
        AnnData(sp.csr_matrix(X.shape)).write_h5ad(path)
        with h5py.File(path, "r+") as file:
            del file["X"]
            anndata.io.write_elem(file, "X", values, dataset_kwargs=how)
        return open_stored(path, Reading("some")).values

    return written


def whole(found):
    out = np.zeros(found.shape)
    for block in found.blocks():
        part = block.values.toarray()
        out[block.first_row :, block.first_column :][: part.shape[0], : part.shape[1]] += part
    return out


@pytest.mark.parametrize("form", [sp.csr_matrix, sp.csc_matrix, np.asarray])
@pytest.mark.parametrize(
    "how", [{}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True}, {"compression": "lzf"}]
)
def test_blocks_make_the_whole(stored, form, how):
    found = stored(form(X), chunks=(7,) if form is not np.asarray else (5, 4), **how)
    np.testing.assert_array_equal(whole(found), X)
    blocks = [block.values for block in found.blocks()]
    assert len(blocks) == len(found) > 3
    assert max(block.nnz for block in blocks) <= 60
    np.testing.assert_array_equal(found[17], X[17])
    assert (found.min(), found.max()) == (0, X.max())
    assert sum(map(len, found.values())) == np.count_nonzero(X)


def test_a_chunk_that_was_never_written_holds_zeros(stored, tmp_path):
    found = stored(sp.csr_matrix(X), chunks=(7,), compression="gzip")
    with h5py.File(tmp_path / "some.h5ad", "r+") as file:
        shape, dtype = file["X/data"].shape, file["X/data"].dtype
        del file["X/data"]
        file["X"].create_dataset("data", shape, dtype, chunks=(7,), compression="gzip")
        file["X/data"][:7] = 3
    assert whole(found).sum() == 21


@pytest.mark.parametrize("dtype", ["<f2", ">f4", ">i8", "?"])
def test_foreign_numbers_become_plain(stored, tmp_path, dtype):
    stored(sp.csr_matrix(X > 1))
    with h5py.File(tmp_path / "some.h5ad", "r+") as file:
        data = file["X/data"][:].astype(dtype)
        del file["X/data"]
        file["X/data"] = data
    found = open_stored(tmp_path / "some.h5ad", Reading("some")).values
    assert found.dtype.isnative
    np.testing.assert_array_equal(whole(found), X > 1)


def test_effects_and_cells_are_told_apart_without_reading_all(tmp_path):
    genes = [f"GENE{i}" for i in range(13)]
    rows = pd.DataFrame(index=["control", *genes[:4]])
    values = np.vstack([np.zeros(13), X[:4] - 1.5])
    AnnData(values, obs=rows, var=pd.DataFrame(index=genes)).write_h5ad(tmp_path / "some.h5ad")
    found = open_stored(tmp_path / "some.h5ad", Reading("some"))
    assert kind_of_rows(found.data, Choices(), Reading("some"), found.values) == "effects"
    AnnData(values + 1.5, obs=pd.DataFrame(index=list("abcde"))).write_h5ad(tmp_path / "some.h5ad")
    for in_memory in (True, False):
        with pytest.raises(ReadingError, match="may hold cells or effects, and nothing says which"):
            load_effects(tmp_path / "some.h5ad", in_memory=in_memory)


def test_what_can_stay_on_disk(tmp_path):
    cells = AnnData(sp.csr_matrix(X), layers={"counts": X})
    cells.write_h5ad(tmp_path / "some.h5ad")
    assert n_stored(tmp_path / "some.h5ad") == np.count_nonzero(X) + X.size
    (tmp_path / "text.h5ad").write_text("none")
    assert n_stored(tmp_path / "text.h5ad") is None
    with h5py.File(tmp_path / "old.h5ad", "w") as file:
        file["obs"] = np.zeros(3, dtype=[("index", "S3")])
    assert n_stored(tmp_path / "old.h5ad") is None
    assert not is_lazy(cells)
    backed = anndata.read_h5ad(tmp_path / "some.h5ad", backed="r")
    assert is_lazy(backed)
    assert not is_lazy(backed[:3])  # a view is read whole
    backed.file.close()
