"""Does a predictor find the genetic interactions?  Predicted against measured deviations from additivity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import shown, standard_name
from .deviations import Doubles, along_the_sum, deviation_table, deviations_from, joined, measured_doubles

NOT_MEASURED = "the screen does not hold this double with both of its singles"

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


def discovery_curve(predicted_deviation: np.ndarray, is_interaction: np.ndarray) -> pd.DataFrame:
    """True against false discoveries as the threshold on the predicted deviation falls (both inputs (n,)).

    Columns: threshold (a double is discovered where its predicted deviation is at least this large), true_discoveries,
    false_discoveries, true_positive_rate, false_discovery_proportion (NaN before the first discovery).  Doubles with
    one predicted deviation enter together, never in an order that chance or the file decides: a method that
    predicts none, such as addition, makes one step to the end.  After Ahlmann-Eltze, Huber and Anders (Nature
    Methods 2025), who rank single readouts.  Raises ``ValueError`` for values that are missing or do not pair up,
    and where no double interacts.
    """
    score = np.asarray(predicted_deviation, dtype=float)
    if len(score) != len(is_interaction) or pd.isna(score).any() or pd.isna(is_interaction).any():
        raise ValueError(
            "The curve needs a predicted deviation and a truth for each double: leave out the doubles "
            "where either is missing, and count them."
        )
    truth = np.asarray(is_interaction, dtype=bool)
    if not truth.any():
        raise ValueError("None of the doubles interacts: there is nothing to discover.")
    thresholds = np.unique(score)[::-1]
    found = score >= np.r_[np.inf, thresholds][:, None]
    true, false = (found & truth).sum(axis=1), (found & ~truth).sum(axis=1)
    proportion = np.divide(false, true + false, out=np.full(len(true), np.nan), where=true + false > 0)
    return pd.DataFrame(
        {
            "threshold": np.r_[np.inf, thresholds],
            "true_discoveries": true,
            "false_discoveries": false,
            "true_positive_rate": true / truth.sum(),
            "false_discovery_proportion": proportion,
        }
    )


def interaction_scores(
    predictions: Mapping[str, AnnData], effects: AnnData, *, fdr: float = 0.05, top_fraction: float = 0.25
) -> pd.DataFrame:
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
    measured = deviation_table(effects, fdr, top_fraction).drop(columns="reason")
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
    table["reason"] = joined(own, np.where(known, "", NOT_MEASURED), np.where(additive, "cosine: no deviation", ""))
    return table


def by_method_and_seed(predictions: AnnData) -> dict[tuple[str, int], AnnData]:
    """The table that ``predict_splits`` makes, taken apart: effects named by condition per method and seed.

    Raises ``ValueError`` where the table has no method, seed or condition.
    """
    missing = [name for name in ("method", "seed", "condition") if name not in predictions.obs]
    if missing:
        raise ValueError(
            f"The predictions have no obs[{shown(missing)}]: pass what predict_splits or load_predictions returned."
        )
    parts = {}
    for (method, seed), rows in predictions.obs.groupby(["method", "seed"], sort=False, observed=True):
        part = predictions[rows.index].copy()
        part.obs_names = rows["condition"].astype(str).to_numpy()
        parts[str(method), int(seed)] = part
    return parts
