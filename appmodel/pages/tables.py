"""Tables of the book: read from files that a run wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..provenance import load_scores
from ..scoring import ratio_table
from ..scoring.intervals import MARGIN, says

PUBLISHED_COLUMNS = [
    "claim",
    "method",
    "screen",
    "task",
    "metric",
    "value",
    "low",
    "high",
    "unit",
    "statement",
    "source",
]
_LEADERBOARD = "_leaderboard.csv"


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
    if list(table.columns) != PUBLISHED_COLUMNS:
        raise ValueError(f"{path} has columns {list(table.columns)}, expected {PUBLISHED_COLUMNS}.")
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


def quoted_text(row: pd.Series, missing: str = "") -> str:
    """A quoted value or range with its unit; where neither is stated, ``missing`` or what is claimed in its place."""
    unit = "" if row["unit"] in ("", "log1p", "count") else f" {row['unit']}"
    if np.isfinite(row["value"]):
        return f"{row['value']:{'.1f' if row['unit'] == 'log1p' and row['value'] % 1 == 0 else ',.10g'}}{unit}"
    if np.isfinite(row["low"]):
        return f"{row['low']:,.10g} to {row['high']:,.10g}{unit}"
    return missing or row["statement"]


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
    return load_scores(Path(folder) / f"{study}{_LEADERBOARD}")


def standing(board: pd.DataFrame, dataset: str, task: str, method: str, metric: str = "l2") -> pd.Series:
    """Where a method stands on one screen and task of a leaderboard: its row, and ``says`` (``intervals.says``).

    The margin is 1 % of the baseline's mean.  Raises ``KeyError`` where the leaderboard has no such row.
    """
    place = (board["dataset"] == dataset) & (board["task"] == task) & (board["metric"] == metric)
    row = board[place].set_index("method").loc[method]
    margin = MARGIN * abs(row["mean"] - row["difference"])
    return pd.concat([row, pd.Series({"says": says(row["difference_low"], row["difference_high"], margin)})])


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


def screen_titles(folder: str | Path, study: str) -> dict[str, str]:
    """The name of each screen of a study as figures show it: what is simulated is marked as such."""
    abouts = [load_scores(path).attrs["provenance"] for path in _score_files(folder, study)]
    return {about["dataset"]: about["dataset"] + (" (simulated)" if about["simulated"] else "") for about in abouts}


def _score_files(folder: str | Path, study: str) -> list[Path]:
    paths = Path(folder).glob(f"{study}_*.csv")
    return sorted(path for path in paths if not path.name.endswith(_LEADERBOARD))


def paper_table(scores: pd.DataFrame, baseline: str, methods: Sequence[str] | None = None) -> pd.DataFrame:
    """Mean L2, its standard deviation over seeds and the ratio to ``baseline``, one row per method.

    The ratio is over the conditions that both predict, ``coverage`` which share of the baseline's that is;
    ``collapsed`` marks methods whose predictions are a constant in most seeds.
    """
    table = ratio_table(scores, baseline)
    if methods is not None:
        table = table.set_index("method").loc[list(methods)].reset_index()
    table["collapsed"] = np.where(table["collapsed"] > 0.5, "collapsed", "")
    columns = ["dataset", "task", "method", "mean", "sd", "ratio", "coverage", "undefined", "collapsed"]
    return table[columns].round({"mean": 3, "sd": 3, "ratio": 3, "coverage": 2})
