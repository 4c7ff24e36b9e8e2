"""Reading: figures and tables for people, drawn from scores and fitted models."""

from ..scoring import BASELINES
from .looks import named, readable
from .panels import panels
from .plots import (
    plot_additivity,
    plot_attention,
    plot_beside_genes,
    plot_cells_per_condition,
    plot_degrees,
    plot_forest,
    plot_method_ratios,
    plot_readout_scatter,
    plot_results,
    plot_training,
    plot_tuning,
    style,
)
from .tables import (
    attention_table,
    choices_table,
    load_leaderboard,
    load_published,
    load_results,
    mending_table,
    paper_table,
    percent_table,
    provenance_table,
    ranges_in_words,
    screen_titles,
    with_interval,
)

__all__ = [
    "BASELINES",
    "attention_table",
    "choices_table",
    "load_leaderboard",
    "load_published",
    "load_results",
    "mending_table",
    "named",
    "panels",
    "paper_table",
    "percent_table",
    "plot_additivity",
    "plot_attention",
    "plot_beside_genes",
    "plot_cells_per_condition",
    "plot_degrees",
    "plot_forest",
    "plot_method_ratios",
    "plot_readout_scatter",
    "plot_results",
    "plot_training",
    "plot_tuning",
    "provenance_table",
    "ranges_in_words",
    "readable",
    "screen_titles",
    "style",
    "with_interval",
]
