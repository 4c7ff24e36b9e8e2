"""Scoring: predictions in, tidy scores out.  Nothing here ever sees a model's inside."""

from ..trials.predictions import load_predictions, predict_splits, save_predictions
from .benchmarking import benchmark, score_predictions
from .calibration import calibration_table
from .comparison import difference_table, paired_difference, ratio_table
from .leaderboards import BASELINES, leaderboard, suspected_leaks
from .metrics import METRICS, hit_recall
from .readouts import scored_readouts

__all__ = [
    "BASELINES",
    "METRICS",
    "benchmark",
    "calibration_table",
    "difference_table",
    "hit_recall",
    "leaderboard",
    "load_predictions",
    "paired_difference",
    "predict_splits",
    "ratio_table",
    "save_predictions",
    "score_predictions",
    "scored_readouts",
    "suspected_leaks",
]
