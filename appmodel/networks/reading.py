"""Read gene sets and edge lists from files: TSV, CSV, Parquet, GMT."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

SUFFIXES = (".tsv", ".csv", ".parquet", ".gmt")
Sets = list[tuple[str, list[str]]]


def read_network_file(path: str | Path) -> tuple[Sets | pd.DataFrame, str]:
    """The content of a file: (set name, genes) pairs or an edge table; and a note on a column that was left out.

    ``.gmt``: one set per line (name, description, genes).  ``.parquet``, ``.csv``, ``.tsv``: columns source, target
    and perhaps weight, or Name and Genes (joined by ';').  A ``.tsv`` without those names has no header: its columns
    are source, target and perhaps a weight.  Raises ``FileNotFoundError`` or ``ValueError`` naming file and row.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no network file {path}: check the path.")
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path} is no network file: its name should end in one of {', '.join(SUFFIXES)}.")
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty: it should hold gene sets or edges.")
    try:
        if path.suffix == ".gmt":
            return _read_gmt(path), ""
        table, note = _read_parquet(path) if path.suffix == ".parquet" else _read_text(path)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a UTF-8 text file: save it as UTF-8.") from error
    if {"Name", "Genes"} <= set(table.columns):
        return _sets_of(table, path), note
    return table, note


def _sets_of(table: pd.DataFrame, path: Path) -> Sets:
    sets = []
    for row, (name, genes) in enumerate(zip(table["Name"], table["Genes"], strict=True), start=1):
        if not isinstance(name, str) or not isinstance(genes, str):
            raise ValueError(f"Row {row} of {path} should hold a set name and its genes joined by ';'.")
        sets.append((name, [gene for gene in genes.split(";") if gene.strip()]))
    return sets


def _read_parquet(path: Path) -> tuple[pd.DataFrame, str]:
    try:
        return pd.read_parquet(path), ""
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as Parquet (truncated?): fetch it again.") from error


def _read_gmt(path: Path) -> Sets:
    sets = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            fields = line.rstrip("\r\n").split("\t")
            if not line.strip():
                continue
            if len(fields) < 3:
                raise ValueError(f"Line {number} of {path} should hold a set name, a description and genes, by tabs.")
            sets.append((fields[0], [gene for gene in fields[2:] if gene.strip()]))
    return sets


def _read_text(path: Path) -> tuple[pd.DataFrame, str]:
    separator = "\t" if path.suffix == ".tsv" else ","
    with open(path, encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(cell.strip() for cell in row)]
    if not rows:
        raise ValueError(f"{path} is empty: it should hold gene sets or edges.")
    header = [cell.strip() for cell in rows[0]]
    named = {"source", "target"} <= set(header) or {"Name", "Genes"} <= set(header)
    if not named and path.suffix == ".tsv" and not {"source", "target"} & set(header):
        return _without_header(rows, path)
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            raise ValueError(f"Row {number} of {path} has {len(row)} columns where the header has {len(header)}.")
    return pd.DataFrame(rows[1:], columns=header, dtype=object), ""


def _without_header(rows: list[list[str]], path: Path) -> tuple[pd.DataFrame, str]:
    """Source, target and weight of a headerless table; a third column that is all text is no weight."""
    short = [number for number, row in enumerate(rows, start=1) if len(row) < 2]
    if short:
        raise ValueError(f"Row {short[0]} of {path} should hold source and target, separated by a tab.")
    table = pd.DataFrame([row[:2] for row in rows], columns=["source", "target"], dtype=object)
    if all(len(row) == 2 for row in rows):
        return table, ""
    third = pd.Series([row[2] if len(row) > 2 else "" for row in rows], dtype=object)
    if pd.to_numeric(third, errors="coerce").isna().all():
        return table, "the third column is text, no weight"
    return table.assign(weight=third), ""
