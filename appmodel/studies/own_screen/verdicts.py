"""The verdict on a screen: is the model better here than what is simple, and what can this screen tell at all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData

from ...networks import Network
from ...predictors import Predictor
from ...scoring import calibration_table, difference_table, predict_splits, score_predictions
from ...scoring.intervals import MARGIN
from .questions import Question, questions_of

METRICS = ["l2", "hits_5", "hits_10", "hits_20"]
FEWEST = 6  # different hidden conditions: an interval over fewer says nothing


class Hidden(NamedTuple):
    """Conditions that were hidden (n,), each in a split (``seeds``): predicted and measured (n, n_readouts), and the
    error that was stated (n,), NaN where none was."""

    conditions: np.ndarray
    seeds: np.ndarray
    predicted: np.ndarray
    measured: np.ndarray
    stated: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """Predicted minus measured effects (n, n_readouts)."""
        return self.predicted - self.measured


@dataclass(frozen=True)
class Verdict:
    """What hiding parts of a screen showed for one question.

    ``model`` and ``best_simple`` err least among the models and among the simple predictors.  ``winner`` is the one to
    use: the model where it predicts every hidden condition and is better than each simple predictor by more than the
    margin, else the simple one.
    ``compared``: a row for each simple predictor, what the model changes against it (``difference_table``).
    ``ratio`` (with ``low`` and ``high``): error of the model divided by that of ``best_simple``.  ``detectable`` is the
    smallest gain, as a share of that error, that this screen could have shown.  With one split, or fewer than six
    different hidden conditions, there is no interval and no model wins.  ``decides``: 'yes'
    where a second measurement would be nearer than the best constant, 'no' where not, '' where nobody knows.
    ``scores`` are the rows of the benchmark, ``held_out`` the predictions it scored.
    """

    question: Question
    winner: str
    model: str
    best_simple: str
    ratio: float
    low: float
    high: float
    detectable: float
    decides: str
    compared: pd.DataFrame
    scores: pd.DataFrame
    held_out: AnnData

    @property
    def task(self) -> str:
        """The name of the question."""
        return self.question.task

    @property
    def model_wins(self) -> bool:
        """Whether a model is better here than all that is simple."""
        return self.winner == self.model

    @property
    def predictor(self) -> Predictor:
        """The predictor to use, unfitted."""
        return self.question.predictors[self.winner]

    def hidden(self, method: str, effects: AnnData) -> Hidden:
        """What ``method`` said of the conditions that were hidden, where it said something."""
        rows = self.held_out[self.held_out.obs["method"] == method]
        rows = rows[np.isfinite(np.asarray(rows.X)).all(axis=1)]
        return Hidden(
            rows.obs["condition"].to_numpy(dtype=object),
            rows.obs["seed"].to_numpy(),
            np.asarray(rows.X, dtype=float),
            np.asarray(effects[list(rows.obs["condition"])].X, dtype=float),
            rows.obs["predicted_error"].to_numpy(dtype=float),
        )


def judge_screen(
    effects: AnnData,
    network: Network | None = None,
    seeds: Iterable[int] = range(5),
    models: Mapping[str, Predictor] | None = None,
    progress: bool = False,
) -> dict[str, Verdict]:
    """A ``Verdict`` for every question that ``effects`` (n_conditions, n_readouts) can be tested on, by task.

    Each seed hides another part of the screen.  Raises ``ValueError`` for a screen that is too small.
    """
    seeds = list(seeds)
    asked = questions_of(effects, models)
    return {question.task: judge(effects, question, network, seeds, progress) for question in asked}


def judge(
    effects: AnnData, question: Question, network: Network | None, seeds: Iterable[int], progress: bool = False
) -> Verdict:
    """The verdict of one question: every predictor of it on the same hidden conditions."""
    splits = [question.split(effects, seed) for seed in seeds]
    held_out = predict_splits(question.predictors, effects, network=network, splits=splits, progress=progress)
    scores = score_predictions(held_out, effects, metrics=METRICS, oracle=True)
    means = scores[scores["metric"] == "l2"].groupby("method")["value"].mean()
    best_simple, model = (_least(means[list(names)]) for names in (question.simple, question.models))
    compared = pd.concat([difference_table(scores, other, [model]) for other in question.simple], ignore_index=True)
    enough = len(splits) > 1 and scores["condition"].nunique() >= FEWEST
    wins = enough and (compared["says"] == "better").all() and (compared["coverage"] == 1).all()
    against = compared.set_index("against").loc[best_simple]
    ratio, low, high = (1 + against[["value", "low", "high"]] / against["baseline"]).astype(float)
    calibrated = calibration_table(scores[scores["metric"] == "l2"]).iloc[0]
    decides = {"better": "yes", "": ""}.get(calibrated["says"], "no")
    return Verdict(
        question,
        model if wins else best_simple,
        model,
        best_simple,
        ratio,
        low if enough else np.nan,
        high if enough else np.nan,
        (high - low) / 2 + MARGIN if enough else np.nan,
        decides,
        compared,
        scores,
        held_out,
    )


def _least(means: pd.Series) -> str:
    """The method with the smallest mean, the first where none is defined."""
    return str(means.fillna(np.inf).idxmin())


def verdict_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """One row per question: task, model, against, ratio, low, high, winner, decides, detectable, conditions, splits."""
    rows = [
        {
            "task": task,
            "model": verdict.model,
            "against": verdict.best_simple,
            "ratio": verdict.ratio,
            "low": verdict.low,
            "high": verdict.high,
            "winner": verdict.winner,
            "decides": verdict.decides,
            "detectable": verdict.detectable,
            "conditions": verdict.scores["condition"].nunique(),
            "splits": verdict.scores["seed"].nunique(),
        }
        for task, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows)


def default_question(verdicts: Mapping[str, Verdict]) -> str:
    """The first question that a model wins, else the first of all."""
    return next((task for task, verdict in verdicts.items() if verdict.model_wins), next(iter(verdicts)))
