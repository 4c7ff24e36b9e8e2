"""The report on predicted interactions over all splits."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from anndata import AnnData

from ...provenance import code_version, load_scores
from ...trials.predictions import provenance_of
from . import discovery
from .deviations import FDR
from .discovery import interaction_scores
from .table import interaction_table, replaced

COLUMNS = ["seed", *discovery.COLUMNS[:-1], "c1", "c2", "interaction", "predicted_interaction", "reason"]
_TEXT = ("kind", "predicted_kind", "interaction", "predicted_interaction")


def interactions_report(predictions: AnnData, effects: AnnData) -> pd.DataFrame:
    """One row per seed, method and double: what was measured of its interaction and what was predicted.

    ``predictions`` is the table of ``predict_splits``, whose provenance then stands in ``attrs["provenance"]``.
    Columns: those of ``interaction_scores``, with c1, c2 and the class of the measured double (``interaction``, among
    all doubles of the screen) and the class that the prediction would get if it had been measured with the same noise
    (``predicted_interaction``, among the doubles of its split).
    ``save_scores`` writes it, ``load_interactions`` reads it.
    """
    measured = interaction_table(effects)[["condition", "c1", "c2", "interaction"]]
    groups, tables = predictions.obs.groupby(["seed", "method"], sort=False, observed=True), []
    for (seed, method), rows in sorted(groups, key=lambda group: group[0][0]):
        predicted = predictions[rows.index].copy()
        predicted.obs_names = rows["condition"].astype(str).to_numpy()
        table = interaction_scores({str(method): predicted}, effects).assign(seed=int(seed))
        table = table.merge(measured, on="condition", how="left", validate="one_to_one")
        table["predicted_interaction"] = table["condition"].map(_predicted_classes(predicted, effects, table))
        tables.append(table)
    report = pd.concat(tables, ignore_index=True)[COLUMNS]
    about = {"false_discovery_rate": FDR, "scored_with": code_version(__name__)}
    report.attrs["provenance"] = provenance_of(predictions) | about
    return report


def _predicted_classes(predicted: AnnData, effects: AnnData, table: pd.DataFrame) -> dict[str, str]:
    defined = table["condition"][table["predicted_deviation"].notna()]
    if defined.empty:
        return {}
    classes = interaction_table(replaced(effects, predicted[list(defined)]))
    return dict(zip(classes["condition"], classes["interaction"], strict=True))


def load_interactions(path: str | Path) -> pd.DataFrame:
    """Read a report that ``save_scores`` wrote, with its provenance.

    Raises ``FileNotFoundError`` where the table or its provenance is missing, ``ValueError`` where the table was
    altered or is no such report.
    """
    report = load_scores(path)
    if list(report.columns) != COLUMNS:
        raise ValueError(f"{path} is no report of interactions, but has {', '.join(report.columns)}: make it again.")
    return report.astype({"is_interaction": "boolean"}).fillna(dict.fromkeys(_TEXT, ""))
