"""Prior knowledge about genes: gene sets and edge lists become a ``Network``."""

from ..symbols import current_symbols
from .drawing import DegradedBySeed
from .loading import available_networks, load_network, network_from_edges, network_from_sets
from .network import Network, complete_network, empty_network
from .source import Source

__all__ = [
    "DegradedBySeed",
    "Network",
    "Source",
    "available_networks",
    "complete_network",
    "current_symbols",
    "empty_network",
    "load_network",
    "network_from_edges",
    "network_from_sets",
]
