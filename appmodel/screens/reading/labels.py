"""From a label to a condition: what joins genes, which part is control, which label is one guide of a gene."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from ...names import CONTROL, SEPARATOR, standard_name
from .genes import Genes
from .label_questions import (
    MOST_PARTS,
    ambiguous,
    cuts,
    half_known,
    refuse_number,
    refuse_numbers,
    refuse_other_joins,
    refuse_stem,
)
from .words import (
    NO_GENE,
    PLASMID,
    is_control,
    is_number,
    is_numbered_control,
    is_plasmid,
    is_tag,
    stems,
    unframed,
)

JOINS = (" || ", "||", "|", ";", ",", "&", "/", "__")  # where all parts are genes; "_" needs a closer look
NEVER_IN_NAMES = ("||", "|", ";", "&")  # a label that holds one of these is never one gene
_CONVENTION = 2  # guides of known genes from which on a number behind an unknown name is one of its guides too

Underscore = Literal["joins genes", "joins known genes", "belongs to the name"]
_PARTS = Callable[[str], "list[str] | None"]


@dataclass
class LabelReader:
    """Reads the labels of one file; what it did to them is kept for the record.

    ``genes``: what can be a gene.  ``controls``: labels that the caller calls control (``*`` stands for any letters).
    ``separator``: the only text that joins genes, besides ``+``.  ``underscore``: what ``A_B`` is where the parts
    are not all known as genes.
    """

    genes: Genes
    controls: tuple[str, ...] = ()
    separator: str | None = None
    underscore: Underscore = "joins known genes"
    guides: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    respelled: dict[str, str] = field(default_factory=dict)
    joined_by: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unknown: set[str] = field(default_factory=set)
    _plain: set[str] = field(default_factory=set, init=False)  # labels and parts that stand alone in the file
    _numbers_guides: bool = field(default=False, init=False)

    def read(self, labels: Iterable[str]) -> dict[str, str | None]:
        """Each label with its condition in standard form; None where it names no gene (``*``, empty, NaN).

        Raises ``ValueError`` for a label that is a bare number or a date, names a gene twice, holds an empty name or
        can be read in several ways.
        """
        labels = [str(label) for label in labels]
        self._plain = {label.strip() for label in labels if "_" not in label and SEPARATOR not in label}
        self._plain |= {part.strip() for label in labels for part in label.split(SEPARATOR) if "_" not in part}
        refuse_numbers(labels)
        self.genes.fold_case(self._plain)
        guides = [label for label in self._plain if not self.is_control(label) and self.genes.find(label) is None]
        guides += [text for text in map(str.strip, labels) if "_" in text and self.genes.find(text) is None]
        self._numbers_guides = sum(self.genes.of_guide(label) is not None for label in guides) >= _CONVENTION
        return {label: self._condition(label) for label in labels}

    def is_control(self, word: str) -> bool:
        """Whether a whole label or a part of one is control: told, or a word in use that is no measured gene."""
        if self.is_told(word):
            return True
        word = PLASMID.sub("", word.strip())
        return is_control(word) and not (is_numbered_control(word) and self.genes.is_current(word))

    def is_told(self, word: str) -> bool:
        """Whether the caller called this label control."""
        word = word.strip()
        return word in self.controls or any(
            "*" in each and each != "*" and fnmatchcase(word, each) for each in self.controls
        )

    def _condition(self, label: str) -> str | None:
        text = label.strip()
        if self.is_told(text):
            return CONTROL
        if not text or text.lower() in NO_GENE:
            return None
        whole = unframed(_without_repeat(text))
        if whole != text and self.genes.find(text) is None:
            text, framed = whole, True
        else:
            framed = False
        parts = [part for part in self._parts(text) if not self.is_control(part)]
        if any(part.lower() in NO_GENE for part in parts):
            return None
        named = [self._gene(part, label) for part in parts]
        if framed and len(named) == 1:
            self.guides[named[0]].add(label)
        if len(set(parts)) == len(parts) or SEPARATOR not in text:
            named = list(dict.fromkeys(named))  # two guides of one gene
        return standard_name(SEPARATOR.join(named)) if named else CONTROL

    def _parts(self, text: str) -> list[str]:
        """The parts of a label: names of genes or guides, words of control."""
        if self.genes.find(text) is not None:
            if SEPARATOR in text:
                raise ValueError(
                    f"Label {text!r} is a gene whose name holds '+', which joins genes here: write the name without "
                    f"it, in the labels and in var_names."
                )
            return [text]
        if self.is_control(text):
            return [text]
        if self.separator not in (None, SEPARATOR) and self.separator in text:
            return [part.strip() for part in text.split(self.separator)]
        if SEPARATOR in text:
            return self._at_plus(text)
        if self.separator is not None:
            return [text]
        for parts_of in (self._at_joins, self._at_underscores):
            if (parts := parts_of(text)) is not None:
                return parts
        refuse_other_joins(text, self.genes)
        return [text]

    def _at_plus(self, text: str) -> list[str]:
        """``A+B``; the number of a plasmid that lost its underscore (``KLF1+pDS255``) is no gene."""
        parts = [part.strip() for part in text.split(SEPARATOR)]
        if "" in parts:
            raise ValueError(
                f"Condition {text!r} holds an empty gene name: write 'A' or 'A+B' (a '+' that belongs to a name, as in "
                f"CD34+, has to go)."
            )
        for part in parts:
            refuse_number(part, text)
        return [part for i, part in enumerate(parts) if not (i and is_plasmid(part) and self.genes.find(part) is None)]

    def _at_joins(self, text: str) -> list[str] | None:
        """``A|B`` and the like where every part is a gene, a guide or control; refused where only some are."""
        for join in JOINS:
            if join not in text:
                continue
            parts = [part.strip() for part in text.split(join)]
            parts = [part for i, part in enumerate(parts) if not (i and is_tag(part) and self.genes.find(part) is None)]
            if len(parts) == 1 and self.genes.of_guide(parts[0]) is not None:
                return parts  # KLF1|2: a guide
            clear = [part for part in parts if part and self._is_name(part)]
            if len(clear) == len(parts):
                self.joined_by[join.strip()].append(text)
                return parts
            if join in NEVER_IN_NAMES or (clear and join != "__"):
                other = next(part for part in parts if part not in clear)
                raise half_known(text, join.strip(), other)
        return None

    def _is_name(self, part: str) -> bool:
        """Whether a part may stand alone: control, a gene, a guide, or a label of the file by itself."""
        return self.is_control(part) or part in self._plain or self.genes.of_guide(part) is not None

    def _is_gene(self, part: str) -> bool:
        return self.is_control(part) or self.genes.find(part) is not None or part in self._plain

    def _at_underscores(self, text: str) -> list[str] | None:
        """The genes of ``KLF1_CEBPE``: the one way to cut it into the fewest known names, else its two halves."""
        words = text.split("_")
        if len(words) == 1 or self.underscore == "belongs to the name":
            return None
        ways = [*cuts(words)] if len(words) <= MOST_PARTS else []
        if (way := self._only(text, [way for way in ways if all(self._is_gene(part) for part in way)])) is not None:
            return self._noted(way, text)
        if self.genes.of_guide(text) is not None or PLASMID.search(text):
            return [text]
        guided = [way for way in ways if not any(is_tag(part) for part in way) and all(map(self._is_name, way))]
        if (way := self._only(text, guided)) is not None:
            return self._noted(way, text)
        if self.underscore != "joins genes" or any(is_tag(word) for word in words[1:]):
            return None
        if len(words) == 2 and not any(map(is_number, words)):
            return words
        raise ambiguous(text)

    def _only(self, text: str, ways: list[list[str]]) -> list[str] | None:
        """The way with the fewest parts; None where there is none, an error where two are as short."""
        fewest = min(map(len, ways), default=0)
        ways = [way for way in ways if len(way) == fewest]
        if len({tuple(map(self.genes.of_guide, way)) for way in ways}) > 1:
            raise ambiguous(text)
        return ways[0] if ways else None

    def _noted(self, way: list[str], text: str) -> list[str]:
        self.joined_by["_"].append(text)
        return way

    def _gene(self, part: str, label: str) -> str:
        """The name of the gene that a part of a label means, guides merged, letter case as measured."""
        part = part.strip()
        found = self.genes.find(part)
        if found is not None:
            if found != part:
                self.respelled[label] = found
            return found
        refuse_number(part, label)
        bare = PLASMID.sub("", part)
        found = self.genes.of_guide(part) or (self.genes.find(bare) or bare if bare != part else self._own_stem(part))
        if found is not None and not self.is_control(found):
            refuse_stem(found, label)
            self.guides[found].add(label)
            return found
        self.unknown.add(part)
        return part

    def _own_stem(self, part: str) -> str | None:
        """``FOO`` of ``FOO_1``: a label of its own, or other labels number their guides; none where it is no guide."""
        shorter = [stem for stem in stems(part)[1:] if stem in self._plain or self._numbers_guides]
        return shorter[0] if shorter else None


def _without_repeat(text: str) -> str:
    """``A_B`` of the long form ``A_B__A_B``."""
    half, _, other = text.partition("__")
    return half if half and half == other else text
