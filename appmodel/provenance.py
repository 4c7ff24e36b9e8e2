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


def rows_name(*parts: str) -> str:
    """What the file of a table of rows is called: of a study, its screen (a path by its last part) and its task.

    ``*`` stands for any part where files are looked for.
    """
    return "_".join(Path(part).name for part in parts) + ".parquet"


def save_scores(scores: pd.DataFrame, path: str | Path) -> None:
    """Write tidy scores, or a table made of them, as .parquet or .csv, and their provenance as JSON.

    Both forms hold the same six significant digits and depend on data, code and seeds alone; the date stands in the
    provenance file.
    Raises ``ValueError`` for a file of another form, and for scores without provenance: pass on
    ``attrs["provenance"]`` where tables are joined.
    """
    if not isinstance(scores, pd.DataFrame):
        raise TypeError(f"Scores are a table, not {called(scores)}: save what benchmark made.")
    if not scores.attrs.get("provenance"):
        raise ValueError(f"The scores for {path} carry no provenance in attrs['provenance']: save what benchmark made.")
    of_parquet = _is_parquet(path)
    with writing(path) as temporary:
        if of_parquet:
            _write_parquet(scores, temporary)
        else:
            scores.to_csv(temporary, index=False, float_format="%.6g")
    about = {**scores.attrs["provenance"], "sha256": sha256(path), "date": today(), "rows": len(scores)}
    with writing(provenance_path(path)) as temporary:
        temporary.write_text(json.dumps(about, indent=1, sort_keys=True) + "\n")


def load_scores(path: str | Path) -> pd.DataFrame:
    """Read what ``save_scores`` wrote; the provenance stands in ``attrs["provenance"]``.

    Raises ``FileNotFoundError`` where the table or its provenance is missing, ``ValueError`` where the table was
    altered or has another form: a number without a source is not shown.
    """
    of_parquet = _is_parquet(path)
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
    # An empty cell of a number is NaN, of a reason empty; a condition may be called NA.
    try:
        scores = _read_parquet(path) if of_parquet else pd.read_csv(path, keep_default_na=False, na_values=[""])
    except ValueError as error:  # the errors of pandas and of Arrow are ValueErrors
        raise ValueError(f"{path} is no {'Parquet' if of_parquet else 'CSV'} table: {made}.") from error
    scores = scores.fillna({"reason": ""})
    scores.attrs["provenance"] = about
    return scores


def _is_parquet(path: str | Path) -> bool:
    suffix = Path(path).suffix
    if suffix not in (".parquet", ".csv") and not Path(path).is_dir():
        raise ValueError(f"{path} ends in {suffix!r}: a table of scores is a .parquet or a .csv file.")
    return suffix == ".parquet"


def _write_parquet(scores: pd.DataFrame, path: Path) -> None:
    from pyarrow import Table, parquet

    numbers = list(scores.select_dtypes("floating"))
    # The digits of the CSV: what is read back is the same number.
    rounded = {name: scores[name].astype(float).map("{:.6g}".format).astype(float) for name in numbers}
    # Without what pandas and Arrow note beside it: categories come back as plain text, attrs stand in the JSON alone.
    table = Table.from_pandas(scores.assign(**rounded), preserve_index=False).replace_schema_metadata(None)
    texts = [name for name in scores if name not in numbers]
    options = {"compression": "zstd", "compression_level": 19, "store_schema": False, "use_dictionary": texts}
    parquet.write_table(table, path, **options)


def _read_parquet(path: str | Path) -> pd.DataFrame:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        return file.read().to_pandas()
