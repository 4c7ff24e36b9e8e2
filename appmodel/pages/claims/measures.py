"""What result files say to the question of a claim: a value with its interval, or nothing yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ...provenance import load_scores
from ...scoring.comparison import paired_values
from ...scoring.intervals import MARGIN, interval, row_weights, weighted_means
from ...studies.interactions.report import load_interactions
from ...studies.interactions.summary import interaction_difference
from .entries import CHANCE, Question, Test

CHANCE_OF = {"auroc": 0.5, "spearman": 0.0, "cosine": 0.0}  # by the first word of a measure
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


@dataclass
class Results:
    """The result files of a folder, each read once, and the quoted numbers (``load_published``)."""

    folder: Path
    published: pd.DataFrame
    _tables: dict[str, pd.DataFrame | None] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame | None:
        """A table with its provenance (``load_scores``), None where there is no such file."""
        if name not in self._tables:
            path = Path(self.folder) / name
            self._tables[name] = load_scores(path) if path.is_file() else None
        return self._tables[name]

    def quoted(self, table: str, method: str, task: str = "", metric: str = "") -> pd.Series:
        """The row of a method in a table of the paper.  Raises ``ValueError`` where there is none, or several."""
        rows = self.published[(self.published["claim"] == table) & (self.published["method"] == method)]
        for column, asked in (("task", task), ("metric", metric)):
            if asked:
                rows = rows[rows[column] == asked]
        if len(rows) != 1:
            raise ValueError(
                f"The quoted numbers hold {len(rows)} rows of {method!r} in {table} {task} {metric}: "
                f"there should be one."
            )
        return rows.iloc[0]


def screens_of(
    test: Test, results: Results, studies: Mapping[str, Mapping], screens: Sequence[str], model: str
) -> list[str]:
    """The screens that a claim is tested on; an empty name where a study is still to come or needs no screen."""
    where = test.where
    if "study" in where:
        of_task = studies[where["study"]]["tasks"][where["task"]]
        return [screen for screen in of_task if screen in screens] or [""]
    if where["table"] == "interpretability":
        table = results.table("interpretability.csv")
        return [""] if table is None else list(dict.fromkeys(_ranked(table, test, model)["screen"])) or [""]
    return list(where.get("screens", [""]))


def measure(test: Test, screen: str, model: str, results: Results, quoted: Sequence[pd.Series]) -> Measured | None:
    """The answer of the result files, None where nothing was measured yet.  ``quoted`` are the rows of 'theirs'."""
    if "study" in test.where:
        return _of_study(test, screen, results, quoted)
    return {"efficiency": _of_efficiency, "interpretability": _of_interpretability, "interactions": _of_interactions}[
        test.where["table"]
    ](test, screen, model, results, quoted)


def _of_study(test: Test, screen: str, results: Results, quoted: Sequence[pd.Series]) -> Measured | None:
    where, asked = test.where, test.question
    scores = results.table(f"{where['study']}_{screen}_{where['task']}.csv")
    if scores is None or not set(asked.methods) <= set(scores["method"]):
        return None
    return of_scores(scores, asked, where["metric"], quoted)


def of_scores(scores: pd.DataFrame, asked: Question, metric: str, quoted: Sequence[pd.Series] = ()) -> Measured:
    """A mean, a paired difference or a ratio of means from scores of one screen and task (rows of ``benchmark``).

    All over the conditions and seeds where every method of the question is defined; the bootstrap draws genes and
    seeds, and the margin is 1 % of what is compared with.  NaN where there is none.
    """
    names = list(dict.fromkeys(asked.methods))
    every = paired_values(scores, metric, names)[names]
    wide = every.dropna()
    if wide.empty:
        return Measured(f"{' and '.join(names)} are defined on no condition in common", "", *[float("nan")] * 3)
    means, drawn = wide.mean(), weighted_means(wide, row_weights(wide))
    first, second = 0, names.index(asked.divisor or asked.other or asked.method)
    per_seed = wide.groupby(level="seed").mean()
    ratio = (per_seed[names[first]] / per_seed[names[second]]).mean()
    about = {"seeds": len(per_seed), "coverage": len(wide) / len(every)}
    if len(names) == 1:
        return Measured(f"{names[0]} {means.iloc[0]:.2f}", "mean", means.iloc[0], *_ends(drawn[:, 0]), **about)
    ours = f"{names[first]} {means.iloc[first]:.2f}, {names[second]} {means.iloc[second]:.2f} (ratio {ratio:.2f})"
    if asked.divisor:
        reference = quoted_ratio(quoted)
        return Measured(
            ours,
            "ratio",
            ratio,
            *_ends(drawn[:, first] / drawn[:, second]),
            reference,
            margin=MARGIN * reference,
            **about,
        )
    return Measured(
        ours,
        "difference",
        means.iloc[first] - means.iloc[second],
        *_ends(drawn[:, first] - drawn[:, second]),
        margin=MARGIN * abs(means.iloc[second]),
        **about,
    )


def quoted_ratio(quoted: Sequence[pd.Series]) -> float:
    """The ratio of two quoted values.  Raises ``ValueError`` where these are not two."""
    if len(quoted) != 2:
        raise ValueError("A ratio is compared with that of two quoted values: write 'theirs' like 'a / b'.")
    return float(quoted[0]["value"] / quoted[1]["value"])


def _of_efficiency(
    test: Test, screen: str, model: str, results: Results, quoted: Sequence[pd.Series]
) -> Measured | None:
    table = results.table("efficiency.csv")
    if table is None:
        return None
    rows = table[(table["quantity"] == test.where["measure"]) & (table["method"] == test.question.method)]
    for column in set(test.where) & {"size_of", "size"}:
        rows = rows[rows[column] == test.where[column]]
    if len(rows) != 1:
        return None
    row, theirs = rows.iloc[0], quoted[0]
    scale = _scale(row["unit"], theirs["unit"])
    value, low, high = (scale * row[column] for column in ("value", "low", "high"))
    end = theirs["high"] if test.question.sign == "<=" else theirs["low"]
    bound = theirs["value"] if pd.isna(end) else end
    return Measured(
        f"{row['method']} {value:,.3g} {theirs['unit']}", "value", value, low, high, float(bound), theirs["unit"]
    )


def _scale(unit: str, wanted: str) -> float:
    if unit == wanted:
        return 1.0
    if unit in _SECONDS and wanted in _SECONDS:
        return _SECONDS[unit] / _SECONDS[wanted]
    raise ValueError(f"efficiency.csv measures in {unit!r} what is quoted in {wanted!r}: state both in one unit.")


def _of_interpretability(
    test: Test, screen: str, model: str, results: Results, quoted: Sequence[pd.Series]
) -> Measured | None:
    table = results.table("interpretability.csv")
    if table is None:
        return None
    rows = _ranked(table, test, model)
    rows = rows[rows["screen"] == screen].set_index("ranking")
    asked = test.question
    paired = f"{asked.method} - {asked.other}"
    wanted = [asked.method] if asked.other == CHANCE else [asked.method, asked.other, paired]
    if not set(wanted) <= set(rows.index):
        return None
    judged = rows.loc[wanted[-1], ["value", "low", "high"]].astype(float)
    ours = ", ".join(f"{name} {float(rows.loc[name, 'value']):.2f}" for name in wanted[:2])
    if asked.other == CHANCE:
        chance = chance_of(test.where["measure"])
        return Measured(ours, "value", *judged, chance, margin=MARGIN * chance)
    return Measured(ours, "difference", *judged, margin=MARGIN * abs(float(rows.loc[asked.other, "value"])))


def _ranked(table: pd.DataFrame, test: Test, model: str) -> pd.DataFrame:
    """The rows of a model, a measure and a group of conditions in the table of interpretability."""
    rows = table[(table["model"] == model) & (table["measure"] == test.where["measure"])]
    return rows[rows["group"] == test.where.get("group", "all")]


def _of_interactions(
    test: Test, screen: str, model: str, results: Results, quoted: Sequence[pd.Series]
) -> Measured | None:
    path = Path(results.folder) / f"interactions_{screen}.csv"
    if not path.is_file():
        return None
    report, asked = load_interactions(path), test.question
    if not set(asked.methods) <= set(report["method"]):
        return None
    found = interaction_difference(report, asked.method, asked.other, test.where["measure"])
    ours = f"{asked.method} {found['value']:.2f}, {asked.other} {found['baseline']:.2f}"
    return Measured(
        ours,
        "difference",
        found["difference"],
        found["low"],
        found["high"],
        margin=MARGIN * abs(found["baseline"]),
        seeds=report["seed"].nunique(),
    )


def chance_of(measure: str) -> float:
    """What a ranking that knows nothing scores.  Raises ``ValueError`` for a measure where that is not fixed."""
    first = measure.partition("_")[0]
    if first not in CHANCE_OF:
        raise ValueError(f"Chance is no fixed number for {measure!r}: it is for {', '.join(CHANCE_OF)}.")
    return CHANCE_OF[first]


def _ends(drawn: pd.Series) -> tuple[float, float]:
    low, high = interval(drawn[:, None])
    return float(low[0]), float(high[0])
