"""Where a number comes from: dataset hash, code version, seeds, date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from .arguments import called
from .closure import code_digest
from .files import readable_file, sha256, writing


def code_version(*modules: str) -> str:
    """Version of the package and the digest of what made a number: ``modules`` and all they import (``closure``)."""
    try:
        number = version("appmodel")
    except PackageNotFoundError:  # a source tree on the path without an installation
        number = "0+source"
    return f"{number}+{code_digest(modules)}"


def today() -> str:
    """The date, as provenance states it."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def provenance_path(results: str | Path) -> Path:
    """The file beside a table of results that says where its numbers come from."""
    return Path(results).with_suffix(".provenance.json")


def save_scores(scores: pd.DataFrame, path: str | Path) -> None:
    """Write tidy scores, or a table made of them, as CSV (six significant digits), and their provenance as JSON.

    The CSV depends on data, code and seeds alone; the date stands in the provenance file.
    Raises ``ValueError`` for scores without provenance: pass on ``attrs["provenance"]`` where tables are joined.
    """
    if not isinstance(scores, pd.DataFrame):
        raise TypeError(f"Scores are a table, not {called(scores)}: save what benchmark made.")
    if not scores.attrs.get("provenance"):
        raise ValueError(f"The scores for {path} carry no provenance in attrs['provenance']: save what benchmark made.")
    with writing(path) as temporary:
        scores.to_csv(temporary, index=False, float_format="%.6g")
    about = {**scores.attrs["provenance"], "sha256": sha256(path), "date": today(), "rows": len(scores)}
    with writing(provenance_path(path)) as temporary:
        temporary.write_text(json.dumps(about, indent=1, sort_keys=True) + "\n")


def load_scores(path: str | Path) -> pd.DataFrame:
    """Read what ``save_scores`` wrote; the provenance stands in ``attrs["provenance"]``.

    Raises ``FileNotFoundError`` where the table or its provenance is missing, ``ValueError`` where the table was
    altered: a number without a source is not shown.
    """
    made = "make it with save_scores (tables of studies: make real or make studies)"
    note = provenance_path(readable_file(path, made))
    try:
        about = json.loads(readable_file(note, made).read_text())
    except ValueError as error:
        raise ValueError(f"{note} is no JSON text (cut off?): {made}.") from error
    if not isinstance(about, dict):
        raise ValueError(f"{note} is no provenance that save_scores wrote: {made}.")
    if about.get("sha256", "") not in ("", sha256(path)):  # absent: written before it was recorded
        raise ValueError(f"{path} is not the table that {note.name} describes: {made}.")
    # An empty cell of a number is NaN, of a text empty; a condition may be called NA.
    try:
        scores = pd.read_csv(path, keep_default_na=False, na_values=[""]).fillna({"reason": ""})
    except ValueError as error:  # pandas' own errors are ValueErrors
        raise ValueError(f"{path} is no CSV table: {made}.") from error
    scores.attrs["provenance"] = about
    return scores
