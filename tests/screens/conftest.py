"""A tiny demo screen, a folder served on this machine, and a cache and a data folder of the test's own."""

import functools
import http.server
import threading

import numpy as np
import pandas as pd
import pytest

from appmodel.screens.demo import demo_screen


@pytest.fixture(scope="session")
def tiny_sizes():
    return {"n_genes": 120, "n_singles": 12, "n_doubles": 10, "n_controls": 60, "cells_per_condition": (10, 15)}


@pytest.fixture(scope="session")
def tiny(tiny_sizes):
    """The screen of seed 0: no test may change it."""
    return demo_screen(**tiny_sizes)


@pytest.fixture(scope="session")
def same_screen():
    def same(one, other):
        assert (one.X != other.X).nnz == 0
        assert set(one.uns) == set(other.uns)
        tables = [(one.uns[key], other.uns[key]) for key in ("true_network", "prior_network")]
        for table, again in [(one.obs, other.obs), (one.var, other.var), *tables]:
            pd.testing.assert_frame_equal(table, again)
        for key in ("true_effects", "true_baseline", "true_conditions", "true_genes"):
            np.testing.assert_array_equal(one.uns[key], other.uns[key])

    return same


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; counts requests; ``cut`` announces the whole length but sends half of it."""

    def do_GET(self):
        self.server.requests.append(self.path)
        path = self.translate_path(self.path)
        if not self.server.cut:
            return super().do_GET()
        with open(path, "rb") as file:
            content = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A local server: ``folder`` holds what it serves, ``address`` is its base address."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(_Handler, directory=str(folder))
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    running.folder, running.cut, running.requests = folder, False, []
    running.address = f"http://127.0.0.1:{running.server_address[1]}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    """An empty data folder and an empty cache; returns both."""
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    monkeypatch.setenv("APPMODEL_DATA", str(data))
    monkeypatch.setenv("APPMODEL_CACHE", str(cache))
    monkeypatch.delenv("APPMODEL_MIRROR", raising=False)
    return data, cache
