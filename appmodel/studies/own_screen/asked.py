"""What to predict: conditions by name, from a file, or all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from pathlib import Path

import pandas as pd
from anndata import AnnData

from ...effects import screen_targets
from ...names import genes_of, shown, standard_name
from ...networks import Network

PAIRS, GENES, NEIGHBOURS = "pairs", "genes", "neighbours"
N_NEIGHBOURS = 500
LARGEST = 200_000_000  # numbers of a prediction that are held at once, 1.6 GB


@dataclass(frozen=True)
class Asked:
    """The conditions to predict, in standard form and in order, and what was left out of them, each with the reason."""

    conditions: list[str]
    left_out: pd.DataFrame

    @classmethod
    def of(cls, names: Sequence[str], effects: AnnData) -> Asked:
        """``names`` without repeats and without what ``effects`` measured."""
        kept: dict[str, None] = {}
        rows = []
        measured = set(map(str, effects.obs_names))
        for name in names:
            if not genes_of(name):
                rows.append((name, "the control has no effect to predict"))
            elif (standard := standard_name(name)) in kept:
                rows.append((name, "asked for twice"))
            elif standard in measured:
                rows.append((name, "measured in this screen"))
            else:
                kept[standard] = None
        return cls(list(kept), pd.DataFrame(rows, columns=["condition", "reason"]))


def default_asked(effects: AnnData, network: Network | None) -> str:
    """What to predict where nobody says: all pairs of a screen that has pairs, else the genes around, if any are known.

    Where there is neither, pairs too: their sums need no network.
    """
    has_pairs = (effects.obs["n_targets"] > 1).any()
    return PAIRS if has_pairs or network is None else NEIGHBOURS


def conditions_asked(what: str | Path | Sequence[str], effects: AnnData, network: Network | None = None) -> Asked:
    """The conditions that ``what`` asks for.

    A list of conditions; the path of a text file with one condition a line, or of a csv or tsv with a column
    ``condition``; ``pairs``, all pairs of the genes that ``effects`` perturbs; ``genes``, all genes of the network; or
    ``neighbours``, the 500 of them that are best connected to the perturbed ones.
    What was measured is left out and listed.  Raises ``ValueError`` for a name that is no condition, where nothing is
    left, where genes are asked for without a network, and where the prediction would not fit into memory;
    ``FileNotFoundError`` for a text that is neither a file nor one of these words.
    """
    if what == PAIRS:  # before millions of names are made
        _check_size(comb(len(screen_targets(effects)), 2), effects)
    asked = Asked.of(_names(what, effects, network), effects)
    if not asked.conditions:
        reasons = shown(sorted(set(asked.left_out["reason"])))
        raise ValueError(f"Nothing is left to predict ({reasons or 'no condition was named'}): name other conditions.")
    _check_size(len(asked.conditions), effects)
    return asked


def _check_size(n: int, effects: AnnData) -> None:
    if (size := n * effects.n_vars) > LARGEST:
        raise ValueError(
            f"{n:,} conditions of {effects.n_vars:,} readouts are {size:.1e} numbers, too many for one table: name "
            f"fewer conditions, or write all pairs of a fitted predictor to files (appmodel.screen_pairs)."
        )


def _names(what: str | Path | Sequence[str], effects: AnnData, network: Network | None) -> list[str]:
    if not isinstance(what, str | Path):
        return [str(name) for name in what]
    if what == PAIRS:
        return ["+".join(pair) for pair in combinations(screen_targets(effects), 2)]
    if what in (GENES, NEIGHBOURS):
        if network is None:
            raise ValueError(
                f"{what!r} asks for genes of the network, but there is none that knows this screen: name one."
            )
        targets = screen_targets(effects)
        return list(network.genes) if what == GENES else network.nodes(targets, limit=len(targets) + N_NEIGHBOURS)
    path = Path(what)
    if not path.is_file():
        raise FileNotFoundError(
            f"{what} is neither a file of conditions nor one of {PAIRS}, {GENES}, {NEIGHBOURS}: give a list such as "
            f"['KLF1', 'CEBPA+KLF1'], or the path of a file with one condition a line."
        )
    return _read(path)


def _read(path: Path) -> list[str]:
    if path.suffix.lower() not in (".csv", ".tsv"):
        return [line.strip() for line in path.read_text().splitlines() if line.strip()]
    table = pd.read_csv(path, sep="\t" if path.suffix.lower() == ".tsv" else ",", dtype=str, keep_default_na=False)
    if "condition" not in table:
        raise ValueError(
            f"{path} has no column 'condition' (it has {shown(table.columns)}): call the column of conditions so."
        )
    return [name for name in table["condition"].str.strip() if name]
