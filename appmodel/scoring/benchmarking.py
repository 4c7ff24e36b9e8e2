"""``benchmark``: every predictor on the same splits, one tidy table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData

from ..arguments import effects_given, listed
from ..effects import preprocess
from ..names import shown
from ..networks import Network
from ..provenance import code_version
from ..splits import Split
from ..trials.predictions import predict_trials, provenance_of, splits_of
from ..trials.trial import Trial, trials
from .ceilings import ORACLE, SPLIT_HALVES, another_measurement, split_halves
from .metrics import METRICS, Case, Metric
from .readouts import scored_readouts, targets_among

COLUMNS = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason", "collapsed"]


def benchmark(
    predictors: Mapping[str, object],
    effects: AnnData,
    task: str = "doubles",
    network: Network | Callable[[int], Network] | None = None,
    seeds: Iterable[int] = range(5),
    splits: Sequence[Split] | None = None,
    progress: bool = False,
    truth: AnnData | None = None,
    metrics: Sequence[str] | None = None,
    oracle: bool = False,
) -> pd.DataFrame:
    """Fit and score every predictor on every split: one row per seed, method, test condition and metric.

    ``predictors`` maps a name to an unfitted predictor; each split gets a fresh copy, with its ``seed``
    parameter set to the split's seed where it has one.  ``task`` is 'doubles', 'unseen' or 'seen' (then pass
    the cells as ``effects``: they are held out); ``network`` may be a function of the split's seed;
    ``splits`` replaces task and seeds by ready-made splits.
    ``truth`` (a simulated screen has one) replaces the measured test effects in scoring, never in training.
    ``metrics`` are names in ``appmodel.scoring.METRICS``, all of them by default.  ``oracle`` adds the rows of a
    method of that name: the right answer plus sampling noise, the ceiling of every metric.
    Columns: dataset, task, seed, method, condition, metric, value, reason (why a value is NaN), collapsed (whether
    what this method predicts with this seed is a constant, its spread below 1 % of that of the training effects; never
    true of a method that is one by design: its class has ``constant = True``).
    ``attrs["provenance"]`` holds dataset hash, network digest, code version and seeds.
    Raises ``ValueError`` for a split that does not fit the screen, an unknown metric, and for predictions of another
    form.

    >>> names = ["A", "B", "C", "A+B", "A+C"]
    >>> effects = appmodel.as_effects(np.eye(5), names, list("vwxyz"))
    >>> methods = {"additive": appmodel.Additive()}
    >>> scores = appmodel.benchmark(
    ...     methods, effects, seeds=[0], metrics=["l2"]
    ... )
    >>> scores["value"].round(3).tolist()
    [1.732]
    """
    wanted = _chosen(metrics)
    chosen = trials(effects, task, seeds, splits)
    predictions = predict_trials(predictors, effects, chosen, network, progress)
    return _score(predictions, chosen, wanted, truth, oracle)


def score_predictions(
    predictions: AnnData,
    effects: AnnData,
    truth: AnnData | None = None,
    metrics: Sequence[str] | None = None,
    oracle: bool = False,
    cells: AnnData | None = None,
) -> pd.DataFrame:
    """Scores of predictions that ``predict_splits`` made, as ``benchmark`` gives them.

    ``effects`` are those the predictions were made on (cells for the task 'seen').  ``cells``, where they exist, add
    the rows of ``split_halves``: one half of the cells predicts the other.
    Raises ``ValueError`` where the effects are others.
    """
    provenance = provenance_of(predictions)
    chosen = trials(effects, "", (), splits_of(predictions))
    if list(predictions.var_names) != list(chosen[0].tested_on.var_names):
        raise ValueError(
            f"The predictions are of other readouts than these effects ({provenance['dataset']}): "
            f"pass the effects they were made on."
        )
    return _score(predictions, chosen, _chosen(metrics), truth, oracle, cells)


def _chosen(metrics: Sequence[str] | None) -> list[Metric]:
    names = list(METRICS) if metrics is None else listed("metrics", metrics, "['l2']")
    if not names:
        raise ValueError(f"No metric is asked for: choose from {', '.join(METRICS)}.")
    if unknown := sorted({str(name) for name in names} - set(METRICS)):
        raise ValueError(f"Metric {shown(unknown)} is not known: choose from {', '.join(METRICS)}.")
    return [METRICS[name] for name in names]


def _score(
    predictions: AnnData,
    chosen: Sequence[Trial],
    metrics: Sequence[Metric],
    truth: AnnData | None,
    oracle: bool,
    cells: AnnData | None = None,
) -> pd.DataFrame:
    about, values = provenance_of(predictions), np.asarray(predictions.X, dtype=float)
    methods = list(dict.fromkeys(predictions.obs["method"]))
    if oracle and ORACLE in methods:
        raise ValueError(f"A predictor is named {ORACLE!r}, as the ceiling is: give it another name.")
    if not methods:
        raise ValueError("The predictions hold no row: make them with predict_splits.")
    tables, of_trial = [], predictions.obs.groupby(["seed", "method"], sort=False, observed=True).indices
    for trial in chosen:
        observed = trial.observed() if truth is None else _noise_free(truth, trial.observed())
        asked = _asked(trial, observed)
        for method in methods:
            rows = of_trial.get((trial.split.seed, method), np.array([], dtype=int))
            obs = predictions.obs.iloc[rows]
            if list(obs["condition"]) != trial.split.test:
                raise ValueError(
                    f"The predictions of {method!r}, seed {trial.split.seed}, are not those of the "
                    f"split's test conditions in their order: make them with predict_splits."
                )
            stated = obs["predicted_error"].to_numpy(dtype=float)
            scored = _rows(method, values[rows], asked, metrics, list(obs["reason"]), stated)
            collapsed = method not in about.get("constants", []) and trial.collapsed(values[rows])
            tables.append(scored.assign(collapsed=collapsed))
        if oracle:
            again, reasons = another_measurement(observed, trial.split.seed, 2.0 if truth is None else 1.0)
            tables.append(_rows(ORACLE, again, asked, metrics, reasons))
    if oracle:
        about["methods"][ORACLE] = "the right answer plus sampling noise"
    if cells is not None:
        expression = preprocess(cells)
        tables += [_halves(expression, trial, metrics) for trial in chosen]
        about["methods"][SPLIT_HALVES] = "one half of the cells predicts the other"
    about |= {"against": "measured" if truth is None else "noise-free truth", "scored_with": code_version(__name__)}
    scores = pd.concat(tables, ignore_index=True).assign(dataset=about["dataset"])[COLUMNS]
    scores.attrs["provenance"] = about
    return scores


class _Asked(NamedTuple):
    """What is the same for all methods of a split: the scored readouts, and the case without what a method says."""

    split: Split
    readouts: np.ndarray
    case: Callable[..., Case]


def _asked(trial: Trial, observed: AnnData) -> _Asked:
    readouts, significance = scored_readouts(observed), trial.significance()
    case = partial(
        Case,
        observed=np.asarray(observed.X, dtype=float)[:, readouts],
        training_mean=trial.training_mean()[readouts],
        significance=None if significance is None else significance[:, readouts],
        targets=targets_among(observed, readouts),
    )
    return _Asked(trial.split, readouts, case)


def _rows(
    method: str,
    predicted: np.ndarray,
    asked: _Asked,
    metrics: Sequence[Metric],
    given: list[str],
    stated_error: np.ndarray | None = None,
) -> pd.DataFrame:
    """Scores of one method on one split; ``given`` are the method's own reasons for undefined rows."""
    case, split, tables = asked.case(predicted[:, asked.readouts], stated_error=stated_error), asked.split, []
    for metric in metrics:
        values, reasons = metric(case)
        reasons = [(own or reason) if reason else "" for own, reason in zip(given, reasons, strict=True)]
        tables.append(
            pd.DataFrame(
                {
                    "task": split.task,
                    "seed": int(split.seed),
                    "method": method,
                    "condition": split.test,
                    "metric": metric.name,
                    "value": values,
                    "reason": reasons,
                    "collapsed": False,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _halves(expression: AnnData, trial: Trial, metrics: Sequence[Metric]) -> pd.DataFrame:
    first, second = split_halves(expression, trial)
    # The two halves, not the whole, are compared: the whole's readouts and training rows stay.
    halved = Trial(trial.split, trial.trained_on, second)
    return _rows(SPLIT_HALVES, np.asarray(first.X), _asked(halved, second), metrics, [""] * first.n_obs)


def _noise_free(truth: AnnData, observed: AnnData) -> AnnData:
    """The rows and readouts of ``truth`` that were observed; the observed control still says what is expressed."""
    effects_given(truth)
    missing = sorted({*observed.obs_names, *observed.var_names} - {*truth.obs_names, *truth.var_names})
    if missing:
        raise ValueError(f"The truth does not hold {shown(missing)}: pass that of the same screen.")
    return AnnData(
        np.asarray(truth[observed.obs_names, observed.var_names].X),
        obs=observed.obs,
        var=observed.var,
        layers=dict(observed.layers),
    )
