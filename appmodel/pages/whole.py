"""A table that a page shows whole: pandas would cut its texts after fifty characters."""

from __future__ import annotations

import pandas as pd


class WholeTable(pd.DataFrame):
    """A data frame with texts of any length, for the last line of a cell."""

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.max_colwidth", None):
            return super()._repr_html_()
