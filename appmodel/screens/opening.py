"""Where a screen comes from: a name of the registry, a file of any form, a table, or an AnnData."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from anndata import AnnData

from ..arguments import called
from ..files import readable
from . import registry
from .reading.decisions import Choices, Reading, ReadingError
from .reading.forms import is_form, is_table, plain_numbers, read_form
from .reading.long_tables import effects_of_table, read_table
from .reading.rows import found_rows, kind_of_rows
from .reading.table_columns import looks_long
from .registered import note_alteration, registered_cells, registered_effects
from .stored import files
from .stored.files import StoredScreen, is_lazy, n_stored, open_stored

Source: TypeAlias = str | Path | AnnData | pd.DataFrame


@dataclass
class Opened:
    """A screen that was opened but not read yet: ``kind`` is 'cells' or 'effects'.

    Where cells stay on disk they are in ``stored``, and ``data`` is without values.
    """

    data: AnnData
    kind: str
    choices: Choices
    reading: Reading
    stored: StoredScreen | None = None


def open_screen(
    source: Source,
    kind: registry.Kind | None,
    choices: Choices,
    mirror: str | None = None,
    progressbar: bool = False,
    reading: Reading | None = None,
    in_memory: bool | None = True,
) -> Opened:
    """A screen with the kind of its rows; ``kind`` is what the caller asks for, None leaves it to the evidence.

    ``in_memory=False`` leaves cells on disk, None those of a large file and of an AnnData that was read lazily.
    Raises ``FileNotFoundError`` or ``ValueError`` where there is none, ``ReadingError`` where the kind is not clear.
    """
    reading = reading or Reading(source_name(source))
    screen, as_kind = _registered(source, kind)
    if screen is not None:
        if in_memory is False:
            raise ValueError(f"{source} is a screen of the registry, which is read whole: leave in_memory=False out.")
        reading.quiet = True  # known and checked; what is to be said of them stands in the registry
        _check_modality(choices, reading)
        if (path := registry.prepared_file(screen)) is not None and is_table(path):
            return _registered_table(screen, path, choices, reading)
        load = registered_cells if as_kind == "cells" else registered_effects
        return Opened(load(screen, mirror, progressbar), as_kind, choices, reading)
    if in_memory is not True and (on_disk := _cells_on_disk(source, choices, reading, in_memory)):
        return on_disk
    if isinstance(source, AnnData):
        data = plain_numbers(source.to_memory() if source.isbacked or is_lazy(source) else source.copy())
        reading.decide("form", "AnnData in memory", f"{data.n_obs} x {data.n_vars}")
    elif (table := _table(source, kind, reading)) is not None:
        data = effects_of_table(table, choices, reading)
        _check_modality(choices, reading)
        done = replace(choices, rows=None, condition_key=None, gene_key=None, within=None, only=None, values="auto")
        return Opened(data, "effects", done, reading)
    else:
        data = read_form(_path(source, kind), choices, reading)
    _check_modality(choices, reading)
    data.uns["dataset"] = reading.source
    data.uns.pop("reading", None)
    if kind is None:
        return Opened(data, kind_of_rows(data, choices, reading), choices, reading)
    found, evidence = found_rows(data)
    if kind == "effects" and found == "cells" and choices.rows != "effects":
        raise ReadingError(
            f"{reading.source} holds cells ({evidence}), not effects: use condition_effects(load_cells(...))."
        )
    if kind == "cells" and found == "effects" and choices.condition_key is None and choices.rows != "cells":
        raise ReadingError(f"{reading.source} holds effects ({evidence}), not cells: use load_effects.")
    reading.decide("row", kind, evidence if found == kind else "asked for", "rows")
    return Opened(data, kind, choices, reading)


def _registered_table(screen: registry.Entry, path: Path, choices: Choices, reading: Reading) -> Opened:
    """A screen of the registry that comes as the long table of a differential-expression run."""
    told = replace(choices, species=choices.species or screen.species or None)
    opened = open_screen(path, "effects", told, reading=reading)
    note_alteration(opened.data, path, screen)
    return opened


def _cells_on_disk(source: Source, choices: Choices, reading: Reading, in_memory: bool | None) -> Opened | None:
    """Cells that stay where they are; None where the screen is to be read whole, as effects are: they are small."""
    stored = _on_disk(source, reading, in_memory)
    if stored is None:
        return None
    _check_modality(choices, reading)
    stored.data.uns["dataset"] = reading.source
    stored.data.uns.pop("reading", None)
    if kind_of_rows(stored.data, choices, reading, stored.values) == "cells":
        return Opened(stored.data, "cells", choices, reading, stored)
    reading.rows.clear()
    return None


def _on_disk(source: Source, reading: Reading, in_memory: bool | None) -> StoredScreen | None:
    """What is large or was read lazily, or may stay on disk as ``in_memory=False`` wants it; None for other screens.

    Raises ``ValueError`` where ``in_memory`` is False and the values cannot stay on disk.
    """
    if isinstance(source, AnnData):
        if is_lazy(source):
            return open_stored(source, reading)
    elif not isinstance(source, pd.DataFrame):
        path = _path(source, None)
        n_values = None if is_table(path) else n_stored(path)
        if n_values is not None and (in_memory is False or n_values > files.LARGE):
            return open_stored(path, reading)
    if in_memory is False:
        raise ValueError(
            f"{reading.source} cannot be read in blocks: only .h5ad files (not packed), zarr stores and an AnnData in "
            f"backed mode or on Dask can; write it as one of these, or leave in_memory=False out."
        )
    return None


def _check_modality(choices: Choices, reading: Reading) -> None:
    """Raise ``ReadingError`` for a modality that was told of a file that has none."""
    if choices.modality is not None and not any(row["decision"] == "modality" for row in reading.rows):
        raise reading.ask("form", "is no .h5mu file and has no modalities: leave modality=... out.", "modality")


def _table(source: str | Path | pd.DataFrame, kind: registry.Kind | None, reading: Reading) -> pd.DataFrame | None:
    """The long table of effects that ``source`` is; None where it is no table.  Other tables are refused."""
    if isinstance(source, pd.DataFrame):
        table = source
    else:
        path = _path(source, kind)
        if not is_table(path):
            return None
        table = read_table(path, reading)
    if not looks_long(table):
        raise reading.ask(
            "form",
            "is a table without a column of log fold changes, so it is no long table of effects; for cells give an "
            ".h5ad file or an AnnData with obs['condition'].",
        )
    if kind == "cells":
        raise reading.ask("row", "is a table of fold changes: effects, not cells; use load_effects.", "rows")
    return table


def _registered(source: Source, kind: registry.Kind | None) -> tuple[registry.Entry | None, registry.Kind]:
    """The registry's line of a name; effects before cells where no kind is asked for."""
    for each in _kinds(kind):
        if isinstance(source, str) and (screen := registry.entry(source, each)) is not None:
            return screen, each
    return None, "cells"


