"""Which form a file has: h5ad (also gzipped), zarr, h5mu, 10x h5 or folder, a table, or an AnnData in memory."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from ...files import readable
from ...names import shown
from .decisions import Choices, Reading

TABLES = (".csv", ".tsv", ".txt", ".parquet", ".csv.gz", ".tsv.gz", ".txt.gz")
HDF5, _GZIP, _PARQUET = b"\x89HDF\r\n\x1a\n", b"\x1f\x8b", b"PAR1"


def is_form(path: Path) -> bool:
    """Whether there is something at ``path`` that may be a screen: a file, a zarr folder or a 10x folder."""
    return path.is_file() or (path.is_dir() and (is_zarr(path) or bool(_matrix(path))))


def is_table(path: Path) -> bool:
    """Whether a file is a table by its name or first bytes, not an AnnData."""
    return path.is_file() and (path.name.lower().endswith(TABLES) or begins(path, _PARQUET))


def read_form(path: Path, choices: Choices, reading: Reading) -> AnnData:
    """The AnnData of any form but tables, in memory, with plain numbers.

    Raises ``ValueError`` where it is truncated or something else, where several modalities leave a choice, and where
    zarr is not installed.
    """
    readable(path, "give the path of a screen")
    if path.is_dir():
        data, form = _folder(path)
    elif begins(path, _GZIP):
        with _unpacked(path) as plain:
            data, form = _hdf5(plain, path, choices, reading)
            form = f"{form}, gzipped"
    elif path.suffix.lower() == ".zip":
        raise ValueError(f"{path} is an archive: unpack it and give the .h5ad file or the folder inside.")
    else:
        data, form = _hdf5(path, path, choices, reading)
    reading.decide("form", form, path.name)
    return plain_numbers(data)


def plain_numbers(data: AnnData) -> AnnData:
    """``data`` with values that scipy can compute with: float16 becomes float32, foreign byte orders native."""
    for key in (None, *data.layers):
        X = data.X if key is None else data.layers[key]
        better = _plain(X)
        if better is not X:
            if key is None:
                data.X = better
            else:
                data.layers[key] = better
    return data


def _plain(X):
    dtype = getattr(X, "dtype", None)
    if dtype is None or not isinstance(dtype, np.dtype) or dtype.kind not in "fiu":
        return X
    if dtype == np.float16:
        return X.astype(np.float32)
    return X if dtype.isnative else X.astype(dtype.newbyteorder("="))


def _hdf5(path: Path, named: Path, choices: Choices, reading: Reading) -> tuple[AnnData, str]:
    try:
        with h5py.File(path, "r") as file:
            if "mod" in file:
                return _modality(file, choices, reading), "h5mu"
            if "matrix" in file and "X" not in file:
                return _tenx(path, named), "10x h5"
            if "row_attrs" in file and "col_attrs" in file:
                raise ValueError(f"{named} is a loom file: read it with anndata.io.read_loom and save it as .h5ad.")
            foreign = _foreign_numbers(file)
        with quiet_names():
            return (_elements(path) if foreign else anndata.read_h5ad(path)), "h5ad"
    except (MemoryError, PermissionError):
        raise
    except ValueError as error:
        if str(named) in str(error) or str(error).startswith(reading.source):
            raise
        raise ValueError(damaged(named)) from error
    except Exception as error:  # h5py and anndata raise half a dozen kinds for a damaged file
        raise ValueError(_what_it_is(named)) from error


def damaged(path: Path) -> str:
    """The sentence for a file that ends too early or is something else."""
    return f"{path} cannot be read as an .h5ad file (truncated, damaged or another format): copy or download it again."


def _what_it_is(path: Path) -> str:
    """What a file is that is no HDF5 file."""
    with open(path, "rb") as file:
        start = file.read(512)
    suffix = path.name.lower()
    if not start.startswith(HDF5) and start and b"\x00" not in start and suffix.endswith(".mtx"):
        return f"{path} is the matrix of a 10x folder: give the folder, which holds the barcodes and genes too."
    return damaged(path)


def _foreign_numbers(file: h5py.File) -> bool:
    """Whether a sparse matrix is stored in float16 or in a foreign byte order, which scipy cannot hold."""
    groups = [file[key] for key in ("X",) if key in file] + list(file["layers"].values() if "layers" in file else ())
    return any(isinstance(g, h5py.Group) and "data" in g and _is_foreign(g["data"].dtype) for g in groups)


def _is_foreign(dtype: np.dtype) -> bool:
    return dtype == np.float16 or not dtype.isnative


def _elements(path: Path) -> AnnData:
    """An .h5ad file whose sparse matrices are stored in float16 or in a foreign byte order."""

    def widened(read, name, element, iospec):
        if iospec.encoding_type in ("csr_matrix", "csc_matrix") and _is_foreign(element["data"].dtype):
            form = sp.csr_matrix if iospec.encoding_type == "csr_matrix" else sp.csc_matrix
            parts = (_plain(element["data"][:]), element["indices"][:], element["indptr"][:])
            return form(parts, shape=tuple(element.attrs["shape"]))
        return read(element)

    with h5py.File(path, "r") as file:
        return anndata.experimental.read_dispatched(file, widened)


def _modality(file: h5py.File, choices: Choices, reading: Reading) -> AnnData:
    """The one modality of an .h5mu file, or the one asked for, with the labels of the whole beside its own."""
    names = list(file["mod"])
    chosen = choices.modality or (names[0] if len(names) == 1 else None)
    if chosen is None or chosen not in names:
        if not names:
            raise reading.ask("form", "holds no modality: write the .h5mu file again.")
        raise reading.ask(
            "form",
            f"holds the modalities {shown(names)}: say which one is the expression with modality=....",
            "modality",
        )
    with quiet_names():
        data = anndata.io.read_elem(file["mod"][chosen])
        whole = anndata.io.read_elem(file["obs"]) if "obs" in file else pd.DataFrame(index=data.obs_names)
    for column in whole.columns:
        name = str(column).removeprefix(f"{chosen}:")
        if name not in data.obs and ":" not in name:
            data.obs[name] = whole[column].reindex(data.obs_names)
    reading.decide("modality", chosen, f"of {shown(names)}", "modality")
    return data


def _tenx(path: Path, named: Path) -> AnnData:
    import scanpy as sc

    with quiet_names():
        return sc.read_10x_h5(path)


def _folder(path: Path) -> tuple[AnnData, str]:
    if is_zarr(path):
        try:
            import zarr  # noqa: F401
        except ImportError as error:
            raise ValueError(f"{path} is a zarr store, and zarr is not installed: pip install zarr.") from error
        try:
            with quiet_names(), warnings.catch_warnings():
                warnings.filterwarnings("ignore", module="zarr")
                return anndata.read_zarr(path), "zarr"
        except Exception as error:
            raise ValueError(f"{path} cannot be read as a zarr store of an AnnData: write it again.") from error
    if prefix := _matrix(path):
        import scanpy as sc

        prefix = prefix.removesuffix("matrix.mtx").removesuffix("matrix.mtx.gz")
        try:
            with quiet_names():
                return sc.read_10x_mtx(path, prefix=prefix), "10x folder"
        except Exception as error:  # scanpy raises half a dozen kinds where a file is missing or damaged
            raise ValueError(
                f"{path} cannot be read as a 10x folder: it should hold matrix.mtx, barcodes.tsv and genes.tsv, or "
                f"matrix.mtx.gz, barcodes.tsv.gz and features.tsv.gz, all whole."
            ) from error
    raise ValueError(f"{path} is a folder without matrix.mtx and no zarr store: give a file or such a folder.")


def is_zarr(path: Path) -> bool:
    """Whether a folder is a zarr store."""
    return any((path / name).is_file() for name in (".zgroup", "zarr.json", ".zattrs"))


def _matrix(path: Path) -> str:
    """The name of a 10x folder's matrix, '' where it is none."""
    found = sorted(file.name for file in path.glob("*matrix.mtx*")) if path.is_dir() else []
    return found[0] if found else ""


def begins(path: Path, magic: bytes) -> bool:
    """Whether a file begins with these bytes."""
    with open(path, "rb") as file:
        return file.read(len(magic)) == magic


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """A gzipped file, unpacked for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="appmodel-") as folder:
        plain = Path(folder) / "plain.h5ad"
        try:
            with gzip.open(path, "rb") as packed, open(plain, "wb") as out:
                shutil.copyfileobj(packed, out)
        except (OSError, EOFError) as error:
            raise ValueError(damaged(path)) from error
        yield plain


@contextmanager
def quiet_names() -> Iterator[None]:
    """Repeated names are an error here, raised with a name and a mend; a warning before it would only confuse."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*names are not unique.*", category=UserWarning)
        warnings.filterwarnings("ignore", category=anndata.OldFormatWarning) if hasattr(
            anndata, "OldFormatWarning"
        ) else None
        yield
