"""``read_effects``: the real screens, rebuilt ones, files of one's own, and what is refused."""

import errno
import logging
import shutil
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from scipy.spatial.distance import pdist

from appmodel.files import data_dir
from appmodel.names import standard_name
from appmodel.record import changes
from appmodel.screens import read_effects, registry, standard_effects

DATA = data_dir()
needs_data = pytest.mark.skipif(DATA is None, reason="the data folder is absent (APPMODEL_DATA)")
RAW = "adamson16_edist_matrix.pkl"


def effects_of(X, names, **uns) -> AnnData:
    X = np.asarray(X) if not sp.issparse(X) else X
    readouts = [f"r{i}" for i in range(X.shape[1])]
    return AnnData(X, obs=pd.DataFrame(index=list(names)), var=pd.DataFrame(index=readouts), uns=uns)


@needs_data
@pytest.mark.parametrize(
    ("name", "rows", "renamed"),
    [("norman19", 237, 56), ("adamson16", 91, 0), ("replogle22_k562", 301, 0), ("replogle22_rpe1", 301, 0)],
)
def test_real_effects(name, rows, renamed):
    effects = read_effects(name)
    assert effects.shape == (rows, 50)
    assert effects.X.dtype == np.float64
    assert all(standard_name(row) == row for row in effects.obs_names)
    assert "control" in effects.obs_names
    assert effects.uns["dataset"] == name
    assert effects.uns["control"] == "control"
    table = changes(effects).set_index("change")["count"]
    assert table.get("conditions renamed", 0) == renamed
    assert table.get("conditions dropped", 0) == (name == "adamson16")
    assert (
        effects.obs["n_targets"] == [0 if row == "control" else row.count("+") + 1 for row in effects.obs_names]
    ).all()


@needs_data
def test_norman_has_both_singles_of_each_of_131_doubles():
    effects = read_effects("norman19")
    doubles = [row for row in effects.obs_names if "+" in row]
    singles = {gene for row in doubles for gene in row.split("+")}
    assert len(doubles) == 131
    assert singles <= set(effects.obs_names)


@needs_data
def test_rebuilt_from_a_mirror_once(own_folders, server, monkeypatch):
    shutil.copy(DATA / "raw" / RAW, server.folder / RAW)
    rebuilt = read_effects("adamson16", mirror=server.address)
    assert server.requests == [f"/{RAW}"]
    # the copies in the cache are enough from now on; where one is damaged it is made again
    monkeypatch.setenv("APPMODEL_MIRROR", server.address)
    assert read_effects("adamson16").uns["dataset_hash"] == rebuilt.uns["dataset_hash"]
    assert server.requests == [f"/{RAW}"]
    monkeypatch.setenv("APPMODEL_DATA", str(DATA))
    prepared = read_effects("adamson16")
    assert list(prepared.obs_names) == list(rebuilt.obs_names)
    np.testing.assert_allclose(pdist(prepared.X), pdist(rebuilt.X), rtol=1e-5)


@needs_data
@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_damaged_cache_is_made_again(own_folders, damage, caplog):
    (own_folders[0] / "raw").mkdir()
    shutil.copy(DATA / "raw" / RAW, own_folders[0] / "raw" / RAW)
    first = read_effects("adamson16")
    cached = next(own_folders[1].rglob("*.h5ad"))
    if damage == "truncated":
        cached.write_bytes(cached.read_bytes()[:5000])
    else:
        effects = anndata.read_h5ad(cached)
        effects.X[3, 3] += 1
        effects.write_h5ad(cached)
    with caplog.at_level(logging.WARNING, logger="appmodel"):
        assert read_effects("adamson16").uns["dataset_hash"] == first.uns["dataset_hash"]
    assert "is damaged and is made again" in caplog.text


@needs_data
def test_altered_original_in_the_data_folder_is_named(own_folders):
    (own_folders[0] / "raw").mkdir()
    (own_folders[0] / "raw" / RAW).write_bytes((DATA / "raw" / RAW).read_bytes()[:-1])
    with pytest.raises(ValueError, match=rf"{RAW} is not the published file .its sha256 differs"):
        read_effects("adamson16")


@needs_data
def test_full_disk_leaves_no_half_file(own_folders, monkeypatch):
    def full(self, content):
        self.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    (own_folders[0] / "raw").mkdir()
    shutil.copy(DATA / "raw" / RAW, own_folders[0] / "raw" / RAW)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"disk is full, .*was not written: free some space or set APPMODEL_CACHE"):
        read_effects("adamson16")
    assert not [path for path in own_folders[1].rglob("*") if path.is_file()]


