"""Networks by name or by path: the one door through which prior knowledge comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..arguments import called, listed
from ..files import data_dir, shipped_dir
from .assembling import Helpers, source_of
from .cleaning import edges_source, sets_source
from .edges import edges_in, names_of
from .network import Network
from .reading import SUFFIXES, read_network_file, suffixes_of
from .source import Source
from .translation import edges_with_symbols


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

    Files, also packed: gene sets (.gmt, columns Name and Genes), edges (.tsv, .csv, .txt, .sif, .parquet: two columns
    of genes under any headers, perhaps a weight), annotations (.gaf).  A file may come with one that it needs: a table
    of symbols for its identifiers (STRING's protein.info), an ontology (.obo) for annotations.  What was taken for
    what stands in ``Network.reading``.
    ``aliases``: bring retired gene symbols to current ones, in the network and at every lookup.  Raises
    ``FileNotFoundError`` for a missing file, ``ValueError`` for an unknown name or unreadable content, ``ImportError``
    for an ontology without goatools.

    >>> network = appmodel.load_network(["reactome"])
    >>> network.has(["TP53", "NOGENE"]).tolist()
    [True, False]
    """
    one = isinstance(names_or_paths, (str, Path))
    wanted = [names_or_paths] if one else listed("names and paths", names_or_paths, "['go_bp', 'reactome']")
    if not wanted:
        raise ValueError("No network is named: name at least one, or use empty_network().")
    if odd := [item for item in wanted if not isinstance(item, (str, Path))]:
        raise TypeError(f"A network is a name or a path, not {called(odd[0])}: give one, such as 'go_bp'.")
    known = {*available_networks()["name"], "demo"}
    files = {place: read_network_file(_path(item)) for place, item in enumerate(wanted) if item not in known}
    helpers = Helpers([file for file in files.values() if file.helps])
    sources: dict[str, Source] = {}
    for place, item in enumerate(wanted):
        if place not in files:
            source = _demo_source(aliases) if item == "demo" else _named_source(str(item), aliases)
        elif files[place].helps:
            continue
        else:
            source = source_of(suffixes_of(files[place].path)[0], files[place], helpers, aliases)
        if source.name in sources:
            raise ValueError(f"Two networks are called {source.name!r}: name each once, or rename a file.")
        sources[source.name] = source
    helpers.check_used()
    return Network(sources, aliases)


def network_from_edges(
    edges: pd.DataFrame, name: str = "edges", *, directed: bool = True, aliases: bool = True
) -> Network:
    """A network from a table with columns source, target and perhaps weight, or others that say the same.

    Raises ``ValueError`` where no two columns are the genes, for identifiers that no screen perturbs by, and for a
    row without a gene or with a weight that is no number.
    """
    if not isinstance(edges, pd.DataFrame):
        raise TypeError(f"Edges are a table of source and target, not {called(edges)}: pass one, or use load_network.")
    where = _where(name)
    found = edges_in(edges, where)
    edges_with_symbols(found, (), where)  # refuses identifiers
    about: dict[str, Any] = {"changes": found.changes, "reading": (*found.reading, names_of(_genes(found.table)))}
    return Network({name: edges_source(name, found.table, directed=directed, use_aliases=aliases, **about)}, aliases)


def network_from_sets(sets: Mapping[str, Iterable[str]], name: str = "sets", *, aliases: bool = True) -> Network:
    """A network from gene sets, a mapping of set name to genes (``ValueError`` where it is bad)."""
    if not isinstance(sets, Mapping):
        raise TypeError(f"Gene sets are a dict of name to genes, not {called(sets)}: pass one, or use load_network.")
    _where(name)
    return Network({name: sets_source(name, sets.items(), use_aliases=aliases)}, aliases)


def _where(name: str) -> str:
    """How sentences call a network that comes from memory; ``TypeError`` for a name that is no text."""
    if not isinstance(name, str):
        raise TypeError(f"A network is named {called(name)}, which is no text: give name='edges' or the like.")
    return f"network {name!r}"


def _path(item: str | Path) -> Path:
    path = Path(item)
    is_path = path.parent != Path(".") or isinstance(item, Path) or suffixes_of(path)[1] in SUFFIXES
    if not is_path and not path.exists():
        known = available_networks()["name"].tolist()
        raise ValueError(
            f"There is no network called {str(item)!r}: use demo, {', '.join(known)}, or a path ending in "
            f"{', '.join(SUFFIXES)}."
        )
    return path


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
    elif (data := data_dir()) is not None:
        folder = data / "networks"
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
    return source_of(name, read_network_file(path), Helpers([]), aliases, facts["kind"] == "directed edges", **about)


def _genes(table: pd.DataFrame) -> pd.Series:
    return pd.concat([table["source"], table["target"]]).astype(object)
