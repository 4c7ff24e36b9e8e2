"""Networks that are drawn at random: another one for each seed, so that no verdict rests on one draw."""

from __future__ import annotations

from dataclasses import dataclass

from .network import Network


@dataclass(frozen=True)
class DegradedBySeed:
    """A network degraded anew for each seed (``Network.degraded``); called with a seed, it gives that one.

    ``genes`` are those that a ``complete`` network joins.  The nodes of a graph stay those of the intact network:
    edges are damaged, nothing else.
    """

    intact: Network
    how: str
    genes: tuple[str, ...] | None = None

    def __call__(self, seed: int) -> Network:
        """The network of a seed."""
        return self.intact.degraded(self.how, seed, genes=self.genes).with_nodes_of(self.intact)
