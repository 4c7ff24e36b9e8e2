"""The numbers of the paper's tables beside what the same methods score here: shown in the file, and not judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pandas as pd

from ...scoring.findings import chosen
from ..tables import quoted_text
from .answers import answer_of, without_answer
from .entries import CELL, OTHERS, Claims, Question, Test
from .judging import CANNOT
from .measures import measure, tested_on


def cell_rows(claims: Claims, published: pd.DataFrame, read: Callable) -> Iterator[dict]:
    """Quoted numbers of the tables that studies measure, each beside what its method scores here: rows of the page."""
    cells, metric = claims.cells, claims.cells["metric"]
    for _, row in chosen(published, claim=cells["studies"]).iterrows():
        about = {
            "claim": f"{row['claim']}-{row['task']}-{row['method']}",
            "table": row["claim"],
            "group": "",
            "kind": CELL,
            "model": row["method"],
            "short": "",
            "statement": row["statement"],
            "theirs": quoted_text(row),
            "source": row["source"],
        }
        by_others = cells[OTHERS].get(row["method"], "")
        study = claims.others if by_others else claims.studies[cells["studies"][row["claim"]]]
        asked = [by_others] if by_others else [row["method"], re.sub(r"^app", "anchored_app", row["method"])]
        methods = [method for method in dict.fromkeys(asked) if method in study.methods]
        if not methods:
            yield {**about, **without_answer(), "metric": metric, "verdict": f"{CANNOT}: {cells['not_here']}"}
        for method in methods:
            where = {"study": study.name, "task": row["task"], "metric": metric}
            test = Test(Question(method, "", "", ""), where, others=study.about if by_others else "")
            for screen in tested_on(test, read, claims, method):
                found = measure(test, test.questions[0], screen, method, read, ())
                answer = {**about, "model": method, **answer_of(found, test, screen, claims), "alone": ""}
                yield answer if found is None else answer | {"verdict": f"{CANNOT}: {cells['cannot']}"}
