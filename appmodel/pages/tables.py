"""Tables of the book: read from files that a run wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..provenance import load_scores, rows_name
from ..scoring import ratio_table
from .looks import readable, screen_name


def attention_table(attention: pd.DataFrame, condition: str, n_genes: int = 10) -> pd.DataFrame:
    """The genes a condition attends to most: gene, attention, times the attention of a uniform look."""
    top = attention.loc[condition].nlargest(n_genes)
    return pd.DataFrame(
        {"gene": top.index, "attention": top.to_numpy(), "times uniform": top.to_numpy() * attention.shape[1]}
    )


def load_published(path: str | Path) -> pd.DataFrame:
    """Quoted numbers (``data/published.csv``): a value or a range from low to high, or what is said in their place.

    Columns: claim (the table or figure of the paper, or the key of another work), method, screen, task, metric, value,
    low, high (NaN where not stated), unit, statement (what is claimed, in our words), source.
    Raises ``ValueError`` naming the row where a column, a method, a statement or a source is missing, where a number
    stands without its unit, and where a value goes with a range or a range has one end or is turned round.
    """
    table = pd.read_csv(path, keep_default_na=False, na_values={name: [""] for name in ("value", "low", "high")})
    columns = ["claim", "method", "screen", "task", "metric", "value", "low", "high", "unit", "statement", "source"]
    if list(table.columns) != columns:
        raise ValueError(f"{path} has the columns {', '.join(table.columns)}: write {', '.join(columns)}.")
    value, low, high = (table[name].notna() for name in ("value", "low", "high"))
    wrong = {
        "a number has no source": table["source"] == "",
        "the claim, the method or the statement is missing": (table[["claim", "method", "statement"]] == "").any(
            axis=1
        ),
        "a range needs a low and a high end": low != high,
        "give a value or a range, not both": value & low,
        "the low end of the range lies above the high end": table["low"] > table["high"],
        "a number has no unit": (value | low) & (table["unit"] == ""),
    }
    for fault, rows in wrong.items():
        if rows.any():
            raise ValueError(f"{path}, row {int(np.flatnonzero(rows)[0]) + 2}: {fault}.")
    return table


def with_interval(
    value: float, low: float, high: float, form: Callable[[float], str] = "{:.2f}".format, unit: str = ""
) -> str:
    """A number with unit and interval as text, '+3.1 % (+2.0 to +4.2)'; alone where the interval is not known.

    A zero has no sign.
    """
    one, first, last = (re.sub(r"^[-+](?=0(\.0*)?$)", "", form(number)) for number in (value, low, high))
    return f"{one}{unit}" + (f" ({first} to {last})" if np.isfinite([low, high]).all() else "")


def percent_table(
    table: pd.DataFrame, methods: Sequence[str], titles: Mapping[str, str], quoted: pd.DataFrame | None = None
) -> pd.DataFrame:
    """How much the error changes, in percent of the reference's: one row per variant, one column per screen and task.

    ``table`` is a ``difference_table``, ``titles`` are the names of screens.  ``quoted`` (rows of ``load_published`` of
    one table of the paper) puts the paper's own change against its number of the same reference first, where it states
    one.
    """
    columns = {}
    for task, part in () if quoted is None else quoted.groupby("task", sort=False):
        values = part.set_index("method")["value"]
        changes = 100 * (values / values[table["against"].iloc[0]] - 1)
        columns[f"paper, {task}"] = changes.map("{:+.0f} %".format, na_action="ignore").fillna("not stated")
    for (screen, task), part in table.groupby(["screen", "task"], sort=False):
        shares = 100 * part[["value", "low", "high"]].div(part["baseline"], axis=0)
        texts = [with_interval(ratio, low, high, "{:+.1f}".format, " %") for ratio, low, high in shares.to_numpy()]
        columns[f"{titles[screen]}, {task}"] = pd.Series(texts, part["method"])
    return pd.DataFrame(columns).reindex(list(methods)).fillna("").rename(index=readable).rename_axis("variant")


def quoted_text(row: pd.Series, missing: str = "") -> str:
    """A quoted value or range with its unit; where neither is stated, ``missing`` or what is claimed in its place."""
    unit = unit_text(row["unit"])
    if np.isfinite(row["value"]):
        return f"{row['value']:{'.1f' if row['unit'] == 'log1p' and row['value'] % 1 == 0 else ',.10g'}}{unit}"
    if np.isfinite(row["low"]):
        return f"{row['low']:,.10g} to {row['high']:,.10g}{unit}"
    return missing or row["statement"]


def unit_text(unit: str) -> str:
    """A unit as it stands behind a number: nothing for counts, ratios and log1p units, which all effects have."""
    return "" if unit in ("", "log1p", "count", "ratio") else f" {unit}"


def load_results(folder: str | Path, study: str) -> pd.DataFrame:
    """All committed scores of a study, tables of all screens and tasks in one."""
    paths = _score_files(folder, study)
    if not paths:
        raise FileNotFoundError(
            f"{folder} holds no results of the study {study!r}: run the command that writes them (make {study})."
        )
    return pd.concat([load_scores(path) for path in paths], ignore_index=True)


def load_leaderboard(folder: str | Path, study: str) -> pd.DataFrame:
    """The committed leaderboard of a study (columns of ``scoring.leaderboard``).

    Raises ``FileNotFoundError`` where there is none.
    """
    return load_scores(Path(folder) / f"{study}_leaderboard.csv")


def provenance_table(folder: str | Path, study: str) -> pd.DataFrame:
    """Where the numbers of a study come from: file, dataset hash, seeds, code version and date of each method."""
    rows = []
    for path in _score_files(folder, study):
        about = load_scores(path).attrs["provenance"]
        for method, run in about["methods"].items():
            # The oracle and split halves are made in scoring, they are no run of their own.
            if isinstance(run, str):
                run = {"code_version": about["scored_with"], "date": about["date"]}
            rows.append(
                {
                    "file": path.name,
                    "dataset hash": about["dataset_hash"],
                    "seeds": len(about["seeds"]),
                    "method": method,
                    "code version": run["code_version"],
                    "date": run["date"],
                }
            )
    return pd.DataFrame(rows)


def runs_table(folder: str | Path, *studies: str) -> pd.DataFrame:
    """Where the numbers of studies come from, one row for each file and run.

    Columns: dataset hash, seeds, made with (version of the code and date), methods (their names).
    """
    rows = pd.concat([provenance_table(folder, study) for study in studies], ignore_index=True)
    rows["made with"] = rows["code version"] + ", " + rows["date"]
    rows["methods"] = rows["method"].map(readable)
    methods = rows.groupby(["file", "dataset hash", "seeds", "made with"], sort=False)["methods"].agg("; ".join)
    return methods.reset_index().set_index("file")


def screen_titles(folder: str | Path, study: str) -> dict[str, str]:
    """The name of each screen of a study as figures show it: what is simulated is marked as such."""
    abouts = [load_scores(path).attrs["provenance"] for path in _score_files(folder, study)]
    return {
        about["dataset"]: screen_name(about["dataset"]) + (" (simulated)" if about["simulated"] else "")
        for about in abouts
    }


def _score_files(folder: str | Path, study: str) -> list[Path]:
    return sorted(Path(folder).glob(rows_name(study, "*")))


def paper_table(scores: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Mean L2, its standard deviation over seeds and the ratio to ``baseline``, one row per method.

    The ratio is over the conditions that both predict, ``coverage`` which share of the baseline's that is;
    ``collapsed`` marks methods whose predictions are a constant in most seeds.
    """
    table = ratio_table(scores, baseline)
    table["collapsed"] = np.where(table["collapsed"] > 0.5, "collapsed", "")
    columns = ["dataset", "task", "method", "mean", "sd", "ratio", "coverage", "undefined", "collapsed"]
    return table[columns].round({"mean": 3, "sd": 3, "ratio": 3, "coverage": 2})


