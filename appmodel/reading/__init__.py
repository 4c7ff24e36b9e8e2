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
    verdict,
)
from .variants.differences import difference_table, plot_degradation, plot_differences, says_of_network, says_of_parts

__all__ = [
    "BASELINES",
    "BLUE",
    "ORANGE",
    "attention_table",
    "difference_table",
    "load_leaderboard",
    "load_published",
    "load_results",
    "paper_table",
    "plot_additivity",
    "plot_attention",
    "plot_cells_per_condition",
    "plot_degradation",
    "plot_degrees",
    "plot_differences",
    "plot_method_ratios",
    "plot_readout_scatter",
    "plot_results",
    "plot_training",
    "provenance_table",
    "says_of_network",
    "says_of_parts",
    "style",
    "verdict",
]
