"""Which network a screen is read with where nobody says."""

from __future__ import annotations

from collections.abc import Sequence

from anndata import AnnData

from ...effects import screen_targets
from ...networks import Network, load_network

OPEN = ("go_bp", "reactome", "string")


def network_for(effects: AnnData, names: str | Sequence[str] | None = None) -> tuple[Network | None, str]:
    """The network of a screen and, where it goes without one, the sentence that says why ('' else).

    Without ``names`` the open networks (the simulated screen has its own), none where they know no perturbed gene.
    Names or paths are loaded as they are; an empty list is no network.  Raises ``ValueError`` where a named network
    shares no gene with the screen, and what ``load_network`` raises.
    """
    if names is not None and not len(names):
        return None, "No network was given: nothing tells genes that were never perturbed apart."
    if names is not None:
        network = load_network(names)
        network.check_overlap(screen_targets(effects))
        return network, ""
    network = load_network(["demo"] if effects.uns.get("dataset") == "demo" else OPEN)
    if network.has(screen_targets(effects)).any():
        return network, ""
    example = screen_targets(effects)[0]
    return None, (
        f"None of the open networks ({', '.join(OPEN)}) knows a perturbed gene of this screen (such as {example!r}): "
        f"nothing tells genes that were never perturbed apart: name a network of your own, or write the genes as "
        f"human symbols (species='mouse' does that for mouse symbols)."
    )
