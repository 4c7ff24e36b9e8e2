"""Where files live, and how they are written: beside their place first, renamed when complete."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pooch

_PACKAGE = Path(__file__).resolve().parent
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
NO_PICKLE = (
    "holds pickled Python objects, which can run any code when they are read: convert it to safetensors "
    "(where you trust it: load the model with transformers and call model.save_pretrained(folder))"
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


@contextlib.contextmanager
def writing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; rename it into place only if the block succeeds.

    A reader never sees half a file, and an interrupted or failed write (a full disk, say) leaves the old
    file as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
