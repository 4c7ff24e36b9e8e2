"""The claims table as a file to take away, with where its numbers come from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ...files import sha256
from ...provenance import code_version, save_scores

COLUMNS = (
    *("claim", "kind", "group", "table", "short", "statement", "model", "screen", "simulated", "task", "metric"),
    *("verdict", "alone", "q", "value", "low", "high", "reference", "margin", "ours", "interval", "theirs", "source"),
    "file",
)


def save_claims(table: pd.DataFrame, path: str | Path, results: str | Path, *inputs: str | Path) -> None:
    """Write a ``claims_table``, all of it, as .csv with its provenance as JSON beside it.

    The provenance holds the code version of the judge, and the SHA-256 of the ``inputs`` (claims, studies, quoted
    numbers) and of each file of the folder ``results`` that was read.
    """
    chosen = table[list(COLUMNS)].copy()
    chosen.attrs["provenance"] = {
        "code_version": code_version("appmodel.pages.claims.verdicts"),
        "inputs": {Path(name).name: sha256(name) for name in inputs},
        "results": {name: sha256(Path(results) / name) for name in table.attrs["files"]},
    }
    save_scores(chosen, path)
