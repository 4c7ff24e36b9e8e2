"""Disks that are full, folders that are closed, runs that are stopped: a sentence, and the old file as it was."""

import errno
import os
import resource
import tempfile
from pathlib import Path

import pytest

from appmodel import APP, Split, save_predictions, save_scores
from appmodel.files import cache_dir, writing


def split(at, path):
    Split([f"GENE{i}" for i in range(999)], ["BAK1"], "unseen", 0).to_json(path)


def scores(at, path):
    table = at.scores(reason="long " * 999)
    table.attrs["provenance"] = {"dataset": "mine"}
    save_scores(table, path)


def predictions(at, path):
    save_predictions(at.predictions(), path)


def model(at, path):
    APP(max_epochs=1, n_hidden=16, restarts=0).fit(at.effects(), at.network()).save(path)


WRITERS = {"split.json": split, "scores.csv": scores, "predictions.h5ad": predictions, "model.safetensors": model}


def refused(number):
    """What the system raises in the place of a call that it refuses."""

    def call(*args, **kwargs):
        raise OSError(number, os.strerror(number), "somewhere")

    return call


CLOSED = "FOLDER/NAME cannot be written, its folder is closed to you: name another place."
FULL = "The disk is full, FOLDER/NAME was not written: free some space or name another place."
REFUSED = {
    "a closed folder": (tempfile, "mkstemp", errno.EACCES, PermissionError, CLOSED),
    "a file system to read only": (tempfile, "mkstemp", errno.EROFS, OSError, CLOSED),
    "a file that may not be replaced": (os, "replace", errno.EPERM, PermissionError, CLOSED),
    "a full disk at the first byte": (tempfile, "mkstemp", errno.ENOSPC, OSError, FULL),
    "no space left of one's share": (os, "replace", errno.EDQUOT, OSError, FULL),
}


def check(at, name, caught, sentence):
    """The sentence, the old file, and no other beside it."""
    assert str(caught.value) == sentence.replace("FOLDER", str(at.folder)).replace("NAME", name)
    assert (at.folder / name).read_text() == "old"
    assert [path.name for path in at.folder.iterdir()] == [name]


@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.parametrize("name", WRITERS)
def test_what_the_system_refuses(name, fault, at):
    module, function, number, error, sentence = REFUSED[fault]
    at.file(name, "old")
    at.patch.setattr(module, function, refused(number))
    with pytest.raises(error) as caught:
        WRITERS[name](at, at.folder / name)
    assert caught.value.errno == number
    check(at, name, caught, sentence)


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_is_full_half_way(name, at):
    """No file may grow beyond a kilobyte: the system itself stops the writer, whichever library it is."""
    at.file(name, "old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="is full") as caught:
            WRITERS[name](at, at.folder / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    check(at, name, caught, FULL)


@pytest.mark.parametrize("name", WRITERS)
def test_a_run_that_is_stopped(name, at):
    def stop(*args):
        raise KeyboardInterrupt

    at.file(name, "old")
    at.patch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        WRITERS[name](at, at.folder / name)
    assert (at.folder / name).read_text() == "old"
    assert [path.name for path in at.folder.iterdir()] == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_for_a_folder_and_a_folder_for_a_file(name, at):
    at.file("file", "old")
    with pytest.raises(FileExistsError) as caught:
        WRITERS[name](at, at.folder / "file" / name)
    where = f"{at.folder}/file/{name} cannot be written, {at.folder}/file is a file and no folder"
    assert str(caught.value) == f"{where}: name another place."
    with pytest.raises(IsADirectoryError) as caught:
        WRITERS[name](at, at.folder)
    assert str(caught.value) == f"{at.folder} is a folder: give the name of a file in it."
    assert [path.name for path in at.folder.iterdir()] == ["file"]


def test_in_the_cache_the_mend_is_another_cache(at):
    at.patch.setenv("APPMODEL_CACHE", str(at.folder))
    at.patch.setattr(tempfile, "mkstemp", refused(errno.EACCES))
    with pytest.raises(PermissionError, match=r"closed to you: set APPMODEL_CACHE to another folder\."):
        writing(cache_dir() / "demo.h5ad").__enter__()


def test_an_error_that_is_none_of_the_disk_stays_what_it_is(at):
    with pytest.raises(FileNotFoundError, match="absent"), writing(at.folder / "a.txt"):
        Path(at.folder / "absent").read_text()
