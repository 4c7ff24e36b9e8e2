"""Predictors: anything with ``fit(effects, network=None)`` and ``predict(conditions) -> effects``."""

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .base import Predictor
from .baselines import (
    Additive,
    MatchingMean,
    NoChange,
    ScaledAdditive,
    SinglesMean,
    TrainingMean,
    TrainingMedian,
)
from .controls import PermutedConditions
from .embedding import EmbeddingLinear, read_embedding
from .kernel_ridge import KernelRidge
from .linear_model import LinearModel
from .main_effects import MainEffects
from .nearest_genes import NearestGenes
from .tuned_linear_model import TunedLinearModel

if TYPE_CHECKING:
    from .anchored import AnchoredAPP
    from .anchored_with_screens import AnchoredWithScreens
    from .app import APP

__all__ = [
    "APP",
    "Additive",
    "AnchoredAPP",
    "AnchoredWithScreens",
    "EmbeddingLinear",
    "KernelRidge",
    "LinearModel",
    "MainEffects",
    "MatchingMean",
    "NearestGenes",
    "NoChange",
    "PermutedConditions",
    "Predictor",
    "ScaledAdditive",
    "SinglesMean",
    "TrainingMean",
    "TrainingMedian",
    "TunedLinearModel",
    "read_embedding",
]

# Torch takes seconds to import, and the baselines do not need it.
_WITH_TORCH = {"APP": "app", "AnchoredAPP": "anchored", "AnchoredWithScreens": "anchored_with_screens"}


def predictor_class(name: str) -> type[Predictor] | None:
    """The predictor of a name: one that ``appmodel`` hands on, or ``MyModel`` in ``predictors/my_model.py``."""
    if name in __all__:
        found = globals().get(name) or __getattr__(name)
    else:
        module = f"{__name__}.{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower()}"
        found = getattr(import_module(module), name, None) if name.isidentifier() and find_spec(module) else None
    return found if isinstance(found, type) and issubclass(found, Predictor) else None


def __getattr__(name: str) -> type:
    """The predictors that need torch, imported on first use."""
    if name in _WITH_TORCH:
        return getattr(import_module(f".{_WITH_TORCH[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
