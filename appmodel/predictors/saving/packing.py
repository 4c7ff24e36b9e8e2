"""A predictor as one tree of plain values and the arrays that the tree names, and the way back."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .forms import FORMS, NUMBERS
from .objects import attributes_of, is_own, made

_FORMS = {form.name: form for form in FORMS}


class Packing:
    """Takes values apart: ``pack`` gives the tree, ``tensors`` fills with its arrays, the same array once.

    A node is a plain value, a list of nodes, or a dict whose ``is`` says what it is.
    """

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self._names: dict[tuple, str] = {}

    def pack(self, value: Any, where: str = "") -> Any:
        """The tree of a value that stands at ``where``; ``ValueError`` for what a file cannot hold."""
        if value is None or type(value) in (bool, int) or (type(value) is float and math.isfinite(value)):
            return value
        if isinstance(value, str):
            return str(value)
        if type(value) is list:
            return [self.pack(item, f"{where}[{i}]") for i, item in enumerate(value)]
        if type(value) is np.ndarray and value.dtype.kind in NUMBERS:
            return {"is": "array", **self._kept(value, where)}
        if isinstance(value, Tensor):
            return {"is": "tensor", **self._kept(value.detach().cpu().numpy(), where)}
        if isinstance(value, nn.Module):  # its weights: what it is made of follows from the parameters
            return self.pack(dict(value.state_dict()), where)
        for form in FORMS:
            if form.fits(value):
                parts = form.parts(value)
                return {"is": form.name, **{name: self.pack(part, f"{where}/{name}") for name, part in parts.items()}}
        if not is_own(value):
            raise ValueError(
                f"{where.lstrip('/')} is a {type(value).__module__}.{type(value).__qualname__}, which cannot be saved: "
                f"a file holds numbers, texts, arrays, tables, networks, and predictors and their parts that are in "
                f"appmodel itself, as it must run no other code when it is read."
            )
        attributes = attributes_of(value)
        packed = {name: self.pack(kept, f"{where}/{name}") for name, kept in attributes.items()}
        node = {"is": "object", "class": type(value).__name__, "attributes": packed}
        return {**node, "digest": value.digest} if hasattr(value, "digest") else node

    def _kept(self, array: np.ndarray, where: str) -> dict[str, str]:
        """Name and order of an array, stored under the first place that it stands at."""
        # The order of rows and columns in memory decides how products round.
        turned = array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous
        stored = np.array(array.T if turned else array, dtype=array.dtype.newbyteorder("="), order="C")
        content = (stored.dtype.str, stored.shape, hashlib.sha256(stored.tobytes()).digest())
        name = self._names.setdefault(content, where.lstrip("/") or "array")
        self.tensors.setdefault(name, torch.from_numpy(stored))
        return {"name": name, "order": "F"} if turned else {"name": name}


def unpack(node: Any, tensors: dict[str, Tensor], device: str) -> Any:
    """The value of a tree; arrays are copies in memory of their own.

    Raises ``ValueError`` for a class that is not this package's, or whatever a tree that no ``Packing`` made runs into.
    """
    if isinstance(node, list):
        return [unpack(item, tensors, device) for item in node]
    if not isinstance(node, dict):
        return node
    if node["is"] in ("array", "tensor"):
        stored = tensors[node["name"]].numpy()
        order = node.get("order", "C")
        array = np.array(stored.T if order == "F" else stored, order=order)
        return array if node["is"] == "array" else torch.from_numpy(array)
    if node["is"] != "object":
        form = _FORMS[node["is"]]
        return form.made({name: unpack(part, tensors, device) for name, part in node.items() if name != "is"})
    attributes = {name: unpack(part, tensors, device) for name, part in node["attributes"].items()}
    value = made(node["class"], attributes, device)
    if node.get("digest") != getattr(value, "digest", None):
        raise ValueError(f"its {node['class']} has the digest {value.digest}, not {node.get('digest')}")
    return value