def test_nothing_to_be_had_names_address_and_mend(own_folders, server):
    with pytest.raises(FileNotFoundError, match=r"norman19_edist_matrix\.pkl \(404.*APPMODEL_DATA"):
        read_effects("norman19", mirror=server.address)


def test_own_file_without_control_row_or_columns(tmp_path):
    path = tmp_path / "mine.h5ad"
    effects_of(sp.csr_matrix([[1, 2], [3, 4], [5, 6]]), ["B", "B+A", "*"]).write_h5ad(path)
    effects = read_effects(path)
    assert list(effects.obs_names) == ["B", "A+B"]
    assert effects.uns["control"] == "control"
    np.testing.assert_array_equal(effects.X, [[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(effects.X, np.ndarray)
    assert effects.X.dtype == np.float64
    assert effects.obs["n_targets"].tolist() == [1, 2]
    assert effects.uns["dataset"] == "mine"
    assert changes(effects).set_index("change")["count"].to_dict() == {"conditions dropped": 1, "conditions renamed": 1}
    effects.write_h5ad(tmp_path / "mine2.h5ad")
    assert read_effects(tmp_path / "mine2.h5ad").uns["dataset_hash"] == effects.uns["dataset_hash"]


def test_control_of_another_name():
    effects = standard_effects(effects_of([[0.0], [1.0]], ["NT", "A"], control="NT"), "mine")
    assert list(effects.obs_names) == ["control", "A"]
    assert effects.uns["control"] == "control"


def test_row_order_does_not_change_the_hash():
    one = standard_effects(effects_of([[0.0], [1.0], [2.0]], ["control", "A", "B+A"]), "mine")
    two = standard_effects(effects_of([[2.0], [0.0], [1.0]], ["A+B", "control", "A"]), "mine")
    assert one.uns["dataset_hash"] == two.uns["dataset_hash"]


@pytest.mark.parametrize(
    ("X", "names", "says"),
    [
        ([[1.0], [2.0]], ["A+B", "B+A"], "several rows for condition 'A\\+B' .'A\\+B', 'B\\+A'"),
        ([[1.0], [2.0]], ["A+ctrl", "A"], "several rows for condition 'A'"),
        ([[1.0], [np.nan]], ["A", "B"], "not finite .* in condition 'B'"),
        ([[1.0], [np.inf]], ["A", "B"], "not finite .* in condition 'B'"),
        ([[1.0], [2.0]], ["control", "B"], "control row of mine is not zero"),
        ([[1.0], [2.0]], ["A", "B+"], "mine: Condition 'B\\+' holds an empty gene name"),
        ([[0.0], [2.0]], ["control", "*"], "no perturbed condition"),
        (np.zeros((2, 0)), ["A", "B"], "mine is empty .2 conditions x 0 readouts"),
    ],
)
def test_bad_effects_get_a_sentence(X, names, says):
    with pytest.raises(ValueError, match=says):
        standard_effects(effects_of(X, names), "mine")


def test_repeated_readouts_and_impossible_variances():
    effects = effects_of([[1.0, 2.0]], ["A"])
    effects.var.index = pd.Index(["r", "r"])
    with pytest.raises(ValueError, match=r"readouts more than once .'r'"):
        standard_effects(effects, "mine")
    for column in ("sampling_var", "n_cells"):
        effects = effects_of([[1.0], [2.0]], ["A", "B"])
        effects.obs[column] = [1.0, -1.0]
        with pytest.raises(
            ValueError, match=f"The {column} of mine is negative, infinite or no number for condition 'B'"
        ):
            standard_effects(effects, "mine")


def test_cells_are_not_taken_for_effects(tmp_path):
    cells = effects_of(np.ones((3, 1)), ["c1", "c2", "c3"])
    cells.obs["condition"] = ["control", "A", "A"]
    with pytest.raises(ValueError, match="mine holds cells"):
        standard_effects(cells, "mine")
    with pytest.raises(ValueError, match="'papalexi21' comes as cells"):
        read_effects("papalexi21")
    with pytest.raises(ValueError, match="no screen 'norman' among the effects: choose one of norman19"):
        read_effects("norman")


def test_every_registered_effects_screen_has_an_original_or_a_checked_copy():
    for name in registry.names("effects"):
        screen = registry.entry(name, "effects")
        if screen.prepared:
            assert screen.prepared_hash.startswith("sha256:")
            continue
        assert screen.address.endswith(screen.file.removeprefix("raw/"))
        assert screen.hash.startswith("sha256:")
