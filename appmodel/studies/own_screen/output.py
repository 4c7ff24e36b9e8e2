"""What a run on one's own screen leaves behind: tables and predictions in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from anndata import AnnData

from ...files import h5ad_bytes, writing
from ...provenance import save_scores
from ...screens import reading_of
from .forecasts import forecast_table
from .verdicts import Verdict, verdict_table


def write_own(
    folder: str | Path, effects: AnnData, verdicts: Mapping[str, Verdict], forecasts: AnnData | None = None
) -> pd.DataFrame:
    """Write what was understood, found and predicted into ``folder``; returns one row per file: file, holds.

    ``reading.csv`` (``reading_of``), ``verdict.csv`` (``verdict_table``), and for each question its scores on
    hidden conditions with their provenance beside them (``load_scores`` reads both);
    with ``forecasts``: ``predictions.h5ad`` (effects with their intervals as layers), ``predictions.csv`` (the same
    effects, one row per condition) and ``summary.csv`` (``forecast_table``).  Each file is complete or as it was.
    Raises ``OSError`` where the folder cannot be written.
    """
    folder = Path(folder)
    tables = {
        "reading.csv": (reading_of(effects), "how the screen was read"),
        "verdict.csv": (verdict_table(verdicts), "who predicts best here"),
    }
    if forecasts is not None:
        tables |= {
            "summary.csv": (forecast_table(forecasts), "what was predicted, and how surely"),
            "predictions.csv": (forecasts.to_df().rename_axis("condition").reset_index(), "predicted effects"),
        }
    for name, (table, _) in tables.items():
        with writing(folder / name) as temporary:
            table.to_csv(temporary, index=False, float_format="%.6g")
    rows = [(str(folder / name), holds) for name, (_, holds) in tables.items()]
    for task, verdict in verdicts.items():
        save_scores(verdict.scores, folder / f"scores_{task}.csv")
        rows.append((str(folder / f"scores_{task}.csv"), "every score on hidden conditions, its provenance beside it"))
    if forecasts is not None:
        with writing(folder / "predictions.h5ad") as temporary:
            temporary.write_bytes(h5ad_bytes(forecasts))
        rows.append((str(folder / "predictions.h5ad"), "predicted effects with their intervals as layers"))
    return pd.DataFrame(rows, columns=["file", "holds"])
