"""``load_cells`` and ``read_effects``: screens by name, path or in memory, brought to the package's two forms."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace

import pandas as pd
from anndata import AnnData

from .opening import Opened, Source, open_screen, source_name
from .reading.cells import check_measured, read_cells
from .reading.decisions import Choices, Reading, ReadingError
from .reading.effects import read_standard_effects
from .reading.values import settle, settled_values
from .stored.files import take_matrix
from .stored.looking import look_through
from .stored.matrix import StoredMatrix
from .validation import check_cells, content_hash


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
    reading = Reading(source_name(source))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are rows of the table
        try:
            opened = open_screen(source, None, choices_of(told), mirror, progressbar, reading, in_memory=None)
            if opened.stored is not None:
                cells, matrix = finish_stored(opened)
                settled_values(look_through(cells, matrix, progressbar=progressbar)[0], cells, opened.choices, reading)
            else:
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
    return open_screen(source, None, Choices(), in_memory=None).kind == "cells"


def choices_of(told: dict) -> Choices:
    """The choices named in a call.  Raises ``TypeError`` naming the known ones for any other."""
    known = [field.name for field in fields(Choices)]
    if unknown := [name for name in told if name not in known]:
        raise TypeError(f"{unknown[0]!r} is no argument of a reading: the known ones are {', '.join(known)}.")
    return Choices(**told)


def finish_cells(opened: Opened) -> AnnData:
    """Cells in standard form, checked; the table of decisions in ``uns["reading"]``."""
    cells = _labelled(opened.data, opened.choices, opened.reading)
    settle(cells, opened.choices, opened.reading)
    cells.uns["dataset_hash"] = content_hash(cells)
    cells.uns["reading"] = opened.reading.table()
    return cells


def finish_stored(opened: Opened) -> tuple[AnnData, StoredMatrix]:
    """Cells that stay on disk, in standard form and without values, and the matrix of these, not looked at yet.

    Raises ``ValueError`` where nothing was left on disk.
    """
    if opened.stored is None:
        raise ValueError(f"{opened.reading.source} is in memory: take its cells from there.")
    cells, matrix = take_matrix(opened.stored, opened.choices, opened.reading)
    return _labelled(cells, replace(opened.choices, layer=None), opened.reading), matrix


def finish_effects(opened: Opened) -> AnnData:
    """Effects in standard form, checked; the table of decisions in ``uns["reading"]``."""
    return read_standard_effects(opened.data, opened.choices, opened.reading)


def _labelled(data: AnnData, choices: Choices, reading: Reading) -> AnnData:
    """Cells with labels, control, genes and groups in standard form, checked."""
    cells = read_cells(data, choices, reading)
    check_cells(cells)
    check_measured(sorted(set(cells.obs["condition"].astype(str))), cells, choices, reading)
    return cells
