"""What is a gene: a name that is measured, another id of a measured one, or a symbol that a network knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

from ...symbols import aliases, known_symbols
from .words import is_date, is_number, is_tag, stems

_MOUSE_SHARE = 0.5  # of names with letters that are written Klf1 in a file of mouse genes


class Genes:
    """The genes that labels of one file can mean; names are found as written before they are found in other ways.

    ``measured``: names of the file's genes.  ``ids``: other names of them (Ensembl ids and the like).  ``known``:
    symbols of the committed networks; None reads them when they are first needed, ``()`` leaves them out.
    """

    def __init__(
        self,
        measured: Iterable[str],
        ids: dict[str, str] | None = None,
        known: Collection[str] | None = None,
    ) -> None:
        self.measured = frozenset(map(str, measured))
        self.ids = ids or {}
        self._known = known
        lower = Counter(name.lower() for name in self.measured)
        self._by_case = {name.lower(): name for name in self.measured if lower[name.lower()] == 1}
        self.mouse = looks_like_mouse(self.measured)
        self._fold = False
        self.find = lru_cache(maxsize=None)(self._find)

    @property
    def known(self) -> Collection[str]:
        """Symbols that are genes although the file does not measure them."""
        if self._known is None:
            self._known = known_symbols()
        return self._known

    def _find(self, name: str) -> str | None:
        """The gene that ``name`` spells, without regard to guides; None where it is none."""
        if name in self.measured:
            return name
        if not name or is_number(name) or is_date(name):
            return None
        if found := self.ids.get(name) or self.ids.get(name.partition(".")[0]):
            return found
        if found := self._by_case.get(name.lower()):
            return found
        if name in self.known:
            return name
        if name.upper() in self.known and self.mouse and name == name.capitalize():
            return name
        return name.upper() if self._fold and name.upper() in self.known else None

    def is_current(self, name: str) -> bool:
        """Whether a name is measured as written or is a symbol in use; a retired one like ``NT-3`` is not."""
        return name in self.measured or (name in self.known and name not in aliases())

    def fold_case(self, labels: Iterable[str]) -> None:
        """Let lower-case symbols of unmeasured genes be genes too, if labels of measured ones are written so.

        By itself a word like ``rest`` or ``max`` is no gene.
        """
        labels = list(labels)
        folded = sum(name not in self.measured and name.lower() in self._by_case for name in labels)
        exact = sum(name in self.measured for name in labels)
        self._fold = folded > max(1, exact)
        self.find.cache_clear()

    def of_guide(self, name: str) -> str | None:
        """The gene of a guide (``KLF1_1``, ``sgKLF1-2``, ``KLF1_pDS255``), or of a plain name; None where unknown."""
        if found := self.find(name):
            return found
        return next((gene for stem in stems(name)[1:] if not is_tag(stem) and (gene := self.find(stem))), None)


def looks_like_mouse(names: Collection[str]) -> bool:
    """Whether most gene names are written as mouse symbols are (``Klf1``)."""
    words = [name for name in names if len(name) > 2 and name[0].isalpha() and name[1:2].isalpha()]
    return len(words) > 4 and sum((w[0].isupper() and w[1:].islower()) or _capital(w) for w in words) > (
        _MOUSE_SHARE * len(words)
    )


def _capital(word: str) -> bool:
    """``Rps27a`` and ``Nkx2-1``, but not ``KLF1`` and not ``GENE1``."""
    letters = [letter for letter in word if letter.isalpha()]
    return letters[0].isupper() and all(letter.islower() for letter in letters[1:])


def share_known(names: Collection[str]) -> float:
    """Share of names that are symbols of the committed networks, whatever their letter case."""
    names = list(names)
    known = known_symbols()
    return sum(name in known or name.upper() in known for name in names) / max(len(names), 1)
