"""One file of a network: gene sets, edges, annotations, or what belongs to another file.  Its content decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pandas as pd

from ..files import readable_file
from .columns import columns_of, unused
from .edges import Edges, edges_in, not_used, sif_table
from .gene_sets import Sets, looks_like_gmt, read_gmt, sets_in
from .headers import ends
from .ontology import Annotations, is_gaf, is_obo, read_gaf
from .source import Change, Decision
from .tables import Table, has_genes, table_of
from .text import read_text
from .translation import SymbolTable, symbol_table

SUFFIXES = (".tsv", ".csv", ".parquet", ".gmt", ".txt", ".sif", ".gaf", ".obo")
PACKED = (".gz", ".bz2", ".xz", ".zip")
_NEVER = (".xlsx", ".xls", ".ods", ".pdf", ".docx", ".h5ad", ".h5", ".rds", ".rda", ".rdata", ".cys")
_OWN = {".csv": ",", ".sif": "\t"}


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """What a file holds: ``sets``, ``edges``, ``annotations``, ``symbols`` of identifiers or an ``ontology``."""

    path: Path
    sets: Sets | None = None
    edges: Edges | None = None
    annotations: Annotations | None = None
    symbols: SymbolTable | None = None
    ontology: str | None = None
    changes: Sequence[Change] = ()
    reading: Sequence[Decision] = ()

    @property
    def helps(self) -> bool:
        """Whether it is no network itself and helps to read one."""
        return self.symbols is not None or self.ontology is not None


def suffixes_of(path: Path) -> tuple[str, str]:
    """The name without what says packing and form, and the form in small letters: ``x.GMT.gz`` is x, ``.gmt``."""
    name = path.name
    if Path(name).suffix.lower() in PACKED:
        name = Path(name).stem
    form = Path(name).suffix.lower()
    if form not in SUFFIXES:
        return name, form
    name = Path(name).stem
    if form == ".txt" and Path(name).suffix.lower() in SUFFIXES:
        return Path(name).stem, Path(name).suffix.lower()
    return name, form


def read_network_file(path: str | Path) -> NetworkFile:
    """The content of a file, read by what it holds; packing, encoding, letter case of the name do not matter.

    Gene sets (GMT, columns Name and Genes, a gene to a row), edges (columns of two genes and perhaps a weight, under
    any headers or none; SIF; Parquet), annotations (GAF), an ontology (OBO), or a table of the symbols of identifiers.
    Raises ``FileNotFoundError`` or ``ValueError`` naming file and row.
    """
    path = readable_file(path, "give the path of a file of gene sets or edges")
    _, form = suffixes_of(path)
    if form in _NEVER:
        raise ValueError(
            f"{path} is no network file: its name should end in one of {', '.join(SUFFIXES)} (or these and .gz); "
            f"save a spreadsheet as .csv."
        )
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty: it should hold gene sets or edges.")
    if form == ".parquet":
        return _of_table(Table(_read_parquet(path), "", True, (), []), path, [Decision("file", "Parquet", "its name")])
    text, said = read_text(path)
    if is_gaf(text) or form == ".gaf":
        annotations, changes, reading = read_gaf(text, path)
        return NetworkFile(path, annotations=annotations, changes=changes, reading=[*said, *reading])
    if is_obo(text) or form == ".obo":
        return NetworkFile(path, ontology=text)
    if form == ".gmt" or (form not in (".csv", ".sif") and looks_like_gmt(text)):
        sets, changes, reading = read_gmt(text, path)
        return NetworkFile(path, sets=sets, changes=changes, reading=[*said, *reading])
    if form == ".sif":
        frame, alone = sif_table(text, str(path))
        table = Table(frame, "", True, (), [Decision("relation", "second field", "the form SIF")])
        return _of_table(table, path, said, alone)
    return _of_table(table_of(text, _OWN.get(form, "\t"), str(path)), path, said)


def _of_table(table: Table, path: Path, said: list[Decision], *alone: Change) -> NetworkFile:
    frame, said = table.frame, [*said, *table.decisions]
    comments = Change("comments left out", len(table.comments), "lines that begin with '#', '%', '!' or '//'", "")
    found = sets_in(frame, str(path)) if table.named and not _names_ends(frame) else None
    if found is not None:
        sets, used, why = found
        columns = columns_of(frame)
        left = unused(columns, tuple(column for column in columns if frame.columns[column.place] in used))
        form = Decision("form", f"gene sets in {used[0]!r} and {used[1]!r}", why)
        return NetworkFile(path, sets=sets, changes=[comments, not_used(left)], reading=[*said, form, *left])
    if not has_genes(table) and (symbols := symbol_table(frame, path.name)) is not None:
        return NetworkFile(path, symbols=symbols)
    edges = edges_in(frame, str(path), table.named, table.separator)
    return NetworkFile(path, edges=edges, changes=[comments, *alone, *edges.changes], reading=[*said, *edges.reading])


def _names_ends(frame: pd.DataFrame) -> bool:
    """Whether headers name two ends, both of which hold names: edges, though another column may name sets."""
    names = [column for column in columns_of(frame) if column.is_names]
    return any(ends(one.name, other.name) > 1 for one, other in permutations(names, 2))


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as Parquet (truncated?): fetch it again.") from error
    named = [name for name in table.index.names if name is not None]
    return table.reset_index(named) if named else table
