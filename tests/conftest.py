"""A tiny demo screen, scores worked by hand, and a cache of the tests' own."""

import os

import pandas as pd
import pytest

from appmodel import condition_effects
from appmodel.networks import network_from_edges
from appmodel.predictors.threads import one_thread
from appmodel.screens.demo import demo_screen


def pytest_collection_modifyitems(items):
    """Whatever needs the book of the tests is slow."""
    for item in items:
        if "built" in item.fixturenames:
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """No test reads or fills the user's cache."""
    before = os.environ.get("APPMODEL_CACHE")
    os.environ["APPMODEL_CACHE"] = str(tmp_path_factory.mktemp("appmodel-cache"))
    yield
    if before is None:
        del os.environ["APPMODEL_CACHE"]
    else:
        os.environ["APPMODEL_CACHE"] = before


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """As jobs run.  Numba, once used, gives torch all cores back: other last bits, waiting where cores are shared."""
    with one_thread():
        yield


@pytest.fixture(scope="session")
def _tiny_screen():
    return demo_screen(seed=1, n_genes=120, n_singles=12, n_doubles=10, n_controls=60, cells_per_condition=(10, 15))


@pytest.fixture(scope="session")
def _tiny_effects(_tiny_screen):
    return condition_effects(_tiny_screen)


@pytest.fixture
def tiny_cells(_tiny_screen):
    """12 singles and 10 doubles on 120 genes, raw counts; a test may change its copy."""
    return _tiny_screen.copy()


@pytest.fixture
def tiny_effects(_tiny_effects):
    """Effects of ``tiny_cells``; a test may change its copy."""
    return _tiny_effects.copy()


@pytest.fixture(scope="session")
def made_scores():
    """Scores in the form of the benchmark from ``{method: {(seed, condition): value}}``."""

    def made(values, dataset="d", task="doubles", metric="l2"):
        columns = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"]
        rows = [
            (dataset, task, seed, method, condition, metric, value, "")
            for method, cells in values.items()
            for (seed, condition), value in cells.items()
        ]
        return pd.DataFrame(rows, columns=columns)

    return made


@pytest.fixture(scope="session")
def tiny_network(_tiny_screen):
    """The prior network of the tiny screen: some true edges missing, some false ones added."""
    return network_from_edges(_tiny_screen.uns["prior_network"], name="demo")
