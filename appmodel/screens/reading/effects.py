"""The reading of effects: which names are conditions, which genes are readouts, whether rows are differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import CONTROL, genes_of, repeated, shown
from ...record import record_change
from ..validation import content_hash
from .cells import check_measured, read_or_ask
from .columns import tokens
from .decisions import Choices, Reading
from .gene_names import name_genes
from .genes import Genes, share_known
from .groups import keep_only
from .labels import LabelReader
from .recording import record_renames
from .rows import ZERO, effect_names, refuse_cells, warn_of_means
from .values import take_layer

_SYMBOLS = 0.3  # of the readouts that must be known symbols, else they are axes and the like


def read_standard_effects(effects: AnnData, choices: Choices, reading: Reading) -> AnnData:
    """``effects`` with standard names, dense float64 ``X``, ``obs["n_targets"]`` and ``uns`` filled in.

    Rows that name no gene are dropped; drops and renames are recorded.  Raises ``ValueError`` for rows that
    become the same condition, repeated readouts, values that are not finite, a control row that is not zero.
    """
    effects.uns["dataset"] = reading.source
    refuse_cells(effects)
    _check_form(effects, reading.source)
    if choices.groups:
        raise reading.ask("groups", "holds effects, which have no groups of cells: leave within=... out.", "within")
    effects = keep_only(take_layer(effects, choices.layer, reading), choices, reading)
    names = effect_names(effects, choices, reading)
    ids = name_genes(effects, tokens(names), choices, reading)
    told = (*choices.controls, *([str(effects.uns["control"])] if "control" in effects.uns else []))
    reader = LabelReader(Genes(effects.var_names, ids), told, choices.separator)
    standard = read_or_ask(reader, dict.fromkeys(names), choices, reading)
    effects = _named(effects, names, standard, reading.source)
    effects.X = _dense(effects, reading.source) * _factor(choices, reading)
    _check_effects(effects, reading.source)
    warn_of_means(effects, reading)
    _check_readouts(effects, choices, reading)
    effects.obs["n_targets"] = [len(genes_of(name)) for name in effects.obs_names]
    effects.uns["control"] = CONTROL
    effects.uns["dataset_hash"] = content_hash(effects)
    effects.uns["reading"] = reading.table()
    return effects


def _factor(choices: Choices, reading: Reading) -> float:
    """What brings differences of logarithms of another base, where told, to natural ones."""
    if any(row["decision"] == "values" for row in reading.rows):
        return 1.0  # a long table, whose base has been settled
    base = {"log2": 2.0, "log10": 10.0}.get(choices.values)
    if base is None and choices.values not in ("auto", "log", "log1p"):
        raise reading.ask(
            "values", f": values={choices.values!r} says nothing of effects: say 'log2' or 'log10'.", "values"
        )
    reading.decide(
        "values",
        f"differences of log{base:.0f}, now natural log" if base else "differences in natural log",
        "told" if choices.values != "auto" else "taken as they stand",
        "values",
    )
    return 1.0 if base is None else float(np.log(base))


def _named(effects: AnnData, names: list[str], standard: dict[str, str | None], dataset: str) -> AnnData:
    """The rows that name a condition, under its name in standard form."""
    new = [standard[label] for label in names]
    if twice := repeated([name for name in new if name is not None]):
        rows = [row for row, name in zip(names, new, strict=True) if name == twice[0]]
        raise ValueError(f"{dataset} holds several rows for condition {twice[0]!r} ({shown(rows)}): keep one of them.")
    dropped = [label for label in names if standard[label] is None]
    effects = effects[[name is not None for name in new]].copy()
    effects.obs_names = [name for name in new if name is not None]
    effects.obs.index.name = None
    record_change(effects, "conditions dropped", dropped, "the label names no gene")
    record_renames(effects, standard)
    return effects


def _check_readouts(effects: AnnData, choices: Choices, reading: Reading) -> None:
    """Where readouts are genes, how many of the perturbed ones are among them."""
    if share_known(list(map(str, effects.var_names[:5000]))) > _SYMBOLS:
        check_measured(list(effects.obs_names), effects, choices, reading, refuse=False)
    else:
        reading.decide("perturbed genes measured", "unknown", f"readouts are no genes ({shown(effects.var_names, 2)})")


def _check_form(effects: AnnData, dataset: str) -> None:
    if 0 in effects.shape:
        raise ValueError(
            f"{dataset} is empty ({effects.n_obs} conditions x {effects.n_vars} readouts): write it again with both."
        )
    if twice := repeated(list(effects.var_names)):
        raise ValueError(f"{dataset} names readouts more than once ({shown(twice)}): keep one column per readout.")


def _dense(effects: AnnData, dataset: str) -> np.ndarray:
    X = effects.X.toarray() if hasattr(effects.X, "toarray") else effects.X
    try:
        return np.ascontiguousarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{dataset} holds values that are no numbers: give differences.") from error


def _check_effects(effects: AnnData, dataset: str) -> None:
    bad = ~np.isfinite(effects.X).all(axis=1)
    if bad.any():
        raise ValueError(
            f"{dataset} holds values that are not finite (NaN or infinite) in condition "
            f"{shown(effects.obs_names[bad])}: repair or drop these rows."
        )
    if not [name for name in effects.obs_names if name != CONTROL]:
        raise ValueError(f"{dataset} holds no perturbed condition: give at least one row besides control.")
    if CONTROL in effects.obs_names:
        row = np.abs(effects.X[effects.obs_names.get_loc(CONTROL)]).max()
        if row > ZERO * np.abs(effects.X).max():
            raise ValueError(
                f"The control row of {dataset} is not zero (up to {row:.3g}): rows must be "
                f"differences from control; subtract the control's row from all rows."
            )
    for column in ("n_cells", "sampling_var"):
        if column in effects.obs:
            given = effects.obs[column]
            values = pd.to_numeric(given, errors="coerce").to_numpy(np.float64, na_value=np.nan)
            wrong = effects.obs_names[(values < 0) | np.isinf(values) | (np.isnan(values) & given.notna().to_numpy())]
            if len(wrong):
                raise ValueError(
                    f"The {column} of {dataset} is negative, infinite or no number for condition {shown(wrong)}: "
                    f"correct it or leave the column out."
                )
