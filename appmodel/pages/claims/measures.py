"""What result files say to the question of a claim: a value with its interval, or nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from ...provenance import load_scores
from ...scoring.comparison import paired_difference, paired_values
from ...scoring.findings import chosen, load_findings
from ...scoring.intervals import MARGIN, mean_intervals
from ...studies.attention.summary import DECISIVE
from ...studies.efficiency.costs import UNITS
from ..looks import readable
from .entries import CHANCE, QUOTED, TABLES, Claims, Question, Test, screens_of

_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Measured:
    """``value`` with its interval, which is judged against ``reference``; ``ours`` says what was measured, as text.

    ``what`` names the value: a difference, a ratio, or the quantity itself.  ``margin``: what does not lie further
    than this beyond the reference is no difference.  ``seeds``: how many there are; one alone decides nothing.
    ``coverage``: the share of conditions on which the comparison rests.
    """

    ours: str
    what: str
    value: float
    low: float
    high: float
    reference: float = 0.0
    unit: str = ""
    margin: float = 0.0
    seeds: int = 2
    coverage: float = 1.0


def reader(folder: str | Path) -> Callable[[str], pd.DataFrame | None]:
    """A function that reads the scores or findings in a file of the folder, once; None where there is no such file."""

    @cache
    def read(name: str) -> pd.DataFrame | None:
        path, load = Path(folder) / name, load_findings if Path(name).stem in TABLES else load_scores
        return load(path) if path.is_file() else None

    return read


def tested_on(test: Test, read: Callable, claims: Claims, model: str) -> list[str]:
    """The screens that a claim is tested on; an empty name where there is none yet."""
    where = test.where
    if "study" in where:
        of_task = screens_of(claims.studies[where["study"]], where["task"])
        return [screen for screen in of_task if screen in claims.screens] or [""]
    table = read(f"{where['table']}.csv")
    return [""] if table is None else list(dict.fromkeys(_asked_of(table, test, model)["screen"])) or [""]


def measure(test: Test, screen: str, model: str, read: Callable, quoted: Sequence[pd.Series]) -> Measured | None:
    """The answer of the result files, None where nothing was measured yet.  ``quoted`` are the rows of 'theirs'."""
    where = test.where
    if "study" in where:
        scores = read(f"{where['study']}_{screen}_{where['task']}.csv")
        if scores is None or not set(test.question.methods) <= set(scores["method"]):
            return None
        return of_scores(scores, test.question, where["metric"], quoted)
    table = read(f"{where['table']}.csv")
    if table is None:
        return None
    return of_findings(chosen(_asked_of(table, test, model), screen=screen), test.question, quoted)


def of_scores(scores: pd.DataFrame, asked: Question, metric: str, quoted: Sequence[pd.Series] = ()) -> Measured:
    """A mean, a paired difference or a ratio of means from scores of one screen and task (rows of ``benchmark``).

    All over the conditions and seeds where both are defined; NaN where there is none.
    """
    method, against = asked.method, asked.divisor or asked.other
    if not against:
        rows = paired_values(scores, metric, [method])
        (low,), (high,) = mean_intervals(rows)
        value, coverage = float(rows[method].mean()), float(rows[method].notna().mean())
        return Measured(f"{readable(method)} {value:.2f}", "mean", value, float(low), float(high), coverage=coverage)
    paired = paired_difference(scores, method, against, metric)
    about = {"seeds": paired["seeds"], "coverage": paired["rows"] / (paired["rows"] + paired["undefined"])}
    if not paired["conditions"]:
        none = f"{readable(method)} and {readable(against)} are defined on no condition in common"
        return Measured(none, "", *[float("nan")] * 3)
    base = paired["baseline"]
    value, ratio = base + paired["difference"], paired["ratio"]
    ours = f"{readable(method)} {value:.2f}, {readable(against)} {base:.2f} (ratio {ratio:.2f})"
    if asked.divisor:
        over, under = (row["value"] for row in quoted)
        reference = float(over / under)
        ends = (paired[name] for name in ("ratio", "ratio_low", "ratio_high"))
        return Measured(ours, "ratio", *ends, reference, margin=MARGIN * reference, **about)
    ends = (paired[name] for name in ("difference", "low", "high"))
    return Measured(ours, "difference", *ends, margin=MARGIN * abs(base), **about)


def of_findings(rows: pd.DataFrame, asked: Question, quoted: Sequence[pd.Series] = ()) -> Measured | None:
    """A value against chance or a quoted bound, or a difference, from findings of one measure; None where not found."""
    method, against = asked.method, "" if asked.other in (CHANCE, QUOTED) else asked.other
    judged, alone = chosen(rows, method=method, against=against), chosen(rows, against="").set_index("method")["value"]
    if len(judged) != 1 or not set(asked.methods) <= set(alone.index):
        return None
    row = judged.iloc[0]
    ends = [float(row[name]) for name in ("value", "low", "high")]
    if asked.other == QUOTED:
        theirs = quoted[0]
        scale = _scale(UNITS[row["measure"]], theirs["unit"])
        end = theirs["high"] if asked.sign == "<=" else theirs["low"]
        bound = float(theirs["value"] if pd.isna(end) else end)
        value, low, high = (scale * number for number in ends)
        ours = f"{readable(method)} {value:,.3g} {theirs['unit']}"
        return Measured(ours, "value", value, low, high, bound, theirs["unit"])
    ours = ", ".join(f"{readable(name)} {alone[name]:.2f}" for name in asked.methods)
    if asked.other == CHANCE:
        chance = DECISIVE[row["measure"]][1]
        return Measured(ours, "value", *ends, chance, margin=MARGIN * chance)
    return Measured(ours, "difference", *ends, margin=MARGIN * abs(alone[against]))


def _asked_of(table: pd.DataFrame, test: Test, model: str) -> pd.DataFrame:
    """The findings of what a claim is about: of its measure, and where models are told apart of the model."""
    where = {key: value for key, value in test.where.items() if key != "table"}
    return chosen(table, **where, **({"bin": model} if where.get("by") == "model" else {}))


def _scale(unit: str, wanted: str) -> float:
    if unit == wanted:
        return 1.0
    if unit in _SECONDS and wanted in _SECONDS:
        return _SECONDS[unit] / _SECONDS[wanted]
    raise ValueError(f"efficiency.csv measures in {unit!r} what is quoted in {wanted!r}: state both in one unit.")
