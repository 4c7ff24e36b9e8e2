"""Where files live, and how they are written: beside their place first, renamed when complete."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata
import h5py
import pooch
from anndata import AnnData

from .arguments import called

_PACKAGE = Path(__file__).resolve().parent
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
NO_PICKLE = (
    "holds pickled Python objects, which can run any code when they are read: convert it to safetensors "
    "(a model that you trust: read it with transformers and save it again)"
)


def shipped_dir() -> Path:
    """Folder of the data that comes with the project (``data/`` of a checkout, ``_data`` of a wheel)."""
    installed = _PACKAGE / "_data"
    return installed if installed.is_dir() else _PACKAGE.parent / "data"


def data_dir() -> Path | None:
    """Folder of the real data: ``APPMODEL_DATA``, else ``../shared/data`` beside the checkout, else None.

    Raises ``FileNotFoundError`` when ``APPMODEL_DATA`` names a folder that does not exist.
    """
    named = os.environ.get("APPMODEL_DATA")
    if named:
        if not Path(named).is_dir():
            raise FileNotFoundError(
                f"APPMODEL_DATA names {named!r}, which is no folder: point it at the data or unset it."
            )
        return Path(named)
    beside = _PACKAGE.parents[1] / "shared" / "data"
    return beside if beside.is_dir() else None


def cache_dir() -> Path:
    """Folder for what can be made again (simulated and downloaded files): ``APPMODEL_CACHE`` or the user's cache."""
    return Path(os.environ.get("APPMODEL_CACHE") or pooch.os_cache("appmodel"))


def sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    return pooch.file_hash(str(path), alg="sha256")


def text_digest(text: str) -> str:
    """First 12 hexadecimal digits of the SHA-256 of a text: short enough to print, long enough to tell apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def readable(path: Any, mend: str) -> Path:
    """``path`` where a file or a folder lies there that may be read; ``mend`` says what else to do.

    Raises ``TypeError`` for what is no path, ``FileNotFoundError`` where nothing lies there, ``PermissionError`` where
    it may not be read.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"A path is a text or a Path, not {called(path)}: {mend}.")
    if not Path(path).exists():
        raise FileNotFoundError(f"{path} does not exist: {mend}.")
    if not os.access(path, os.R_OK):
        raise _said(
            PermissionError(errno.EACCES, ""), f"{path} may not be read by you: ask its owner for the right to."
        )
    return Path(path)


def readable_file(path: Any, mend: str) -> Path:
    """``readable``, but a folder is refused too (``IsADirectoryError``)."""
    if readable(path, mend).is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file: {mend}.")
    return Path(path)


def h5ad_bytes(data: AnnData, **how: Any) -> memoryview:
    """The content of an .h5ad file; ``how`` its arrays are stored, as ``h5py`` says it.

    It is made in memory: on a full disk HDF5 cannot close its file, and takes the whole process with it.
    """
    held = io.BytesIO()
    data.strings_to_categoricals()  # as anndata does before it writes
    with h5py.File(held, "w") as file:
        anndata.io.write_elem(file, "/", data, dataset_kwargs=how)
    return held.getbuffer()


@contextlib.contextmanager
def writing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; rename it into place only if the block succeeds.

    A reader never sees half a file, and an interrupted or failed write (a full disk, say) leaves the old
    file as it was.  Raises ``OSError`` in a sentence where the disk is full or the folder cannot be written to.
    """
    path = Path(path)
    with writable(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        with writable(path, anywhere=False):
            yield temporary
        umask = os.umask(0)
        os.umask(umask)
        with writable(path):
            temporary.chmod(0o666 & ~umask)
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_LEAVE = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextlib.contextmanager
def writable(path: Path, anywhere: bool = True) -> Iterator[None]:
    """What the system says where ``path`` cannot be written, in a sentence with the mend.

    ``anywhere=False``: only that there is no room, as other errors may be about other files.
    """
    try:
        yield
    except OSError as error:
        own = path.is_relative_to(cache_dir())
        elsewhere = "set APPMODEL_CACHE to another folder" if own else "name another place"
        if error.errno in _NO_ROOM or any(os.strerror(number) in str(error) for number in _NO_ROOM):
            raise _said(error, f"The disk is full, {path} was not written: free some space or {elsewhere}.") from error
        if anywhere and (error.errno in _NO_LEAVE or isinstance(error, PermissionError)):
            raise _said(error, f"{path} cannot be written, its folder is closed to you: {elsewhere}.") from error
        if anywhere and error.errno in (errno.EEXIST, errno.ENOTDIR):
            at = next((parent for parent in path.parents if parent.is_file()), path.parent)
            raise _said(error, f"{path} cannot be written, {at} is a file and no folder: {elsewhere}.") from error
        if anywhere and error.errno == errno.EISDIR:
            raise _said(error, f"{path} is a folder: give the name of a file in it.") from error
        raise


def _said(error: OSError, sentence: str) -> OSError:
    """An error of the same kind whose text is the sentence alone."""
    said = type(error)(sentence)
    said.errno = error.errno
    return said
