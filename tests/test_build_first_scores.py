"""What a screen was first scored stays as it was."""

import importlib.util
from pathlib import Path

import pandas as pd

SCRIPT = Path(__file__).resolve().parents[1] / "data" / "build_first_scores.py"
spec = importlib.util.spec_from_file_location("build_first_scores", SCRIPT)
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)


def rows(*lines):
    made = (0.9, 1.1, 5, "0.1.0+abc", "2026-11-28", "f00")
    return pd.DataFrame([(*line, *made) for line in lines], columns=build.COLUMNS)


def test_a_row_that_is_kept_is_not_changed_and_a_new_one_is_added():
    kept = rows(("external", "s", "unseen", "app", 1.0))
    now = rows(("external", "s", "unseen", "app", 0.5), ("external", "s", "unseen", "mine", 0.7))
    after = build.with_first(kept, now)
    assert after[["method", "ratio"]].to_numpy().tolist() == [["app", 1.0], ["mine", 0.7]]
    pd.testing.assert_frame_equal(build.with_first(after, now), after)
