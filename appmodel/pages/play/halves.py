"""Two splits that hide each pair once."""

from __future__ import annotations

from anndata import AnnData

from ...names import genes_of
from ...splits import Split, split_doubles, split_unseen


def halves(effects: AnnData, task: str, seed: int = 0) -> list[Split]:
    """Splits of ``effects`` whose test sides share no condition.

    For the task ``doubles`` these are ``split_doubles`` and its mirror image, with the next seed: each pair whose genes
    were measured alone is tested once, by what was trained on the other half.  For ``unseen`` it is the one split of
    ``split_unseen``.  Raises ``ValueError`` where the screen is too small for the task.
    """
    if task == "unseen":
        return [split_unseen(effects, seed)]
    first = split_doubles(effects, seed)
    trained = set(first.train)
    rest = [name for name in first.train if len(genes_of(name)) == 2 and trained.issuperset(genes_of(name))]
    others = sorted({*first.train, *first.test} - set(rest))
    return [first, Split(others, sorted(rest), "doubles", seed + 1)]
