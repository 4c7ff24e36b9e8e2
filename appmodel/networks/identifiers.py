"""What kind of name a gene is called by: a symbol, or an identifier of a database that no screen perturbs by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from ..symbols import aliases, network_symbols

SYMBOLS, ENSEMBL_GENES = "gene symbols", "Ensembl gene ids"
_KINDS = {
    "Ensembl protein ids": r"(\d+\.)?ENS[A-Z]*P\d{6,}(\.\d+)?",
    ENSEMBL_GENES: r"(\d+\.)?ENS[A-Z]*G\d{6,}(\.\d+)?",
    "Ensembl transcript ids": r"ENS[A-Z]*T\d{6,}(\.\d+)?",
    "UniProt accessions": r"(?:uniprotkb:)?(?:[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2})(?:-\d+)?",
    "UniProt entry names": r"[A-Z0-9]{1,10}_(?:HUMAN|MOUSE|RAT|BOVIN|PIG|CHICK|DANRE|DROME|CAEEL|YEAST|ARATH)",
    "RefSeq accessions": r"[NX][MPR]_\d+(\.\d+)?",
    "HGNC ids": r"HGNC:\d+",
    "Entrez gene ids": r"(?:entrez gene/locuslink:|NCBIGene:|LOC)?\d+",
}
# Proteins and records of databases: nobody calls a perturbed gene by them, while some screens use Ensembl gene ids.
NEVER_GENES = tuple(kind for kind in _KINDS if kind != ENSEMBL_GENES)
_MENDS = {
    "Ensembl protein ids": "give the table of their symbols beside it, load_network([links, info]) (of STRING: "
    "protein.info of the same release)",
}
_MEND = (
    "take the columns with gene symbols, or give a table of {kind} and symbols beside it, load_network([file, table])"
)
_ENOUGH = 5000  # distinct values that are looked at to tell a kind
_NAME = re.compile(r"[A-Za-z0-9][^\s;,|\t]{0,39}")


@cache
def known_symbols() -> frozenset[str]:
    """Symbols of the committed networks and aliases, in capitals: human ones, and mouse ones written so.

    Reactome's are left out: many of them are LOC and a number, which is how NCBI writes an Entrez id.
    """
    names = {*aliases(), *aliases().values()}.union(network_symbols("go_bp"), network_symbols("string"))
    return frozenset(map(str.upper, names))


def known_share(names: Iterable[str]) -> float:
    """Share of the names that are known symbols in any letter case (0 where there are none)."""
    names, known = _some(names), known_symbols()
    return sum(name.upper() in known for name in names) / max(len(names), 1)


def kind_of(names: Iterable[str]) -> str:
    """What most of the names are: one of the identifiers above, ``gene symbols`` (whatever else is one word), ''.

    What is a known symbol counts as one, whatever it looks like (H2AC11 has the form of a UniProt accession).
    """
    names = _some(names)
    if not names:
        return ""
    unknown = [name for name in names if name.upper() not in known_symbols()]
    for kind, pattern in _KINDS.items():
        if 2 * sum(re.fullmatch(pattern, name) is not None for name in unknown) > len(names):
            return kind
    return SYMBOLS if 2 * sum(_NAME.fullmatch(name) is not None for name in names) > len(names) else ""


def bare(identifier: str) -> str:
    """An identifier without taxon, prefix and version: ``9606.ENSP00000000233.5`` is ``ENSP00000000233``."""
    name = re.sub(r"^(\d+\.(?=ENS)|uniprotkb:|entrez gene/locuslink:|NCBIGene:)", "", identifier.strip())
    return re.sub(r"\.\d+$", "", name) if name.startswith("ENS") or re.match(r"[NX][MPR]_", name) else name


def refuse_identifiers(names: Sequence[str], where: str, columns: str = "") -> str:
    """The kind of the names; ``ValueError`` where they are identifiers that no screen perturbs by, with the mend."""
    kind = kind_of(names)
    if kind in NEVER_GENES:
        mend = _MENDS.get(kind, _MEND.format(kind=kind))
        example = next(name for name in names if isinstance(name, str) and name.strip())
        raise ValueError(f"{where} calls genes by {kind}{columns} (such as {example!r}), screens by symbols: {mend}.")
    return kind


def _some(names: Iterable[str]) -> list[str]:
    distinct = dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip())
    return list(distinct)[:_ENOUGH]
