"""Effects from published E-distance matrices: by hand, against known means, and on the real matrices."""

import hashlib
import pickle

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

from appmodel.files import data_dir
from appmodel.record import changes
from appmodel.screens.distances import (
    decompose,
    e_distances,
    effects_from_distances,
    principal_axes,
    read_distance_matrix,
    read_distance_table,
)
from appmodel.screens.registry import entry

DATA = data_dir()
needs_data = pytest.mark.skipif(DATA is None, reason="the data folder is absent (APPMODEL_DATA)")
SCREENS = ["norman19", "adamson16", "replogle22_k562", "replogle22_rpe1"]


def table(E, names):
    return pd.DataFrame(E, index=names, columns=names)


def real_matrix(name: str) -> pd.DataFrame:
    screen = entry(name, "effects")
    return read_distance_matrix(DATA / screen.file, screen.hash)


def test_two_conditions_three_apart_by_hand():
    # biased: E = 2 * 3^2 = 18
    distances = table([[0.0, 18.0], [18.0, 0.0]], ["ctrl", "A"])
    effects = effects_from_distances(distances, "ctrl", within="biased")
    assert list(effects.obs_names) == ["control", "A"]
    np.testing.assert_allclose(effects.X, [[0.0], [3.0]], atol=1e-12)
    assert "sampling_var" not in effects.obs


def test_e_distances_by_hand():
    # |mu_0 - mu_1|^2 = 25, so E = 2*25 - 2*1 - 2*2 = 44
    np.testing.assert_allclose(
        e_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([1.0, 2.0])), [[0, 44], [44, 0]]
    )


def test_known_means_and_variances_come_back():
    rng = np.random.default_rng(3)
    means, half_c = rng.normal(size=(20, 4)), rng.uniform(0.05, 0.4, 20)
    found, found_c = decompose(e_distances(means, half_c), n_axes=4)
    np.testing.assert_allclose(found_c, half_c, rtol=1e-9)
    np.testing.assert_allclose(pdist(found), pdist(means), rtol=1e-9)


def test_synthetic_row_is_dropped_and_recorded():
    rng = np.random.default_rng(0)
    names = ["control", *"ABCDEFGHIJ", "ctrl_synthetic_mean"]
    E = e_distances(rng.normal(size=(12, 2)), np.full(12, 0.1))
    effects = effects_from_distances(table(E, names), n_axes=2)
    assert "ctrl_synthetic_mean" not in effects.obs_names
    assert effects.n_obs == 11
    assert changes(effects)["count"].tolist() == [1]


def test_too_few_axes_and_wrong_within_term_are_refused():
    rng = np.random.default_rng(1)
    E = e_distances(rng.normal(size=(20, 4)), rng.uniform(0.1, 0.3, 20))
    names = ["control", *(f"G{i}" for i in range(19))]
    with pytest.raises(ValueError, match="No means in 3 axes reproduce"):
        effects_from_distances(table(E, names), n_axes=3)
    with pytest.raises(ValueError, match="No means in 4 axes reproduce"):
        effects_from_distances(table(E, names), n_axes=4, within="biased")
    with pytest.raises(ValueError, match="fewer axes"):
        effects_from_distances(table(E, names), n_axes=18)
    with pytest.raises(ValueError, match="no row 'ctrl'"):
        effects_from_distances(table(E, names), "ctrl", n_axes=4)
    with pytest.raises(ValueError, match="'unbiased' or 'biased'"):
        effects_from_distances(table(E, names), within="other")


def test_principal_axes_do_not_depend_on_the_rotation_given():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(15, 5)) * [5, 4, 3, 2, 1]
    rotation, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    turned = principal_axes(X)
    np.testing.assert_allclose(principal_axes(X @ rotation), turned, atol=1e-9)
    np.testing.assert_allclose(turned.T @ turned, np.diag(np.diag(turned.T @ turned)), atol=1e-9)
    assert (np.diff((turned**2).sum(axis=0)) < 0).all()
    assert (turned.max(axis=0) >= -turned.min(axis=0)).all()


@needs_data
@pytest.mark.parametrize("name", SCREENS)
def test_real_matrices_give_the_prepared_effects(name):
    matrix = real_matrix(name)
    effects = effects_from_distances(matrix)
    prepared = anndata.read_h5ad(DATA / "effects" / f"{name}.h5ad")
    assert list(effects.obs_names) == list(prepared.obs_names)
    assert effects.n_vars == 50
    np.testing.assert_allclose(pdist(effects.X), pdist(prepared.X), rtol=1e-5)
    np.testing.assert_allclose(effects.obs["sampling_var"], prepared.obs["sampling_var"], rtol=1e-4)
    kept = list(effects.obs_names)
    E = e_distances(effects.X, effects.obs["sampling_var"].to_numpy())
    assert np.abs(E - matrix.loc[kept, kept].to_numpy()).max() < 1e-9
    assert (effects["control"].X == 0).all()


@needs_data
def test_biased_table_with_guide_names():
    distances = read_distance_table(DATA / "raw" / "edist_AdamsonWeissman2016_GSM2406681_10X010_tables.csv")
    assert distances.shape == (97, 97)
    effects = effects_from_distances(distances, "63(mod)_pBA580", within="biased")
    assert {"control", "IER3IP1_pDS002", "Gal4-4(mod)_pBA582"} <= set(effects.obs_names)
    np.testing.assert_allclose(e_distances(effects.X, np.zeros(97)), distances, atol=1e-9)


@needs_data
def test_altered_matrix_is_not_opened(tmp_path, monkeypatch):
    screen = entry("adamson16", "effects")
    content = bytearray((DATA / screen.file).read_bytes())
    content[5000] ^= 1
    altered = tmp_path / "altered.pkl"
    altered.write_bytes(content)
    monkeypatch.setattr("appmodel.screens.distances._TableUnpickler", None)
    with pytest.raises(ValueError, match=r"altered\.pkl is not the published file"):
        read_distance_matrix(altered, screen.hash)


class Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_other_classes_are_refused_without_being_run(tmp_path):
    path, mark = tmp_path / "matrix.pkl", tmp_path / "mark"
    path.write_bytes(pickle.dumps(Touch(mark)))
    with pytest.raises(ValueError, match=r"asks for .*open.*refused"):
        read_distance_matrix(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert not mark.exists()


def test_pickle_of_something_else_is_refused(tmp_path):
    path = tmp_path / "matrix.pkl"
    path.write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(ValueError, match="holds a list, not a table"):
        read_distance_matrix(path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("E", "names", "columns", "says"),
    [
        ([[0.0, 1.0], [2.0, 0.0]], "AB", "AB", "not symmetric"),
        ([[1.0, 2.0], [2.0, 0.0]], "AB", "AB", "zeros on its diagonal"),
        ([[0.0, np.nan], [np.nan, 0.0]], "AB", "AB", "not finite, the first in row 'A'"),
        ([[0.0, 1.0], [1.0, 0.0]], "AB", "BA", "not square"),
        ([[0.0, 1.0], [1.0, 0.0]], "AA", "AA", "not square|distinct"),
        ([["x", "y"], ["y", "x"]], "AB", "AB", "no numbers"),
    ],
)
def test_tables_that_are_no_distance_matrix(tmp_path, E, names, columns, says):
    path = tmp_path / "table.csv"
    pd.DataFrame(E, index=list(names), columns=list(columns)).to_csv(path)
    with pytest.raises(ValueError, match=says):
        read_distance_table(path)


def test_unreadable_table_names_the_file(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(ValueError, match=r"empty\.csv cannot be read"):
        read_distance_table(path)
