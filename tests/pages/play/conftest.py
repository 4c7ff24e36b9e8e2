"""The data of the page, of the tiny screen, with models that take no time."""

import pytest

from appmodel import Additive, KernelRidge, ScaledAdditive, TrainingMean, predict_splits
from appmodel.pages.play import halves, often_paired, pair_data, predict_unmeasured, starting_point
from appmodel.screens.demo import true_effects

METHODS = {"additive": Additive(), "scaled_additive": ScaledAdditive(), "kernel_ridge": KernelRidge()}


@pytest.fixture(scope="session")
def effects_shared(_tiny_effects):
    """Effects that no test changes."""
    return _tiny_effects


@pytest.fixture(scope="session")
def cells_shared(_tiny_screen):
    """Cells that no test changes."""
    return _tiny_screen


@pytest.fixture(scope="session")
def splits(_tiny_effects):
    return halves(_tiny_effects, "doubles")


@pytest.fixture(scope="session")
def predictions(_tiny_effects, tiny_network, splits):
    methods = {**METHODS, "training_mean": TrainingMean()}
    return predict_splits(methods, _tiny_effects, network=tiny_network, splits=splits)


@pytest.fixture(scope="session")
def truth(_tiny_screen):
    return true_effects(_tiny_screen)


@pytest.fixture(scope="session")
def genes(splits):
    return often_paired([name for split in splits for name in split.test], 8)


@pytest.fixture(scope="session")
def unmeasured(_tiny_effects, tiny_network, genes):
    return predict_unmeasured(METHODS, _tiny_effects, genes, tiny_network)


@pytest.fixture(scope="session")
def data(_tiny_effects, predictions, unmeasured, genes, truth):
    return pair_data(_tiny_effects, predictions, unmeasured, genes, truth, n_readouts=5)


@pytest.fixture(scope="session")
def start(_tiny_effects, predictions):
    return starting_point(predictions, _tiny_effects, ["additive", "kernel_ridge", "training_mean"])