def _kinds(kind: registry.Kind | None) -> tuple[registry.Kind, ...]:
    return (kind,) if kind else ("effects", "cells")


def source_name(source: Source) -> str:
    """What a screen is called: its name, that of its file without endings, or what the AnnData says."""
    if isinstance(source, AnnData):
        return str(source.uns.get("dataset", "the screen"))
    if isinstance(source, pd.DataFrame):
        return "the table"
    if not isinstance(source, str | os.PathLike):
        raise TypeError(
            f"A screen is a name, path, AnnData or table of effects, not {called(source)}: give one of these."
        )
    name = Path(source).name
    for ending in (".gz", ".h5ad", ".h5mu", ".zarr", ".h5", ".csv", ".tsv", ".txt", ".parquet"):
        name = name[: -len(ending)] if name.lower().endswith(ending) and len(name) > len(ending) else name
    return name


def _path(name_or_path: str | Path, kind: registry.Kind | None) -> Path:
    path = Path(name_or_path)
    if is_form(path) or (path.is_dir() and name_or_path):  # what a folder lacks is said where it is read
        return readable(path, "give the path of an .h5ad file")
    known = ", ".join(dict.fromkeys(name for each in _kinds(kind) for name in registry.names(each)))
    named = isinstance(name_or_path, str) and not path.suffix and os.sep not in name_or_path
    if not named:
        raise FileNotFoundError(f"There is no file {path}: give the path of an .h5ad file, or one of {known}.")
    if kind == "effects" and registry.entry(str(name_or_path), "cells") is not None:
        raise ValueError(
            f"Screen {name_or_path!r} comes as cells, not as effects: use "
            f"condition_effects(load_cells({name_or_path!r}))."
        )
    among = f" among the {kind}" if kind else ""
    raise ValueError(f"There is no screen {name_or_path!r}{among}: choose one of {known}, or give the path of a file.")
