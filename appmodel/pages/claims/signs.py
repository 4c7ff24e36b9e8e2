"""How a verdict looks: a mark, words and a class of the style sheet, so that colour never stands alone."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import pandas as pd

from ..looks import screen_name
from .counts import kind_of
from .entries import CLAIM, MODELS
from .judging import CANNOT, CONSTANT, FAILS, HOLDS, SENSELESS, TO_COME, UNDECIDED


class Sign(NamedTuple):
    """Mark, words and class of a verdict."""

    mark: str
    words: str
    style: str


SIGNS = {
    HOLDS: Sign("✓", "holds", "holds"),
    FAILS: Sign("✗", "does not hold", "fails"),
    UNDECIDED: Sign("≈", "cannot be told apart", "apart"),
    CONSTANT: Sign("○", "not testable", "constant"),
    CANNOT: Sign("–", "cannot be tested here", "closed"),
    SENSELESS: Sign("–", "does not apply", "closed"),
    TO_COME: Sign("…", "not yet measured", "closed"),
}
TITLES = {
    "accuracy": "Accuracy",
    "parts": "Parts of the model",
    "network": "Network",
    "attention": "Attention",
    "cost": "Size and speed",
}
SIMULATED = "simulated screen"


def signed(verdict: str) -> str:
    """A verdict as HTML: its mark and its words."""
    mark, words, style = SIGNS[kind_of(verdict)]
    return f'<span class="claim-verdict claim-{style}"><span aria-hidden="true">{mark}</span> {words}</span>'


def by_itself(row: pd.Series) -> str:
    """What the interval says by itself, where it decides and the verdict does not, as a line of HTML."""
    if row["alone"] in (HOLDS, FAILS) and row["alone"] != row["verdict"]:
        return f"<small>by itself: {row['alone']}</small>"
    return ""


def reason_of(verdict: str) -> str:
    """The reason that a verdict gives, escaped; empty where it gives none."""
    return escape(verdict.partition(": ")[2]) if kind_of(verdict) in (CANNOT, SENSELESS) else ""


def place_of(row: pd.Series) -> str:
    """The column that a row stands in: its screen, and one for all that is simulated."""
    return SIMULATED if row["simulated"] else screen_name(row["screen"])


def anchor(claim: str) -> str:
    """The id of the card of a claim."""
    return f"claim-{claim.lower()}"


def about(rows: pd.DataFrame, model: str) -> pd.DataFrame:
    """The rows of one claim that are about a model; of a claim about neither model, those of others for ``app``."""
    if not rows["model"].isin([*MODELS, "both"]).any():
        return rows if model == MODELS[0] else rows.iloc[:0]
    return rows[rows["model"].isin([model, "both"])]


def count_of(table: pd.DataFrame, kind: str = CLAIM) -> int:
    """How many claims (or stand-ins) a table holds."""
    return int(table.loc[table["kind"] == kind, "claim"].nunique())
