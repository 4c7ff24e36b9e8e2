"""What a variant of a model or of its network changes (Tables 2 and 4)."""

from .differences import percent_change, percent_table, relies_on_network
from .entries import damage_steps
from .graph_damage import graph_damage

__all__ = [
    "damage_steps",
    "graph_damage",
    "percent_change",
    "percent_table",
    "relies_on_network",
]
