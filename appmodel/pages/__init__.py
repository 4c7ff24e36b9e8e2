"""Reading: figures and tables for people, drawn from scores and fitted models."""

from ..scoring import BASELINES
from .looks import named, readable, screen_name
from .neat import neat_tables
from .panels import panels
from .places import by_place, difference_in_words, error_in_words, intervals_in_words
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
    runs_table,
    screen_titles,
    with_interval,
)
from .tasks import screen_title, task_of, tasks_of, without_pairs

__all__ = [
    "BASELINES",
    "attention_table",
    "by_place",
    "choices_table",
    "difference_in_words",
    "error_in_words",
    "intervals_in_words",
    "load_leaderboard",
    "load_published",
    "load_results",
    "mending_table",
    "named",
    "neat_tables",
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
    "runs_table",
    "screen_name",
    "screen_title",
    "screen_titles",
    "style",
    "task_of",
    "tasks_of",
    "with_interval",
    "without_pairs",
]
