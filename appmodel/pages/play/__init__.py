"""The page to play with: its data as small tables, its charts, and the scripts that move them in the reader's browser.

Nothing here is loaded from elsewhere: what the page needs stands in the page.
"""

from .board import METRICS_SHOWN, TASKS, board_table, committed_boards
from .fooling import Start, best_shrinkage, distorted, mean_scores, starting_point
from .genes import often_paired
from .halves import halves
from .pairs import error_table, pair_data
from .truth import known_truth
from .unmeasured import predict_unmeasured
from .widgets import board_widget, fool_widget, library, pick_widget

__all__ = [
    "METRICS_SHOWN",
    "TASKS",
    "Start",
    "best_shrinkage",
    "board_table",
    "board_widget",
    "committed_boards",
    "distorted",
    "error_table",
    "fool_widget",
    "halves",
    "known_truth",
    "library",
    "mean_scores",
    "often_paired",
    "pair_data",
    "pick_widget",
    "predict_unmeasured",
    "starting_point",
]
