"""Gene symbols change with the years: bring retired ones to the current ones, so that screen and network match."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import MappingProxyType

from ..files import shipped_dir


@cache
def aliases() -> MappingProxyType[str, str]:
    """Retired symbol -> current symbol, from the committed ``data/networks/aliases.tsv`` (NCBI Gene).

    Only unambiguous pairs; a symbol that is itself current is no key.
    """
    path = shipped_dir() / "networks" / "aliases.tsv"
    with open(path, encoding="utf-8") as lines:
        header, *rows = (line.rstrip("\r\n").split("\t") for line in lines)
    if header != ["alias", "symbol"] or any(len(row) != 2 for row in rows):
        raise ValueError(f"{path} should have the two columns alias and symbol: restore it from the repository.")
    current = {symbol for _, symbol in rows}
    return MappingProxyType({alias: symbol for alias, symbol in rows if alias not in current})


def current_symbols(genes: Iterable[str]) -> list[str]:
    """Current symbol of each gene, in order (``AARS`` becomes ``AARS1``); unknown and current symbols stay."""
    table = aliases()
    return [table.get(gene, gene) for gene in genes]
