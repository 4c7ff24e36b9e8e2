"""Reading: figures and tables for people, drawn from scores and fitted models."""

from ..scoring import BASELINES
from .looks import named, readable
from .panels import panels
from .plots import (
    plot_additivity,
    plot_attention,
    plot_cells_per_condition,
    plot_degrees,
    plot_forest,
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
    standing,
)

__all__ = [
    "BASELINES",
    "attention_table",
    "load_leaderboard",
    "load_published",
    "load_results",
    "named",
    "panels",
    "paper_table",
    "plot_additivity",
    "plot_attention",
    "plot_cells_per_condition",
    "plot_degrees",
    "plot_forest",
    "plot_method_ratios",
    "plot_readout_scatter",
    "plot_results",
    "plot_training",
    "provenance_table",
    "readable",
    "screen_titles",
    "standing",
    "style",
]
