"""A predictor fitted on the tiny screen, a run over all pairs of its genes, and the bytes that a run leaves."""

import pytest

from appmodel import AnchoredAPP, screen_pairs
from appmodel.names import all_genes


@pytest.fixture(scope="session")
def model(_tiny_effects):
    return AnchoredAPP().fit(_tiny_effects)


@pytest.fixture(scope="session")
def genes(model):
    """The twelve genes of the screen and one that nothing is known of: 78 pairs, in four parts of 20."""
    return [*all_genes(model.training_conditions_), "NEW1"]


@pytest.fixture
def run(model, genes, tmp_path):
    def called(folder="run", **settings):
        asked = {"chunk": 20, "workers": 1, "progress": False, **settings}
        return screen_pairs(asked.pop("model", model), asked.pop("genes", genes), tmp_path / folder, **asked)

    return called


@pytest.fixture(scope="session")
def content():
    """The bytes of every file of a run; the card says on which day it was written."""

    def read(folder):
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "README.md"]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    return read
