"""Which variants of a model a study holds, read from ``studies.yml``: a new one is a line there and nothing here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

_PERCENT = re.compile(r"(without|plus) ([0-9.]+)%")
_NOT_PARAMETERS = ("class", "network", "conditions")


def study_variants(path: str | Path, study: str, reference: str) -> dict[str, str]:
    """The variants of the method ``reference`` in a study: method to what is changed, as a call would write it.

    ``{"app_mlp_decoder": "decoder=mlp", "app_without_25": "network: without 25%"}``: methods of the same class with
    another parameter or another network.  Raises ``ValueError`` for a study or method that the file does not hold.
    """
    methods = _methods(path, study)
    if reference not in methods:
        raise ValueError(f"Study {study!r} in {path} has no method {reference!r}: it has {', '.join(methods)}.")
    kind = methods[reference]["class"]
    return {name: _changed(entry) for name, entry in methods.items() if entry["class"] == kind and name != reference}


def damage_steps(variants: Mapping[str, str], reference: str, verb: str) -> dict[float, str]:
    """Share of edges changed (0 to 1) to method, for ``verb`` 'without' or 'plus'; 0 is ``reference`` itself."""
    found = {name: _PERCENT.search(text) for name, text in variants.items()}
    return {0.0: reference} | {float(hit[2]) / 100: name for name, hit in found.items() if hit and hit[1] == verb}


def _methods(path: str | Path, study: str) -> dict[str, dict]:
    studies = yaml.safe_load(Path(path).read_text())
    if study not in studies:
        raise ValueError(f"{path} holds no study {study!r}: it holds {', '.join(studies)}.")
    return studies[study]["methods"]


def _changed(entry: Mapping[str, object]) -> str:
    parts = [f"{key}={value}" for key, value in entry.items() if key not in _NOT_PARAMETERS]
    if (network := entry.get("network")) is not None:
        parts.append(f"network: {network if isinstance(network, str) else ' + '.join(network)}")
    if (conditions := entry.get("conditions")) is not None:
        parts.append(f"conditions: {conditions}")
    return ", ".join(parts)
