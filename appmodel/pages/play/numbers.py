"""Numbers in the forms that the scripts of the page read."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

_LARGEST = np.iinfo(np.int16).max


def packed(values: np.ndarray) -> dict[str, Any]:
    """A matrix (n, m) as whole numbers of 16 bits in base64, low byte first, times ``scale``.

    Off by half of ``scale`` at most, a 65,534th of the largest value.
    """
    scale = float(np.abs(values).max()) / _LARGEST or 1.0
    whole = np.rint(values / scale).astype("<i2")
    return {"shape": list(values.shape), "scale": scale, "int16": base64.b64encode(whole.tobytes()).decode()}


def unpacked(matrix: Mapping[str, Any]) -> np.ndarray:
    """What ``packed`` wrote (n, m)."""
    whole = np.frombuffer(base64.b64decode(matrix["int16"]), dtype="<i2")
    return matrix["scale"] * whole.reshape(matrix["shape"])


def profile_rows(data: Mapping[str, Any], pair: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of ``charts.profile_chart`` of a measured pair of ``pair_data``, as ``pick.js`` makes them."""
    readouts = [data["readouts"][i] for i in pair["readouts"]]
    sources = {method["name"]: values for method, values in zip(data["methods"], pair["predicted"], strict=True)}
    if "truth" in pair:
        sources["true effect"] = pair["truth"]
    reach = pair.get("reach", [0.0] * len(readouts))
    measured = [
        {"source": "measurement", "readout": readout, "value": value, "low": value - arm, "high": value + arm}
        for readout, value, arm in zip(readouts, pair["value"], reach, strict=True)
    ]
    return measured + [
        {"source": source, "readout": readout, "value": value}
        for source, values in sources.items()
        for readout, value in zip(readouts, values, strict=True)
    ]
