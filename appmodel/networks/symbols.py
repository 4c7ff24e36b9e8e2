"""Gene symbols change with the years: bring retired ones to the current ones, so that screen and network match."""

from __future__ import annotations

from ..symbols import aliases, current_symbols

__all__ = ["aliases", "current_symbols"]
