"""How values that JSON and safetensors do not know are taken apart into such that they do, and put together again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
from scipy import sparse

NUMBERS = "fiub"  # kinds of the arrays that safetensors holds: floats, integers with and without sign, true or false
_EXTENSIONS = ("string", "boolean", *(f"{kind}{bits}" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)))


@dataclass(frozen=True)
class Form:
    """A kind of value: the name it has in a file, which values are of it, their parts, and the way back."""

    name: str
    fits: Callable[[Any], bool]
    parts: Callable[[Any], dict[str, Any]]
    made: Callable[[dict[str, Any]], Any]


def _text_parts(texts: np.ndarray) -> dict[str, Any]:
    """Each text once, and which one stands where, unless most are there only once anyway."""
    codes, unique = pd.factorize(texts.ravel().astype(object))
    parts = {"shape": list(texts.shape), "fixed": texts.dtype.kind == "U"}
    if 2 * len(unique) > texts.size:
        return {**parts, "texts": texts.ravel().tolist()}
    return {**parts, "texts": list(unique), "codes": codes.astype(np.int32)}


def _texts(parts: dict[str, Any]) -> np.ndarray:
    texts = _objects(parts["texts"])
    if "codes" in parts:
        if parts["codes"].size and parts["codes"].min() < 0:
            raise ValueError("a text has a negative place: the file is damaged")
        texts = texts[parts["codes"]]
    return (texts.astype(str) if parts["fixed"] else texts).reshape(parts["shape"])


def _objects(items: list) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):  # one by one: a list among them would become a dimension
        array[i] = item
    return array


def _are_rows(value: Any) -> bool:
    """Whether it maps names to numbers of one length: one matrix in place of thousands of arrays."""
    if type(value) is not dict or not value or not all(isinstance(key, str) for key in value):
        return False
    if not all(type(row) is np.ndarray and row.ndim == 1 and row.dtype.kind in NUMBERS for row in value.values()):
        return False
    return len({(row.shape, row.dtype) for row in value.values()}) == 1


def _csr(parts: dict[str, Any]) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=tuple(parts["shape"]))
    matrix.check_format(full_check=True)  # places beyond the shape would be read from memory that is not its own
    return matrix


def _bare(values: pd.Index | pd.Series) -> np.ndarray | ExtensionArray:
    return values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array


def _frame_parts(frame: pd.DataFrame) -> dict[str, Any]:
    for name, kind in frame.dtypes.items():
        if (
            not isinstance(kind, pd.CategoricalDtype)
            and kind.name not in _EXTENSIONS
            and kind.kind not in NUMBERS + "O"
        ):
            raise ValueError(
                f"Column {name!r} of a table holds {kind}, which cannot be saved: make it text or numbers, fit again."
            )
    parts: dict[str, Any] = {"index": frame.index, "columns": frame.columns, "attrs": dict(frame.attrs)}
    kinds = set(frame.dtypes)
    if len(kinds) == 1 and isinstance(kind := kinds.pop(), np.dtype) and kind.kind in NUMBERS:
        return {**parts, "matrix": frame.to_numpy()}
    return {**parts, "values": [_bare(frame.iloc[:, i]) for i in range(frame.shape[1])]}


def _frame(parts: dict[str, Any]) -> pd.DataFrame:
    if "matrix" in parts:
        frame = pd.DataFrame(parts["matrix"], index=parts["index"])
    else:
        frame = pd.DataFrame(dict(enumerate(parts["values"])), index=parts["index"])
    frame.columns = parts["columns"]
    frame.attrs.update(parts["attrs"])
    return frame


def _extension_parts(values: ExtensionArray) -> dict[str, Any]:
    items = [None if pd.isna(item) else getattr(item, "item", lambda item=item: item)() for item in values]
    return {"dtype": values.dtype.name, "items": items}


def _extension(parts: dict[str, Any]) -> ExtensionArray:
    if parts["dtype"] not in _EXTENSIONS:
        raise ValueError(f"a column has the type {parts['dtype']!r}")
    return pd.array(parts["items"], dtype=parts["dtype"])


FORMS = (
    Form(
        "float",
        lambda value: type(value) is float and not math.isfinite(value),
        lambda value: {"text": repr(value)},
        lambda parts: float(parts["text"]),
    ),
    Form(
        "scalar",
        lambda value: isinstance(value, np.generic) and value.dtype.kind in NUMBERS,
        lambda value: {"array": np.asarray(value)},
        lambda parts: parts["array"][()],
    ),
    Form(
        "texts",
        lambda value: (
            type(value) is np.ndarray
            and value.dtype.kind in "OU"
            and all(type(t) in (str, np.str_) for t in value.flat)
        ),
        _text_parts,
        _texts,
    ),
    Form(
        "objects",
        lambda value: type(value) is np.ndarray and value.dtype.kind == "O",
        lambda value: {"shape": list(value.shape), "items": value.ravel().tolist()},
        lambda parts: _objects(parts["items"]).reshape(parts["shape"]),
    ),
    Form(
        "tuple",
        lambda value: type(value) is tuple,
        lambda value: {"items": list(value)},
        lambda parts: tuple(parts["items"]),
    ),
    Form(
        "rows",
        _are_rows,
        lambda value: {"keys": list(value), "matrix": np.array(list(value.values()))},
        lambda parts: dict(zip(parts["keys"], parts["matrix"], strict=True)),
    ),
    Form(
        "dict",
        lambda value: type(value) is dict,
        lambda value: {"keys": list(value), "values": list(value.values())},
        lambda parts: dict(zip(parts["keys"], parts["values"], strict=True)),
    ),
    Form(
        "path",
        lambda value: isinstance(value, Path),
        lambda value: {"text": str(value)},
        lambda parts: Path(parts["text"]),
    ),
    Form(
        "csr",
        lambda value: type(value) is sparse.csr_matrix,
        lambda value: {key: getattr(value, key) for key in ("data", "indices", "indptr", "shape")},
        _csr,
    ),
    Form(
        "index",
        lambda value: type(value) in (pd.Index, pd.RangeIndex),
        lambda value: {"values": _bare(value), "name": value.name},
        lambda parts: pd.Index(parts["values"], dtype=parts["values"].dtype, name=parts["name"]),
    ),
    Form(
        "series",
        lambda value: type(value) is pd.Series,
        lambda value: {"values": _bare(value), "index": value.index, "name": value.name},
        lambda parts: pd.Series(parts["values"], index=parts["index"], name=parts["name"]),
    ),
    Form("frame", lambda value: type(value) is pd.DataFrame, _frame_parts, _frame),
    Form(
        "categorical",
        lambda value: type(value) is pd.Categorical,
        lambda value: {
            "codes": np.asarray(value.codes),
            "categories": value.categories,
            "ordered": bool(value.ordered),
        },
        lambda parts: pd.Categorical.from_codes(parts["codes"], parts["categories"], ordered=parts["ordered"]),
    ),
    Form(
        "extension",
        lambda value: isinstance(value, ExtensionArray) and value.dtype.name in _EXTENSIONS,
        _extension_parts,
        _extension,
    ),
)
