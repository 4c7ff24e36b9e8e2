"""The claims page: what the paper claims, what is quoted, what is measured, and the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...scoring.findings import found as one_of
from ..digits import three_digits
from ..looks import readable
from ..tables import quoted_text
from .answers import answer_of, without_answer
from .cells import cell_rows
from .entries import BOTH, Claim, Claims, load_claims
from .judging import CANNOT, CONSTANT, DECIDED, SENSELESS, judged, least, says_nothing
from .measures import Tables, measure, tested_on

# Groups of claims that ask for the worth of a part or for what attention says.
_OF_PARTS = ("parts", "network", "attention")

__all__ = ["claims_table", "load_claims"]


def claims_table(claims: Claims, published: pd.DataFrame, results: str | Path) -> pd.DataFrame:
    """Every claim and every cell of the paper's tables, for each model and screen: one row each.

    Columns: claim, group (what it is about), table (T1 to T5, F2, F3), kind (claim, repeat of one, stand-in of ours,
    cell), short, statement, theirs and source (quoted from ``published``), model (app, anchored_app or both; for a
    cell, and where others measured, the method), ours (read from the folder ``results``; what others measured is named
    so), screen, whether it is simulated, task, metric, interval (of the difference, ratio or value that is judged or
    shown) and its numbers (value, low, high, reference, margin), alone (what the interval says by itself), q (its
    adjusted p value), verdict, file.  The verdict is given on each screen by itself (``verdict_of``, then ``judged``
    for all of a model together).  A study without results is not yet measured.
    ``attrs["files"]`` names the files that were read.
    """
    read = Tables(results)
    rows = judged([row for claim in claims.entries for row in _claim_rows(claim, claims, published, read)])
    table = pd.DataFrame([*rows, *cell_rows(claims, published, read)]).drop(columns=["found", "asked"])
    order = list(dict.fromkeys(table["table"]))
    table = table.sort_values("table", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)
    table.attrs["files"] = read.used
    return table


def _claim_rows(claim: Claim, claims: Claims, published: pd.DataFrame, read: Tables) -> Iterator[dict]:
    quoted = _quoted(claim, published)
    about = {
        "claim": claim.name,
        "group": claim.group,
        "table": claim.table,
        "kind": claim.kind,
        "short": claim.short,
        "statement": claim.says,
        "theirs": _theirs(quoted),
        "source": "; ".join(dict.fromkeys(row["source"] for row in quoted)),
    }
    for model, test in claim.tests.items():
        if test.question is None:
            word = CANNOT if model == BOTH else SENSELESS
            yield {**about, "model": model, **without_answer(), "verdict": f"{word}: {test.cannot}"}
    for model, screen in _asked_on(claim, claims, read):
        test = claim.tests[model]
        answers = [measure(test, asked, screen, model, read, quoted) for asked in test.questions]
        answer = answer_of(least(answers, test.questions[0].sign), test, screen, claims)
        part = claim.group in _OF_PARTS and answer["verdict"] in DECIDED
        if part and says_nothing(test, screen, model, read):
            answer["verdict"] = CONSTANT
        yield {**about, "model": model, **answer}


def _asked_on(claim: Claim, claims: Claims, read: Tables) -> list[tuple[str, str]]:
    """Model and screen of each answer to a claim; what is shown side by side and not judged goes screen by screen."""
    asked = {model: test for model, test in claim.tests.items() if test.question}
    screens = {model: tested_on(test, read, claims, model) for model, test in asked.items()}
    if any(test.cannot for test in asked.values()):
        common = [name for name in claims.screens if all(name in of_model for of_model in screens.values())]
        return [(model, screen) for screen in common or [""] for model in asked]
    return [(model, screen) for model in asked for screen in screens[model]]


def _quoted(claim: Claim, published: pd.DataFrame) -> list[pd.Series]:
    """The quoted rows of 'theirs', in order.  Raises ``ValueError`` where there is none, or several."""
    where, asked = claim.where, {"claim": claim.table}
    if where.get("table") == "efficiency":
        asked["metric"] = where["measure"]
    elif "study" in where:
        asked["task"] = where["task"]
    return [one_of(published, method=part, **asked) for part in re.split(r" [</] ", claim.theirs) if part]


def _theirs(quoted: Sequence[pd.Series]) -> str:
    """The quoted numbers as text, with their ratio where two values are stated; what is claimed where there is none."""
    if not quoted:
        return "not in the paper"
    if len(quoted) == 1:
        (row,) = quoted
        return f"{readable(row['method'])} {text}" if (text := quoted_text(row, "")) != row["statement"] else text
    texts = [f"{readable(row['method'])} {quoted_text(row, 'not stated')}" for row in quoted]
    values = [row["value"] for row in quoted]
    ratio = "" if np.isnan(values).any() else f" (ratio {three_digits(values[0] / values[1])[0]})"
    return ", ".join(texts) + ratio
