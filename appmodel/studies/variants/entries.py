"""How far a network is damaged in the variants of a study."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PERCENT = re.compile(r"(without|plus) ([0-9.]+)%")


def damage_steps(variants: Mapping[str, str], reference: str, verb: str) -> dict[float, str]:
    """Share of edges changed (0 to 1) to method, for ``verb`` 'without' or 'plus'; 0 is ``reference`` itself.

    ``variants`` are those of ``Study.variants``.
    """
    found = {name: _PERCENT.search(text) for name, text in variants.items()}
    return {0.0: reference} | {float(hit[2]) / 100: name for name, hit in found.items() if hit and hit[1] == verb}
