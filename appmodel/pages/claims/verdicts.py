"""The claims page: what the paper claims, what is quoted, what is measured, and the verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...scoring.findings import chosen
from ...scoring.findings import found as one_of
from ..looks import readable
from ..tables import quoted_text, with_interval
from .entries import BOTH, CELL, CLAIM, MODELS, Claim, Claims, Question, Test, load_claims
from .judging import CANNOT, CONSTANT, FAILS, HOLDS, TO_COME, UNDECIDED, judged, says_nothing, verdict_of
from .measures import Measured, measure, reader, tested_on

# Tables and figures that ask for the worth of a part or for what attention says.
_OF_PARTS = ("T2", "T4", "F2")

__all__ = ["beside_quoted", "claims_table", "counted_claims", "load_claims"]


def claims_table(claims: Claims, published: pd.DataFrame, results: str | Path) -> pd.DataFrame:
    """Every claim and every cell of the paper's tables, for each model and screen: one row each.

    Columns: claim, table (T1 to T5, F2, F3), kind (claim, repeat of one, stand-in of ours, cell), model (app,
    anchored_app or both; for a cell the method), statement, theirs (quoted from ``published``), ours (read from the
    folder ``results``), screen, metric, interval (of the difference, ratio or value that is judged), q (its adjusted
    p value), verdict.  The verdict is given on each screen by itself (``verdict_of``, then ``judged`` for all of a
    model together).  A study without results is not yet measured.
    """
    read = reader(results)
    rows = judged([row for claim in claims.entries for row in _claim_rows(claim, claims, published, read)])
    table = pd.DataFrame([*rows, *_cell_rows(claims, published, read)]).drop(columns=["found", "asked"])
    order = list(dict.fromkeys(table["table"]))
    return table.sort_values("table", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)


def counted_claims(table: pd.DataFrame) -> dict[str, int]:
    """How many claims were tested for each model, hold on every screen or on some, wait, or cannot be tested.

    "app tested", "app everywhere", "app somewhere" (and so for anchored_app); "claims" of the paper, of which are
    "waiting" or "closed".  Cells, repeated claims and stand-ins are not counted.
    """
    claims = table[table["kind"] == CLAIM]
    counts = {}
    for model in MODELS:
        tested = claims[(claims["model"] == model) & claims["verdict"].isin([HOLDS, FAILS, UNDECIDED])]
        holds = (tested["verdict"] == HOLDS).groupby(tested["claim"])
        counts[f"{model} tested"] = int(tested["claim"].nunique())
        counts[f"{model} everywhere"] = int(holds.all().sum())
        counts[f"{model} somewhere"] = int((holds.any() & ~holds.all()).sum())
    verdicts = claims[claims["model"].isin([MODELS[0], BOTH])].groupby("claim")["verdict"]
    counts["claims"] = verdicts.ngroups
    counts["waiting"] = int(verdicts.agg(lambda given: TO_COME in set(given)).sum())
    counts["closed"] = int(verdicts.agg(lambda given: given.str.startswith((CANNOT, CONSTANT)).all()).sum())
    return counts


def beside_quoted(
    published: pd.DataFrame,
    board: pd.DataFrame,
    claim: str,
    baselines: Mapping[str, str],
) -> pd.DataFrame:
    """Quoted mean errors of another work beside ours: one row per task, screen and method.

    ``published`` rows of ``claim`` (L2), ``board`` a leaderboard; ours are shown for the methods quoted and for
    both models.  The scales of the two may differ, so each stands beside its ratio to the method that ``baselines``
    names for the task.  An empty cell was not quoted, or not measured here.
    """
    theirs, keys = chosen(published, claim=claim, metric="l2"), ["task", "screen", "method"]
    ours = chosen(board, metric="l2").rename(columns={"dataset": "screen"}).set_index(keys)
    names = [*dict.fromkeys(theirs["method"]), *MODELS]
    order = [
        (task, screen, method)
        for task, screen in theirs[["task", "screen"]].drop_duplicates().to_numpy()
        for method in names
    ]
    table = pd.DataFrame(index=pd.MultiIndex.from_tuples(order, names=keys))
    table["theirs"] = theirs.set_index(keys)["value"]
    table["ours"] = ours["mean"]
    for side in ("theirs", "ours"):
        base = [table[side].get((task, screen, baselines[task]), np.nan) for task, screen, _ in order]
        table[f"{side}, ratio"] = table[side] / base
    table["interval of ours"] = [
        f"{low:.2f} to {high:.2f}" if np.isfinite(low) else ""
        for low, high in ours[["low", "high"]].reindex(order).to_numpy()
    ]
    table = table.dropna(subset=["theirs", "ours"], how="all").round(2)
    columns = ["theirs", "theirs, ratio", "ours", "interval of ours", "ours, ratio"]
    return table[columns].astype(object).where(table[columns].notna(), "")


def _claim_rows(claim: Claim, claims: Claims, published: pd.DataFrame, read: Callable) -> Iterator[dict]:
    quoted = _quoted(claim, published)
    for model, test in claim.tests.items():
        about = {
            "claim": claim.name,
            "table": claim.table,
            "kind": claim.kind,
            "model": model,
            "statement": claim.says,
            "theirs": _theirs(claim.theirs, quoted),
        }
        if test.cannot:
            yield {**about, **_answer(None, None, ""), "verdict": f"{CANNOT}: {test.cannot}"}
            continue
        for screen in tested_on(test, read, claims, model):
            answer = _answer(measure(test, screen, model, read, quoted), test, screen)
            part = claim.table in _OF_PARTS and answer["verdict"] in (HOLDS, FAILS, UNDECIDED)
            if part and says_nothing(test, screen, model, read):
                answer["verdict"] = CONSTANT
            yield {**about, **answer}


def _answer(found: Measured | None, test: Test | None, screen: str) -> dict[str, str]:
    """The columns that say what was measured."""
    metric = "" if test is None else str(test.where.get("metric", test.where.get("measure")))
    answer = {
        "ours": "",
        "screen": screen,
        "metric": metric,
        "interval": "",
        "q": np.nan,
        "verdict": TO_COME,
        "found": found,
        "asked": "" if test is None else f"{test.question} {dict(test.where)}",
    }
    if found is None:
        return answer
    verdict = verdict_of(found, test.question.sign)
    if verdict == CANNOT:
        return {**answer, "verdict": f"{CANNOT}: {found.ours or 'undefined'}"}
    covered = "" if found.coverage == 1 else f", on {found.coverage:.0%} of the conditions"
    return {**answer, "ours": found.ours + covered, "interval": _interval(found), "verdict": verdict}


def _cell_rows(claims: Claims, published: pd.DataFrame, read: Callable) -> Iterator[dict]:
    """The quoted numbers of the tables that studies measure: each beside what its method scores here."""
    cells, metric = claims.cells, claims.cells["metric"]
    for _, row in chosen(published, claim=cells["studies"]).iterrows():
        about = {
            "claim": f"{row['claim']}-{row['task']}-{row['method']}",
            "table": row["claim"],
            "kind": CELL,
            "model": row["method"],
            "statement": row["statement"],
            "theirs": quoted_text(row),
        }
        name = cells["studies"][row["claim"]]
        study = claims.studies[name]
        if row["method"] not in study.methods:
            yield {**about, **_answer(None, None, ""), "metric": metric, "verdict": f"{CANNOT}: {cells['not_here']}"}
            continue
        counterpart = re.sub(r"^app", "anchored_app", row["method"])
        methods = [method for method in dict.fromkeys([row["method"], counterpart]) if method in study.methods]
        for method in methods:
            test = Test(Question(method, "", "", ""), {"study": name, "task": row["task"], "metric": metric})
            for screen in tested_on(test, read, claims, method):
                answer = _answer(measure(test, screen, method, read, ()), test, screen)
                if answer["verdict"] != TO_COME:
                    answer["verdict"] = f"{CANNOT}: {cells['cannot']}"
                yield {**about, "model": method, **answer}


def _quoted(claim: Claim, published: pd.DataFrame) -> list[pd.Series]:
    """The quoted rows of 'theirs', in order.  Raises ``ValueError`` where there is none, or several."""
    where, asked = claim.where, {"claim": claim.table}
    if where.get("table") == "efficiency":
        asked["metric"] = where["measure"]
    elif "study" in where:
        asked["task"] = where["task"]
    return [one_of(published, method=part, **asked) for part in re.split(r" [</] ", claim.theirs) if part]


def _theirs(theirs: str, quoted: Sequence[pd.Series]) -> str:
    """The quoted numbers as text, with their ratio where two values are stated."""
    if not quoted:
        return "not in the paper"
    if len(quoted) == 1:
        return quoted_text(quoted[0])
    texts = [f"{readable(row['method'])} {quoted_text(row, 'not stated')}" for row in quoted]
    values = [row["value"] for row in quoted]
    ratio = "" if np.isnan(values).any() else f" (ratio {values[0] / values[1]:.2f})"
    return ", ".join(texts) + ratio


def _interval(found: Measured) -> str:
    digits = ",.3g" if found.what == "value" and found.unit else "+.3f" if found.what == "difference" else ".3f"
    text = with_interval(found.value, found.low, found.high, f"{{:{digits}}}".format)
    against = {"value": f", against {found.reference:,.10g}", "ratio": f", against {found.reference:.3f}"}
    return f"{found.what} {text}{against.get(found.what, '')}"
