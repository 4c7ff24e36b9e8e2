"""AnchoredAPP on the tiny screen, and one condition of each kind to ask it for."""

import numpy as np
import pytest

from appmodel import AnchoredAPP


@pytest.fixture
def names(tiny_effects):
    """Singles and doubles of the tiny screen."""
    perturbed = [name for name in tiny_effects.obs_names if name != "control"]
    return [name for name in perturbed if "+" not in name], [name for name in perturbed if "+" in name]


@pytest.fixture
def asked(names):
    """One condition of each kind; the screen has neither of the pairs asked for here."""
    (a, b, c, *_), _ = names
    kinds = {"measured": a, "gene": "SIM0001", "pair": f"{a}+{b}", "triple": f"{c}+{a}+{b}", "mixed": f"{a}+SIM0001"}
    return {**kinds, "unseen pair": "SIM0001+SIM0004", "stranger": "NOPE", "strangers": "NADA+NOPE"}


@pytest.fixture
def model(tiny_effects, tiny_network):
    return AnchoredAPP().fit(tiny_effects, tiny_network)


@pytest.fixture(scope="session")
def error():
    return lambda predicted, real: np.linalg.norm(np.asarray(predicted.X) - np.asarray(real.X), axis=1)
