"""Gene symbols: the committed table of retired ones, and every symbol that the committed networks know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain
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
    import pyarrow.parquet as parquet

    folder = shipped_dir() / "networks"
    found = {*aliases(), *aliases().values()}
    for name in ("go_bp", "reactome"):
        sets = parquet.read_table(folder / f"{name}.parquet", columns=["Genes"])["Genes"].to_pylist()
        found.update(chain.from_iterable(genes.split(";") for genes in sets))
    for end in ("source", "target"):
        found.update(parquet.read_table(folder / "string.parquet", columns=[end])[end].unique().to_pylist())
    return frozenset(found)
