"""Predictions and what was measured, as the files that cell-eval and scperteval read."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from anndata import AnnData

from ..files import h5ad_bytes, writing
from ..names import CONTROL, repeated, shown, standard_name

Tool = Literal["cell-eval", "scperteval"]
# What each tool calls the column of conditions (cell-eval from Python, and on the command line) and control.
_NAMES = {"cell-eval": (("target", "target_gene"), "non-targeting"), "scperteval": (("perturbation",), CONTROL)}


def export_predictions(
    predictions: AnnData, effects: AnnData, folder: str | Path, form: Tool = "cell-eval"
) -> tuple[Path, Path]:
    """Write ``predicted.h5ad`` and ``real.h5ad`` for another tool of evaluation; their paths are returned.

    ``predictions`` (n_conditions, n_readouts) are what ``predict`` returns, or the rows of one method and seed of
    ``predict_splits``; ``effects`` hold the same conditions as measured, the same readouts and ``var["control_mean"]``
    (axes have none: their control is zero).  Each file has one row per condition and one of control, in log1p units:
    the mean over cells, which is control plus effect.  Conditions have their standard names.  What a tool tests between
    single cells (differential expression, distances of distributions) a mean cannot tell.

    ``cell-eval`` (0.8.2): labels ``target`` (Python) and ``target_gene`` (command line), control ``non-targeting``.  It
    refuses negative expression, which a prediction may be: a readout that is negative anywhere is raised in all rows of
    both files alike, by ``var["raised"]``, which changes no difference.  By
    ``MetricsEvaluator(str(predicted), str(real), skip_de=True).compute(profile="anndata")`` it gives, of the effects
    over all readouts, ``mae`` and ``mae_delta`` (our ``mae``), ``mse`` and ``mse_delta`` (our ``l2`` squared, by the
    number of readouts) and ``pearson_delta`` (our ``pearson``).  ``discrimination_score_l1``, ``_l2`` and ``_cosine``
    are our ``discrimination``, ``centroid_accuracy`` and ``discrimination_cosine`` but for n places in place of n - 1,
    the perturbed gene left out and ties broken by their order.  ``pearson_edistance`` and ``clustering_agreement`` say
    one thing of all conditions.  Values of 15 and more, as of axes, need ``allow_discrete=True``.

    ``scperteval`` (0.2.0): label ``perturbation``, control ``control``.  By ``prepare(str(real), name, min_cells=1)``
    and ``score(prepared, name, str(predicted))`` it gives ``mse``, ``l2_heg_k=1000`` (our ``l2``), ``pearson_ctrl``
    (our ``pearson``), ``rank`` (our ``centroid_rank``), ``nir`` (our ``centroid_accuracy``) and ``transpose_rank``
    (1 minus it); ties are drawn by lot.  ``pearson_pert`` takes the mean of all other conditions in the file off.

    Raises ``ValueError`` for another ``form``, several rows of a condition, a condition or readout that ``effects``
    lack, and for an undefined prediction, which neither tool can score.
    """
    if form not in _NAMES:
        raise ValueError(f"form={form!r} is not known: use {' or '.join(map(repr, get_args(Tool)))}.")
    conditions = _conditions(predictions)
    predicted, observed = _values(predictions, conditions), _observed(effects, conditions, predictions)
    control = np.zeros(effects.n_vars)
    if "control_mean" in effects.var:
        control = effects.var["control_mean"].to_numpy(dtype=float)
    sides = [np.vstack([control, control + side]) for side in (predicted, observed)]
    var = pd.DataFrame(index=effects.var_names.astype(str))
    if form == "cell-eval":
        raised = np.maximum(-np.minimum(*(side.min(axis=0) for side in sides)), 0.0)
        sides, var["raised"] = [side + raised for side in sides], raised
    columns, named = _NAMES[form]
    labels = [named, *conditions]
    obs = pd.DataFrame(dict.fromkeys(columns, labels), index=pd.Index(labels, dtype=object))
    paths = Path(folder) / "predicted.h5ad", Path(folder) / "real.h5ad"
    for path, side in zip(paths, sides, strict=True):
        with writing(path) as temporary:
            temporary.write_bytes(h5ad_bytes(AnnData(side, obs=obs.copy(), var=var.copy())))
    return paths


def _conditions(predictions: AnnData) -> list[str]:
    """Standard names of the rows, of which each may be there once."""
    told = predictions.obs.get("condition", predictions.obs_names)
    names = [standard_name(str(name)) for name in told]
    if twice := repeated(names):
        raise ValueError(
            f"There are several predictions for {shown(twice, 3)}: choose one method and seed, as in "
            f"predictions[(predictions.obs['method'] == 'app') & (predictions.obs['seed'] == 0)]."
        )
    return names


def _values(predictions: AnnData, conditions: list[str]) -> np.ndarray:
    values = np.asarray(predictions.X, dtype=float)
    if undefined := [name for name, row in zip(conditions, np.isfinite(values).all(axis=1), strict=True) if not row]:
        raise ValueError(
            f"The predictions of {shown(undefined, 3)} are undefined (obs['reason'] says why), and neither tool can "
            f"score that: leave these rows out, for every method that you compare."
        )
    return values


def _observed(effects: AnnData, conditions: list[str], predictions: AnnData) -> np.ndarray:
    place = {standard_name(str(name)): i for i, name in enumerate(effects.obs_names)}
    if missing := [name for name in conditions if name not in place]:
        raise ValueError(
            f"The effects hold no row of {shown(missing, 3)}: pass the effects that these were split from."
        )
    if list(predictions.var_names) != list(effects.var_names):
        raise ValueError(
            f"The predictions have {predictions.n_vars} readouts, the effects {effects.n_vars}, or in another order: "
            f"pass the effects that the predictor was fitted on."
        )
    return np.asarray(effects[[place[name] for name in conditions]].X, dtype=float)
