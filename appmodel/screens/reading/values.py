"""Where the values are and what is done with them: brought to counts or natural log1p exactly, or asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from ...names import shown
from ...record import record_change
from ..validation import pointer
from .decisions import Choices, Reading, ReadingError
from .value_kinds import Found, Seen, seen_in, values_found


def take_layer(data: AnnData, layer: str | None, reading: Reading) -> AnnData:
    """``data`` with the values of ``layer`` ('raw' is ``data.raw`` where no layer has that name) as ``X``."""
    if layer is None:
        if data.X is None:
            where = pointer(data)
            mend = "take a layer" if where else "write the file again with a matrix of cells x genes"
            raise reading.ask("values", f"has no X (it is empty): {mend}.{where}", "layer")
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
        mend = f"choose one of {shown(known)}" if known else "it has none, leave layer=... out"
        raise reading.ask("values", f"has no layer {layer!r}: {mend}.", "layer")
    data.uns.pop("log1p", None)  # said of X, not of this layer
    reading.decide("layer", layer, "told", "layer")
    return data


@dataclass(frozen=True)
class Settled:
    """What was decided of the values: their kind as they stand, and what makes natural log1p of them, if anything.

    ``change`` is applied to each value (zero stays zero), where ``same_total`` after cells were brought to one total.
    """

    kind: str
    change: Callable[[np.ndarray], np.ndarray] | None = None
    same_total: bool = False


def settle(data: AnnData, choices: Choices, reading: Reading) -> None:
    """Bring ``data.X`` to counts or natural log1p where that can be done exactly; ask or warn where it cannot.

    Raises ``ReadingError`` for scaled, mixed and normalised values, and where ``choices.values`` contradicts them.
    """
    settled = settled_values(seen_in(data.X), data, choices, reading)
    if settled.change is None:
        return
    X = _to_the_same_total(data.X) if settled.same_total else data.X.astype(np.float64)
    if sp.issparse(X):
        X.data = settled.change(X.data)
    else:
        X = settled.change(np.asarray(X))
    data.X = X
    note_conversion(data, settled)


def note_conversion(data: AnnData, settled: Settled) -> None:
    """Put a change of the values on the record of ``data``."""
    if settled.change is not None:
        record_change(data, "values converted", [f"{settled.kind} -> log1p"], "brought to natural log1p")
        data.uns["log1p"] = {"base": None}


def settled_values(seen: Seen, data: AnnData, choices: Choices, reading: Reading) -> Settled:
    """What the values seen are and what is to be done with them; ``data`` says where others of it are.

    Raises ``ReadingError`` for scaled, mixed and normalised values, and where ``choices.values`` contradicts them.
    """
    found = values_found(seen, data.uns)
    told = choices.values != "auto"
    kind = _told(choices.values, found, reading) if told else found.kind
    change = _CONVERT.get(kind)
    if kind not in ("counts", "log1p") and change is None and found.base is not None:
        change = partial(np.multiply, np.log(found.base))
    if (kind == "normalised" and not told) or (kind not in ("counts", "log1p") and change is None):
        raise question(found, data, seen.high, reading)
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
            f"the values are fractions up to {seen.high:.3g} taken as natural log1p, but nothing in them says so "
            f"({found.evidence}): corrected counts and logs of another base look like this too; say values='log1p' if "
            f"that is what they are, values='corrected' for corrected counts.{pointer(data)}",
            "values",
        )
    return Settled(kind, change, same_total=kind == "corrected")


_CONVERT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log2": lambda v: v * np.log(2),
    "log10": lambda v: v * np.log(10),
    "log1p twice": np.expm1,
    "normalised": np.log1p,
    "corrected": np.log1p,  # after the cells were brought to the same total
}


def question(found: Found, data: AnnData, high: float, reading: Reading) -> ReadingError:
    """The sentence for values that are neither counts nor log1p, with the mend."""
    where = pointer(data)
    sentences = {
        "negative": f"holds negative values ({found.evidence}): scaled, centred or corrected; give raw counts or log1p "
        f"values, not scaled or centred ones.{where}",
        "scaled": f"holds scaled values ({found.evidence}): give raw counts or log1p values.{where}",
        "mixed": f"mixes counts and other values ({found.evidence}): give one kind for all cells.{where}",
        "normalised": f"holds fractions up to {high:.4g}: neither counts nor log1p values, but normalised ones "
        f"that were not logged ({found.evidence}); say values='normalised' to have log1p applied, or give raw "
        f"counts.{where}",
        "large": f"holds fractions up to {high:.4g}: neither counts nor log1p values; give raw counts, "
        f"apply scanpy.pp.log1p, or say values='corrected' for corrected counts.{where}",
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
    if found.kind == "large" and values not in ("normalised", "corrected"):
        raise reading.ask(
            "values",
            f"holds values too large for a logarithm ({found.evidence}): say values='normalised' or 'corrected'.",
            "values",
        )
    return "log1p" if values == "log" else values


def _to_the_same_total(X):
    """Values (n_cells, n_genes) with every cell's total brought to the median of all; empty cells stay empty."""
    X = sp.csr_matrix(X, dtype=np.float64)
    sums = np.asarray(X.sum(axis=1)).ravel()
    return sp.diags(np.median(sums[sums > 0]) / np.where(sums > 0, sums, np.inf)) @ X
