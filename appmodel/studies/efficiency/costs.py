"""What the models cost, from repeated measurements: medians, their intervals, and slopes against size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...scoring.findings import findings
from ...scoring.intervals import N_BOOTSTRAP, interval

UNITS = {
    "parameters": "count",
    "held_numbers": "count",
    "epochs_to_best": "count",
    "epoch_time": "s",
    "time_to_best": "s",
    "training_time": "s",
    "first_prediction_time": "s",
    "peak_memory": "MiB",
    "fit_memory": "MiB",
    "prediction_time": "ms",
    "batch_prediction_time": "ms",
    "batch_over_torch": "ratio",
    "batch_over_sigmoid": "ratio",
}
# What is told apart by something else than a size of a case: places in the code, perturbed genes.
TOLD_APART = {"time_share": "ratio", "error_over_mean": "ratio"}
PERTURBED = "perturbed genes"
ALL_CHOOSE = "anchored_app_all_choose"  # all genes choose the hyperparameters, however many they are
ELSEWHERE, NAMED = "everything else", 0.02  # places of a smaller share are not told apart
SETTINGS = ("n_genes", "n_neighbors", "n_hidden", "n_singles", "threads")
# What is varied: the setting, and the column that says how large that made it.
SIZES = {
    "genes": ("n_genes", "n_genes"),
    "edges": ("n_neighbors", "edges"),
    "embedding": ("n_hidden", "n_hidden"),
    "conditions": ("n_singles", "conditions"),
    "threads": ("threads", "threads"),
}
REFERENCE, SLOPE = "reference", "_slope"
EXACT = ("parameters", "held_numbers")  # counts that are the same at every measurement
_ONCE = "measured once: no interval"


def efficiency_table(measured: pd.DataFrame, reference: Mapping[str, int]) -> pd.DataFrame:
    """Medians of repeated measurements with 95 % bootstrap intervals, and the slopes of their logarithms.

    ``measured`` has one row per measurement (columns of ``timing.measure``); ``reference`` gives each of ``SETTINGS``.
    ``findings``, in the units of ``UNITS``: each quantity at the reference (``by`` reference, the bin its genes); by
    genes, edges (pairs joined), embedding size, training conditions and threads where these vary while all else is as
    in the reference; and, in one bin of all sizes, ``<quantity>_slope``, the power with which it grows (not for
    threads; three sizes at least).  A quantity measured once has no interval, unless it is an exact count, and
    ``reason`` says so; ``n`` counts measurements.  What has ``by`` and ``bin`` of its own keeps them.
    """
    rows = []
    if "by" in measured:
        rows, measured = _told_apart(measured[measured["by"].notna()]), measured[measured["by"].isna()]
    for (quantity, method), part in measured.groupby(["quantity", "method"], sort=False):
        about = {"screen": "simulated", "method": method, "measure": quantity}
        middle = _with(part, reference)
        if len(middle):
            at = {"by": REFERENCE, "bin": f"{reference['n_genes']:g}"}
            rows.append(about | at | median_row(middle["value"], quantity))
        for by, (setting, size) in SIZES.items():
            varied = _with(part, {key: value for key, value in reference.items() if key != setting})
            if varied[setting].nunique() < 2:
                continue
            sizes = {float(at): group["value"].to_numpy(float) for at, group in varied.groupby(size)}
            rows += [
                about | {"by": by, "bin": f"{at:.10g}"} | median_row(values, quantity) for at, values in sizes.items()
            ]
            if by != "threads" and len(sizes) > 2:
                rows.append(about | {"measure": quantity + SLOPE, "by": by} | _slope_row(sizes))
    return findings(rows)


def _told_apart(measured: pd.DataFrame) -> list[dict]:
    """Rows of what has ``by`` and ``bin`` of its own: shares of time, and costs by perturbed genes."""
    rows = []
    for (method, quantity, by), part in measured.groupby(["method", "quantity", "by"], sort=False):
        wide = part.pivot(index="seed", columns="bin", values="value")[part["bin"].unique()]
        if quantity == "time_share":
            wide = _large(wide.fillna(0.0))
        about = {"screen": "simulated", "method": method, "by": by}
        rows += [about | {"measure": quantity, "bin": str(at)} | median_row(wide[at].dropna(), quantity) for at in wide]
    return rows


def _large(shares: pd.DataFrame) -> pd.DataFrame:
    """The places (columns) of a share worth naming, largest first, and all others together."""
    median = shares.median().sort_values(ascending=False, kind="stable")
    named = shares[median.index[median >= NAMED]]
    return named.assign(**{ELSEWHERE: 1 - named.sum(axis=1)})


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The median of repeated measurements and its 95 % percentile bootstrap interval, NaN for fewer than two."""
    measured = np.asarray(values, dtype=float)
    if len(measured) < 2:
        return float(np.median(measured)), np.nan, np.nan
    low, high = interval(_drawn_medians(measured, np.random.default_rng(0))[:, None])
    return float(np.median(measured)), float(low[0]), float(high[0])


def loglog_slope(by_size: Mapping[float, Sequence[float]]) -> tuple[float, float, float]:
    """Least-squares slope of log median against log size, with its 95 % bootstrap interval over the repeats.

    ``by_size`` holds the repeated measurements at each size; they are drawn anew within each.  The interval is NaN
    where a size was measured once; all is NaN where a median is not positive.
    """
    groups = [np.asarray(values, dtype=float) for values in by_size.values()]
    centred = np.log(np.array(list(by_size), dtype=float))
    centred -= centred.mean()
    weights = centred / (centred**2).sum()
    medians = np.array([np.median(values) for values in groups])
    if not (medians > 0).all():
        return np.nan, np.nan, np.nan
    slope = float(weights @ np.log(medians))
    if min(map(len, groups)) < 2:
        return slope, np.nan, np.nan
    rng = np.random.default_rng(0)
    drawn = np.stack([_drawn_medians(values, rng) for values in groups], axis=1)
    drawn = drawn[(drawn > 0).all(axis=1)]
    low, high = interval((np.log(drawn) @ weights)[:, None])
    return slope, float(low[0]), float(high[0])


def _with(rows: pd.DataFrame, settings: Mapping[str, int]) -> pd.DataFrame:
    return rows[np.logical_and.reduce([rows[key] == value for key, value in settings.items()])]


def _drawn_medians(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.median(values[rng.integers(len(values), size=(N_BOOTSTRAP, len(values)))], axis=1)


def median_row(values: Sequence[float], quantity: str) -> dict:
    """What a finding says of repeated measurements: their median, its interval, and why there is none."""
    value, low, high = median_interval(values)
    if quantity in EXACT:
        low = high = value
    return {"value": value, "low": low, "high": high, "n": len(values), "reason": _ONCE if np.isnan(low) else ""}


def _slope_row(by_size: Mapping[float, Sequence[float]]) -> dict:
    slope, low, high = loglog_slope(by_size)
    reason = "a median is not positive: it has no logarithm" if np.isnan(slope) else _ONCE if np.isnan(low) else ""
    return {"value": slope, "low": low, "high": high, "n": sum(map(len, by_size.values())), "reason": reason}
