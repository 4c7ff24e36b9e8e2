"""The top of all pairs by a criterion, out of the parts of a run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ...files import writing
from .parts import PAIRS, part_path
from .run import Run

TOP = "top.csv"


def write_top(folder: Path, run: Run, criterion: str, top: int) -> tuple[pd.DataFrame, int]:
    """Write the ``top`` pairs with the largest ``criterion``; returns them and how many pairs have none (NaN).

    Of equal pairs the first in the order of the genes comes first.
    """
    best: list[pd.DataFrame] = []
    undefined = 0
    for part in range(run.n_parts):
        pairs = pq.read_table(part_path(folder, PAIRS, part)).to_pandas()
        defined = pairs.dropna(subset=criterion)
        undefined += len(pairs) - len(defined)
        best = [pd.concat([*best, defined]).nlargest(top, criterion)]
    table = best[0].reset_index(drop=True)
    with writing(folder / TOP) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")
    return table, undefined
