"""The registry of screens: names, addresses, checksums, licences, kept in ``data/registry.csv``."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from ..arguments import called
from ..files import data_dir, shipped_dir
from .download import fetch, file_digest

Kind = Literal["cells", "effects"]


@dataclass(frozen=True)
class Entry:
    """One line of the registry: a published original (``file``, ``address``, ``hash``) or a prepared copy.

    ``file`` and ``prepared`` are relative to the data folder; hashes read ``sha256:...`` or ``md5:...``.  ``species``
    says that symbols are those of another species than human.
    """

    name: str
    kind: Kind
    file: str
    address: str
    hash: str
    prepared: str
    prepared_hash: str
    source: str
    licence: str
    citation: str
    species: str


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Every line of the registry."""
    table = pd.read_csv(shipped_dir() / "registry.csv", dtype=str, keep_default_na=False)
    return tuple(Entry(**row) for row in table.to_dict("records"))


def available() -> pd.DataFrame:
    """The screens that can be asked for by name: name, kind, source, licence, citation, address and hash.

    ``kind`` says which call reads it: ``load_cells`` or ``read_effects``.  Four screens come as both, the
    effects below the cells.  An empty address means that the file is only found in the data folder.
    """
    rows = [
        {
            "name": e.name,
            "kind": e.kind,
            "source": e.source,
            "licence": e.licence,
            "citation": e.citation,
            "address": e.address,
            "hash": e.hash or e.prepared_hash,
        }
        for e in entries()
    ]
    return pd.DataFrame(rows)


def names(kind: Kind) -> list[str]:
    """Names of the screens of one kind, in the registry's order."""
    return [entry.name for entry in entries() if entry.kind == kind]


def entry(name: str, kind: Kind) -> Entry | None:
    """The line of ``name`` among the screens of one kind, or None."""
    return next((e for e in entries() if e.name == name and e.kind == kind), None)


def prepared_file(screen: Entry) -> Path | None:
    """The prepared copy of a screen in the data folder, or None where there is none."""
    return _in_data_folder(screen.prepared)


def original_file(screen: Entry, mirror: str | None = None, progressbar: bool = False) -> Path:
    """The published original of a screen, its checksum verified: from the data folder, else downloaded.

    ``mirror`` (else the environment variable ``APPMODEL_MIRROR``) is a base address that replaces the
    published one.  Raises ``FileNotFoundError`` where it cannot be had, ``ValueError`` where it is altered.
    """
    path = _in_data_folder(screen.file)
    if path is not None:
        if not matches(path, screen.hash):
            raise ValueError(
                f"{path} is not the published file (its {screen.hash.partition(':')[0]} differs "
                f"from the registry's): delete it to have it fetched from {screen.address}."
            )
        return path
    if not screen.address:
        raise FileNotFoundError(
            f"Screen {screen.name!r} ({screen.source}) is no download and is not on this "
            f"machine: set APPMODEL_DATA to a folder that holds {screen.prepared}."
        )
    if not isinstance(mirror, str | None):
        raise ValueError(f"mirror is {called(mirror)}: give the address of a folder, such as 'https://...'.")
    base = mirror or os.environ.get("APPMODEL_MIRROR")
    filename = Path(screen.file).name
    address = f"{base.rstrip('/')}/{filename}" if base else screen.address
    return fetch(address, screen.hash, filename, progressbar=progressbar)


def matches(path: Path, known_hash: str) -> bool:
    """Whether a file has the digest ``algorithm:hex``."""
    return file_digest(path, known_hash.partition(":")[0]) == known_hash.partition(":")[2]


def _in_data_folder(relative: str) -> Path | None:
    folder = data_dir()
    if not relative or folder is None:
        return None
    path = folder / relative
    return path if path.is_file() else None
