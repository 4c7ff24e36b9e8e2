"""Downloads: a server that does not answer or sends something else, a cache that cannot be written."""

import errno
import os

import pooch
import pytest

from appmodel import load_cells, load_effects
from appmodel.screens import registry


def cached(at, **change):
    """An empty data folder, an empty cache."""
    (at.folder / "data").mkdir()
    at.patch.setenv("APPMODEL_DATA", str(at.folder / "data"))
    at.patch.setenv("APPMODEL_CACHE", str(at.folder / "cache"))
    at.patch.setenv("NO_PROXY", "127.0.0.1")
    return "http://127.0.0.1:9"  # nobody listens there


def answers(at, content):
    """Let the transport of pooch deliver this content, or raise it."""

    def deliver(self, url, output, asked):
        if isinstance(content, Exception):
            raise content
        with open(output, "wb") as file:
            file.write(content)

    at.patch.setattr(pooch.HTTPDownloader, "__call__", deliver)
    return cached(at)


def in_data(at, name, content):
    """The data folder with a file in it."""
    cached(at)
    at.file(f"data/{name}", content)


FILE = os.path.basename(registry.entry("norman19", "effects").file)
STORED = f"FOLDER/cache/downloads/{FILE}"
FAULTS = {
    "nobody answers": (
        load_effects,
        lambda door, at: door("norman19", mirror=cached(at)),
        FileNotFoundError,
        f"{FILE} could not be downloaded from http://127.0.0.1:9/{FILE} (no connection): check the network and the "
        "address, or set APPMODEL_DATA to a folder that holds it.",
    ),
    "an address of another kind": (
        load_effects,
        lambda door, at: (cached(at), door("norman19", mirror="file:///data"))[1],
        FileNotFoundError,
        f"{FILE} could not be downloaded from file:///data/{FILE} (no such kind of address): check the network and the "
        "address, or set APPMODEL_DATA to a folder that holds it.",
    ),
    "an address that is no text": (
        load_effects,
        lambda door, at: (cached(at), door("norman19", mirror=5))[1],
        ValueError,
        "mirror is 5: give the address of a folder, such as 'https://...'.",
    ),
    "another file": (
        load_effects,
        lambda door, at: door("norman19", mirror=answers(at, b"a web page")),
        ValueError,
        f"What http://127.0.0.1:9/{FILE} sent is not the published {FILE} (its sha256 differs), so it was thrown away: "
        "try again later, or set APPMODEL_DATA to a folder that holds the published file.",
    ),
    "a full disk": (
        load_effects,
        lambda door, at: door("norman19", mirror=answers(at, OSError(errno.ENOSPC, "No space left on device"))),
        OSError,
        f"The disk is full, {STORED} was not written: free some space or set APPMODEL_CACHE to another folder.",
    ),
    "a cache that is closed": (
        load_effects,
        lambda door, at: door("norman19", mirror=answers(at, PermissionError(errno.EACCES, "Permission denied"))),
        PermissionError,
        f"{STORED} cannot be written, its folder is closed to you: set APPMODEL_CACHE to another folder.",
    ),
    "a file for the cache": (
        load_effects,
        lambda door, at: (at.file("cache", ""), door("norman19", mirror=cached(at)))[1],
        NotADirectoryError,
        f"{STORED} cannot be written, FOLDER/cache is a file and no folder: set APPMODEL_CACHE to another folder.",
    ),
    "an altered original in the data folder": (
        load_effects,
        lambda door, at: (in_data(at, registry.entry("norman19", "effects").file, b"x"), door("norman19"))[1],
        ValueError,
        "FOLDER/data/FILE is not the published file (its sha256 differs from the registry's): delete it to have it "
        "fetched from ADDRESS.",
    ),
    "a screen that is no download": (
        load_cells,
        lambda door, at: (cached(at), door("norman19_slice"))[1],
        FileNotFoundError,
        "Screen 'norman19_slice' (altoslabs/perturbench devel.h5ad, filtered to Norman 2019) is no download and is not "
        "on this machine: set APPMODEL_DATA to a folder that holds cells/norman19_slice.h5ad.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, at, said):
    door, call, error, sentence = FAULTS[fault]
    screen = registry.entry("norman19", "effects")
    said(door, call, error, sentence.replace("FILE", screen.file).replace("ADDRESS", screen.address))
    assert not [path for path in at.folder.glob("cache/downloads/*") if path.is_file()]
