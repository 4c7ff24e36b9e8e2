"""Files are written beside their place and renamed when complete; folders come from the environment."""

import errno
import hashlib
import io
import os
import stat
from pathlib import Path

import pytest

from appmodel.files import cache_dir, data_dir, sha256, shipped_dir, text_digest, writing


def everything(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writing_makes_the_folder_and_replaces_the_file(tmp_path):
    path = tmp_path / "new" / "deep" / "a.csv"
    for text in ("first", "second"):
        with writing(path) as temporary:
            assert temporary.parent == path.parent
            assert temporary.suffix == ".csv"
            temporary.write_text(text)
        assert path.read_text() == text
    assert everything(path.parent) == ["a.csv"]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(type(error)), writing(path) as temporary:  # noqa: PT012 -- the block is what fails
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert everything(tmp_path) == ["a.json"]


def test_failure_without_an_old_file_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), writing(tmp_path / "a.json"):
        raise RuntimeError
    assert everything(tmp_path) == []


@pytest.mark.parametrize("old", ["old", None])
def test_full_disk(tmp_path, monkeypatch, old):
    path = tmp_path / "a.txt"
    if old is not None:
        path.write_text(old)

    class FullDisk(io.TextIOWrapper):
        def write(self, text):
            super().write(text[: len(text) // 2])
            self.flush()
            raise OSError(errno.ENOSPC, "No space left on device")

    def write_text(self, text):
        with FullDisk(open(self, "wb")) as file:
            file.write(text)

    monkeypatch.setattr(Path, "write_text", write_text)
    with (
        pytest.raises(OSError, match=r"is full, .*a.txt was not written: free"),
        writing(path) as temporary,
    ):
        temporary.write_text("much too much")
    assert everything(tmp_path) == ([] if old is None else ["a.txt"])
    if old is not None:
        assert path.read_text() == old


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with writing(path) as temporary:
        temporary.write_text("half")
        assert path.read_text() == "old"
        temporary.write_text("whole")
    assert path.read_text() == "whole"


def test_files_get_the_usual_permissions(tmp_path):
    umask = os.umask(0o027)
    try:
        with writing(tmp_path / "a") as temporary:
            temporary.write_text("x")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_digests_agree_with_hashlib(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
    assert text_digest("abc") == hashlib.sha256(b"abc").hexdigest()[:12]


def test_folders_follow_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("APPMODEL_DATA", str(tmp_path))
    monkeypatch.setenv("APPMODEL_CACHE", str(tmp_path / "cache"))
    assert data_dir() == tmp_path
    assert cache_dir() == tmp_path / "cache"
    monkeypatch.setenv("APPMODEL_DATA", str(tmp_path / "absent"))
    with pytest.raises(FileNotFoundError, match=r"APPMODEL_DATA names .*absent.*unset it"):
        data_dir()
    monkeypatch.delenv("APPMODEL_CACHE")
    assert cache_dir().name == "appmodel"


def test_the_shipped_folder_holds_the_registry():
    assert (shipped_dir() / "registry.csv").is_file()
