"""Screens: where they come from, and the one form they are brought to."""

from .adaptors import standard_cells, standard_labels
from .distances import effects_from_distances, read_distance_matrix, read_distance_table
from .download import fetch
from .loading import holds_cells, load_cells, read_effects, reading_of, standard_effects
from .reading import Choices, ReadingError, ReadingWarning, refuse_cells
from .registry import available
from .validation import check_cells, content_hash, expression_kind

__all__ = [
    "Choices",
    "ReadingError",
    "ReadingWarning",
    "available",
    "check_cells",
    "content_hash",
    "effects_from_distances",
    "expression_kind",
    "fetch",
    "holds_cells",
    "load_cells",
    "read_distance_matrix",
    "read_distance_table",
    "read_effects",
    "reading_of",
    "refuse_cells",
    "standard_cells",
    "standard_effects",
    "standard_labels",
]
