"""Gene symbols: the committed table of retired ones, and every symbol that the committed networks know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import MappingProxyType

from .files import shipped_dir


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


@cache
def known_symbols() -> frozenset[str]:
    """Every human gene symbol of the committed networks and of the table of aliases, current or retired."""
    return frozenset(aliases()).union(
        aliases().values(), *(network_symbols(name) for name in ("go_bp", "reactome", "string"))
    )


@cache
def network_symbols(name: str) -> frozenset[str]:
    """Every gene of a committed network: gene sets (``go_bp``, ``reactome``) or pairs (``string``)."""
    import pyarrow.parquet as parquet

    path = shipped_dir() / "networks" / f"{name}.parquet"
    columns = ["source", "target"] if name == "string" else ["Genes"]
    table = parquet.read_table(path, columns=columns)
    texts = (table[column].unique().to_pylist() for column in columns)
    return frozenset(gene for some in texts for text in some for gene in text.split(";"))
