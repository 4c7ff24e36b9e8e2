"""The tables of a study: all methods scored together, what of it is committed, and the leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from anndata import AnnData

from ..effects import load_effects, made_from_cells
from ..provenance import code_version, load_scores
from ..scoring import BASELINES, leaderboard, score_predictions
from ..screens import load_cells
from ..screens.demo import true_effects
from .study import Study


def study_scores(study: Study, screen: str, task: str, predictions: AnnData) -> pd.DataFrame:
    """Scores of all methods on one screen and task, with the ceilings."""
    if task == "seen":
        return score_predictions(predictions, load_cells(screen), oracle=True)
    truth = true_effects(load_cells(screen)) if study.against == "truth" else None
    cells = load_cells(screen) if made_from_cells(screen) and truth is None else None
    return score_predictions(predictions, load_effects(screen), truth=truth, oracle=True, cells=cells)


def study_leaderboard(study: Study, scored: Sequence[Path]) -> pd.DataFrame:
    """The committed leaderboard of a study: all its screens, tasks and metrics."""
    boards = []
    for path in scored:
        # Addition is defined for pairs of seen genes alone: beside the others it would stand on easier rows.
        baseline = "training_mean" if study.split == "by_seen" else BASELINES[path.stem.rsplit("_", 1)[1]]
        boards.append(leaderboard(load_scores(path), baseline))
    board = pd.concat(boards, ignore_index=True)
    board.attrs["provenance"] = {
        "study": study.name,
        "tables": [f"{study.name}_{path.name}" for path in scored],
        "code_version": code_version(__name__),
    }
    return board