def mending_table(table: pd.DataFrame, steps: Sequence[str], titles: Mapping[str, str]) -> pd.DataFrame:
    """For each named setting and task: spread, training error and left-out error, means over the folds it was tried on.

    ``table`` is that of ``make tuning``.  Spread is relative to the training effects', the errors to those of a
    constant: of the training mean on the training conditions, of the task's baseline on the left-out ones.  All
    settings are compared on the folds that they share.
    """
    rows = table[table["setting"].isin(steps)]
    shared = rows.groupby(["screen", "task", "fold"])["setting"].nunique()
    rows = rows.set_index(["screen", "task", "fold"]).loc[shared.index[shared == len(steps)]].reset_index()
    rows = rows.assign(where=rows["screen"].map(titles) + ", " + rows["task"])
    means = rows.groupby(["setting", "where"], sort=False)[["spread", "training_error", "ratio"]].mean()
    means = means.rename(columns={"training_error": "training error", "ratio": "left-out error"})
    return means.unstack("where").swaplevel(axis=1).sort_index(axis=1, level=0, sort_remaining=False).loc[list(steps)]


def ranges_in_words(calibrated: pd.DataFrame) -> pd.DataFrame:
    """The dynamic range of each metric (row) on each screen and task (column): "0.50 [0.39, 0.59]".

    Columns are named "screen, task" in readable names.  ``calibrated`` is a
    ``scoring.calibration_table`` with one positive control.  In brackets: the metric is not known to tell it from the
    negative one.  Empty: there is no range.
    """
    text = (f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]" for row in calibrated.itertuples())
    text = pd.Series(text, calibrated.index)
    text = text.where(calibrated["says"] == "better", "(" + text + ")").where(calibrated["value"].notna(), "")
    place = calibrated["screen"].map(screen_name) + ", " + calibrated["task"]
    wide = calibrated.assign(place=place, text=text).set_index(["measure", "place"])["text"].unstack()
    order = {"index": list(dict.fromkeys(calibrated["measure"])), "columns": list(dict.fromkeys(place))}
    return wide.reindex(**order).fillna("").rename_axis(index="metric", columns=None)


def choices_table(choices: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """For each task the setting chosen on its own folds, on those of the other screens, and on all of them.

    ``choices`` is the second table of ``make tuning``.  Columns by choice: the setting, and its error on the test side
    of that split (mean over model seeds) over that of the task's baseline.
    """
    rows = choices.assign(where=choices["screen"].map(titles) + ", " + choices["task"])
    columns = {}
    for choice in ("own", "others", "all"):
        of_choice = rows[rows["choice"] == choice].set_index("where")
        columns[choice, "setting"], columns[choice, "test error"] = of_choice["setting"], of_choice["test_ratio"]
    return pd.DataFrame(columns).rename_axis(None)
