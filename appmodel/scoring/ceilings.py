"""Ceilings: what a perfect prediction scores against a measurement that has an error of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from ..effects import effects_of
from ..trials.trial import Trial

ORACLE = "oracle"
SPLIT_HALVES = "split_halves"


def another_measurement(observed: AnnData, seed: int, errors: float = 2.0) -> tuple[np.ndarray, list[str]]:
    """What measuring the same conditions again would give (n_conditions, n_readouts), and why a row is NaN.

    The observed effects plus normal noise of ``errors`` times their sampling variance: two measurements of one
    condition differ by the errors of both (2); against the noise-free truth one of them counts (1).  The variance
    is that of each readout where the screen states it, else the total is spread evenly over the readouts: distances
    are then right, their directions are not known.  The error of the control's mean, common to all, is left out.
    """
    values, n = np.asarray(observed.X, dtype=float), observed.n_vars
    if "sampling_var" in observed.layers:
        variance = np.asarray(observed.layers["sampling_var"], dtype=float)
    elif "sampling_var" in observed.obs:
        variance = np.tile(observed.obs["sampling_var"].to_numpy(dtype=float)[:, None] / n, n)
    else:
        variance = np.full(values.shape, np.nan)
    noise = np.random.default_rng([seed, n]).normal(size=values.shape)
    repeated = values + noise * np.sqrt(errors * np.maximum(variance, 0))
    known = np.isfinite(repeated).all(axis=1)
    return repeated, ["" if ok else "the screen states no sampling variance of it" for ok in known]


def split_halves(expression: AnnData, trial: Trial) -> tuple[AnnData, AnnData]:
    """Effects of the test conditions of a round, measured twice: once in either half of the cells.

    ``expression`` (cells, readouts) is log-normalised.  Each half has half of the cells, so that their
    difference is that of two measurements with twice the sampling variance.  The halves are drawn within each
    condition, the control included, from the round's seed.  Raises ``ValueError`` for a condition of fewer than
    four cells.
    """
    wanted = expression[expression.obs["condition"].isin([*trial.split.test, expression.uns.get("control", "control")])]
    rng = np.random.default_rng(trial.split.seed)
    position = pd.Series(rng.permutation(wanted.n_obs), index=wanted.obs_names)
    order = position.groupby(wanted.obs["condition"], observed=True).rank()
    first = (order % 2 == 0).to_numpy()
    counts = wanted.obs["condition"].value_counts()
    if (few := counts[(counts > 0) & (counts < 4)]).size:
        raise ValueError(
            f"{few.index[0]} has {few.iloc[0]} cells, and halves of a condition need two each: leave these cells out."
        )
    halves = [effects_of(wanted[side])[trial.split.test].copy() for side in (first, ~first)]
    for half in halves:
        half.var["control_mean"] = trial.tested_on.var["control_mean"]
    return halves[0], halves[1]
