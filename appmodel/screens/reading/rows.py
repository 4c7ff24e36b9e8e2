"""What a row is: a cell, or the effect of a condition; effects only where something speaks for them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from ...names import CONTROL, SEPARATOR, shown
from ..validation import expression_kind
from .columns import NAMED, is_text, texts, told_column
from .decisions import Choices, Reading
from .genes import Genes
from .labels import LabelReader
from .words import is_control, is_number, without_frame

_COUNTS = "all values are whole and none is negative, as counts are"
ZERO = 1e-9  # relative: what a control row of differences may differ from zero
_BARCODE = re.compile(
    r"(?:.*[-_:#.])?[ACGTN]{8,}(?:[-_.:#].*)?|[ACGT]{3,}[ACGT0-9]*-\d+|(?:cell|barcode|bc)[-_ ]?\d+", re.IGNORECASE
)
_SHARE = 0.5  # of the names that must be genes where no control row speaks for effects
_SOME = 2000  # names and rows looked at


def repeated_key(data: AnnData) -> str | None:
    """The column of labels in which a condition occurs twice, as it does for cells; None for effects."""
    keys = (key for key in NAMED if key in data.obs)
    return next((key for key in keys if data.obs[key].duplicated().any()), None)


def kind_of_rows(data: AnnData, choices: Choices, reading: Reading, X: Any = None) -> str:
    """``cells`` or ``effects``.  Raises ``ReadingError`` where nothing says which, with the question.

    ``X``: the values, where they are not those of ``data``.
    """
    if choices.rows is not None:
        reading.decide("row", choices.rows, "told", "rows")
        return choices.rows
    if 0 in data.shape:
        raise reading.ask(
            "row", f"is empty ({data.n_obs} rows x {data.n_vars} columns): write it again with its rows and columns."
        )
    key = choices.condition_key
    kind: str | None
    if choices.labels is not None:
        kind, evidence = "cells", "labels were given for them"
    elif key is not None and key in data.obs and data.obs[key].duplicated().any():
        kind, evidence = "cells", f"labels of obs[{key!r}] repeat"
    else:
        kind, evidence = found_rows(data, X)
        kind = "cells" if evidence == _COUNTS else kind
    if kind is None:
        raise reading.ask("row", _question(data, evidence), "rows")
    reading.decide("row", kind, evidence, "rows")
    return kind


def found_rows(data: AnnData, X: Any = None) -> tuple[str | None, str]:
    """What the rows are and why; None where nothing says it.  ``X``: see ``kind_of_rows``."""
    X = data.X if X is None else X
    if key := repeated_key(data):
        return "cells", f"labels of obs[{key!r}] repeat"
    names = [str(name) for name in data.obs_names]
    if sum(_BARCODE.fullmatch(name) is not None for name in names[:_SOME]) > _SHARE * len(names[:_SOME]):
        return "cells", f"rows are named by barcodes ({shown(names, 2)})"
    for where, rows in _namings(data, names).items():
        control = [i for i, row in enumerate(rows) if _is_control(row)]
        if len(control) == 1 and len(rows) > 1 and _is_zero(X, control[0]):
            return "effects", f"the row of the control ({rows[control[0]]!r}, {where}) is zero"
    whole = _whole_and_positive(X)
    genes = Genes(data.var_names)
    for where, rows in _namings(data, names).items():
        share = _gene_share(rows, genes)
        if share >= _SHARE and not whole and len(set(rows)) == len(rows):
            return "effects", f"{share:.0%} of the rows ({where}) are named after genes"
    if key := next((key for key in data.obs.columns if _repeats(data, key)), None):
        return "cells", f"labels of obs[{key!r}] repeat"
    if data.uns.get("control") in names:
        return "effects", "uns['control'] names a row"
    return None, _COUNTS if whole else "rows are not named after genes"


def effect_names(data: AnnData, choices: Choices, reading: Reading) -> list[str]:
    """The condition of each row of effects: the index, or the column that names genes where the index does not.

    Raises ``ReadingError`` where ``choices.condition_key`` is no column.
    """
    names = [str(name) for name in data.obs_names]
    if choices.condition_key is not None:
        return texts(data.obs[told_column(data, choices.condition_key, reading)]).tolist()
    genes = Genes(data.var_names)
    ways = _namings(data, names)
    shares = {where: _gene_share(rows, genes) + any(map(_is_control, rows)) for where, rows in ways.items()}
    codes = sum(map(is_number, names)) > _SHARE * len(names)
    best = max(shares, key=lambda where: shares[where])
    if best != "obs_names" and (shares[best] > shares["obs_names"] and (codes or shares["obs_names"] < _SHARE)):
        reading.decide("labels", best, f"names genes and control; obs_names are {shown(names, 2)}", "condition_key")
        return ways[best]
    if codes:
        raise reading.ask(
            "labels",
            f"names its rows {shown(names, 3)}, bare numbers, which are no conditions, and no column of obs names "
            f"genes: give the column of conditions with condition_key=....",
            "condition_key",
        )
    reading.decide("labels", "obs_names", f"{_gene_share(names, genes):.0%} of them name genes", "condition_key")
    return names


def refuse_cells(data: AnnData) -> None:
    """Raise ``ValueError`` where cells stand in the place of effects: the same sentence at every door."""
    name = data.uns.get("dataset", "the table")
    if key := repeated_key(data):
        raise ValueError(
            f"{name} holds cells (obs[{key!r}] repeats), not effects: use condition_effects(load_cells(...))."
        )
    if "n_targets" in data.obs or not data.n_obs:
        return
    names = [str(row) for row in data.obs_names[:_SOME]]
    barcodes = sum(_BARCODE.fullmatch(row) is not None for row in names) > _SHARE * len(names)
    if barcodes and (sp.issparse(data.X) or data.X is None or not (np.asarray(data.X) < 0).any()):
        raise ValueError(
            f"{name} holds cells (rows are named by barcodes, {shown(names, 2)}), not effects: use "
            f"condition_effects(load_cells(...))."
        )


def warn_of_means(data: AnnData, reading: Reading) -> None:
    """Warn where effects have no control row and no negative value: they may be means, not differences."""
    X = data.X
    if CONTROL in data.obs_names or data.n_obs < 2 or data.n_obs * data.n_vars < 50:
        return
    if X.min() >= 0 and X.max() > 0:
        reading.warn(
            "values",
            f"no effect is negative (smallest {X.min():.3g}) and there is no row of the control: these look like "
            f"means, not differences from control; subtract the control's mean from every row, or add its zeros.",
        )


def _namings(data: AnnData, names: list[str]) -> dict[str, list[str]]:
    """Ways to name the rows: the index, and every column of texts with a different value in each row."""
    ways = {"obs_names": names}
    for key in data.obs.columns:
        column = data.obs[key]
        if is_text(column) and not column.isna().any() and column.nunique() == len(column):
            ways[f"obs[{key!r}]"] = texts(column).tolist()
    return ways


def _repeats(data: AnnData, key: str) -> bool:
    """Whether a column of texts names a control several times, as cells do."""
    column = data.obs[key]
    if not is_text(column):
        return False
    values = texts(column.dropna())
    return bool(values.duplicated().any()) and any(map(_is_control, values.unique()[:_SOME]))


def _is_control(row: str) -> bool:
    return is_control(row) or is_control(without_frame(row)) or all(map(is_control, row.split(SEPARATOR)))


def _gene_share(rows: list[str], genes: Genes) -> float:
    """Share of the rows without control whose every gene is measured or known."""
    try:
        reader = LabelReader(genes)
        read = reader.read(rows[:_SOME])
    except ValueError:
        return 0.0
    wanted = [name for name in read.values() if name not in (None, CONTROL)]
    good = sum(all(genes.find(gene) is not None for gene in name.split(SEPARATOR)) for name in wanted)
    return good / len(wanted) if wanted else 0.0


def _is_zero(X: Any, row: int) -> bool:
    if X is None or 0 in X.shape or not np.issubdtype(X.dtype, np.number):
        return False
    values = np.abs(np.asarray(X[row].todense() if sp.issparse(X) else X[row], dtype=np.float64)).max(initial=0)
    return bool(values <= ZERO * max(abs(float(X.max())), abs(float(X.min()))))


def _whole_and_positive(X: Any) -> bool:
    """Whether all values are whole and none is negative, as counts are."""
    return X is not None and 0 not in X.shape and np.issubdtype(X.dtype, np.number) and expression_kind(X) == "counts"


def _question(data: AnnData, evidence: str) -> str:
    """Cells or effects?  Asked with what would settle it."""
    columns = f"obs has {shown(data.obs.columns, 8)}" if len(data.obs.columns) else "obs has no column"
    return (
        f"may hold cells or effects, and nothing says which ({evidence}; rows are named {shown(data.obs_names, 2)}; "
        f"it has no obs['condition'] and no obs['perturbation'], {columns}): name the column of labels of cells with "
        f"condition_key=..., or say rows='effects' if each row is a condition."
    )
