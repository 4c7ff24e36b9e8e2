"""``load_cells``: real screens, files of one's own, downloads, damaged files."""

import dataclasses
import hashlib
import logging

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel.files import data_dir
from appmodel.record import changes
from appmodel.screens import available, expression_kind, load_cells, registry

needs_data = pytest.mark.skipif(data_dir() is None, reason="the data folder is absent (APPMODEL_DATA)")


@pytest.fixture
def own_file(tmp_path):
    labels = ["control", "control", "KLF1", "KLF1_CEBPE", "*"]
    cells = AnnData(
        sp.csr_matrix(np.arange(10, dtype=np.float32).reshape(5, 2)),
        obs=pd.DataFrame({"perturbation": labels}, index=list("abcde")),
        var=pd.DataFrame(index=["KLF1", "CEBPE"]),
    )
    path = tmp_path / "own.h5ad"
    cells.write_h5ad(path)
    return path


@needs_data
def test_papalexi():
    cells = load_cells("papalexi21")
    assert cells.shape == (16192, 299)
    assert expression_kind(cells.X) == "counts"
    assert changes(cells).empty
    counts = cells.obs["condition"].value_counts()
    assert len(counts) == 26
    assert counts["control"] == 1923
    assert counts["SPI1"] == 33
    assert cells.uns["dataset"] == "papalexi21"
    assert len(cells.uns["dataset_hash"]) == 12


@needs_data
def test_norman_slice_sorts_three_pairs():
    cells = load_cells("norman19_slice")
    assert expression_kind(cells.X) == "log1p"
    assert {"KLF1+SET", "PTPN12+SAMD1", "PTPN12+ZBTB10"} <= set(cells.obs["condition"])
    assert changes(cells)["count"].tolist() == [3]
    assert cells.obs.loc[cells.obs["condition"] == "KLF1+SET", "source_condition"].eq("SET+KLF1").all()


@needs_data
def test_adamson_pilot_agrees_with_its_gene_column():
    cells = load_cells("adamson16_pilot")
    expected = cells.obs["guide_gene"].astype(str).replace("non-targeting", "control")
    assert cells.obs["condition"].astype(str).tolist() == expected.tolist()
    assert cells.X.format == "csr"
    assert expression_kind(cells.X) == "counts"
    assert changes(cells)["count"].tolist() == [6]


def test_own_file(own_file):
    cells = load_cells(own_file)
    assert cells.obs["condition"].tolist() == ["control", "control", "KLF1", "CEBPE+KLF1"]
    assert cells.uns["dataset"] == "own"
    assert set(changes(cells)["change"]) == {"conditions dropped", "conditions renamed"}
    assert load_cells(str(own_file)).uns["dataset_hash"] == cells.uns["dataset_hash"]


def test_standard_cells_survive_writing_and_reading(own_file, tmp_path):
    cells = load_cells(own_file)
    cells.write_h5ad(tmp_path / "again.h5ad")
    again = load_cells(tmp_path / "again.h5ad")
    assert again.uns["dataset_hash"] == cells.uns["dataset_hash"]
    assert len(changes(again)) == len(changes(cells))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_truncated_file_is_named_and_the_cause_kept(own_file, share):
    content = own_file.read_bytes()
    own_file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError, match=r"own\.h5ad cannot be read .*truncated") as caught:
        load_cells(own_file)
    assert caught.value.__cause__ is not None


def test_repeated_names_are_errors_not_warnings(tmp_path):
    cells = AnnData(
        np.ones((2, 2)),
        obs=pd.DataFrame({"condition": ["control", "A"]}, index=["a", "b"]),
        var=pd.DataFrame(index=["g", "h"]),
    )
    cells.obs.index, path = pd.Index(["a", "a"]), tmp_path / "twice.h5ad"
    cells.write_h5ad(path)
    with pytest.raises(ValueError, match=r"twice names cells more than once .'a'"):
        load_cells(path)


def test_unknown_names_and_missing_files():
    with pytest.raises(ValueError, match="no screen 'norman' among the cells: choose one of demo, papa"):
        load_cells("norman")
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.h5ad"):
        load_cells("nowhere.h5ad")


def test_prepared_cells_need_the_data_folder(own_folders):
    with pytest.raises(FileNotFoundError, match=r"'papalexi21'.*APPMODEL_DATA.*cells/papalexi21.h5ad"):
        load_cells("papalexi21")


def test_replaced_copy_is_noted(own_folders, own_file, caplog):
    (own_folders[0] / "cells").mkdir()
    (own_folders[0] / "cells" / "papalexi21.h5ad").write_bytes(own_file.read_bytes())
    with caplog.at_level(logging.WARNING, logger="appmodel"):
        cells = load_cells("papalexi21")
    assert "file altered" in set(changes(cells)["change"])
    assert "SHA-256 differs" in caplog.text


def test_full_screen_is_downloaded_and_verified(own_folders, own_file, server, monkeypatch):
    screen = registry.entry("norman19", "cells")
    served = server.folder / "NormanWeissman2019_filtered.h5ad"
    served.write_bytes(own_file.read_bytes())
    monkeypatch.setenv("APPMODEL_MIRROR", server.address + "/")
    with pytest.raises(ValueError, match=r"is not the published NormanWeissman2019_filtered.h5ad .its md5"):
        load_cells("norman19")
    known = dataclasses.replace(screen, hash="md5:" + hashlib.md5(served.read_bytes()).hexdigest())
    monkeypatch.setattr(registry, "entries", lambda: (known,))
    for _ in range(2):
        cells = load_cells("norman19")
        assert cells.uns["dataset"] == "norman19"
        assert "CEBPE+KLF1" in set(cells.obs["condition"])
    assert len(server.requests) == 2


def test_registry_lists_what_the_readme_names():
    table = available()
    assert list(table) == ["name", "kind", "source", "licence", "citation", "address", "hash"]
    assert not table.duplicated(["name", "kind"]).any()
    assert registry.names("effects")[:4] == ["norman19", "adamson16", "replogle22_k562", "replogle22_rpe1"]
    assert {"demo", "papalexi21", "norman19_slice", "adamson16_pilot"} <= set(registry.names("cells"))
    real = table[table["name"] != "demo"]
    assert real["hash"].str.fullmatch("sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}").all()
    assert (real[["source", "licence", "citation"]] != "").all().all()
