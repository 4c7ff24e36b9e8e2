"""Genetic interactions: the scores of Norman et al. (Science 2019) for every measured double of a screen."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import genes_of, shown
from .classes import Thresholds, with_classes
from .deviations import Doubles, deviation_table, joined, measured_doubles
from .distance_correlation import centred, correlation_of, distances

Fit = Literal["theil_sen", "least_squares"]
SCORES = ["c1", "c2", "magnitude", "dominance", "fit", "correlation", "similarity", "similarity_to_double", "equality"]
# Norman et al. score genes of more than half a molecule per cell; control expression here is log1p.
_EXPRESSED = np.log1p(0.5)
_FEWEST_READOUTS = 10
# A coefficient below this part of the other one is rounding.
_ROUNDING = 1e-9


def interaction_table(
    effects: AnnData,
    *,
    fit: Fit | None = None,
    thresholds: Thresholds | None = None,
    fdr: float = 0.05,
    top_fraction: float = 0.25,
    max_subpopulation: int = 1000,
) -> pd.DataFrame:
    """One row per double of ``effects`` whose two singles were measured: deviation, scores, classes.

    The columns of ``deviation_table`` (noise, false discovery rate and all), then with y_AB ~ c1 y_A + c2 y_B over
    readouts, without intercept: c1, c2 (``coefficients``); magnitude sqrt(c1^2 + c2^2), which is sqrt(2) for a
    double that is exactly additive; dominance |log10(c1 / c2)|, undefined where a coefficient is zero or their signs
    differ; fit dCor(c1 y_A + c2 y_B, y_AB) and the Pearson correlation of the same two; similarity dCor(y_A, y_B);
    similarity_to_double dCor([y_A, y_B], y_AB); equality, the smaller of dCor(y_A, y_AB) and dCor(y_B, y_AB) divided
    by the larger.  dCor is the distance correlation.  The scores are those of Norman et al. (Science 2019) as GEARS
    computes them (Roohani, Huang and Leskovec, Nature Biotechnology 2024).  Last, one true or false column per class
    and ``interaction``, one class per double (``with_classes``).

    ``fit`` None takes Theil-Sen where readouts are genes, least squares where they are axes.  Norms, direction and
    least squares do not depend on how axes are turned; Theil-Sen and distance correlations do.
    Undefined scores are NaN and ``reason`` says why.  Raises ``ValueError`` where no double has both singles.
    """
    if fit not in (None, "theil_sen", "least_squares"):
        raise ValueError(f"fit is {fit!r}; use 'theil_sen', 'least_squares' or None.")
    doubles = measured_doubles(effects)
    table = deviation_table(effects, fdr, top_fraction)
    genes = "control_mean" in doubles.readouts
    chosen = fit or ("theil_sen" if genes else "least_squares")
    used = np.ones(len(doubles.readouts), dtype=bool)
    if genes:
        used = (doubles.readouts["control_mean"] >= _EXPRESSED).to_numpy()
    if used.sum() < _FEWEST_READOUTS:
        scores = pd.DataFrame(np.nan, index=table.index, columns=SCORES)
        table["reason"] = joined(table["reason"], [f"scores: only {used.sum()} readouts are expressed"] * len(table))
    else:
        scores = pd.DataFrame([_scores(*profiles, chosen, max_subpopulation) for profiles in _profiles(doubles, used)])
        table["reason"] = joined(table["reason"], *_undefined(scores))
    return with_classes(table.join(scores), thresholds or Thresholds())


def coefficients(
    first: np.ndarray, second: np.ndarray, double: np.ndarray, fit: Fit, max_subpopulation: int = 1000
) -> np.ndarray:
    """c1 and c2 of y_AB ~ c1 y_A + c2 y_B over the readouts, without intercept.

    ``theil_sen``: scikit-learn's ``TheilSenRegressor``, the spatial median of the exact solutions of pairs of
    readouts; all pairs, or ``max_subpopulation`` drawn with a fixed seed (a thousand of a thousand genes: drawn
    again, a coefficient of the simulated screen moves by about 0.03).  It passes over readouts that do not
    follow the rest, so it needs readouts that stand on one scale, as genes do: of principal axes most hold little
    but noise, and the few that hold the effect are passed over.  ``least_squares`` weighs those by their size.
    Where one single is zero, or both are alike up to scale, the smallest coefficients that fit.
    """
    singles = np.column_stack([first, second])
    if fit == "least_squares":
        return np.linalg.lstsq(singles, double, rcond=None)[0]
    from sklearn.linear_model import TheilSenRegressor  # a second of import that only this needs

    model = TheilSenRegressor(fit_intercept=False, max_subpopulation=max_subpopulation, max_iter=1000, random_state=0)
    return model.fit(singles, double).coef_


def _profiles(doubles: Doubles, used: np.ndarray) -> zip:
    return zip(doubles.first[:, used], doubles.second[:, used], doubles.double[:, used], strict=True)


def _scores(first: np.ndarray, second: np.ndarray, double: np.ndarray, fit: Fit, max_subpopulation: int) -> dict:
    c = coefficients(first, second, double, fit, max_subpopulation)
    c = np.where(np.abs(c) <= _ROUNDING * np.abs(c).max(), 0.0, c)
    fitted = c[0] * first + c[1] * second
    apart = [distances(first), distances(second)]
    A, B = map(centred, apart)
    both = centred(np.sqrt(apart[0] ** 2 + apart[1] ** 2))
    AB = centred(distances(double))
    to_double = sorted([correlation_of(A, AB), correlation_of(B, AB)])
    constant = np.ptp(fitted) == 0 or np.ptp(double) == 0
    return {
        "c1": c[0],
        "c2": c[1],
        "magnitude": float(np.hypot(*c)),
        "dominance": float(abs(np.log10(c[0] / c[1]))) if c[0] * c[1] > 0 else np.nan,
        "fit": correlation_of(centred(distances(fitted)), AB),
        "correlation": np.nan if constant else float(np.corrcoef(fitted, double)[0, 1]),
        "similarity": correlation_of(A, B),
        "similarity_to_double": correlation_of(both, AB),
        "equality": to_double[0] / to_double[1] if to_double[1] > 0 else np.nan,
    }


def _undefined(scores: pd.DataFrame) -> list[list[str]]:
    """For each score that can be undefined, the reason per row, empty where it is defined."""
    why = {
        "dominance": "a coefficient is zero or their signs differ",
        "fit": "the fitted or the measured double is constant",
        "similarity": "a single is constant",
        "similarity_to_double": "both singles or the double are constant",
        "equality": "a single or the double is constant",
    }
    return [[f"{name}: {text}" if missing else "" for missing in scores[name].isna()] for name, text in why.items()]


def replaced(effects: AnnData, predicted: AnnData) -> AnnData:
    """The singles and the control of ``effects``, with ``predicted`` doubles in place of the measured ones.

    The sampling variances stay those of the measurements, so that a prediction is judged as if it had been measured.
    Raises ``ValueError`` where a double was not measured.
    """
    unknown = sorted(set(predicted.obs_names) - set(effects.obs_names))
    if unknown:
        raise ValueError(f"The screen did not measure {shown(unknown)}: leave it out of the predictions.")
    others = [name for name in effects.obs_names if len(genes_of(str(name))) < 2]
    rows = effects[[*others, *predicted.obs_names]].copy()
    values = np.array(rows.X, dtype=float)
    values[len(others) :] = np.asarray(predicted.X, dtype=float)
    rows.X = values
    return rows
