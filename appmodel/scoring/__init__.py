"""Scoring: predictions in, tidy scores out.  Nothing here ever sees a model's inside."""

from .benchmark import benchmark
from .comparison import paired_difference, ratio_table
from .metrics import METRICS, scored_readouts

__all__ = ["METRICS", "benchmark", "paired_difference", "ratio_table", "scored_readouts"]
