"""Do the axes of a compact screen stand for its genes?  Our errors over axes beside what others measured over genes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from ..names import CONTROL, genes_of
from ..scoring.comparison import paired_values
from ..scoring.findings import findings
from ..scoring.intervals import divided, drawn_weights, interval


def beside_genes(published: pd.DataFrame, effects: AnnData, method: str) -> pd.DataFrame:
    """L2 over genes, as others measured it, beside the L2 over the axes of ``effects``, for conditions of both.

    ``published`` are rows of ``benchmark`` of one screen and task; the mean over their seeds counts.  ``method`` is one
    whose prediction needs no training: ``additive``, ``no_change``, or ``singles_mean`` (here the mean of all other
    singles of the screen).  Index: conditions; columns: genes, axes (log1p units).  Raises ``ValueError`` for another
    method.
    """
    theirs = paired_values(published, "l2", [method])[method].groupby(level="condition").mean().dropna()
    rows = effects.to_df().drop(index=CONTROL, errors="ignore")
    names = [name for name in theirs.index if {name, *genes_of(name)} <= set(rows.index)]
    ours = [float(np.linalg.norm(rows.loc[name] - _simple(method, name, rows))) for name in names]
    return pd.DataFrame({"genes": theirs[names], "axes": ours})


def axes_findings(table: pd.DataFrame, ratios: Sequence[float] = (), **about: str) -> pd.DataFrame:
    """How far errors over axes say what errors over genes are, from ``beside_genes``: ``findings``.

    ``pearson``: their correlation.  ``slope`` and ``offset`` of E_genes^2 = slope E_axes^2 + offset by least squares:
    what the axes leave out, noise above all, is in every error over genes alike.  For each of ``ratios``, the error of
    a model over that of the method on the axes, ``ratio_over_genes`` is what that line makes of it, if the model errs
    so much less on every condition.  Intervals draw genes (``drawn_weights``).
    """
    squares = table.to_numpy(dtype=float) ** 2
    weights = drawn_weights(list(table.index), [0] * len(table))
    weights = np.vstack([np.ones(len(table)), weights])
    slope, offset = _line(squares[:, 1], squares[:, 0], weights)
    rows = [("pearson", "", _pearson(*table.to_numpy(dtype=float).T, weights)), ("slope", "", slope)]
    rows.append(("offset", "", offset))
    for ratio in ratios:
        full, less = (
            np.sqrt(np.maximum(slope[:, None] * share**2 * squares[:, 1] + offset[:, None], 0)) for share in (1, ratio)
        )
        drawn = divided((weights * less).sum(axis=1), (weights * full).sum(axis=1))
        rows.append(("ratio_over_genes", f"{ratio:.4g}", drawn))
    return findings(
        {
            **about,
            "measure": measure,
            "by": "ratio_over_axes" if at else "",
            "bin": at,
            "value": drawn[0],
            **dict(zip(("low", "high"), (end[0] for end in interval(drawn[1:, None])), strict=True)),
            "n": len(table),
        }
        for measure, at, drawn in rows
    )


def _simple(method: str, name: str, rows: pd.DataFrame) -> np.ndarray | float:
    if method == "additive":
        return rows.loc[list(genes_of(name))].sum().to_numpy()
    if method == "singles_mean":
        others = [other for other in rows.index if len(genes_of(other)) == 1 and other != name]
        return rows.loc[others].mean().to_numpy()
    if method == "no_change":
        return 0.0
    raise ValueError(f"The prediction of {method!r} depends on a split: use additive, singles_mean or no_change.")


def _moments(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Weighted means of x and y, variances and covariance, for each row of ``weights`` (n_draws, n)."""
    total = weights.sum(axis=1)
    mean_x, mean_y = weights @ x / total, weights @ y / total
    xx, yy, xy = (weights @ product / total for product in (x * x, y * y, x * y))
    return mean_x, mean_y, xx - mean_x**2, yy - mean_y**2, xy - mean_x * mean_y


def _pearson(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    *_, var_x, var_y, together = _moments(x, y, weights)
    return divided(together, np.sqrt(np.maximum(var_x * var_y, 0)))


def _line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean_x, mean_y, var_x, _, together = _moments(x, y, weights)
    slope = divided(together, var_x)
    return slope, mean_y - slope * mean_x
