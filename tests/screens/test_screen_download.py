"""Downloading from a server on this machine: intact, altered, truncated, absent, on a full disk."""

import errno
import hashlib

import pooch
import pytest

from appmodel.screens.download import fetch

CONTENT = bytes(range(256)) * 2000
SHA = "sha256:" + hashlib.sha256(CONTENT).hexdigest()


def test_intact_file_is_fetched_once(server, tmp_path):
    (server.folder / "a.bin").write_bytes(CONTENT)
    for _ in range(2):
        path = fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path / "store")
        assert path == tmp_path / "store" / "a.bin"
        assert path.read_bytes() == CONTENT
    assert server.requests == ["/a.bin"]


def test_md5_is_understood_and_the_cache_is_the_default(server, own_folders):
    (server.folder / "a.bin").write_bytes(CONTENT)
    path = fetch(f"{server.address}/a.bin", "md5:" + hashlib.md5(CONTENT).hexdigest(), "a.bin")
    assert path.is_relative_to(own_folders[1])
    assert path.read_bytes() == CONTENT


def test_altered_file_is_thrown_away(server, tmp_path):
    (server.folder / "a.bin").write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(ValueError, match=r"is not the published a.bin .its sha256 differs."):
        fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []


def test_truncated_transfer_is_thrown_away(server, tmp_path):
    (server.folder / "a.bin").write_bytes(CONTENT)
    server.cut = True
    with pytest.raises(FileNotFoundError, match=r"could not be downloaded from http://127.0.0.1"):
        fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []


def test_damaged_stored_file_is_fetched_again(server, tmp_path):
    (server.folder / "a.bin").write_bytes(CONTENT)
    (tmp_path / "a.bin").write_bytes(CONTENT[:100])
    assert fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path).read_bytes() == CONTENT


def test_missing_file_says_404(server, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.bin \(404 .*APPMODEL_DATA"):
        fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path)


def test_no_network_names_the_address(server, tmp_path):
    server.shutdown()
    server.server_close()
    says = rf"{server.address}/a\.bin \(no connection\).*APPMODEL_DATA"
    with pytest.raises(FileNotFoundError, match=says):
        fetch(f"{server.address}/a.bin", SHA, "a.bin", folder=tmp_path)


def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.bin").write_bytes(b"old")
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    with pytest.raises(OSError, match=r"disk is full, .*a.bin was not written: free some space") as caught:
        fetch("http://127.0.0.1/a.bin", SHA, "a.bin", folder=tmp_path)
    assert caught.value.errno == errno.ENOSPC
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == b"old"
