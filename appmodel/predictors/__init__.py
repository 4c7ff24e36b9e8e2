"""Predictors: anything with ``fit(effects, network=None)`` and ``predict(conditions) -> effects``."""

from typing import TYPE_CHECKING

from .base import Predictor
from .baselines import Additive, NoChange, ScaledAdditive, TrainingMean
from .linear_model import LinearModel

if TYPE_CHECKING:
    from .app import APP

__all__ = ["APP", "Additive", "LinearModel", "NoChange", "Predictor", "ScaledAdditive", "TrainingMean"]


def __getattr__(name: str) -> type:
    """``APP`` on first use: torch takes seconds to import, and the baselines do not need it."""
    if name == "APP":
        from .app import APP

        return APP
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
