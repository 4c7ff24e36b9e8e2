"""What a variant of a model or of its network changes (Tables 2 and 4)."""

from .differences import difference_table, percent_change, percent_table, relies_on_network
from .entries import damage_steps, study_variants
from .graph_damage import graph_damage
from .plots import plot_degradation, plot_degradation_panels, plot_difference_panels, plot_differences

__all__ = [
    "damage_steps",
    "difference_table",
    "graph_damage",
    "percent_change",
    "percent_table",
    "plot_degradation",
    "plot_degradation_panels",
    "plot_difference_panels",
    "plot_differences",
    "relies_on_network",
    "study_variants",
]
