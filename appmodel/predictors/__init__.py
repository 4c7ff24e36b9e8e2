"""Predictors: anything with ``fit(effects, network=None)`` and ``predict(conditions) -> effects``."""

from importlib import import_module
from typing import TYPE_CHECKING

from .base import Predictor
from .baselines import Additive, NoChange, ScaledAdditive, TrainingMean, TrainingMedian
from .controls import PermutedConditions
from .embedding_linear import EmbeddingLinear
from .embedding_tables import read_embedding
from .linear_model import LinearModel

if TYPE_CHECKING:
    from .anchored_app import AnchoredAPP
    from .app import APP

__all__ = [
    "APP",
    "Additive",
    "AnchoredAPP",
    "EmbeddingLinear",
    "LinearModel",
    "NoChange",
    "PermutedConditions",
    "Predictor",
    "ScaledAdditive",
    "TrainingMean",
    "TrainingMedian",
    "read_embedding",
]

# Torch takes seconds to import, and the baselines do not need it.
_WITH_TORCH = {"APP": "app", "AnchoredAPP": "anchored_app"}


def __getattr__(name: str) -> type:
    """The predictors that need torch, imported on first use."""
    if name in _WITH_TORCH:
        return getattr(import_module(f".{_WITH_TORCH[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
