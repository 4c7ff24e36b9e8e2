"""Networks by name or by path: the one door through which prior knowledge comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from ..files import data_dir, shipped_dir
from .cleaning import edges_source, sets_source
from .network import Network
from .reading import SUFFIXES, read_network_file
from .source import Change, Source


@cache
def _table() -> pd.DataFrame:
    path = shipped_dir() / "networks" / "networks.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False).set_index("name", drop=False)


def available_networks() -> pd.DataFrame:
    """The networks known by name: name, file, kind, shipped, version, licence, citation, sha256, address."""
    table = _table()
    return table[table["kind"] != "aliases"].reset_index(drop=True)


def load_network(names_or_paths: str | Path | Iterable[str | Path], *, aliases: bool = True) -> Network:
    """Load a network from one or several names (``go_bp``, ``reactome``, ``demo``, ...) or files.

    Files: .gmt; .tsv, .csv or .parquet with columns source, target and perhaps weight, or Name and Genes.
    ``aliases``: bring retired gene symbols to current ones, in the network and at every lookup.  Raises
    ``FileNotFoundError`` for a missing file and ``ValueError`` for an unknown name or unreadable content.
    """
    single = isinstance(names_or_paths, (str, Path))
    wanted = [names_or_paths] if single else list(names_or_paths)
    if not wanted:
        raise ValueError("Name at least one network, or use empty_network().")
    sources: dict[str, Source] = {}
    for item in wanted:
        source = _load_source(item, aliases)
        if source.name in sources:
            raise ValueError(f"Two networks are called {source.name!r}: name each once, or rename a file.")
        sources[source.name] = source
    return Network(sources, aliases)


def network_from_edges(
    edges: pd.DataFrame, name: str = "edges", *, directed: bool = True, aliases: bool = True
) -> Network:
    """A network from a table with columns source, target and perhaps weight (``ValueError`` where it is bad)."""
    return Network({name: edges_source(name, edges, directed=directed, use_aliases=aliases)}, aliases)


def network_from_sets(sets: Mapping[str, Iterable[str]], name: str = "sets", *, aliases: bool = True) -> Network:
    """A network from gene sets, a mapping of set name to genes (``ValueError`` where it is bad)."""
    return Network({name: sets_source(name, sets.items(), use_aliases=aliases)}, aliases)


def _load_source(item: str | Path, aliases: bool) -> Source:
    known = available_networks()["name"].tolist()
    if item == "demo":
        return _demo_source(aliases)
    if item in known:
        return _named_source(str(item), aliases)
    path = Path(item)
    if path.suffix not in SUFFIXES and not path.exists():
        raise ValueError(
            f"There is no network called {str(item)!r}: use demo, {', '.join(known)}, or a path ending in "
            f"{', '.join(SUFFIXES)}."
        )
    return _file_source(path.stem, path, aliases)


def _demo_source(aliases: bool) -> Source:
    from ..screens.demo import load_demo

    prior = load_demo().uns["prior_network"]
    return edges_source(
        "demo",
        prior,
        use_aliases=aliases,
        version="simulated",
        licence="made by this project",
        citation="the demo screen's true network with edges missing and false ones added",
    )


def _named_source(name: str, aliases: bool) -> Source:
    facts = _table().loc[name]
    if facts["shipped"] == "yes":
        folder = shipped_dir() / "networks"
    elif data_dir() is not None:
        folder = data_dir() / "networks"
    else:
        raise FileNotFoundError(
            f"Network {name!r} may not be redistributed and is not part of the project: set APPMODEL_DATA to a "
            f"folder that holds networks/{facts['file']}."
        )
    path = folder / facts["file"]
    if not path.is_file():
        mend = "restore it from the repository" if facts["shipped"] == "yes" else "check APPMODEL_DATA"
        raise FileNotFoundError(f"Network {name!r} should be in {path}, which is absent: {mend}.")
    about = {column: facts[column] for column in ("version", "licence", "citation")}
    return _file_source(name, path, aliases, directed=facts["kind"] == "directed edges", **about)


def _file_source(name: str, path: Path, aliases: bool, directed: bool = True, **about: str) -> Source:
    content, note = read_network_file(path)
    if isinstance(content, list):
        if name == "pathways":  # its REACTOME_ rows are the network of that name
            content = [(set_name, genes) for set_name, genes in content if not set_name.startswith("REACTOME_")]
        return sets_source(name, content, use_aliases=aliases, where=str(path), **about)
    changes = (Change("columns dropped", 1, note, "'column 3'"),) if note else ()
    return edges_source(
        name, content, directed=directed, use_aliases=aliases, where=str(path), changes=changes, **about
    )
