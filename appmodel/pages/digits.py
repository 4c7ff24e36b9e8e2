"""Numbers as pages write them: three significant digits, thousands apart, and no zero with a sign."""

from __future__ import annotations

import math


def three_digits(*values: float, sign: str = "") -> list[str]:
    """The numbers as text, with as many decimals as each needs for three significant digits.

    So a value and the ends of its interval have the same decimals; one that is less than a third of the largest
    asks for none.  ``sign`` is '+' where a plus is written too; what is not finite is 'undefined'.
    """
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    # Of what 0.9996 is rounded to, not of itself.
    least = float(f"{min(size for size in sizes if size >= max(sizes) / 3):.2e}") if sizes else 1.0
    decimals = 2 - math.floor(math.log10(least))
    return [_rounded(value, decimals, sign) for value in values]


def small(p: float) -> str:
    """A p value: '< 0.001' where it is smaller than that, empty where there is none."""
    return "" if math.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _rounded(value: float, decimals: int, sign: str) -> str:
    if not math.isfinite(value):
        return "undefined"
    rounded = round(value, decimals) + 0.0  # a zero loses its sign
    return f"{rounded:{sign if rounded else ''},.{max(decimals, 0)}f}"
