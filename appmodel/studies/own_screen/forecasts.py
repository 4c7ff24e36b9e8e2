"""Predictions for a screen by the predictors that won on it, with intervals measured on hidden conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData
from sklearn.base import clone

from ...effects import as_effects, perturbed
from ...names import genes_of
from ...networks import Network
from ...predictors import Additive, AnchoredAPP, Predictor
from .verdicts import Verdict

COVERED = 0.95  # the share of hidden effects that an interval should hold


class Interval(NamedTuple):
    """Half widths of each readout (n_readouts,), per unit of stated error where ``scaled``, and what they cover."""

    half_width: np.ndarray
    scaled: bool
    covers: float
    error: float


def forecast(
    effects: AnnData,
    conditions: Sequence[str],
    verdicts: Mapping[str, Verdict],
    network: Network | None = None,
) -> AnnData:
    """Predicted effects (n_conditions, n_readouts) of conditions that were not measured, in the order asked for.

    Each condition is predicted by the winner of its question, fitted on all of ``effects``; a combination with a gene
    that was not measured alone by the (scaled) sum of measured and predicted effects, which no verdict tests.
    ``layers["low"]`` and ``layers["high"]``: an interval of each readout that held 95 % of the effects of hidden
    conditions (split conformal prediction: Vovk, Gammerman and Shafer 2005); it follows the stated error where the
    predictor states one.  ``obs``: ``task`` ('' where no verdict tests it), ``predictor``, ``predicted_error``
    (expected L2 norm of the error; the mean over hidden conditions where none is stated), ``size`` and, of
    combinations, ``deviation`` (L2 norms of the effect and of what it differs by from the sum), ``covers`` (share of
    hidden effects that such intervals of other conditions held), ``note``.  Raises ``ValueError`` as the predictors do.
    """
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(conditions):
        groups.setdefault(_task(name, effects, verdicts), []).append(i)
    values = np.empty((len(conditions), effects.n_vars))
    low, high = np.full_like(values, np.nan), np.full_like(values, np.nan)
    about = pd.DataFrame(index=range(len(conditions)), columns=["task", "predictor", "predicted_error", "covers"])
    for task, rows in groups.items():
        name, predictor = _predictor(task, verdicts)
        predicted = clone(predictor, safe=False).fit(effects, network).predict([conditions[i] for i in rows])
        values[rows] = np.asarray(predicted.X)
        stated = predicted.obs.get("predicted_error", pd.Series(np.nan, predicted.obs_names)).to_numpy(dtype=float)
        covers = np.nan
        if task:
            found = interval_of(verdicts[task], effects)
            scale = stated[:, None] if found.scaled else 1.0
            low[rows], high[rows] = values[rows] - scale * found.half_width, values[rows] + scale * found.half_width
            stated, covers = np.where(np.isfinite(stated), stated, found.error), found.covers
        about.loc[rows, ["task", "predictor", "covers"]] = [task, name, covers]
        about.loc[rows, "predicted_error"] = stated
    made = as_effects(values, conditions, effects.var, **{name: about[name].tolist() for name in about})
    made.obs = made.obs.astype({"predicted_error": float, "covers": float})
    made.layers["low"], made.layers["high"] = low, high
    made.obs["size"] = np.linalg.norm(values, axis=1)
    made.obs["deviation"] = _deviation(made, effects)
    made.obs["note"] = _notes(conditions, effects, network)
    made.uns.update({key: effects.uns[key] for key in ("dataset", "dataset_hash", "simulated") if key in effects.uns})
    return made


def differ(forecasts: AnnData) -> bool:
    """Whether the predictions say anything different of different conditions."""
    return bool(np.ptp(np.asarray(forecasts.X), axis=0).max() > 1e-9)


def winners(effects: AnnData, verdicts: Mapping[str, Verdict], network: Network | None = None) -> dict[str, Predictor]:
    """The predictor that won each question, fitted on all of ``effects``, by task."""
    return {task: clone(verdict.predictor, safe=False).fit(effects, network) for task, verdict in verdicts.items()}


def forecast_table(forecasts: AnnData) -> pd.DataFrame:
    """One row per condition: condition and the columns of ``obs`` that say what was predicted, and how surely."""
    columns = ["task", "predictor", "size", "predicted_error", "deviation", "covers", "note"]
    return forecasts.obs[columns].rename_axis("condition").reset_index()


def interval_of(verdict: Verdict, effects: AnnData) -> Interval:
    """The intervals of a winner's predictions, from its errors on the conditions that were hidden.

    ``covers``: for each split, intervals of the errors on conditions that only other splits hid, held against the
    errors on its own; NaN where there is no such split.
    """
    hidden = verdict.hidden(verdict.winner, effects)
    mean_error = float(np.linalg.norm(hidden.errors, axis=1).mean())
    scaled = bool(np.isfinite(hidden.stated).all() and (hidden.stated > 0).all())
    errors = np.abs(hidden.errors) / (hidden.stated[:, None] if scaled else 1.0)
    held = []
    for seed in np.unique(hidden.seeds):
        own = hidden.seeds == seed
        others = ~np.isin(hidden.conditions, hidden.conditions[own])
        if others.any():
            held.append(errors[own] <= half_widths(errors[others], hidden.conditions[others]))
    return Interval(
        half_widths(errors, hidden.conditions),
        scaled,
        float(np.mean(np.concatenate(held))) if held else np.nan,
        mean_error,
    )


def half_widths(errors: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """The bound that a new error of each readout keeps with a chance of 95 %, from ``errors`` (n, n_readouts) like it.

    The ceil(0.95 (m + 1)) / m quantile, where m counts different ``conditions`` (n,): several errors of one are no more
    evidence than one.  With fewer than 19 it is the largest error, which says less.
    """
    m = len(set(conditions))
    level = min(np.ceil((m + 1) * COVERED) / m, 1.0)
    return np.sort(errors, axis=0)[int(np.ceil(level * len(errors))) - 1]


def _task(name: str, effects: AnnData, verdicts: Mapping[str, Verdict]) -> str:
    """The question whose verdict tests predictions of this condition, '' where none does."""
    genes = genes_of(name)
    if "pairs" in verdicts:
        seen = {gene for measured in perturbed(effects).obs_names for gene in genes_of(measured)}
        return "pairs" if len(genes) == 2 and seen.issuperset(genes) else ""
    if len(genes) == 1:
        return "unseen" if "unseen" in verdicts else ""
    return "doubles" if len(genes) == 2 and "doubles" in verdicts and set(genes) <= set(effects.obs_names) else ""


def _predictor(task: str, verdicts: Mapping[str, Verdict]) -> tuple[str, Predictor]:
    if task:
        return verdicts[task].winner, verdicts[task].predictor
    if "pairs" in verdicts:
        return verdicts["pairs"].winner, verdicts["pairs"].predictor
    wins = "unseen" in verdicts and verdicts["unseen"].model_wins
    return ("anchored_app", AnchoredAPP()) if wins else ("anchored_anchor_alone", AnchoredAPP(residual=False))


def _deviation(made: AnnData, effects: AnnData) -> np.ndarray:
    """L2 norm of what each combination differs by from the sum of measured singles; NaN without them."""
    sums = np.asarray(Additive().fit(effects).predict(list(made.obs_names)).X)
    combined = made.obs["n_targets"].to_numpy() > 1
    return np.where(combined, np.linalg.norm(np.asarray(made.X) - sums, axis=1), np.nan)


def _notes(conditions: Sequence[str], effects: AnnData, network: Network | None) -> list[str]:
    """What a reader should know of a prediction: genes that neither the screen nor the network knows."""
    measured = {gene for name in perturbed(effects).obs_names for gene in genes_of(name)}
    sought = sorted({gene for name in conditions for gene in genes_of(name)} - measured)
    known = dict(zip(sought, network.has(sought) if network is not None else [False] * len(sought), strict=True))
    notes = []
    for name in conditions:
        strange = [gene for gene in genes_of(name) if not known.get(gene, True)]
        notes.append(f"nothing is known of {' and '.join(strange)}: the answer for any gene" if strange else "")
    return notes


def strongest(effects: AnnData, n: int) -> AnnData:
    """The ``n`` perturbed conditions with the largest L2 norm, the largest first."""
    conditions = perturbed(effects)
    size = np.linalg.norm(np.asarray(conditions.X, dtype=float), axis=1)
    return conditions[np.argsort(-size, kind="stable")[:n]]
