"""The splits of one seed by which extrapolation is asked about on a screen of one's own, as far as it allows them."""

from __future__ import annotations

from dataclasses import dataclass

from anndata import AnnData

from ...names import genes_of
from ...splits import Split, possible_tasks, split_by_seen, split_doubles, split_unseen
from .summary import USUAL_SHARE

SHARES = (0.1, USUAL_SHARE, 0.5, 0.75)


@dataclass(frozen=True)
class Splits:
    """``usual``: share of the genes held out and split, one for each task; ``by_seen``: one by seen genes, or none."""

    usual: list[tuple[float, Split]]
    by_seen: Split | None


def splits_of(effects: AnnData, seed: int) -> Splits:
    """Unseen genes, ever more of them held out while two singles are left to train on, and doubles and seen genes.

    Those of pairs are left out where the screen has too few.  Raises ``ValueError`` for fewer than two singles.
    """
    usual = [(share, split_unseen(effects, seed, share)) for share in SHARES]
    usual = [(share, split) for share, split in usual if sum(len(genes_of(name)) == 1 for name in split.train) > 1]
    if "doubles" in possible_tasks(effects):
        usual.append((USUAL_SHARE, split_doubles(effects, seed)))
    try:
        by_seen = split_by_seen(effects, seed)
    except ValueError:  # too few pairs of two seen genes: whether there are any depends on the seed
        by_seen = None
    return Splits(usual, by_seen)
