"""Deviations from additivity: how far each measured double lies from the sum of its singles, beyond noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from scipy.stats import chi2, false_discovery_control

from ...names import CONTROL, genes_of, standard_name
from ...scoring import scored_readouts

FDR = 0.05  # the false discovery rate at which a double interacts
TOP_FRACTION = 0.25  # of the doubles, where no noise is known
# One squared normal has the heaviest upper tail of all quadratic forms of normals with mean 1, from here on.
_WORST_CASE_FROM = 1.5365
# Smaller than this part of the sum, a difference is rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Doubles:
    """The doubles of a screen whose two singles were measured too, over the scored readouts.

    ``first``, ``second`` and ``double`` (n_doubles, n_readouts) are differences from control; ``noise`` is the
    expected norm of the deviation from additivity where there is no interaction and ``freedom`` the number of
    independent readouts that the noise is worth (both NaN where the screen states no sampling variance).
    """

    conditions: list[str]
    genes: list[tuple[str, str]]
    first: np.ndarray
    second: np.ndarray
    double: np.ndarray
    noise: np.ndarray
    freedom: np.ndarray
    readouts: pd.DataFrame

    @property
    def total(self) -> np.ndarray:
        """The sum of the two singles: what addition predicts."""
        return self.first + self.second


def measured_doubles(effects: AnnData) -> Doubles:
    """The doubles of ``effects`` (n_conditions, n_readouts) that can be compared with addition.

    The deviation y_AB - y_A - y_B is made of four measured means (the control's counts once), so its squared norm
    is on average the sum of their sampling variances where nothing interacts.  The variance is that of the scored
    readouts where ``layers["sampling_var"]`` states it per readout; then it is worth (sum v)^2 / sum v^2
    independent readouts (Satterthwaite 1946).  Else it is ``obs["sampling_var"]``, a total over all readouts, and
    nothing is known of how it spreads: worth one readout, the worst case.
    Raises ``ValueError`` where no double has both singles.
    """
    names = [standard_name(str(name)) for name in effects.obs_names]
    rows = {name: i for i, name in enumerate(names)}
    pairs = [(name, genes_of(name)) for name in names]
    complete = [(name, pair) for name, pair in pairs if len(pair) == 2 and set(pair) <= rows.keys()]
    if not complete:
        raise ValueError(
            "No double has both of its singles in the effects: an interaction needs all three; "
            "choose a screen with singles and doubles."
        )
    readouts = scored_readouts(effects)
    values = np.asarray(effects.X, dtype=float)[:, readouts]
    members = np.array([[rows[name], rows[a], rows[b]] for name, (a, b) in complete])
    noise, freedom = _noise(effects, readouts, members)
    return Doubles(
        [name for name, _ in complete],
        [pair for _, pair in complete],
        values[members[:, 1]],
        values[members[:, 2]],
        values[members[:, 0]],
        noise,
        freedom,
        effects.var.iloc[readouts],
    )


def _noise(effects: AnnData, readouts: np.ndarray, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Root of the summed sampling variance of each double's measurements, and its degrees of freedom."""
    if "sampling_var" in effects.layers:
        variance = np.asarray(effects.layers["sampling_var"], dtype=float)[:, readouts]
    elif "sampling_var" in effects.obs:
        variance = effects.obs["sampling_var"].to_numpy(dtype=float)[:, None]
    else:
        variance = np.full((effects.n_obs, 1), np.nan)
    summed = variance[members].sum(axis=1)
    control = effects.uns.get("control", CONTROL)
    if control in effects.obs_names:
        summed = summed + variance[effects.obs_names.get_loc(control)]
    total, squares = summed.sum(axis=1), (summed**2).sum(axis=1)
    # Without any noise every deviation is real, whatever the degrees of freedom.
    freedom = np.divide(total**2, squares, out=np.where(total == 0, 1.0, np.nan), where=squares > 0)
    return np.sqrt(total), freedom


def interaction_p_value(deviation: np.ndarray, noise: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Probability of a deviation at least this large where nothing interacts; NaN where the noise is unknown.

    P(chi^2_k > k |d|^2 / noise^2) with k = ``freedom``.  With k = 1 it bounds the probability for any covariance of
    the readouts (Szekely and Bakirov, Probability Theory and Related Fields 2003) and is 1 where the bound does
    not hold.  With the k of ``measured_doubles`` readouts count as independent.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(deviation > 0, (deviation / noise) ** 2, 0.0)
    p = chi2.sf(freedom * ratio, freedom)
    p = np.where((freedom <= 1) & (ratio < _WORST_CASE_FROM), 1.0, p)
    return np.where(np.isfinite(noise) & np.isfinite(deviation), p, np.nan)


def is_interaction(deviation: np.ndarray, p_value: np.ndarray) -> pd.Series:
    """Which doubles interact: true, false or missing (dtype boolean).

    Those found at the false discovery rate ``FDR`` (Benjamini and Hochberg 1995) among the doubles whose noise is
    known.  Where it is known of none, the ``TOP_FRACTION`` with the largest deviation, ties with the last one
    included: a ranking, not a test.
    """
    found = pd.Series(pd.NA, index=range(len(deviation)), dtype="boolean")
    known, measured = np.isfinite(p_value), np.isfinite(deviation)
    if known.any():
        found[known] = false_discovery_control(p_value[known]) <= FDR
    elif measured.any():
        wanted = int(np.ceil(TOP_FRACTION * measured.sum()))
        found[measured] = deviation[measured] >= np.sort(deviation[measured])[-wanted]
    return found


def along_the_sum(deviation: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Part of each deviation (n, n_readouts) that lies along the sum of the singles, and the kind of deviation.

    The first is <d, s> / |s|^2, without unit: 0 where the double is as strong as the sum in its direction, -1 where
    nothing of it is left.  The second says ``synergistic`` (above 0), ``buffering`` (0 to -1), ``opposite`` (below
    -1) or ``additive`` (no deviation at all), the words of Ahlmann-Eltze, Huber and Anders (Nature Methods 2025)
    for single readouts, here for the whole profile.  NaN and an empty kind where the singles cancel out.
    """
    size = (total**2).sum(axis=1)
    part = np.divide((deviation * total).sum(axis=1), size, out=np.full(len(size), np.nan), where=size > 0)
    kind = np.select(
        [~np.isfinite(part), ~deviation.any(axis=1), part > 0, part >= -1 - _ROUNDING],
        ["", "additive", "synergistic", "buffering"],
        "opposite",
    )
    return part, kind.astype(object)


def deviations_from(double: np.ndarray, total: np.ndarray) -> np.ndarray:
    """``double - total`` (n, n_readouts), exactly zero in rows where it is rounding alone."""
    deviation = double - total
    rounding = np.linalg.norm(deviation, axis=1) <= _ROUNDING * np.linalg.norm(total, axis=1)
    return np.where(rounding[:, None], 0.0, deviation)


def deviation_table(effects: AnnData) -> pd.DataFrame:
    """One row per double with both singles measured: how far from addition, and whether beyond noise.

    Columns: condition, gene_a, gene_b, deviation (L2 norm of y_AB - y_A - y_B over the scored readouts, log1p
    units), noise (its expected norm without any interaction), p_value (``interaction_p_value``), is_interaction
    (the function of that name), direction and kind (``along_the_sum``), reason (what is undefined, and why).
    Where a total sampling variance goes with more readouts than are scored, the noise is an upper bound.
    """
    doubles = measured_doubles(effects)
    difference = deviations_from(doubles.double, doubles.total)
    size = np.linalg.norm(difference, axis=1)
    p = interaction_p_value(size, doubles.noise, doubles.freedom)
    direction, kind = along_the_sum(difference, doubles.total)
    reasons = joined(
        np.where(np.isnan(doubles.noise), "noise: the screen states no sampling variance", ""),
        np.where(np.isnan(direction), "direction: the singles cancel out", ""),
    )
    return pd.DataFrame(
        {
            "condition": doubles.conditions,
            "gene_a": [a for a, _ in doubles.genes],
            "gene_b": [b for _, b in doubles.genes],
            "deviation": size,
            "noise": doubles.noise,
            "p_value": p,
            "is_interaction": is_interaction(size, p),
            "direction": direction,
            "kind": kind,
            "reason": reasons,
        }
    )


def joined(*columns: Sequence[str]) -> list[str]:
    """The texts of several columns, row by row, those that are not empty."""
    return ["; ".join(filter(None, map(str, texts))) for texts in zip(*columns, strict=True)]
