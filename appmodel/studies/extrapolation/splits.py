"""The splits of one seed by which extrapolation is asked about on a screen of one's own, as far as it allows them."""

from __future__ import annotations

from dataclasses import dataclass

from anndata import AnnData

from ...splits import Split, possible_tasks, split_by_seen, split_doubles, split_unseen
from .summary import USUAL_SHARE

SHARES = (0.1, USUAL_SHARE, 0.5, 0.75)


@dataclass(frozen=True)
class Splits:
    """``usual`` is (share of the genes held out, split) of each task; ``by_seen`` a split by seen genes.

    ``reason`` says why there is none of the latter, else it is empty.
    """

    usual: list[tuple[float, Split]]
    by_seen: Split | None
    reason: str = ""


def splits_of(effects: AnnData, seed: int) -> Splits:
    """Unseen genes with ever more of them held out, doubles and seen genes where the screen has the pairs for them.

    Raises ``ValueError`` for a screen with fewer than two singles.
    """
    usual = [(share, split_unseen(effects, seed, share)) for share in SHARES]
    if "doubles" in possible_tasks(effects):
        usual.append((USUAL_SHARE, split_doubles(effects, seed)))
    try:
        return Splits(usual, split_by_seen(effects, seed))
    except ValueError as error:
        return Splits(usual, None, str(error))
