"""Splits: who is trained on, who is tested on (section 4.1.3 of the paper).

The control stands in neither side.  The same seed gives the same split on every machine.
"""

from .cells import split_seen
from .making import make_split, possible_tasks, split_by_seen, split_doubles, split_unseen
from .split import TASKS, Split, seen_genes

__all__ = [
    "TASKS",
    "Split",
    "make_split",
    "possible_tasks",
    "seen_genes",
    "split_by_seen",
    "split_doubles",
    "split_seen",
    "split_unseen",
]
