"""Scores of attention over perturbations and seeds as findings: means with intervals, and what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...scoring.findings import chosen, findings, found
from ...scoring.intervals import mean_intervals, says

EVERY = "all"  # the group of all conditions together
# The measure that decides what is said of a model on a screen: what is ranked, what chance scores.
DECISIVE = {
    "auroc_direct": ("direct targets", 0.5),
    "auroc_measured": ("genes with the strongest measured effects", 0.5),
    "auroc_significant": ("genes with a significant effect", 0.5),
    "spearman_similarity": ("conditions with similar effects", 0.0),
}
_CONTROLS = {
    "mean_attention": "its mean over other perturbations",
    "shuffled": "a model with a shuffled network",
    "degree": "the number of neighbours",
    "distance": "closeness in the network",
    "sum": "the sum of its singles",
}


def summarised(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean of each ranking and measure with its interval, per group of conditions and over all: ``findings``.

    ``rows`` have one line per screen, seed, model, group, condition, ranking and measure, with its value (NaN where
    undefined, and then left out) and reason.  Here ``method`` is the ranking, ``task`` the group and ``bin`` the model;
    of 'attention' the paired difference from every other ranking (``against``) is given too, on the same conditions and
    seeds.  The bootstrap draws genes and seeds; ``n`` counts conditions with a value.
    """
    parts = []
    for (screen, model, measure), part in rows.groupby(["screen", "model", "measure"], sort=False):
        about = {"screen": screen, "by": "model", "bin": model, "measure": measure}
        for group in [*dict.fromkeys(part["group"]), EVERY]:
            of_group = part if group == EVERY else part[part["group"] == group]
            parts += [about | {"task": group} | row for row in _with_intervals(of_group)]
    return findings(parts)


def _with_intervals(rows: pd.DataFrame) -> list[dict]:
    order = list(dict.fromkeys(rows["ranking"]))
    wide = rows.set_index(["condition", "seed", "ranking"])["value"].unstack()[order]
    pairs = {(name, ""): wide[name] for name in order}
    for other in order if "attention" in order else []:
        if other != "attention":
            pairs["attention", other] = wide["attention"] - wide[other]
    table = pd.concat(pairs, axis=1)
    reasons = rows[rows["value"].isna()].groupby("ranking")["reason"].first()
    return [
        {
            "method": method,
            "against": against,
            "value": table[method, against].mean(),
            "low": low,
            "high": high,
            "n": int(table[method, against].notna().groupby(level="condition").any().sum()),
            "reason": "" if table[method, against].notna().any() else reasons.get(against, reasons.get(method, "")),
        }
        for (method, against), low, high in zip(table, *mean_intervals(table), strict=True)
    ]


def rankings_of(summary: pd.DataFrame, screen: str, model: str, measure: str, group: str = EVERY) -> pd.DataFrame:
    """The findings of one measure of one model, by ranking.  Raises ``ValueError`` where there are none."""
    rows = chosen(summary, screen=screen, bin=model, measure=measure, task=group, against="")
    if rows.empty:
        raise ValueError(f"The table holds no {measure!r} of {model} on {screen}, group {group!r}: run the job for it.")
    return rows.set_index("method")


def explanations(summary: pd.DataFrame, model: str) -> pd.DataFrame:
    """What the attention of ``model`` ranks, one row per screen, group of conditions and decisive measure.

    Columns: what is ranked, value with interval (low, high), chance, and ``no better than``: 'chance' where the
    interval reaches it, the controls that attention is not ahead of, '' where it is ahead of them all, or why it
    cannot be tested.  As an explanation attention adds something only in the rows of ''.
    """
    rows = chosen(summary, bin=model, measure=DECISIVE, method="attention")
    table = []
    for own in rows[(rows["against"] == "") & (rows["task"] != EVERY)].itertuples():
        what, chance = DECISIVE[own.measure]
        same = chosen(rows, screen=own.screen, task=own.task, measure=own.measure, against=_CONTROLS)
        behind = [row.against for row in same.itertuples() if says(row.low, row.high, better="higher") != "better"]
        said = ", ".join(text for control, text in _CONTROLS.items() if control in behind)
        if np.isnan(own.value):
            said = f"not tested: {own.reason}"
        elif not own.low > chance:
            said = "chance"
        table.append(
            {
                "screen": own.screen,
                "group": own.task,
                "ranked": what,
                "value": own.value,
                "low": own.low,
                "high": own.high,
                "chance": chance,
                "no better than": said,
            }
        )
    return pd.DataFrame(table)


def deletions(summary: pd.DataFrame) -> pd.DataFrame:
    """How far a prediction of APP moves, relative to its size, without 20 genes: one row per screen.

    Columns: the attended, random and least attended genes, and those that other perturbations attend to; ``faithful``:
    whether deleting the attended moves it more than deleting random and least attended ones; ``own``: whether it moves
    more than without the genes that other perturbations attend to, so that attention says something of this one.
    """
    rows, table = chosen(summary, bin="app", measure="change_20", task=EVERY), []
    for screen in dict.fromkeys(rows["screen"]):
        low = chosen(rows, screen=screen, method="attention").set_index("against")["low"]
        shown = ["attention", "random", "least_attended", "mean_attention"]
        table.append(
            {
                "screen": screen,
                **{name: found(rows, screen=screen, method=name, against="")["value"] for name in shown},
                "faithful": bool(low[["random", "least_attended"]].min() > 0),
                "own": bool(low["mean_attention"] > 0),
            }
        )
    return pd.DataFrame(table)
