"""A tiny demo screen, scores worked by hand, a cache of the tests' own, and the book built once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from appmodel import condition_effects
from appmodel.networks import network_from_edges
from appmodel.predictors.threads import one_thread
from appmodel.screens.demo import demo_screen

ROOT = Path(__file__).resolve().parents[1]
VENV = sys.prefix
OF_THE_BOOK = ("tests/in_browser/", "tests/test_project.py")
# Files that one process does: the book is built once, dcor (which GEARS imports) is compiled once, and what claims are
# judged by is computed once.
TOGETHER = {
    "the book": OF_THE_BOOK,
    "dcor": (
        "tests/studies/test_gears.py",
        "tests/studies/test_beside_gears.py",
        "tests/studies/interactions/test_distance_correlation.py",
    ),
    "claims": ("tests/pages/claims/",),
}
# Chapters that ask for no pairs: their screen has none.
ON_SINGLES = ("network", "network_quality")
QUICK = {
    "max_epochs": 2,
    "patience": 2,
    "n_hidden": 8,
    "seeds": 1,
    "n_nodes": 50,
    "n_top_genes": 80,
    "n_explained": 1,
    "aggregation": "max",
    "activation": "leaky_relu",
    "measure_here": False,
}


def pytest_collection_modifyitems(items):
    """Whatever needs the book of the tests is slow; its files come first, as they take longest."""
    for item in items:
        if "built" in item.fixturenames:
            item.add_marker("slow")
            assert of_the_book(item.nodeid), f"name the file of {item.nodeid} in OF_THE_BOOK: the book is built once"
    items.sort(key=lambda item: not of_the_book(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """One process does the tests of a file, and of all files that go ``TOGETHER``."""
    from xdist.scheduler import LoadFileScheduling

    class SomeAtOnce(LoadFileScheduling):
        def _split_scope(self, nodeid):
            names = (name for name, files in TOGETHER.items() if nodeid.startswith(files))
            return next(names, None) or super()._split_scope(nodeid)

    return SomeAtOnce(config, log)


def of_the_book(nodeid):
    """Whether a test stands in a file that needs the book of the tests."""
    return nodeid.startswith(OF_THE_BOOK)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """No test reads or fills the user's cache; the processes of a run of tests have one between them."""
    before, place = os.environ.get("APPMODEL_CACHE"), tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    os.environ["APPMODEL_CACHE"] = str(place / "appmodel-cache")
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


@pytest.fixture(scope="session")
def make():
    """Runs make as the README says, in the environment of the tests, which is installed already."""

    def run(*arguments, cwd=ROOT):
        command = ["make", *arguments, f"VENV={VENV}", f"--old-file={VENV}/.installed"]
        clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")}
        return subprocess.run(command, cwd=cwd, env=clean, text=True, capture_output=True, timeout=900, check=False)

    return run


@pytest.fixture(scope="session")
def readme_commands():
    """The lines of the README's block of commands."""
    block = re.search(r"## Commands.*?```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    return block.split("\n")[:-1]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A copy of the checkout as git would give it, with what is not committed yet."""
    copy = tmp_path_factory.mktemp("checkout") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def built(checkout, make, readme_commands, _tiny_screen):
    """The README's ``make book``, every chapter once and short."""
    from appmodel.pipeline.notebooks import notebook_parameters

    _tiny_screen.write_h5ad(checkout / "tiny.h5ad")
    _tiny_screen.uns["prior_network"].to_csv(checkout / "prior.csv", index=False)
    _tiny_screen[~_tiny_screen.obs["condition"].str.contains("+", regex=False)].write_h5ad(checkout / "singles.h5ad")
    profile = {}
    for path in sorted((ROOT / "notebooks").glob("*.py")):
        screen = checkout / ("singles.h5ad" if path.stem in ON_SINGLES else "tiny.h5ad")
        given = {**QUICK, "screen": str(screen), "networks": [str(checkout / "prior.csv")]}
        profile[path.stem] = {key: value for key, value in given.items() if key in notebook_parameters(path)}
    (checkout / "profiles" / "own.yml").write_text(yaml.safe_dump({"notebooks": profile}))
    command = next(line for line in readme_commands if line.startswith("make book"))
    result = make(*command.split()[1:], "PROFILE=own", cwd=checkout)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-5000:]
    return checkout
