"""APP, the published model (section 3 of the paper)."""

from .predictor import APP, CollapseWarning

__all__ = ["APP", "CollapseWarning"]
