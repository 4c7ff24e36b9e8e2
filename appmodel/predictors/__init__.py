"""Predictors: anything with ``fit(effects, network=None)`` and ``predict(conditions) -> effects``."""

from .app import APP
from .base import Predictor
from .baselines import Additive, NoChange, ScaledAdditive, TrainingMean
from .linear_model import LinearModel

__all__ = ["APP", "Additive", "LinearModel", "NoChange", "Predictor", "ScaledAdditive", "TrainingMean"]
