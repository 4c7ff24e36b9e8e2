"""``load_cells`` and ``read_effects``: screens by name or path, brought to the package's two forms."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from typing import Literal

import anndata
import numpy as np
from anndata import AnnData

from ..files import cache_dir, text_digest, writing
from ..names import CONTROL, genes_of, repeated, shown
from ..record import record_change
from . import distances, registry
from .adaptors import record_renames, standard_cells, standard_labels
from .distances import effects_from_distances, read_distance_matrix
from .validation import check_cells, content_hash

logger = logging.getLogger("appmodel")
_ZERO = 1e-9  # relative: what a control row of differences may differ from zero


def load_cells(
    name_or_path: str | Path,
    *,
    condition_key: str | None = None,
    control: str | None = None,
    mirror: str | None = None,
    progressbar: bool = False,
) -> AnnData:
    """Cells (n_cells, n_genes), counts or log1p, of ``demo``, a screen of the registry or an .h5ad file.

    ``obs["condition"]`` is in standard form; what was dropped, renamed or merged stands in
    ``changes(cells)``. ``condition_key`` and ``control`` name the column of labels and the control's label
    where the file's are unusual.  Large screens are downloaded once (``mirror`` replaces the address) and
    verified.  Raises ``ValueError`` or ``FileNotFoundError`` in a sentence that names the file and the mend.
    """
    screen = registry.entry(str(name_or_path), "cells") if isinstance(name_or_path, str) else None
    if screen is not None and screen.name == "demo":
        from .demo import load_demo

        cells = load_demo()
        cells.uns["dataset"] = "demo"
    elif screen is not None:
        cells = _registered_cells(screen, mirror, progressbar)
    else:
        path = _path(name_or_path, "cells")
        cells = _open(path)
        cells.uns["dataset"] = path.stem
    cells = standard_cells(cells, condition_key, control)
    check_cells(cells)
    cells.uns["dataset_hash"] = content_hash(cells)
    return cells


def read_effects(name_or_path: str | Path, *, mirror: str | None = None, progressbar: bool = False) -> AnnData:
    """Effects (n_conditions, n_readouts), differences from control, of a registered screen or an .h5ad file.

    A name is read from the data folder, else rebuilt from the published E-distances (downloaded and verified
    once; ``mirror`` replaces the address).  A file needs ``X`` and conditions as ``obs_names``;
    ``obs["n_cells"]``, ``obs["sampling_var"]``, ``var["control_mean"]`` and the row of the control are
    optional.  Raises ``ValueError`` or ``FileNotFoundError`` in a sentence naming the file, row and mend.
    """
    screen = registry.entry(str(name_or_path), "effects") if isinstance(name_or_path, str) else None
    if screen is not None:
        return standard_effects(_registered_effects(screen, mirror, progressbar), screen.name)
    path = _path(name_or_path, "effects")
    return standard_effects(_open(path), path.stem)


def holds_cells(path: str | Path) -> bool:
    """Whether an .h5ad file holds cells (several rows of one condition) rather than effects (one row each)."""
    data = _open(Path(path), backed="r")  # the labels are enough: the values are read once, by whoever needs them
    try:
        return _repeats_conditions(data) is not None
    finally:
        data.file.close()


def standard_effects(effects: AnnData, dataset: str) -> AnnData:
    """``effects`` with standard names, dense float64 ``X``, ``obs["n_targets"]`` and ``uns`` filled in.

    Rows that name no gene are dropped; drops and renames are recorded.  Raises ``ValueError`` for rows that
    become the same condition, repeated readouts, values that are not finite, a control row that is not zero.
    """
    effects.uns["dataset"] = dataset
    _check_form(effects, dataset)
    try:
        standard = standard_labels(effects.obs_names, effects.var_names, effects.uns.get("control"))
    except ValueError as error:
        raise ValueError(f"{dataset}: {error}") from error
    names = [standard[label] for label in effects.obs_names]
    if twice := repeated([name for name in names if name is not None]):
        rows = [str(row) for row, name in zip(effects.obs_names, names, strict=True) if name == twice[0]]
        raise ValueError(f"{dataset} holds several rows for condition {twice[0]!r} ({shown(rows)}): keep one of them.")
    dropped = [label for label in effects.obs_names if standard[label] is None]
    effects = effects[[name is not None for name in names]].copy()
    effects.obs_names = [name for name in names if name is not None]
    record_change(effects, "conditions dropped", dropped, "the label names no gene")
    record_renames(effects, standard)
    effects.X = _dense(effects, dataset)
    _check_effects(effects, dataset)
    effects.obs["n_targets"] = [len(genes_of(name)) for name in effects.obs_names]
    effects.uns["control"] = CONTROL
    effects.uns["dataset_hash"] = content_hash(effects)
    return effects


def _registered_cells(screen: registry.Entry, mirror: str | None, progressbar: bool) -> AnnData:
    prepared = registry.prepared_file(screen)
    cells = _open(prepared or registry.original_file(screen, mirror, progressbar))
    cells.uns["dataset"] = screen.name
    _note_alteration(cells, prepared, screen)
    return cells


def _registered_effects(screen: registry.Entry, mirror: str | None, progressbar: bool) -> AnnData:
    prepared = registry.prepared_file(screen)
    if prepared is None:
        return _rebuilt(screen, registry.original_file(screen, mirror, progressbar))
    effects = _open(prepared)
    effects.uns["dataset"] = screen.name
    _note_alteration(effects, prepared, screen)
    return effects


def _note_alteration(data: AnnData, prepared: Path | None, screen: registry.Entry) -> None:
    """A prepared copy may be replaced on purpose, but never unnoticed."""
    if prepared is not None and not registry.matches(prepared, screen.prepared_hash):
        reason = "the copy in the data folder is not the registered one"
        record_change(data, "file altered", [prepared.name], reason)
        logger.warning("%s: %s, %s; its SHA-256 differs.", screen.name, prepared, reason)


def _rebuilt(screen: registry.Entry, original: Path) -> AnnData:
    """Effects from the published E-distances; kept in the cache, and made again where the copy is damaged."""
    matrix = read_distance_matrix(original, screen.hash)
    method = text_digest(Path(distances.__file__).read_text(encoding="utf-8"))
    path = cache_dir() / "effects" / f"{screen.name}-{screen.hash.partition(':')[2][:12]}-{method}.h5ad"
    if path.is_file():
        try:
            effects = _open(path)
            if effects.uns.get("dataset_hash") == content_hash(effects):
                return effects
        except ValueError:
            pass  # said below, with the damaged copies that can be opened
        logger.warning("%s: the cached copy %s is damaged and is made again.", screen.name, path)
    effects = effects_from_distances(matrix)
    effects.uns["dataset_hash"] = content_hash(effects)
    with writing(path) as temporary:
        effects.write_h5ad(temporary)
    return effects


def _path(name_or_path: str | Path, kind: registry.Kind) -> Path:
    path = Path(name_or_path)
    if path.is_file():
        return path
    named = isinstance(name_or_path, str) and not path.suffix and os.sep not in name_or_path
    if not named:
        raise FileNotFoundError(
            f"There is no file {path}: give the path of an .h5ad file, or one of {', '.join(registry.names(kind))}."
        )
    if kind == "effects" and registry.entry(str(name_or_path), "cells") is not None:
        raise ValueError(
            f"Screen {name_or_path!r} comes as cells, not as effects: use "
            f"condition_effects(load_cells({name_or_path!r}))."
        )
    raise ValueError(
        f"There is no screen {name_or_path!r} among the {kind}: choose one of "
        f"{', '.join(registry.names(kind))}, or give the path of an .h5ad file."
    )


def _open(path: Path, backed: Literal["r"] | None = None) -> AnnData:
    """The AnnData of an .h5ad file.  Raises ``ValueError`` where it is truncated or is something else."""
    try:
        with warnings.catch_warnings():
            # repeated names are an error here, raised with a name and a mend
            warnings.filterwarnings("ignore", message=".*names are not unique.*", category=UserWarning)
            return anndata.read_h5ad(path, backed=backed)
    except (MemoryError, PermissionError):
        raise
    except Exception as error:  # h5py and anndata raise half a dozen kinds for a damaged file
        raise ValueError(
            f"{path} cannot be read as an .h5ad file (truncated, damaged or another format): copy or download it again."
        ) from error


def _check_form(effects: AnnData, dataset: str) -> None:
    if key := _repeats_conditions(effects):
        raise ValueError(
            f"{dataset} holds cells (obs[{key!r}] repeats), not effects: use condition_effects(load_cells(...))."
        )
    if effects.X is None or 0 in effects.shape:
        raise ValueError(
            f"{dataset} is empty ({effects.n_obs} conditions x {effects.n_vars} readouts): give one row per condition."
        )
    if twice := repeated(list(effects.var_names)):
        raise ValueError(f"{dataset} names readouts more than once ({shown(twice)}): keep one column per readout.")


def _repeats_conditions(data: AnnData) -> str | None:
    """The column of labels in which a condition occurs twice, as it does for cells; None for effects."""
    keys = (key for key in ("condition", "perturbation") if key in data.obs)
    return next((key for key in keys if data.obs[key].duplicated().any()), None)


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
        if row > _ZERO * np.abs(effects.X).max():
            raise ValueError(
                f"The control row of {dataset} is not zero (up to {row:.3g}): rows must be "
                f"differences from control; subtract the control's row from all rows."
            )
    for column in ("n_cells", "sampling_var"):
        if column in effects.obs:
            values = np.asarray(effects.obs[column], dtype=np.float64)
            wrong = effects.obs_names[(values < 0) | np.isinf(values)]
            if len(wrong):
                raise ValueError(
                    f"{dataset} gives a negative or infinite {column} for condition "
                    f"{shown(wrong)}: correct it or leave the column out."
                )
