"""Effects: what a screen says, one row per condition (cells -> effects)."""

from .form import as_effects, perturbed, screen_targets, significance, standard_errors
from .loading import load_effects, made_from_cells
from .preprocessing import preprocess
from .pseudobulk import condition_effects, effects_of

__all__ = [
    "as_effects",
    "condition_effects",
    "effects_of",
    "load_effects",
    "made_from_cells",
    "perturbed",
    "preprocess",
    "screen_targets",
    "significance",
    "standard_errors",
]
