"""Screens of the registry: their prepared copy, the published original, or effects rebuilt from distances."""

from __future__ import annotations

import logging
from pathlib import Path

from anndata import AnnData

from ..files import cache_dir, h5ad_bytes, text_digest, writing
from ..record import record_change
from . import distances, registry
from .distances import effects_from_distances, read_distance_matrix
from .reading.decisions import Choices, Reading
from .reading.forms import read_form
from .validation import content_hash

logger = logging.getLogger("appmodel")


def registered_cells(screen: registry.Entry, mirror: str | None, progressbar: bool) -> AnnData:
    """Cells of a registered screen as its file holds them (``demo`` is simulated)."""
    if screen.name == "demo":
        from .demo import load_demo

        cells = load_demo()
        cells.uns["dataset"] = "demo"
        return cells
    prepared = registry.prepared_file(screen)
    cells = _open(prepared or registry.original_file(screen, mirror, progressbar))
    cells.uns["dataset"] = screen.name
    note_alteration(cells, prepared, screen)
    return cells


def registered_effects(screen: registry.Entry, mirror: str | None, progressbar: bool) -> AnnData:
    """Effects of a registered screen: the prepared copy, else rebuilt from the published distances."""
    prepared = registry.prepared_file(screen)
    if prepared is None:
        return _rebuilt(screen, registry.original_file(screen, mirror, progressbar))
    effects = _open(prepared)
    effects.uns["dataset"] = screen.name
    note_alteration(effects, prepared, screen)
    return effects


def note_alteration(data: AnnData, prepared: Path | None, screen: registry.Entry) -> None:
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
        temporary.write_bytes(h5ad_bytes(effects))
    return effects


def _open(path: Path) -> AnnData:
    """The AnnData of an .h5ad file.  Raises ``ValueError`` where it is truncated or is something else."""
    return read_form(path, Choices(), Reading(path.stem))
