"""The demo screen in the cache: made once, kept apart by seed and sizes, made again where it is damaged."""

import logging
from pathlib import Path

import anndata
import numpy as np
import pytest

from appmodel.screens import demo
from appmodel.screens.demo import load_demo, true_effects


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("APPMODEL_CACHE", str(tmp_path))
    return tmp_path


def test_round_trip_through_h5ad(tiny, tmp_path, same_screen):
    copy = tiny.copy()
    copy.write_h5ad(tmp_path / "tiny.h5ad")
    back = anndata.read_h5ad(tmp_path / "tiny.h5ad")
    back.obs["condition"] = back.obs["condition"].astype(str).astype(object)
    same_screen(back, tiny)
    np.testing.assert_array_equal(true_effects(back).X, true_effects(tiny).X)


def test_load_demo_makes_once_and_then_reads(cache, tiny, monkeypatch, tiny_sizes, same_screen):
    made = load_demo(**tiny_sizes)
    same_screen(made, tiny)
    monkeypatch.setattr(demo, "expected_log1p", None)  # making it again would fail
    same_screen(load_demo(0, **tiny_sizes), tiny)
    assert len(list(cache.glob("*.h5ad"))) == 1
    assert not list(cache.glob(".*"))


def test_load_demo_keeps_seeds_and_sizes_apart(cache, tiny, tiny_sizes, same_screen):
    load_demo(**tiny_sizes)
    assert load_demo(seed=1, **tiny_sizes).uns["seed"] == 1
    assert load_demo(**{**tiny_sizes, "n_genes": 130}).n_vars == 130
    same_screen(load_demo(**tiny_sizes), tiny)
    with pytest.raises(TypeError, match="n_cells"):
        load_demo(n_cells=3)


@pytest.mark.parametrize("damage", ["truncated", "altered", "no checksum"])
def test_damaged_cache_is_made_again_with_a_warning(cache, tiny, caplog, damage, tiny_sizes, same_screen):
    load_demo(**tiny_sizes)
    (path,) = cache.glob("*.h5ad")
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "altered":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.with_suffix(".sha256").unlink()
    with caplog.at_level(logging.WARNING, "appmodel"):
        same_screen(load_demo(**tiny_sizes), tiny)
    assert "made again" in caplog.text
    caplog.clear()
    same_screen(load_demo(**tiny_sizes), tiny)
    assert not caplog.text


def test_full_disk_costs_the_cache_but_not_the_screen(cache, tiny, caplog, monkeypatch, tiny_sizes, same_screen):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    same_screen(load_demo(**tiny_sizes), tiny)
    assert "could not be kept" in caplog.text
    assert not list(cache.iterdir())
