"""Labels that are asked about instead of read: bare numbers, dates, and text between two genes that may be a name."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from ...names import shown
from .genes import Genes
from .words import NO_GENE, is_control, is_date, is_number, is_sequence

MOST_PARTS = 8  # of a label that is cut in every way
ASKED = ("-", ":", ".", "~", " ", "^", "\\", "=", ">")  # may join genes, and may belong to a name


def refuse_other_joins(text: str, genes: Genes) -> None:
    """``CEBPE-KLF1`` is two genes or one: a ``ValueError`` that names the separator and both answers."""
    if genes.of_guide(text) is not None:
        return
    for join in ASKED:
        words = [part.strip() for part in text.split(join)]
        if not 2 <= len(words) <= MOST_PARTS or not all(words):
            continue
        ways = (way for way in cuts(words, join) if all(is_control(p) or genes.of_guide(p) is not None for p in way))
        if parts := min(ways, key=len, default=None):
            raise ValueError(
                f"Label {text!r} holds {join!r} between {shown(parts)}, which are genes by themselves; "
                f"{join!r} may also belong to one name: say separator={join!r} if it joins genes, "
                f"separator='+' if it does not."
            )


def cuts(words: list[str], join: str = "_") -> Iterable[list[str]]:
    """Every way to cut a list of words, kept in order, into two or more names."""
    for cut in itertools.product((False, True), repeat=len(words) - 1):
        if any(cut):
            parts = [words[0]]
            for word, new in zip(words[1:], cut, strict=True):
                parts[-1:] = [parts[-1], word] if new else [f"{parts[-1]}{join}{word}"]
            yield parts


def half_known(text: str, join: str, other: str) -> ValueError:
    """The question about ``KLF1|XYZ``, whose part ``other`` is no gene that is known."""
    return ValueError(
        f"Label {text!r} holds {join!r}, but {other!r} is no gene of the file nor of the committed networks: say "
        f"separator={join!r} if it joins genes, separator='+' if it belongs to the name."
    )


def ambiguous(text: str) -> ValueError:
    """The question about ``A_B_C``, which can be cut in several ways."""
    return ValueError(
        f"Label {text!r} can be cut into genes in more than one way: write it with '+' between "
        f"the genes, or name another column with condition_key=..."
    )


def refuse_number(part: str, label: str) -> None:
    """``ValueError`` for a part of a label that is a date, a bare number or a barcode, which are never genes."""
    if is_date(part):
        raise ValueError(
            f"Label {label!r} is a date that a spreadsheet made of a gene's name (1-Mar of MARCH1 or MARC1, 2-Sep "
            f"of SEPT2): write the symbol, in the labels and in var_names."
        )
    if is_number(part):
        raise ValueError(
            f"Label {label!r} holds the bare number {part!r}, which is no gene: give another column with "
            f"condition_key=..., or write the genes' symbols."
        )
    if is_sequence(part):
        raise ValueError(
            f"Label {label!r} holds {part!r}, the barcode of a cell or the sequence of a guide, which is no gene: give "
            f"another column with condition_key=..., or write the genes' symbols."
        )


def refuse_stem(stem: str, label: str) -> None:
    """``ValueError`` where what is left of a guide's name names no gene: ``-3`` of ``-3 pDS255``, ``*`` of ``*_2``."""
    refuse_number(stem, label)
    if stem.strip().lower() in NO_GENE:
        raise ValueError(
            f"Label {label!r} holds {stem!r}, which is no gene, beside the number of a guide: give another column with "
            f"condition_key=..., or write the genes' symbols."
        )


def refuse_numbers(labels: list[str]) -> None:
    """One sentence where most labels are numbers: they are codes, and the names are elsewhere."""
    named = [label for label in labels if label.strip() and label.strip().lower() not in NO_GENE]
    numbers = [label for label in named if is_number(label)]
    if numbers and len(numbers) > 0.5 * len(named):
        raise ValueError(
            f"Labels are bare numbers ({shown(numbers, 3)}), which are no genes: no label is a gene. They look "
            f"like codes whose names were lost; give the column of names with condition_key=..., or write symbols."
        )
    for label in named:
        if is_date(label):
            refuse_number(label.strip(), label)
