"""What the numbers are: counts, natural log1p, another base, logged twice, normalised only, scaled, or none of these.

Counts of a cell are whole, so whatever was done to all of them alike leaves ratios of whole numbers behind: v = c s
for normalised counts, expm1(v) = c s for log1p, base^v - 1 = c s for another base.  A sample of cells is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..validation import expression_kind

LARGEST_LOG1P = 15.0  # log1p of a count: even a million molecules of one gene in one cell stay below
_CELLS = 200  # looked at for ratios of whole numbers
_NEAR = 0.03  # a ratio this near to a whole number counts as one
_LARGEST_RATIO = 60.0  # beyond, rounding of float32 and float16 logs hides whole numbers
_CLEAR, _UNCLEAR = 0.8, 0.5  # shares of the cells that support a form
_FEWEST = 8  # cells from which on shares say something

UNDO: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log1p": np.expm1,
    "log2": lambda v: np.expm1(v * np.log(2)),
    "log10": lambda v: np.expm1(v * np.log(10)),
    "log1p twice": lambda v: np.expm1(np.expm1(np.minimum(v, 10))),
    "normalised": lambda v: v,
}


@dataclass(frozen=True)
class Seen:
    """What is looked at of a matrix (n_cells, n_genes) of finite values, in memory or on disk.

    ``low`` and ``high``: its smallest and largest value (or 0); ``whole``: all are whole and none is negative.
    ``sample`` gives the rows ``sampled(n_cells)``, ``spread`` what ``unit_spread`` says of it.
    """

    n_cells: int
    low: float
    high: float
    whole: bool
    sample: Callable[[], np.ndarray | sp.csr_matrix]
    spread: Callable[[], float | None]


@dataclass(frozen=True)
class Found:
    """What the values are, why, and how sure that is: ``sure`` is false where nothing but their size speaks for it."""

    kind: str
    evidence: str
    sure: bool = True
    base: float | None = None


def seen_in(X) -> Seen:
    """What is looked at of a matrix in memory."""
    low = X.min()
    whole = bool(low >= 0) and expression_kind(X) == "counts"
    return Seen(X.shape[0], low, X.max(), whole, lambda: X[sampled(X.shape[0])], lambda: _spread_in(X))


def sampled(n_cells: int) -> np.ndarray:
    """Positions of the cells that are looked at one by one, spread over all."""
    return np.unique(np.linspace(0, n_cells - 1, min(_CELLS, n_cells)).astype(int))


def values_found(seen: Seen, uns: dict | None = None) -> Found:
    """What a matrix (n_cells, n_genes) holds, from what was seen of it and ``uns["log1p"]``.

    Kinds: counts, log1p, log2, log10, 'log of base b', 'log1p twice', normalised, scaled, mixed, negative, unclear.
    """
    high = seen.high
    if seen.low < 0:
        return Found("negative", f"values down to {seen.low:.4g}")
    if seen.whole:
        return Found("counts", f"whole numbers up to {high:.0f}")
    sample = seen.sample()
    rows = _distinct(sample)
    shares = {kind: _support(rows, undo) for kind, undo in UNDO.items()}
    mixed = sum(_all_whole(row) for row in rows)  # a normalised cell may be whole too, where its total is the median
    if mixed >= max(3, 0.02 * len(rows)) and len(rows) >= _FEWEST and shares["normalised"] < _CLEAR:
        return Found("mixed", f"{mixed} of {len(rows)} cells hold whole numbers, the others fractions")
    base = _base(uns)
    if base is not None and not np.isclose(base, np.e):
        kind = {2.0: "log2", 10.0: "log10"}.get(base, "log of another base")
        if shares["log1p"] > _CLEAR and shares.get(kind, 0) < _UNCLEAR:
            return Found("unclear", f"uns['log1p'] says base {base:g}, the values say natural log1p", sure=False)
        return Found(kind, f"uns['log1p']['base'] is {base:g}", base=base)
    if shares["log1p"] > _CLEAR and high <= LARGEST_LOG1P:
        return Found("log1p", f"in {shares['log1p']:.0%} of the cells looked at expm1 gives multiples of one number")
    best = max(shares, key=lambda kind: shares[kind])
    if shares[best] > _CLEAR and shares["log1p"] < _UNCLEAR:
        bases = {"log2": 2.0, "log10": 10.0}
        what = {"normalised": "the values themselves are", "log1p twice": "expm1 applied twice gives"}.get(
            best, f"{bases.get(best, 0):g}^x - 1 gives"
        )
        said = f"in {shares[best]:.0%} of the cells looked at {what} multiples of one number"
        return Found(best, said, base=bases.get(best))
    return _by_sums(seen, sample, uns)


def _by_sums(seen: Seen, sample: np.ndarray | sp.csr_matrix, uns: dict | None) -> Found:
    """What sums and spreads say where no cell shows whole numbers."""
    high = seen.high
    if (spread := seen.spread()) is not None:
        return Found("scaled", f"{spread:.0%} of the genes have a standard deviation of 1")
    equal = {
        kind: _equal_sums(sample, undo) for kind, undo in UNDO.items() if high <= LARGEST_LOG1P or kind == "normalised"
    }
    if equal.get("log1p"):
        return Found("log1p", "the cells sum to the same after expm1")
    if equal["normalised"]:
        return Found("normalised", "the cells sum to the same")
    if high > LARGEST_LOG1P:
        return Found("large", f"fractions up to {high:.4g}")
    for kind in ("log2", "log10", "log1p twice"):
        if equal.get(kind):
            return Found(
                kind, "the cells sum to the same when it is undone", base={"log2": 2.0, "log10": 10.0}.get(kind)
            )
    if uns is not None and "log1p" in uns:
        return Found("log1p", "uns['log1p'] says so")
    few = seen.n_cells < 2 * _FEWEST
    return Found("log1p", "no sign of counts behind them", sure=few)


def _support(rows: list[np.ndarray], undo: Callable[[np.ndarray], np.ndarray]) -> float:
    """Share of the cells whose values, with the form undone, are whole multiples of the smallest or of a part of it."""
    seen = agree = 0
    for row in rows:
        with np.errstate(all="ignore"):
            values = undo(row)
            ratios = values / values[0]
        ratios = ratios[(ratios > 1 + 1e-3) & (ratios < _LARGEST_RATIO)]
        distinct = len(np.unique(np.round(ratios, 2)))
        if distinct < 2:
            continue
        seen += 1
        parts = range(1, 4 if distinct > 5 else 2 if distinct < 4 else 3)
        agree += any(np.all(np.abs(ratios * k - np.round(ratios * k)) < _NEAR * k) for k in parts)
    return agree / seen if seen >= _FEWEST else 0.0


def _distinct(sample: np.ndarray | sp.csr_matrix) -> list[np.ndarray]:
    """Distinct positive values of some cells, ascending; cells without any left out."""
    rows = (sample[i] for i in range(sample.shape[0]))
    arrays = (row.data if sp.issparse(row) else np.asarray(row).ravel() for row in rows)
    distinct = (np.unique(np.asarray(values, dtype=np.float64)) for values in arrays)
    return [values[values > 0] for values in distinct if (values > 0).any()]


def _all_whole(row: np.ndarray) -> bool:
    return len(row) > 2 and bool(np.all(row == np.floor(row)))


def _base(uns: dict | None) -> float | None:
    said = (uns or {}).get("log1p")
    base = said.get("base") if isinstance(said, dict) else None
    return None if base is None else float(np.asarray(base).ravel()[0])


def _equal_sums(rows: np.ndarray | sp.csr_matrix, undo: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether nearly all of some cells (n >= 16) have the same total when a form is undone."""
    with np.errstate(all="ignore"):
        if sp.issparse(rows):
            undone = sp.csr_matrix(rows, dtype=np.float64, copy=True)
            undone.data = undo(undone.data)
            sums = np.asarray(undone.sum(axis=1)).ravel()
        else:
            sums = undo(np.asarray(rows, dtype=np.float64)).sum(axis=1)
    sums = sums[(sums > 0) & np.isfinite(sums)]
    if len(sums) < 2 * _FEWEST or rows.shape[1] < 3:
        return False
    middle = np.median(sums)
    return bool(np.mean(np.abs(sums - middle) < 2e-3 * middle) > 0.95)


