"""What the numbers are: counts, natural log1p, another base, logged twice, normalised only, scaled, or none of these.

Counts of a cell are whole, so whatever was done to all of them alike leaves ratios of whole numbers behind: v = c s for
normalised counts, expm1(v) = c s for log1p, base^v - 1 = c s for another base.  That is looked for in a sample of cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from ...record import record_change
from .decisions import Choices, Reading, ReadingError

LARGEST_LOG1P = 15.0  # log1p of a count: even a million molecules of one gene in one cell stay below
_CELLS = 200  # looked at for ratios of whole numbers
_NEAR = 0.03  # a ratio this near to a whole number counts as one
_LARGEST_RATIO = 60.0  # beyond, rounding of float32 and float16 logs hides whole numbers
_CLEAR, _UNCLEAR = 0.8, 0.5  # shares of the cells that support a form
_FEWEST = 8  # cells from which on shares say something
_COUNT_LAYERS = ("counts", "count", "raw_counts", "raw", "umi", "UMIs", "spliced_counts")

UNDO: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log1p": np.expm1,
    "log2": lambda v: np.expm1(v * np.log(2)),
    "log10": lambda v: np.expm1(v * np.log(10)),
    "log1p twice": lambda v: np.expm1(np.expm1(np.minimum(v, 10))),
    "normalised": lambda v: v,
}


@dataclass(frozen=True)
class Found:
    """What the values are, why, and how sure that is: ``sure`` is false where nothing but their size speaks for it."""

    kind: str
    evidence: str
    sure: bool = True
    base: float | None = None


def values_found(X, uns: dict | None = None, whole: bool | None = None) -> Found:
    """What a matrix (n_cells, n_genes) of finite values holds, from the values and ``uns["log1p"]``; nothing is changed.

    Kinds: counts, log1p, log2, log10, 'log of base b', 'log1p twice', normalised, scaled, mixed, negative, unclear.
    """
    low, high = X.min(), X.max()
    if low < 0:
        return Found("negative", f"values down to {low:.4g}")
    if _whole(X) if whole is None else whole:
        return Found("counts", f"whole numbers up to {high:.0f}")
    rows = _sample(X)
    shares = {kind: _support(rows, undo) for kind, undo in UNDO.items()}
    mixed = sum(_all_whole(row) for row in rows)  # a normalised cell may be whole too, where its total is the median
    if mixed and len(rows) >= _FEWEST and shares["normalised"] < _CLEAR:
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
    return _by_sums(X, uns, high)


def pointer(data: AnnData) -> str:
    """Where better values may be: layers, ``raw``; '' where there are none."""
    layers = [key for key in data.layers if key in _COUNT_LAYERS] or list(data.layers)
    places = [f"layers[{key!r}] (layer={key!r})" for key in layers[:2]]
    if data.raw is not None:
        places.append("raw (layer='raw')")
    return f" Other values of it are in {' and in '.join(places)}." if places else ""


def take_layer(data: AnnData, layer: str | None, reading: Reading) -> AnnData:
    """``data`` with the values of ``layer`` ('raw' is ``data.raw`` where no layer has that name) as ``X``."""
    if layer is None:
        if data.X is None:
            raise reading.ask("values", f"has no X (it is empty).{pointer(data)}", "layer")
        return data
    if layer == "X":
        return data
    if layer in data.layers:
        data = data.copy()
        data.X = data.layers[layer].copy()
    elif layer == "raw" and data.raw is not None:
        raw = data.raw.to_adata()
        raw.obs, raw.uns = data.obs.copy(), dict(data.uns)
        data = raw
    else:
        known = [*data.layers, *(["raw"] if data.raw is not None else [])]
        raise reading.ask("values", f"has no layer {layer!r}: it has {', '.join(known) or 'none'}.", "layer")
    data.uns.pop("log1p", None)  # said of X, not of this layer
    reading.decide("layer", layer, "told", "layer")
    return data


def settle(data: AnnData, choices: Choices, reading: Reading) -> None:
    """Bring ``data.X`` to counts or natural log1p where that can be done exactly; ask or warn where it cannot.

    Raises ``ReadingError`` for scaled, mixed and normalised values, and where ``choices.values`` contradicts them.
    """
    found = values_found(data.X, data.uns)
    kind = found.kind if choices.values == "auto" else _told(choices.values, found, reading)
    if kind == "normalised" and choices.values == "auto":
        raise question(found, data, reading)
    converted = _CONVERT.get(kind)
    if kind in ("counts", "log1p"):
        pass
    elif converted is not None or found.base is not None:
        factor = np.log(found.base) if found.base is not None and choices.values == "auto" else None
        _convert(data, converted or (lambda v: v * factor), kind)
        data.uns["log1p"] = {"base": None}
    else:
        raise question(found, data, reading)
    told = choices.values != "auto"
    reading.decide(
        "values",
        kind if kind in ("counts", "log1p") else f"{kind}, now log1p",
        f"told; {found.evidence}" if told else found.evidence,
        "values",
    )
    if kind == "log1p twice":
        reading.warn("values", f"the values were logged twice ({found.evidence}); one log1p was undone.", "values")
    elif not found.sure and not told:
        reading.warn(
            "values",
            f"the values are fractions up to {data.X.max():.3g} taken as natural log1p, but nothing in them says so "
            f"({found.evidence}): corrected counts and logs of another base look like this too; say values='log1p' if "
            f"that is what they are.{pointer(data)}",
            "values",
        )


_CONVERT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log2": lambda v: v * np.log(2),
    "log10": lambda v: v * np.log(10),
    "log1p twice": np.expm1,
    "normalised": np.log1p,
}


def question(found: Found, data: AnnData, reading: Reading) -> ReadingError:
    """The sentence for values that are neither counts nor log1p, with the mend."""
    where = pointer(data)
    sentences = {
        "negative": f"holds negative values ({found.evidence}): scaled, centred or corrected; give raw counts or log1p "
        f"values, not scaled or centred ones.{where}",
        "scaled": f"holds scaled values ({found.evidence}): give raw counts or log1p values.{where}",
        "mixed": f"mixes counts and other values ({found.evidence}): give one kind for all cells.{where}",
        "normalised": f"holds fractions up to {data.X.max():.4g}: neither counts nor log1p values, but normalised ones "
        f"that were not logged ({found.evidence}); say values='normalised' to have log1p applied, or give raw "
        f"counts.{where}",
        "large": f"holds fractions up to {data.X.max():.4g}: neither counts nor log1p values; give raw counts, or apply "
        f"scanpy.pp.log1p.{where}",
        "unclear": f"holds values that contradict themselves ({found.evidence}): say values='log1p' or "
        f"values='log2'.{where}",
    }
    return reading.ask("values", sentences[found.kind], "values")


def _told(values: str, found: Found, reading: Reading) -> str:
    """The kind that the caller names, where the values allow it."""
    whole = found.kind == "counts"
    if found.kind in ("negative", "mixed") or whole != (values == "counts"):
        what = {"counts": "whole numbers", "negative": "negative values", "mixed": found.evidence}.get(
            found.kind, "fractions"
        )
        say = "values='counts'" if whole else "values='log1p'"
        raise reading.ask(
            "values", f": values={values!r}, but the cells of {reading.source} hold {what}: say {say}.", "values"
        )
    if values in ("log1p", "log"):
        if found.kind in ("large", "normalised") and values == "log1p" and "up to" in found.evidence:
            raise reading.ask("values", f"holds values too large for log1p ({found.evidence}).", "values")
        return "log1p"
    return values


def _convert(data: AnnData, change: Callable[[np.ndarray], np.ndarray], kind: str) -> None:
    X = data.X.astype(np.float64)
    if sp.issparse(X):
        X.data = change(X.data)  # zero stays zero in every one of them
    else:
        X = change(np.asarray(X))
    data.X = X
    record_change(data, "values converted", [f"{kind} -> log1p"], "brought to natural log1p")


def _by_sums(X, uns: dict | None, high: float) -> Found:
    """What sums and spreads say where no cell shows whole numbers."""
    if (spread := _unit_spread(X)) is not None:
        return Found("scaled", f"{spread:.0%} of the genes have a standard deviation of 1")
    equal = {kind: _equal_sums(X, undo) for kind, undo in UNDO.items() if high <= LARGEST_LOG1P or kind == "normalised"}
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
    few = X.shape[0] < 2 * _FEWEST
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


def _sample(X) -> list[np.ndarray]:
    """Distinct positive values of some cells, ascending; cells without any left out."""
    chosen = np.unique(np.linspace(0, X.shape[0] - 1, min(_CELLS, X.shape[0])).astype(int))
    rows = (X[int(i)] for i in chosen)
    arrays = (row.data if sp.issparse(row) else np.asarray(row).ravel() for row in rows)
    distinct = (np.unique(np.asarray(values, dtype=np.float64)) for values in arrays)
    return [values[values > 0] for values in distinct if (values > 0).any()]


def _all_whole(row: np.ndarray) -> bool:
    return len(row) > 2 and bool(np.all(row == np.floor(row)))


def _whole(X) -> bool:
    values = X.data if sp.issparse(X) else np.asarray(X)
    return bool(np.all((values >= 0) & (values == np.floor(values))))


def _base(uns: dict | None) -> float | None:
    said = (uns or {}).get("log1p")
    base = said.get("base") if isinstance(said, dict) else None
    return None if base is None else float(np.asarray(base).ravel()[0])


def _equal_sums(X, undo: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether nearly all cells (n >= 16) have the same total when a form is undone."""
    chosen = np.unique(np.linspace(0, X.shape[0] - 1, min(_CELLS, X.shape[0])).astype(int))
    rows = X[chosen]
    with np.errstate(over="ignore"):
        if sp.issparse(rows):
            rows = rows.tocsr().astype(np.float64)
            rows.data = undo(rows.data)
            sums = np.asarray(rows.sum(axis=1)).ravel()
        else:
            sums = undo(np.asarray(rows, dtype=np.float64)).sum(axis=1)
    sums = sums[sums > 0]
    if len(sums) < 2 * _FEWEST or X.shape[1] < 3:
        return False
    middle = np.median(sums)
    return bool(np.mean(np.abs(sums - middle) < 2e-3 * middle) > 0.95)


def _unit_spread(X) -> float | None:
    """Share of the genes whose standard deviation is 1, where that is nearly all: scaled without centring.

    Genes with values at the largest value of all are left out where that is a whole number: they were clipped there.
    """
    n = X.shape[0]
    if n < 2 * _FEWEST:
        return None
    mean = np.asarray(X.mean(axis=0), dtype=np.float64).ravel()
    squares = X.multiply(X) if sp.issparse(X) else np.square(np.asarray(X, dtype=np.float64))
    variance = (np.asarray(squares.mean(axis=0), dtype=np.float64).ravel() - mean**2) * n / (n - 1)
    top = X.max()
    highest = X.max(axis=0)
    highest = np.asarray(highest.todense() if sp.issparse(highest) else highest).ravel()
    clipped = (
        (highest == top) if top == np.floor(top) and (highest == top).sum() > 1 else np.zeros(X.shape[1], dtype=bool)
    )
    judged = (variance > 1e-8) & ~clipped
    ones = np.abs(np.sqrt(variance[judged]) - 1) < 0.01
    if clipped.any() and (np.sqrt(variance[clipped]) > 1.01).any():
        return None
    return float(ones.mean()) if judged.sum() > 4 and ones.mean() > 0.8 else None
