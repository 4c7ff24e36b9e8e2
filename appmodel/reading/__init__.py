"""Reading: figures and tables for people, drawn from scores and fitted models."""

from ..scoring import BASELINES
from .plots import (
    BLUE,
    ORANGE,
    plot_additivity,
    plot_attention,
    plot_cells_per_condition,
    plot_degrees,
    plot_method_ratios,
    plot_readout_scatter,
    plot_results,
    plot_training,
    style,
)
from .tables import (
    attention_table,
    load_leaderboard,
    load_published,
    load_results,
    paper_table,
    provenance_table,
    screen_titles,
    verdict,
)

__all__ = [
    "BASELINES",
    "BLUE",
    "ORANGE",
    "attention_table",
    "load_leaderboard",
    "load_published",
    "load_results",
    "paper_table",
    "plot_additivity",
    "plot_attention",
    "plot_cells_per_condition",
    "plot_degrees",
    "plot_method_ratios",
    "plot_readout_scatter",
    "plot_results",
    "plot_training",
    "provenance_table",
    "screen_titles",
    "style",
    "verdict",
]
