"""Effects from published E-distance matrices.

The E-distance of two conditions (Peidli et al. 2024, Nature Methods 21:531) with the unbiased within-term is
    E_ij = 2 |mu_i - mu_j|^2 - c_i - c_j  (i != j),   E_ii = 0,   c_i = 2 tr(Cov_i) / n_i,
with mu_i the mean of condition i in a space of few principal components.  The means follow from the matrix up
to rotation and shift, and c_i / 2 is the squared standard error of mu_i summed over the components.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from ..names import CONTROL, repeated, shown
from ..record import record_change

SYNTHETIC = ("ctrl_synthetic_mean",)  # a row of Norman's matrix that no cell was measured in
_TOLERANCE = 1e-9  # of the largest distance: entries that the decomposition may miss
_STEPS = 200
_ALLOWED = frozenset(
    {
        ("pandas.core.frame", "DataFrame"),
        ("pandas.core.internals.managers", "BlockManager"),
        ("pandas._libs.internals", "_unpickle_block"),
        ("pandas.core.indexes.base", "Index"),
        ("pandas.core.indexes.base", "_new_Index"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("builtins", "slice"),
    }
)


class _TableUnpickler(pickle.Unpickler):
    """An unpickler that knows a table of floats with names, and nothing else."""

    def find_class(self, module: str, name: str):
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def read_distance_matrix(path: str | Path, sha256: str) -> pd.DataFrame:
    """Matrix of E-distances (n_conditions, n_conditions) from one of the four published pandas pickles.

    The SHA-256 is checked first; then only the classes of a table of floats are let through.  Raises
    ``ValueError`` where the file is altered, asks for another class or holds no symmetric matrix.
    """
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256.removeprefix("sha256:"):
        raise ValueError(
            f"{path} is not the published file (its SHA-256 differs), so it was not opened: "
            f"delete it and fetch the original again."
        )
    try:
        table = _TableUnpickler(io.BytesIO(content)).load()
    except pickle.UnpicklingError as error:
        raise ValueError(
            f"{path} asks for {error}, which a matrix of distances does not need, so it was "
            f"refused: use the published file."
        ) from error
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"{path} holds a {type(table).__name__}, not a table: use the published file.")
    return _checked(table, path)


def read_distance_table(path: str | Path) -> pd.DataFrame:
    """Matrix of E-distances (n_conditions, n_conditions) from a CSV as scPerturb publishes them."""
    try:
        table = pd.read_csv(path, index_col=0)
    except (ValueError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
        raise ValueError(
            f"{path} cannot be read as a CSV table: give a square table with names in its first row and first column."
        ) from error
    return _checked(table, path)


def effects_from_distances(
    distances: pd.DataFrame,
    control: str = CONTROL,
    n_axes: int = 50,
    within: Literal["unbiased", "biased"] = "unbiased",
) -> AnnData:
    """Effects (n_conditions, n_axes) whose E-distances are ``distances``; differences from ``control``.

    ``X`` is turned to its principal axes, strongest first, the largest entry of each axis positive.  The
    unbiased form gives ``obs["sampling_var"]``; the biased one (E_ij = 2 |mu_i - mu_j|^2) knows none.  Names
    stay as in the source, but for the control; synthetic rows are dropped and recorded.  Raises
    ``ValueError`` where the control is missing or no means in ``n_axes`` dimensions reproduce the matrix.
    """
    if within not in ("unbiased", "biased"):
        raise ValueError(f"within={within!r} is not known: say 'unbiased' or 'biased'.")
    kept = [name for name in distances.index if name not in SYNTHETIC]
    if control not in kept:
        raise ValueError(
            f"The matrix of distances has no row {control!r} (its rows: {shown(kept)}): name "
            f"the control with control=..."
        )
    E = distances.loc[kept, kept].to_numpy(dtype=np.float64)
    means, half_c = decompose(E, n_axes, unbiased=within == "unbiased")
    X = principal_axes(means - means[kept.index(control)])
    names = [CONTROL if name == control else str(name) for name in kept]
    obs = pd.DataFrame(index=pd.Index(names, dtype=object))
    if within == "unbiased":
        obs["sampling_var"] = half_c
    var = pd.DataFrame(index=[f"axis_{axis:02d}" for axis in range(1, X.shape[1] + 1)])
    effects = AnnData(X, obs=obs, var=var, uns={"control": CONTROL, "description": _DESCRIPTION})
    record_change(
        effects,
        "conditions dropped",
        [name for name in SYNTHETIC if name in distances.index],
        "a synthetic row of the source, measured in no cell",
    )
    return effects


_DESCRIPTION = (
    "condition mean minus control mean in the principal-component space of the source (fitted "
    "there on all cells, test conditions included), rotated to its own principal axes; axes are "
    "not genes"
)


def decompose(E: np.ndarray, n_axes: int, unbiased: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Means (n, n_axes) up to rotation and shift, and c/2 (n,), with E_ij = 2|mu_i - mu_j|^2 - c_i - c_j.

    With J the centring matrix and s = c/2, the centred means' Gram matrix is G = J diag(s) J - J E J / 4.
    It has rank ``n_axes``, so it vanishes on the remaining directions.  Given these (their projector P), s
    solves the linear least squares (P o P) s = diag(P J E J P) / 4; directions and s are found in turn until
    s stands still.
    """
    n = len(E)
    n_axes = min(n_axes, n - 1)
    rest = n - 1 - n_axes
    if unbiased and rest * (rest + 1) // 2 < n:
        raise ValueError(f"{n} conditions in {n_axes} axes do not tell means from sampling variances: give fewer axes.")
    J = np.eye(n) - 1 / n
    observed = -J @ E @ J / 4
    s = np.zeros(n)
    for _ in range(_STEPS):
        strengths, directions = np.linalg.eigh(observed + (J * s) @ J)
        strengths, directions = strengths[-n_axes:], directions[:, -n_axes:]
        if not unbiased:
            break
        P = J - directions @ directions.T
        before, s = s, np.linalg.solve(P * P, -np.einsum("ij,jk,ki->i", P, observed, P))
        if np.abs(s - before).max() <= 1e-14 * np.abs(E).max():
            break
    means = directions * np.sqrt(np.maximum(strengths, 0))
    missed = np.abs(e_distances(means, s) - E).max()
    if missed > _TOLERANCE * np.abs(E).max() or (s < -_TOLERANCE * np.abs(E).max()).any():
        raise ValueError(
            f"No means in {n_axes} axes reproduce the matrix of distances (an entry is missed "
            f"by {missed:.2g}): check the number of axes and whether the within-term is biased."
        )
    return means, s


