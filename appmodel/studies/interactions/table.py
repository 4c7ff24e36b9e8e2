"""Genetic interactions: the scores of Norman et al. (Science 2019) for every measured double of a screen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ...names import genes_of, shown
from .classes import with_classes
from .deviations import deviation_table, joined, measured_doubles

SCORES = ["c1", "c2", "magnitude", "dominance", "fit", "correlation", "similarity", "similarity_to_double", "equality"]
# Norman et al. score genes of more than half a molecule per cell; control expression here is log1p.
_EXPRESSED = np.log1p(0.5)
_FEWEST_READOUTS = 10
# A coefficient below this part of the other one is rounding.
_ROUNDING = 1e-9


def interaction_table(effects: AnnData) -> pd.DataFrame:
    """One row per double of ``effects`` whose two singles were measured: deviation, scores, classes.

    The columns of ``deviation_table`` (noise, false discovery rate and all), then with y_AB ~ c1 y_A + c2 y_B over
    readouts, without intercept: c1, c2 (``coefficients``); magnitude sqrt(c1^2 + c2^2), which is sqrt(2) for a
    double that is exactly additive; dominance |log10(c1 / c2)|, undefined where a coefficient is zero or their signs
    differ; fit dCor(c1 y_A + c2 y_B, y_AB) and the Pearson correlation of the same two; similarity dCor(y_A, y_B);
    similarity_to_double dCor([y_A, y_B], y_AB); equality, the smaller of dCor(y_A, y_AB) and dCor(y_B, y_AB) divided
    by the larger.  dCor is the distance correlation.  The scores are those of Norman et al. (Science 2019) as GEARS
    computes them (Roohani, Huang and Leskovec, Nature Biotechnology 2024).  Last, one true or false column per class
    and ``interaction``, one class per double (``with_classes``).

    Genes are fitted by Theil-Sen, axes by least squares.  Norms, direction and least squares do not depend on how axes
    are turned; distance correlations do.
    Undefined scores are NaN and ``reason`` says why.  Raises ``ValueError`` where no double has both singles.
    """
    doubles, table = measured_doubles(effects), deviation_table(effects)
    genes = "control_mean" in doubles.readouts
    used = np.ones(len(doubles.readouts), dtype=bool)
    if genes:
        used = (doubles.readouts["control_mean"] >= _EXPRESSED).to_numpy()
    if used.sum() < _FEWEST_READOUTS:
        scores = pd.DataFrame(np.nan, index=table.index, columns=SCORES)
        table["reason"] = joined(table["reason"], [f"scores: only {used.sum()} readouts are expressed"] * len(table))
    else:
        profiles = (side[:, used] for side in (doubles.first, doubles.second, doubles.double))
        scores = pd.DataFrame([_scores(*of_double, genes) for of_double in zip(*profiles, strict=True)])
        table["reason"] = joined(table["reason"], *_undefined(scores))
    return with_classes(table.join(scores))


def coefficients(first: np.ndarray, second: np.ndarray, double: np.ndarray, robust: bool) -> np.ndarray:
    """c1 and c2 of y_AB ~ c1 y_A + c2 y_B over the readouts, without intercept.

    ``robust``: scikit-learn's ``TheilSenRegressor``, the spatial median of the exact solutions of pairs of readouts;
    all pairs, or a thousand drawn with a fixed seed (of a thousand genes: drawn again, a coefficient of the simulated
    screen moves by about 0.03).  It passes over readouts that do not follow the rest, so it needs readouts that stand
    on one scale, as genes do: of principal axes most hold little but noise, and the few that hold the effect are passed
    over.  Least squares weighs those by their size.
    Where one single is zero, or both are alike up to scale, the smallest coefficients that fit.
    """
    singles = np.column_stack([first, second])
    if not robust:
        return np.linalg.lstsq(singles, double, rcond=None)[0]
    from sklearn.linear_model import TheilSenRegressor  # a second of import that only this needs

    model = TheilSenRegressor(fit_intercept=False, max_subpopulation=1000, max_iter=1000, random_state=0)
    return model.fit(singles, double).coef_


def centred(distances: np.ndarray) -> np.ndarray:
    """Distances of readouts (n, n) with the means of rows and columns taken away and the mean of all added: A_kl."""
    rows = distances.mean(axis=0)
    return distances - rows - rows[:, None] + rows.mean()


def distance_correlation(A: np.ndarray, B: np.ndarray) -> float:
    """Distance correlation of two sides observed at the same readouts, from their ``centred`` distances (n, n).

    dCor = sqrt(V(x, y) / sqrt(V(x, x) V(y, y))), V(x, y) = mean over k, l of A_kl B_kl (Szekely, Rizzo and Bakirov,
    Annals of Statistics 2007, definitions 4 and 5).  Range 0 to 1: zero for independent sides only, though with few
    readouts it is well above 0 even for these, and one for sides alike up to scale and shift.  NaN, where the source
    says 0, if one side is constant.
    """
    own = np.sqrt(np.vdot(A, A) * np.vdot(B, B))
    return float(np.sqrt(max(np.vdot(A, B), 0.0) / own)) if own > 0 else float("nan")


def _scores(first: np.ndarray, second: np.ndarray, double: np.ndarray, robust: bool) -> dict:
    c = coefficients(first, second, double, robust)
    c = np.where(np.abs(c) <= _ROUNDING * np.abs(c).max(), 0.0, c)
    fitted = c[0] * first + c[1] * second
    apart = [np.abs(side[:, None] - side) for side in (first, second, double, fitted)]
    A, B, AB, mixed = map(centred, apart)
    both = centred(np.sqrt(apart[0] ** 2 + apart[1] ** 2))
    to_double = sorted([distance_correlation(A, AB), distance_correlation(B, AB)])
    constant = np.ptp(fitted) == 0 or np.ptp(double) == 0
    return {
        "c1": c[0],
        "c2": c[1],
        "magnitude": float(np.hypot(*c)),
        "dominance": float(abs(np.log10(c[0] / c[1]))) if c[0] * c[1] > 0 else np.nan,
        "fit": distance_correlation(mixed, AB),
        "correlation": np.nan if constant else float(np.corrcoef(fitted, double)[0, 1]),
        "similarity": distance_correlation(A, B),
        "similarity_to_double": distance_correlation(both, AB),
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
