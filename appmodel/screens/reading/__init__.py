"""One reading of a screen, with evidence: what is a row, a label, control, a gene, a value, a group."""

from .decisions import Choices, Reading, ReadingError, ReadingWarning
from .rows import refuse_cells

__all__ = ["Choices", "Reading", "ReadingError", "ReadingWarning", "refuse_cells"]