def e_distances(means: np.ndarray, half_c: np.ndarray) -> np.ndarray:
    """E-distances (n, n) of means (n, d) and c/2 (n,): the equation at the head of this file."""
    squares = (means**2).sum(axis=1)
    squared = squares[:, None] + squares[None, :] - 2 * means @ means.T
    E = 2 * squared - 2 * half_c[:, None] - 2 * half_c[None, :]
    np.fill_diagonal(E, 0.0)
    return E


def principal_axes(X: np.ndarray) -> np.ndarray:
    """``X`` turned to its principal axes about zero, strongest first; lengths, angles and distances stay.

    The sign of an axis is the one that makes its largest entry positive.
    """
    _, _, axes = np.linalg.svd(X, full_matrices=False)
    turned = X @ axes.T
    largest = turned[np.abs(turned).argmax(axis=0), np.arange(turned.shape[1])]
    return turned * np.where(largest < 0, -1.0, 1.0)


def _checked(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """``table`` with text names, if it is a finite symmetric matrix with zeros on its diagonal."""
    names = [str(name) for name in table.index]
    if names != [str(name) for name in table.columns] or repeated(names):
        raise ValueError(f"{path} is not square with the same distinct names on both sides: give a full matrix.")
    try:
        values = table.to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} holds entries that are no numbers: give a matrix of distances.") from error
    if not np.isfinite(values).all():
        row = names[int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])]
        raise ValueError(f"{path} holds values that are not finite, the first in row {row!r}: repair or drop this row.")
    scale = np.abs(values).max(initial=0)
    off = max(np.abs(values - values.T).max(initial=0), np.abs(np.diag(values)).max(initial=0))
    if off > _TOLERANCE * scale:
        raise ValueError(f"{path} is not symmetric with zeros on its diagonal: give a matrix of pairwise distances.")
    return pd.DataFrame((values + values.T) / 2, index=names, columns=names)
