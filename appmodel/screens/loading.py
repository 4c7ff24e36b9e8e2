"""``load_cells`` and ``read_effects``: screens by name, path or in memory, brought to the package's two forms."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from anndata import AnnData

from ..arguments import called
from ..files import readable
from . import registry
from .reading.cells import check_measured, read_cells
from .reading.decisions import Choices, Reading, ReadingError
from .reading.effects import read_standard_effects
from .reading.forms import is_form, is_table, plain_numbers, read_form
from .reading.long_tables import effects_of_table, read_table
from .reading.rows import found_rows, kind_of_rows
from .reading.table_columns import looks_long
from .reading.values import settle
from .registered import registered_cells, registered_effects
from .validation import check_cells, content_hash

Source: TypeAlias = str | Path | AnnData | pd.DataFrame


@dataclass
class Opened:
    """A screen that was opened but not read yet: ``kind`` is 'cells' or 'effects', '' where nothing said it."""

    data: AnnData
    kind: str
    choices: Choices
    reading: Reading


def load_cells(
    name_or_path: Source,
    *,
    condition_key: str | None = None,
    control: str | list[str] | None = None,
    mirror: str | None = None,
    progressbar: bool = False,
    **told,
) -> AnnData:
    """Cells (n_cells, n_genes), counts or log1p, of ``demo``, a screen of the registry, a file or an AnnData.

    ``obs["condition"]`` is in standard form; what was dropped, renamed, merged or converted stands in
    ``changes(cells)``, what was decided and why in ``reading_of(cells)``.  ``condition_key`` and ``control`` name the
    column of labels and the labels of control where the file's are unusual; ``told`` are the other decisions
    (``separator``, ``gene_key``, ``values``, ``layer``, ``within`` ...: see ``Choices``).  Large screens are
    downloaded once (``mirror`` replaces the address) and verified.
    Raises ``ValueError`` or ``FileNotFoundError`` in a sentence that names the file and the mend.
    """
    choices = choices_of({"condition_key": condition_key, "control": control, **told})
    return finish_cells(open_screen(name_or_path, "cells", choices, mirror, progressbar))


def read_effects(name_or_path: Source, *, mirror: str | None = None, progressbar: bool = False, **told) -> AnnData:
    """Effects (n_conditions, n_readouts), differences from control, of a registered screen, a file or an AnnData.

    A name is read from the data folder, else rebuilt from the published E-distances (downloaded and verified
    once; ``mirror`` replaces the address).  A file needs ``X`` and conditions as ``obs_names`` (or in a column), or
    is the long table of a differential-expression run; ``obs["n_cells"]``, ``obs["sampling_var"]``,
    ``var["control_mean"]`` and the row of the control are optional.  ``told``: see ``Choices``.
    Raises ``ValueError`` or ``FileNotFoundError`` in a sentence naming the file, row and mend.
    """
    return finish_effects(open_screen(name_or_path, "effects", choices_of(told), mirror, progressbar))


def reading_of(source: Source, *, mirror: str | None = None, progressbar: bool = False, **told) -> pd.DataFrame:
    """How a screen is read, one row per decision: decision, reading, evidence, argument that overrides it, question.

    ``source`` and ``told`` are what ``load_cells`` and ``load_effects`` take; of a screen that was loaded by them the
    table they made is returned.  A question instead of a reading means that they would refuse the screen with it.
    Raises ``FileNotFoundError`` where there is no such file.
    """
    if isinstance(source, AnnData) and not told and "reading" in source.uns:
        return source.uns["reading"].copy()
    reading = Reading(_source_name(source))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are rows of the table
        try:
            opened = open_screen(source, None, choices_of(told), mirror, progressbar, reading)
            (finish_cells if opened.kind == "cells" else finish_effects)(opened)
        except ReadingError:
            pass  # its question is the last row
        except ValueError as error:
            reading.ask("file", str(error))
    return reading.table()


def standard_effects(effects: AnnData, dataset: str) -> AnnData:
    """``effects`` with standard names, dense float64 ``X``, ``obs["n_targets"]`` and ``uns`` filled in.

    Rows that name no gene are dropped; drops and renames are recorded.  Raises ``ValueError`` for rows that
    become the same condition, repeated readouts, values that are not finite, a control row that is not zero.
    """
    return read_standard_effects(effects, Choices(), Reading(dataset))


def holds_cells(source: Source) -> bool:
    """Whether a file or an AnnData holds cells (several rows of one condition) rather than effects (one row each).

    Raises ``ValueError`` where nothing says which.
    """
    return open_screen(source, None, Choices()).kind == "cells"


def choices_of(told: dict) -> Choices:
    """The choices named in a call.  Raises ``TypeError`` naming the known ones for any other."""
    known = [field.name for field in fields(Choices)]
    if unknown := [name for name in told if name not in known]:
        raise TypeError(f"{unknown[0]!r} is no argument of a reading: the known ones are {', '.join(known)}.")
    return Choices(**told)


def open_screen(
    source: Source,
    kind: registry.Kind | None,
    choices: Choices,
    mirror: str | None = None,
    progressbar: bool = False,
    reading: Reading | None = None,
) -> Opened:
    """A screen with the kind of its rows; ``kind`` is what the caller asks for, None leaves it to the evidence.

    Raises ``FileNotFoundError`` or ``ValueError`` where there is none, ``ReadingError`` where the kind is not clear.
    """
    reading = reading or Reading(_source_name(source))
    screen, as_kind = _registered(source, kind)
    if screen is not None:
        reading.quiet = True  # known and checked; what is to be said of them stands in the registry
        _check_modality(choices, reading)
        load = registered_cells if as_kind == "cells" else registered_effects
        return Opened(load(screen, mirror, progressbar), as_kind, choices, reading)
    if isinstance(source, AnnData):
        data = plain_numbers(source.to_memory() if source.isbacked else source.copy())
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


def finish_cells(opened: Opened) -> AnnData:
    """Cells in standard form, checked; the table of decisions in ``uns["reading"]``."""
    cells = read_cells(opened.data, opened.choices, opened.reading)
    check_cells(cells)
    check_measured(sorted(set(cells.obs["condition"].astype(str))), cells, opened.choices, opened.reading)
    settle(cells, opened.choices, opened.reading)
    cells.uns["dataset_hash"] = content_hash(cells)
    cells.uns["reading"] = opened.reading.table()
    return cells


def finish_effects(opened: Opened) -> AnnData:
    """Effects in standard form, checked; the table of decisions in ``uns["reading"]``."""
    return read_standard_effects(opened.data, opened.choices, opened.reading)


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


def _source_name(source: Source) -> str:
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
