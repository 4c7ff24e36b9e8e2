"""Who moves a gene: perturbations ranked by what they do to one readout, and how well such a ranking finds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ...effects import perturbed
from ...names import shown
from ...scoring import hit_recall
from ...scoring.findings import findings
from ...scoring.metrics.hits import BUDGETS, HITS, Direction
from .verdicts import Verdict


def movers(effects: AnnData, forecasts: AnnData, readout: str, direction: Direction = "both") -> pd.DataFrame:
    """All conditions, measured and predicted, ranked by their effect on ``readout``, the strongest first.

    Columns: condition, known ('measured' or 'predicted'), effect, low, high (log1p units; of a measured condition two
    standard errors where they are known).  ``direction``: 'both' ranks by size, 'up' and 'down' by sign.
    Raises ``ValueError`` for a readout that the screen does not have.
    """
    place = _place(effects, readout)
    measured = perturbed(effects)
    error = np.full(measured.n_obs, np.nan)
    if "sampling_var" in measured.layers:
        error = 2 * np.sqrt(np.asarray(measured.layers["sampling_var"], dtype=float)[:, place])
    effect = np.asarray(measured.X, dtype=float)[:, place]
    rows = {"condition": measured.obs_names, "known": "measured", "effect": effect}
    tables = [pd.DataFrame({**rows, "low": effect - error, "high": effect + error})]
    if forecasts.n_obs:
        columns = {"effect": forecasts.X, "low": forecasts.layers["low"], "high": forecasts.layers["high"]}
        of_readout = {name: np.asarray(values)[:, place] for name, values in columns.items()}
        tables.append(pd.DataFrame({"condition": forecasts.obs_names, "known": "predicted", **of_readout}))
    table = pd.concat(tables, ignore_index=True)
    strength = {"both": table["effect"].abs(), "up": table["effect"], "down": -table["effect"]}[direction]
    return table.iloc[np.argsort(-strength.to_numpy(), kind="stable")].reset_index(drop=True)


def mover_recall(
    verdict: Verdict, effects: AnnData, readout: str | None = None, direction: Direction = "both"
) -> pd.DataFrame:
    """How many of the strongest movers a ranking finds among hidden conditions: a finding per method and budget.

    Movers are the strongest 5 % of the hidden conditions (one at least); tested are the strongest 5, 10 or 20 % of
    the predictions (``bin``).  ``value`` is the share of the movers of ``readout`` that are found (of all readouts, in
    the mean, where None), the mean over the splits with its smallest and largest (``low``, ``high``), ``n`` the splits;
    against chance, which is the share that is tested.  NaN with the reason where no split has a mover.
    Raises ``ValueError`` for a readout that the screen does not have.
    """
    places = slice(None) if readout is None else [_place(effects, readout)]
    rows = []
    for method in verdict.question.predictors:
        for percent in BUDGETS:
            found = [
                float(np.nanmean(recall)) if np.isfinite(recall).any() else np.nan
                for recall in _of_splits(verdict, effects, method, places, percent, direction)
            ]
            known = [value for value in found if np.isfinite(value)]
            about = {"screen": str(effects.uns.get("dataset", "")), "task": verdict.task, "method": method}
            numbers = {"value": np.mean(known), "low": min(known), "high": max(known)} if known else {}
            reason = "" if known else f"no hidden condition is among the strongest {HITS} %"
            about |= {"against": "chance", "measure": "hit_recall", "by": "tested", "bin": f"{percent} %"}
            rows.append({**about, **numbers, "n": len(known), "reason": reason})
    return findings(rows)


def _of_splits(
    verdict: Verdict, effects: AnnData, method: str, places: slice | list[int], percent: int, direction: Direction
) -> list[np.ndarray]:
    hidden = verdict.hidden(method, effects)
    return [
        hit_recall(hidden.predicted[rows][:, places], hidden.measured[rows][:, places], percent, direction)
        for rows in (hidden.seeds == seed for seed in np.unique(hidden.seeds))
    ]


def _place(effects: AnnData, readout: str) -> int:
    if readout not in effects.var_names:
        raise ValueError(
            f"Readout {readout!r} is none of the {effects.n_vars} that {effects.uns.get('dataset', 'the screen')} "
            f"measures or keeps ({shown(effects.var_names, 3)}): choose one of them."
        )
    return int(effects.var_names.get_loc(readout))
