"""Does a predictor find the genetic interactions?  Predicted against measured deviations from additivity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import standard_name
from .deviations import Doubles, along_the_sum, deviation_table, deviations_from, joined, measured_doubles

COLUMNS = [
    "method",
    "condition",
    "deviation",
    "noise",
    "predicted_deviation",
    "cosine",
    "is_interaction",
    "direction",
    "kind",
    "predicted_direction",
    "predicted_kind",
    "reason",
]


def interaction_scores(predictions: Mapping[str, AnnData], effects: AnnData) -> pd.DataFrame:
    """Predicted against measured deviations of every double in ``predictions``, one row per method and double.

    ``predictions`` maps a method to its predicted effects (rows in any order), ``effects`` are the measured ones of
    the whole screen; the singles are the measured ones on both sides, and which doubles interact is decided among
    all doubles of the screen (``deviation_table``).  Columns: method, condition, deviation, predicted_deviation (L2
    norms over the scored readouts), cosine (of the two deviations), is_interaction, direction, kind,
    predicted_direction, predicted_kind (``along_the_sum``), reason.  The cosine of an additive prediction is NaN:
    no deviation has no direction.  Both deviations take away the same measured singles, so the sampling
    error of these makes them look a little alike even where the prediction is independent of it.
    Raises ``ValueError`` for predictions of other readouts.
    """
    doubles = measured_doubles(effects)
    measured = deviation_table(effects).drop(columns="reason")
    parts = [_scored(name, predicted, doubles, effects) for name, predicted in predictions.items()]
    scores = pd.concat(parts, ignore_index=True).merge(measured, on="condition", how="left", validate="many_to_one")
    return scores[COLUMNS].fillna({"kind": ""})


def _scored(name: str, predicted: AnnData, doubles: Doubles, effects: AnnData) -> pd.DataFrame:
    if list(predicted.var_names) != list(effects.var_names):
        raise ValueError(
            f"The predictions of {name!r} have other readouts than the effects, or in another order: "
            f"pass what the predictor returned after it was fitted on these effects."
        )
    conditions = [standard_name(str(condition)) for condition in predicted.obs_names]
    position = {condition: i for i, condition in enumerate(doubles.conditions)}
    rows = np.array([position.get(condition, -1) for condition in conditions])
    known = rows >= 0
    columns = {"cosine": np.nan, "predicted_deviation": np.nan, "predicted_direction": np.nan, "predicted_kind": ""}
    table = pd.DataFrame({"method": name, "condition": conditions, **columns})
    values = np.asarray(predicted.X, dtype=float)[:, predicted.var_names.get_indexer(doubles.readouts.index)]
    total = doubles.total[rows[known]]
    real = deviations_from(doubles.double[rows[known]], total)
    guess = deviations_from(values[known], total)
    sizes = np.linalg.norm(guess, axis=1)
    product = np.linalg.norm(real, axis=1) * sizes
    table.loc[known, "predicted_deviation"] = sizes
    table.loc[known, "cosine"] = np.divide(
        (real * guess).sum(axis=1), product, out=np.full(len(product), np.nan), where=product > 0
    )
    table.loc[known, "predicted_direction"], table.loc[known, "predicted_kind"] = along_the_sum(guess, total)
    own = predicted.obs["reason"].fillna("").astype(str) if "reason" in predicted.obs else [""] * len(table)
    additive = table["predicted_kind"] == "additive"
    absent = np.where(known, "", "the screen does not hold this double with both of its singles")
    table["reason"] = joined(own, absent, np.where(additive, "cosine: no deviation", ""))
    return table
