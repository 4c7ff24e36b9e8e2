"""Keep what each method scored when a screen was first scored: ``data/first_scores.csv``.

    python data/build_first_scores.py      # after make studies, for the studies of external screens

External screens choose nothing, but later versions of a model are made by people who have seen how the first one did
there.  So the first scores stay: the script adds rows of methods and screens that the file does not hold, and never
changes one that it holds.  Running it twice changes nothing.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from appmodel.files import writing
from appmodel.provenance import load_scores, rows_name

DATA = Path(__file__).resolve().parent
STUDIES = ("external", "app_external")
KEY = ["study", "screen", "task", "method"]
COLUMNS = [*KEY, "ratio", "low", "high", "splits", "code_version", "date", "dataset_hash"]


def scored(study: str, results: Path) -> pd.DataFrame:
    """The L2 of a study's leaderboard, over that of the baseline, with what each row was made by."""
    board = load_scores(results / f"{study}_leaderboard.csv")
    rows = []
    for row in board[board["metric"] == "l2"].dropna(subset="ratio").itertuples():
        about = load_scores(results / rows_name(study, row.dataset, row.task)).attrs["provenance"]
        made = about["methods"].get(row.method)
        if isinstance(made, dict):  # the second measurement is no method
            by = (len(about["seeds"]), made["code_version"], made["date"], about["dataset_hash"])
            ratios = (round(value, 4) for value in (row.ratio, row.ratio_low, row.ratio_high))
            rows.append((study, row.dataset, row.task, row.method, *ratios, *by))
    return pd.DataFrame(rows, columns=COLUMNS)


def with_first(kept: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """``kept`` as it is, and the rows of ``now`` that it does not hold."""
    return pd.concat([kept, now], ignore_index=True).drop_duplicates(KEY, keep="first", ignore_index=True)


def main(path: Path = DATA / "first_scores.csv", results: Path = DATA / "results") -> None:
    """Write the file."""
    kept = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=COLUMNS)
    made = [study for study in STUDIES if (results / f"{study}_leaderboard.csv").is_file()]
    now = pd.concat([scored(study, results) for study in made], ignore_index=True)
    with writing(path) as temporary:
        (with_first(kept, now) if len(kept) else now).to_csv(temporary, index=False)


if __name__ == "__main__":
    main()
