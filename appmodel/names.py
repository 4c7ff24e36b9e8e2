"""Names of conditions and genes: one spelling for the whole package.

A condition is ``control``, a gene (``KLF1``) or several genes sorted and joined by ``+``
(``CEBPE+KLF1``).  Every door of the package brings names to this form; nothing behind the doors
has to think about spelling again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

CONTROL = "control"
SEPARATOR = "+"


def genes_of(condition: str) -> tuple[str, ...]:
    """Perturbed genes of a condition, sorted; empty for the control.

    Raises ``ValueError`` for an empty name, an empty gene (``"KLF1+"``) or a gene named twice.
    """
    if not isinstance(condition, str) or not condition.strip():
        raise ValueError(f"{condition!r} is not a condition: give a name like 'KLF1' or 'CEBPE+KLF1'.")
    if condition.strip() == CONTROL:
        return ()
    genes = tuple(sorted(part.strip() for part in condition.split(SEPARATOR)))
    if "" in genes:
        raise ValueError(f"Condition {condition!r} holds an empty gene name: write 'A' or 'A+B'.")
    if CONTROL in genes:
        raise ValueError(f"Condition {condition!r} mixes the control with a gene: write the gene alone.")
    if len(set(genes)) < len(genes):
        raise ValueError(f"Condition {condition!r} names a gene twice: name each gene once.")
    return genes


def condition_name(genes: Iterable[str]) -> str:
    """The name of the condition that perturbs ``genes``: sorted and joined by ``+``."""
    return SEPARATOR.join(sorted(genes)) or CONTROL


def standard_name(condition: str) -> str:
    """``condition`` with its genes sorted: ``KLF1+CEBPE`` becomes ``CEBPE+KLF1``."""
    return condition_name(genes_of(condition))


def all_genes(conditions: Iterable[str]) -> list[str]:
    """Sorted list of every gene perturbed in any of the conditions."""
    return sorted({gene for condition in conditions for gene in genes_of(condition)})


def repeated(names: Sequence[str]) -> list[str]:
    """The names that occur more than once, in order of first appearance."""
    return [name for name, count in Counter(names).items() if count > 1]


def shown(names: Iterable[str], limit: int = 5) -> str:
    """The first few names for an error message: ``'A', 'B' and 3 more``."""
    names = list(names)
    text = ", ".join(repr(str(name)) for name in names[:limit])
    return text if len(names) <= limit else f"{text} and {len(names) - limit} more"