def _spread_in(X) -> float | None:
    """``unit_spread`` of a matrix in memory."""
    mean = np.asarray(X.mean(axis=0), dtype=np.float64).ravel()
    squares = X.multiply(X) if sp.issparse(X) else np.square(np.asarray(X, dtype=np.float64))
    highest = X.max(axis=0)
    highest = np.asarray(highest.todense() if sp.issparse(highest) else highest).ravel()
    return unit_spread(X.shape[0], mean, np.asarray(squares.mean(axis=0), dtype=np.float64).ravel(), highest)


def unit_spread(n: int, mean: np.ndarray, mean_square: np.ndarray, highest: np.ndarray) -> float | None:
    """Share of the genes whose standard deviation is 1, where that is nearly all: scaled without centring.

    ``mean``, ``mean_square``, ``highest``: (n_genes,) over ``n`` cells.  Genes with values at the largest value of all
    are left out where that is a whole number: they were clipped there.
    """
    if n < 2 * _FEWEST:
        return None
    variance = np.maximum(mean_square - mean**2, 0) * n / (n - 1)
    top = highest.max()
    clipped = (
        (highest == top) if top == np.floor(top) and (highest == top).sum() > 1 else np.zeros(len(mean), dtype=bool)
    )
    judged = (variance > 1e-8) & ~clipped
    ones = np.abs(np.sqrt(variance[judged]) - 1) < 0.01
    if clipped.any() and (np.sqrt(variance[clipped]) > 1.01).any():
        return None
    return float(ones.mean()) if judged.sum() > 4 and ones.mean() > 0.8 else None
