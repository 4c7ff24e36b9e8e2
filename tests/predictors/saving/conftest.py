"""A fitted predictor of every class of the package, and what it is asked for."""

import warnings
from importlib import import_module
from itertools import pairwise
from pkgutil import walk_packages

import numpy as np
import pandas as pd
import pytest

from appmodel import APP, AnchoredAPP, EmbeddingLinear, LinearModel, Network, Predictor, as_effects, predictors
from appmodel.networks import network_from_sets
from appmodel.predictors.anchored_with_screens import AnchoredWithScreens
from appmodel.predictors.app import CollapseWarning

SMALL = {"n_layers": 2, "n_hidden": 8, "max_epochs": 2}
# Of classes that are told something, or are slow with what they have by default; the others are taken as they are.
TOLD = {"APP": lambda: APP(**SMALL), "PermutedConditions": lambda: predictors.PermutedConditions(LinearModel())}
TABLE = pd.DataFrame(np.random.default_rng(0).normal(size=(120, 5)), index=[f"SIM{i + 1:04d}" for i in range(120)])
TABLE.attrs["changes"] = [{"change": "tokens dropped", "count": 1, "reason": "special", "examples": "<pad>"}]
OTHER = as_effects(np.random.default_rng(1).normal(size=(30, 4)), [f"SIM{i + 1:04d}" for i in range(30)], list("wxyz"))
VARIANTS = {
    "APP anchored ensemble": lambda: APP(**SMALL, n_members=2, anchor=True, features="similarity", decoder="mlp"),
    "APP without network": lambda: APP(**{**SMALL, "n_layers": 0}, features="identity"),
    "APP permuted": lambda: predictors.PermutedConditions(APP(**SMALL, features="expression", pooling="context")),
    "AnchoredWithScreens told": lambda: AnchoredWithScreens([OTHER]),
    "AnchoredAPP mean": lambda: AnchoredAPP(centre="mean", robust_noise=False, singles_in_bank=False),
    "EmbeddingLinear random": lambda: EmbeddingLinear("random", n_components=6, seed=3),
    "EmbeddingLinear table": lambda: EmbeddingLinear(TABLE),
    "LinearModel network": lambda: LinearModel(embedding="network", n_components=4),
    "KernelRidge without network": lambda: predictors.KernelRidge(),
}


def classes():
    """Every predictor of the package that is not made to be built upon, found in its files."""
    found = set()
    for module in walk_packages(predictors.__path__, "appmodel.predictors."):
        kinds = vars(import_module(module.name)).values()
        found |= {kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Predictor)}
    own = {kind for kind in found if kind.__module__.startswith("appmodel.")}
    return sorted(
        kind.__name__ for kind in own if predictors.predictor_class(kind.__name__) or not kind.__subclasses__()
    )


MODELS = [name for name in classes() if name != "Predictor"] + list(VARIANTS)


@pytest.fixture(scope="module")
def effects(_tiny_effects):
    """Nine singles and seven doubles of the tiny screen; no test may change them."""
    perturbed = [name for name in _tiny_effects.obs_names if name != "control"]
    singles, doubles = ([name for name in perturbed if ("+" in name) == pair] for pair in (False, True))
    kept = _tiny_effects[[*singles[:9], *doubles[:7]]].copy()
    kept.var["chromosome"] = pd.Categorical(["1", "2"] * (kept.n_vars // 2))
    kept.var["named"] = [None, *["x"] * (kept.n_vars - 1)]
    return kept


@pytest.fixture(scope="module")
def asked(effects):
    """Measured, unseen and mixed conditions, pairs with their genes the other way round."""
    targets = sorted(effects.uns["targets"])
    pairs = [f"{b}+{a}" for a, b in pairwise(targets)]
    return [*pairs[::-1], *targets[::2], "+".join(targets[:3])]


@pytest.fixture(scope="module")
def network(tiny_network):
    """Edges and sets, looked up by current symbols."""
    genes = list(tiny_network.genes)
    sets = network_from_sets({f"set {i}": genes[i::7] for i in range(7)}, name="sets")
    return Network({**tiny_network.sources, **sets.sources})


@pytest.fixture(scope="module")
def fitted(effects, network):
    """The fitted predictor of a name of ``MODELS``, fitted once."""
    kept = {}

    def of(name):
        if name not in kept:
            made = VARIANTS.get(name) or TOLD.get(name) or predictors.predictor_class(name)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CollapseWarning)  # two epochs are too few to leave a constant
                kept[name] = made().fit(effects, None if "without network" in name else network)
        return kept[name]

    return of


@pytest.fixture(params=MODELS)
def model(request, fitted):
    return fitted(request.param)


@pytest.fixture(scope="session")
def names():
    """The names of all that ``fitted`` gives."""
    return MODELS
