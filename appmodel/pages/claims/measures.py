"""What result files say to the question of a claim: a value with its interval, or nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...provenance import load_scores, rows_name
from ...scoring.comparison import paired_difference, paired_values
from ...scoring.findings import chosen, load_findings
from ...scoring.findings import found as one_of
from ...scoring.intervals import MARGIN, mean_intervals
from ...studies.attention.summary import DECISIVE
from ...studies.efficiency.costs import UNITS
from ..digits import three_digits
from ..looks import readable
from ..tables import unit_text
from .entries import CHANCE, JOBS, QUOTED, TABLES, Claims, Question, Test, screens_of

_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Measured:
    """``value`` with its interval, which is judged against ``reference``; ``ours`` says what was measured, as text.

    ``what`` names the value: a difference, a ratio, or the quantity itself.  ``margin``: what does not lie further
    than this beyond the reference is no difference.  ``seeds``: how many there are; one alone decides nothing.
    ``coverage``: the share of conditions on which the comparison rests.  ``of``: whose value it is, where several are
    asked for.
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
    of: str = ""


class Tables:
    """Scores and findings of a folder by the name of their file, each read once; None where there is no such file."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._read: dict[str, pd.DataFrame | None] = {}
        self._answers: dict[tuple, bool] = {}

    def __call__(self, name: str) -> pd.DataFrame | None:
        """The table of a file."""
        if name not in self._read:
            path = self.folder / name
            self._read[name] = self._loaded(path) if path.is_file() else None
        return self._read[name]

    def once(self, key: tuple, answer: Callable[[], bool]) -> bool:
        """The answer to a question that is asked again and again, found once."""
        if key not in self._answers:
            self._answers[key] = answer()
        return self._answers[key]

    @property
    def used(self) -> list[str]:
        """The files that were asked for and are there, sorted."""
        return sorted(name for name, table in self._read.items() if table is not None)

    def _loaded(self, path: Path) -> pd.DataFrame:
        if path.name.startswith((*TABLES, "resources")):
            return load_findings(path)
        table = load_scores(path)
        table.attrs = {}  # pandas copies them with every step, which takes most of the time
        return table


def files_of(test: Test, screen: str) -> list[str]:
    """The result files that answer a test on a screen."""
    where = test.where
    if "study" in where:
        return [rows_name(where["study"], screen, where["task"])]
    return [f"{where['table']}.csv", *([f"{where[JOBS]['table']}.csv"] if JOBS in where else [])]


def tested_on(test: Test, read: Callable, claims: Claims, model: str) -> list[str]:
    """The screens that a claim is tested on; an empty name where there is none yet."""
    where = test.where
    if "study" in where:
        of_task = screens_of(claims.studies[where["study"]], where["task"])
        # What is simulated is asked once it was measured: nobody waits for it.
        simulated = [screen for screen in of_task if screen in claims.simulated]
        there = [name for name in simulated if read(rows_name(where["study"], name, where["task"])) is not None]
        return [*(screen for screen in of_task if screen in claims.screens), *there] or [""]
    table = read(f"{where['table']}.csv")
    return [""] if table is None else list(dict.fromkeys(_asked_of(table, test, model)["screen"])) or [""]


def measure(
    test: Test, asked: Question, screen: str, model: str, read: Callable, quoted: Sequence[pd.Series]
) -> Measured | None:
    """The answer of the result files to one question of a test, None where nothing was measured yet.

    ``quoted`` are the rows of 'theirs'.
    """
    where = test.where
    if "study" in where:
        scores = read(rows_name(where["study"], screen, where["task"]))
        if scores is None or not set(asked.methods) <= set(scores["method"]):
            return None
        return of_scores(scores, asked, where["metric"], quoted)
    table = read(f"{where['table']}.csv")
    if table is None:
        return None
    if asked.other == JOBS:
        jobs = read(f"{where[JOBS]['table']}.csv")
        return None if jobs is None else beside_jobs(chosen(table, by=where["by"], screen=screen), asked, where, jobs)
    return of_findings(chosen(_asked_of(table, test, model), screen=screen), asked, quoted)


def of_scores(scores: pd.DataFrame, asked: Question, metric: str, quoted: Sequence[pd.Series] = ()) -> Measured:
    """A mean, a paired difference or a ratio of means from scores of one screen and task (rows of ``benchmark``).

    All over the conditions and seeds where both are defined; NaN where there is none.
    """
    method, against = asked.method, asked.divisor or asked.other
    if not against:
        rows = paired_values(scores, metric, [method])
        (low,), (high,) = mean_intervals(rows)
        value, coverage = float(rows[method].mean()), float(rows[method].notna().mean())
        return Measured(_named({method: value}), "mean", value, float(low), float(high), coverage=coverage)
    paired = paired_difference(scores, method, against, metric)
    about = {
        "of": readable(method),
        "seeds": paired["seeds"],
        "coverage": paired["rows"] / (paired["rows"] + paired["undefined"]),
    }
    if not paired["conditions"]:
        none = f"{readable(method)} and {readable(against)} are defined on no condition in common"
        return Measured(none, "", float("nan"), float("nan"), float("nan"))
    base = paired["baseline"]
    value, ratio = base + paired["difference"], paired["ratio"]
    ours = f"{_named({method: value, against: base})} (ratio {three_digits(ratio)[0]})"
    if asked.divisor:
        over, under = (row["value"] for row in quoted) if asked.sign else (float("nan"), 1.0)
        reference = float(over / under)
        ratio, low, high = (paired[name] for name in ("ratio", "ratio_low", "ratio_high"))
        return Measured(ours, "ratio", ratio, low, high, reference, margin=MARGIN * reference, **about)
    difference, low, high = (paired[name] for name in ("difference", "low", "high"))
    return Measured(ours, "difference", difference, low, high, margin=MARGIN * abs(base), **about)


def of_findings(rows: pd.DataFrame, asked: Question, quoted: Sequence[pd.Series] = ()) -> Measured | None:
    """A value against chance or a quoted bound, or a difference, from findings of one measure; None where not found."""
    method, against = asked.method, "" if asked.other in (CHANCE, QUOTED) else asked.other
    judged, alone = chosen(rows, method=method, against=against), chosen(rows, against="").set_index("method")["value"]
    if len(judged) != 1 or not set(asked.methods) <= set(alone.index):
        return None
    row = judged.iloc[0]
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if asked.other == QUOTED:
        theirs = quoted[0]
        scale = _scale(UNITS[row["measure"]], theirs["unit"])
        end = theirs["high"] if asked.sign == "<=" else theirs["low"]
        bound = float(theirs["value"] if pd.isna(end) else end)
        value, low, high = (scale * number for number in (value, low, high))
        ours = f"{_named({method: value})}{unit_text(theirs['unit'])}"
        return Measured(ours, "value", value, low, high, bound, theirs["unit"])
    ours = _named({name: alone[name] for name in asked.methods})
    if asked.other == CHANCE:
        chance = DECISIVE[row["measure"]][1]
        return Measured(ours, "value", value, low, high, chance, margin=MARGIN * chance)
    return Measured(ours, "difference", value, low, high, margin=MARGIN * abs(alone[against]))


def beside_jobs(ours: pd.DataFrame, asked: Question, where: Mapping, jobs: pd.DataFrame) -> Measured | None:
    """A time of ours in seconds, with what has to come before it (``plus``), against the quickest job of others.

    A job of theirs was timed as a whole: ``less`` names one that trains nothing, whose slowest is taken off.  Both
    ends are the hardest for us; the interval is that of our time, None where it was not measured.
    """
    rows = chosen(ours, method=asked.method, against="", measure=[where["measure"], where.get("plus", "")])
    if len(rows) != 1 + ("plus" in where):
        return None
    scales = rows["measure"].map(lambda measure: _scale(UNITS[measure], "s"))
    value, low, high = rows[["value", "low", "high"]].mul(scales, axis=0).sum().tolist()
    about = where[JOBS]
    theirs = [one_of(jobs, screen=about["screen"], measure="elapsed", method=name) for name in about["methods"]]
    quickest, reference = min(theirs, key=lambda row: row["low"]), min(row["low"] for row in theirs)
    machine = ours.attrs["provenance"]["machine"]
    text = (
        f"{_named({asked.method: value})} s ({machine['processor']}, {machine['threads']} thread); "
        f"measured by others ({about['source']}): {readable(quickest['method'])}, the quickest, "
        f"{three_digits(reference)[0]} s "
        f"({quickest['bin'] or 'machine not logged'})"
    )
    if "less" in about:
        idle = one_of(jobs, screen=about["screen"], measure="elapsed", method=about["less"])
        reference -= idle["high"]
        text += f", less {readable(about['less'])}, at the slowest {three_digits(idle['high'])[0]} s"
    return Measured(text, "value", value, low, high, float(reference), "s", MARGIN * abs(reference))


def _named(values: Mapping[str, float]) -> str:
    """'APP 2.50, addition 3.50': each with three digits of its own."""
    return ", ".join(f"{readable(name)} {three_digits(value)[0]}" for name, value in values.items())


def _asked_of(table: pd.DataFrame, test: Test, model: str) -> pd.DataFrame:
    """The findings of what a claim is about: of its measure, and where models are told apart of the model."""
    where = {key: value for key, value in test.where.items() if key not in ("table", "plus", JOBS)}
    return chosen(table, **where, **({"bin": model} if where.get("by") == "model" else {}))


def _scale(unit: str, wanted: str) -> float:
    if unit == wanted:
        return 1.0
    if unit in _SECONDS and wanted in _SECONDS:
        return _SECONDS[unit] / _SECONDS[wanted]
    raise ValueError(f"efficiency.csv measures in {unit!r} what is quoted in {wanted!r}: state both in one unit.")
