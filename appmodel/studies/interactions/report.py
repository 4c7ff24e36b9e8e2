"""The report on predicted interactions over all splits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from anndata import AnnData

from ...names import standard_name
from ...provenance import code_version, load_scores
from ...trials.predictions import provenance_of
from . import discovery
from .discovery import by_method_and_seed, interaction_scores
from .table import Fit, interaction_table, replaced

_CLASSES = ["c1", "c2", "interaction", "predicted_interaction"]
COLUMNS = ["seed", *discovery.COLUMNS[:-1], *_CLASSES, "reason"]
_TEXT = ("kind", "predicted_kind", "interaction", "predicted_interaction")


def interactions_report(
    predictions: Mapping[tuple[str, int], AnnData] | AnnData,
    effects: AnnData,
    *,
    fit: Fit | None = None,
    fdr: float = 0.05,
) -> pd.DataFrame:
    """One row per seed, method and double: what was measured of its interaction and what was predicted.

    ``predictions`` maps (method, seed) to predicted effects, or is the table of ``predict_splits``, whose provenance
    then stands in ``attrs["provenance"]``.  Columns: those of ``interaction_scores``, with c1, c2 and the class of the
    measured double (``interaction``, among all doubles of the screen) and the class that the prediction would get if
    it had been measured with the same noise (``predicted_interaction``, among the doubles of its split).
    ``save_scores`` writes it, ``load_interactions`` reads it.
    """
    about, parts = {"dataset": str(effects.uns.get("dataset", "unnamed"))}, predictions
    if isinstance(predictions, AnnData):
        about, parts = provenance_of(predictions), by_method_and_seed(predictions)
    measured = interaction_table(effects, fit=fit, fdr=fdr)[["condition", "c1", "c2", "interaction"]]
    tables = []
    for (method, seed), predicted in sorted(parts.items(), key=lambda item: item[0][1]):
        table = interaction_scores({method: predicted}, effects, fdr=fdr).assign(seed=seed)
        table = table.merge(measured, on="condition", how="left", validate="one_to_one")
        table["predicted_interaction"] = table["condition"].map(_predicted_classes(predicted, effects, table, fit, fdr))
        tables.append(table)
    report = pd.concat(tables, ignore_index=True)[COLUMNS]
    report.attrs["provenance"] = {**about, "false_discovery_rate": fdr, "scored_with": code_version(__name__)}
    return report


def _predicted_classes(
    predicted: AnnData, effects: AnnData, table: pd.DataFrame, fit: Fit | None, fdr: float
) -> dict[str, str]:
    named = predicted.copy()
    named.obs_names = [standard_name(str(name)) for name in predicted.obs_names]
    defined = table["condition"][table["predicted_deviation"].notna()]
    if defined.empty:
        return {}
    classes = interaction_table(replaced(effects, named[list(defined)]), fit=fit, fdr=fdr)
    return dict(zip(classes["condition"], classes["interaction"], strict=True))


def load_interactions(path: str | Path) -> pd.DataFrame:
    """Read a report that ``save_scores`` wrote, with its provenance.

    Raises ``FileNotFoundError`` where the table or its provenance is missing, ``ValueError`` where the table was
    altered or is no such report.
    """
    report = load_scores(path)
    if list(report.columns) != COLUMNS:
        raise ValueError(f"{path} has the columns {list(report.columns)}: it is no report of interactions.")
    return report.astype({"is_interaction": "boolean"}).fillna(dict.fromkeys(_TEXT, ""))
