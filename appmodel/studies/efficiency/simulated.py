"""The simulated screens of the efficiency study: written once, read by every measurement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from anndata import AnnData

from ...effects import condition_effects, load_effects
from ...names import condition_name
from ...networks import Network, load_network
from ...splits import split_doubles
from .timing import doubles_of

CONTROLS, CELLS = 500, (20, 40)  # cells of control and of each condition


def make_screens(folder: Path, sizes: Sequence[tuple[int, int]]) -> dict[str, str]:
    """Write effects and network of each simulated screen (genes, singles) to ``folder``; the hash of each."""
    from ...screens.demo import demo_screen  # not in the measuring process, which stays small

    hashes = {}
    for n_genes, n_singles in sizes:
        cells = demo_screen(0, n_genes, n_singles, doubles_of(n_singles), CONTROLS, CELLS)
        effects = condition_effects(cells, n_top_genes=None)
        # Sets, as pathways are, and not edges: only among sets is the number of nearest neighbours a choice.
        regulons = cells.uns["prior_network"].groupby("source")["target"]
        lines = ["\t".join([name, "regulon", name, *targets]) for name, targets in regulons]
        _network_path(folder, n_genes, n_singles).write_text("\n".join(lines) + "\n")
        del effects.layers["sampling_var"]
        effects.write_h5ad(_effects_path(folder, n_genes, n_singles))
        hashes[f"{n_genes} genes, {n_singles} singles"] = str(effects.uns["dataset_hash"])
    return hashes


def load_simulated(folder: Path, n_genes: int, n_singles: int) -> tuple[AnnData, Network, AnnData]:
    """Effects and network of a screen that ``make_screens`` wrote, and the effects that are for training."""
    effects = load_effects(_effects_path(folder, n_genes, n_singles))
    network = load_network([_network_path(folder, n_genes, n_singles)], aliases=False)
    return effects, network, effects[split_doubles(effects, seed=0).train].copy()


def unseen_pairs(effects: AnnData, n: int) -> list[str]:
    """``n`` doubles of measured singles that the screen does not hold, the same at every call."""
    measured = set(effects.obs_names)
    singles = [name for name, size in zip(effects.obs_names, effects.obs["n_targets"], strict=True) if size == 1]
    pairs = [name for pair in combinations(singles, 2) if (name := condition_name(pair)) not in measured]
    return [pairs[i] for i in np.random.default_rng(0).permutation(len(pairs))[:n]]


def _effects_path(folder: Path, n_genes: int, n_singles: int) -> Path:
    return folder / f"simulated_{n_genes}_{n_singles}.h5ad"


def _network_path(folder: Path, n_genes: int, n_singles: int) -> Path:
    return folder / f"regulons_{n_genes}_{n_singles}.gmt"
