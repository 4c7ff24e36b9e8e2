"""A small APP, and what it is trained on."""

import pytest

from appmodel import APP, split_doubles

# Said here, so that no test depends on what tuning chose.
SMALL = {"features": "identity", "n_layers": 2, "n_hidden": 8, "max_epochs": 2}


@pytest.fixture(scope="module")
def data(_tiny_effects):
    """Training effects and test conditions: no test may change them."""
    split = split_doubles(_tiny_effects, seed=0)
    return _tiny_effects[split.train].copy(), split.test


@pytest.fixture(scope="module")
def fit(data, tiny_network):
    """Fits a small APP with further options, on the training effects and their network unless others are given."""

    def fitted(effects=data[0], network=tiny_network, **options):
        return APP(**{**SMALL, **options}).fit(effects, network)

    return fitted


@pytest.fixture(scope="module")
def model(fit):
    return fit()


@pytest.fixture(scope="session")
def weights():
    """All that a model has learned, to the byte."""
    return lambda model: {name: tensor.numpy().tobytes() for name, tensor in model.module_.state_dict().items()}
