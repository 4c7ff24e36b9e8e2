"""The text of a file, whatever its packing, encoding and line ends: its bytes decide, not its name."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path

from ..files import NO_PICKLE, PICKLED
from ..names import shown
from .source import Decision

_EMPTY = "is empty: it should hold gene sets or edges."
_UNPACKERS = (
    (b"\x1f\x8b", "gzip", gzip.decompress),
    (b"BZh", "bzip2", bz2.decompress),
    (b"\xfd7zXZ", "xz", lzma.decompress),
)
# The longer marks first: UTF-32 little-endian begins as UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_NO_TABLES = (
    ("<!doctype html", "holds a web page, not a table: download the file itself again"),
    ("<html", "holds a web page, not a table: download the file itself again"),
    ("<?xml", "holds XML, not a table: export it as a table (.tsv) from where it comes"),
    ("{", "holds JSON, not a table: export it as a table (.tsv) from where it comes"),
    ("[{", "holds JSON, not a table: export it as a table (.tsv) from where it comes"),
    ("version https://git-lfs", "is a pointer of Git LFS, not the file: run git lfs pull"),
)


def read_text(path: Path) -> tuple[str, list[Decision]]:
    """The text of a file with line ends made ``\\n``, and what was decided on the way.

    Unpacked are gzip, bzip2, xz and a zip archive of one file; UTF-8 is taken, and UTF-16 or UTF-32 where a byte
    order mark says so.  Raises ``ValueError`` for anything else, naming the file and the mend.
    """
    if path.suffix.lower() in PICKLED:
        raise ValueError(f"{path} {NO_PICKLE.split(':')[0]}: save the network as .tsv.")
    data, packing = _unpacked(path, path.read_bytes())
    if not data.strip():
        raise ValueError(f"{path} {_EMPTY}")
    text, encoding, evidence = _decoded(path, data)
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u200b", "").replace("\xa0", " ")  # of web pages and spreadsheets: no part of any name
    start = text[:200].lstrip().lower()
    if not start:
        raise ValueError(f"{path} {_EMPTY}")
    for mark, what in _NO_TABLES:
        if start.startswith(mark):
            raise ValueError(f"{path} {what}.")
    return text, [Decision("file", f"{packing} {encoding}".strip(), evidence)]


def _unpacked(path: Path, data: bytes) -> tuple[bytes, str]:
    broken = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)
    try:
        for mark, name, unpack in _UNPACKERS:
            if data.startswith(mark):
                return unpack(data), f"{name},"
        if not data.startswith(b"PK\x03\x04"):
            return data, ""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) == 1:
                return archive.read(names[0]), "zip,"
    except broken as error:
        raise ValueError(f"{path} cannot be unpacked (truncated?): fetch it again.") from error
    if "xl/workbook.xml" in names:
        raise ValueError(f"{path} is a spreadsheet: save its sheet as .csv or .tsv.")
    raise ValueError(f"{path} is an archive of {len(names)} files ({shown(names, 3)}): unpack it, name one.")


def _decoded(path: Path, data: bytes) -> tuple[str, str, str]:
    mark, codec, encoding = next((found for found in _MARKS if data.startswith(found[0])), (b"", "utf-8", "UTF-8"))
    if not mark and b"\x00" in data:
        raise ValueError(f"{path} is no text file: save the network as .tsv, .csv, .gmt or .parquet.")
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a {encoding} text file: save it as UTF-8.") from error
    return text, encoding, "its byte order mark" if mark else "every byte reads as UTF-8"
