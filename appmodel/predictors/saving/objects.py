"""The package's own objects in a file: a closed list of classes, by name; nothing else is ever made from a file."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import signature
from typing import Any

from ... import predictors
from ..base import Predictor

# What predictors keep besides numbers, and the module that each stands in.
_PARTS = {
    "Anchor": "..anchor",
    "Change": "...networks.source",
    "Decision": "...networks.source",
    "GeneAttention": "..anchored.gene_attention",
    "GeneViews": "..anchored.gene_views",
    "ManyGenes": "..anchored.many_genes",
    "Network": "...networks.network",
    "NetworkRows": "..embedding.rows",
    "OtherScreen": "..anchored_with_screens",
    "PairAttention": "..anchored.pair_attention",
    "RandomRows": "..embedding.rows",
    "Source": "...networks.source",
    "TableRows": "..embedding.rows",
    "WithOtherScreens": "..anchored_with_screens",
}


def is_own(value: object) -> bool:
    """Whether a value is a predictor of this package or one of their parts: what a file may hold."""
    return own_class(type(value).__name__) is type(value)


def own_class(name: str) -> type | None:
    """The class of a name in a file, None where it is none of the package's."""
    if name in _PARTS:
        return getattr(import_module(_PARTS[name], __package__), name)
    return predictors.predictor_class(name)


def attributes_of(value: Any) -> dict[str, Any]:
    """What a file keeps of an object: all it is told and has learned, but for what it names in ``_unsaved``."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    unsaved = getattr(value, "_unsaved", ())
    return {name: kept for name, kept in sorted(vars(value).items()) if name not in unsaved}


def made(name: str, attributes: dict[str, Any], device: str) -> Any:
    """The object again.  Raises ``ValueError`` for a class or an attribute that no file of this package holds."""
    kind = own_class(name)
    if kind is None:
        raise ValueError(f"its class {name!r} is none of this package's: no other is ever made")
    if is_dataclass(kind):
        return kind(**attributes)
    for attribute in attributes:
        # A file must not put itself in the place of a method, nor say where to run.
        hidden = hasattr(kind, attribute) or attribute in getattr(kind, "_unsaved", ())
        if hidden or not attribute.isidentifier() or attribute.startswith("__"):
            raise ValueError(f"its {name} has the attribute {attribute!r}")
    if set(attributes) == set(signature(kind).parameters):  # all that it is follows from what it is told
        return kind(**attributes)
    value: Any
    if issubclass(kind, Predictor):
        parameters = {key: attributes.pop(key) for key in kind._get_param_names() if key in attributes}
        value = kind(**parameters, **({"device": device} if "device" in kind._get_param_names() else {}))
    else:
        value = kind.__new__(kind)
    vars(value).update(attributes)
    if attributes and hasattr(value, "_restore"):  # a predictor without is not fitted
        value._restore()
    return value
