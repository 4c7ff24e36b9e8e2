"""Genes that a spreadsheet turned into dates: brought back where only one gene can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = "(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<day>\d{{1,2}})[-. ]{_MONTH}(?:[-. ]\d{{2,4}})?",
        rf"{_MONTH}[-. ](?P<day>\d{{1,2}})",
        r"\d{4}-(?P<number>\d\d)-(?P<day>\d\d)(?:[ T]00:00:00)?",
    )
]
# MARCH1 and MARC1 both became 1-Mar, as MARCH2 and MARC2 became 2-Mar: which is meant cannot be told.
_GENES = {"sep": ("SEPT", (*range(1, 13), 14)), "mar": ("MARCH", tuple(range(3, 12)))}


def genes_of_dates(names: Iterable[str]) -> dict[str, str | None]:
    """For each name that is a date the gene it was (``2-Sep``: ``SEPT2``), None where it may have been several."""
    return {name: _gene(*found) for name in names if (found := _date(name)) is not None}


def _date(name: str) -> tuple[str, int] | None:
    for pattern in _DATES:
        if (found := pattern.fullmatch(name)) is not None:
            parts = found.groupdict()
            number = int(parts.get("number") or 0)
            month = _MONTHS[number - 1] if 1 <= number <= 12 else (parts.get("month") or "").lower()[:3]
            return (month, int(parts["day"])) if month else None
    return None


def _gene(month: str, day: int) -> str | None:
    stem, days = _GENES.get(month, ("", ()))
    return f"{stem}{day}" if day in days else None
