"""Downloading a file once, with its checksum verified every time."""

from __future__ import annotations

from pathlib import Path

import pooch

from ..files import cache_dir, writable

_TIMEOUT = 60  # seconds without an answer from the server


def fetch(
    url: str, known_hash: str, filename: str, *, folder: str | Path | None = None, progressbar: bool = False
) -> Path:
    """The file at ``url``, from ``folder`` (default: the cache) where it lies intact, else downloaded.

    ``known_hash`` reads ``sha256:...`` or ``md5:...``; a stored file that does not match is fetched again.
    What arrives goes into place only when complete and intact.  Raises ``ValueError`` where the content is
    not the published one, ``FileNotFoundError`` where the address does not answer, ``OSError`` where the disk
    is full.
    """
    import requests  # pooch's own transport: its errors say why an address does not answer

    folder = cache_dir() / "downloads" if folder is None else Path(folder)
    download = pooch.HTTPDownloader(progressbar=progressbar, timeout=_TIMEOUT, chunk_size=2**16)
    try:
        with writable(folder / filename):
            return Path(pooch.retrieve(url, known_hash, fname=filename, path=folder, downloader=download))
    except requests.RequestException as error:
        raise FileNotFoundError(
            f"{filename} could not be downloaded from {url} ({_reason(error)}): check the network and the address, or "
            f"set APPMODEL_DATA to a folder that holds it."
        ) from error
    except ValueError as error:
        if "does not match the known hash" not in str(error):
            raise
        raise ValueError(
            f"What {url} sent is not the published {filename} (its {known_hash.partition(':')[0]} differs), "
            f"so it was thrown away: try again later, or set APPMODEL_DATA to a folder that holds the "
            f"published file."
        ) from error


def file_digest(path: str | Path, algorithm: str) -> str:
    """Hexadecimal digest of a file's bytes, read in pieces (``algorithm``: ``sha256`` or ``md5``)."""
    return pooch.file_hash(str(path), alg=algorithm)


def _reason(error: Exception) -> str:
    import requests

    response = getattr(error, "response", None)
    if response is not None:
        return f"{response.status_code} {response.reason}"
    if isinstance(error, requests.Timeout):
        return f"no answer in {_TIMEOUT} seconds"
    return "no such kind of address" if isinstance(error, ValueError) else "no connection"
