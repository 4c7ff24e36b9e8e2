"""The truth that a simulated screen carries."""

from __future__ import annotations

from anndata import AnnData

from ...effects import made_from_cells
from ...screens import load_cells
from ...screens.demo import true_effects


def known_truth(screen: str, effects: AnnData) -> AnnData | None:
    """Noise-free effects of the screen that ``effects`` were read from; None where they are not known."""
    if not effects.uns.get("simulated", False) or not made_from_cells(screen):
        return None
    cells = load_cells(screen)
    return true_effects(cells) if "true_effects" in cells.uns else None
