"""``benchmark``: every predictor on the same splits, one tidy table."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from anndata import AnnData
from sklearn.base import BaseEstimator, clone
from tqdm import tqdm

from ..effects import effects_of, preprocess, screen_targets
from ..names import CONTROL, shown
from ..networks import Network
from ..provenance import code_version
from ..screens import content_hash
from ..splits import Split, make_split
from .metrics import METRICS, scored_readouts

COLUMNS = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"]


def benchmark(
    predictors: Mapping[str, object],
    effects: AnnData,
    task: str = "doubles",
    network: Network | None = None,
    seeds: Iterable[int] = range(5),
    splits: Sequence[Split] | None = None,
    progress: bool = False,
    truth: AnnData | None = None,
) -> pd.DataFrame:
    """Fit and score every predictor on every split: one row per seed, method, test condition and metric.

    ``predictors`` maps a name to an unfitted predictor; each split gets a fresh copy, with its ``seed``
    parameter set to the split's seed where it has one.  ``task`` is 'doubles', 'unseen' or 'seen' (then pass
    the cells as ``effects``: they are held out); ``splits`` replaces task and seeds by ready-made splits.
    ``truth`` (a simulated screen has one) replaces the measured test effects in scoring, never in training.
    Columns: dataset, task, seed, method, condition, metric (``l2``, ``pearson``), value, reason (why a value
    is NaN).  ``attrs["provenance"]`` holds dataset hash, network digest, code version and seeds.
    Raises ``ValueError`` for a split that does not fit the screen and for predictions of another form.
    """
    if not predictors:
        raise ValueError("There is no predictor to score: pass a dict like {'additive': Additive()}.")
    rounds = list(splits) if splits is not None else [make_split(effects, task, seed) for seed in seeds]
    if not rounds:
        raise ValueError("There is no split to score on: give at least one seed or split.")
    for split in rounds:
        if split.task == "seen":
            _check_held_out(effects, split)
    expression = preprocess(effects) if any(split.task == "seen" for split in rounds) else None
    tables = []
    with tqdm(total=len(rounds) * len(predictors), disable=not progress, desc="benchmark", unit="fit") as bar:
        for split in rounds:
            training, observed = _sides(effects if expression is None else expression, split)
            if truth is not None:
                observed = _noise_free(truth, observed)
            for name, predictor in predictors.items():
                bar.set_postfix(method=name, seed=split.seed)
                predicted = _fitted(predictor, training, network, split.seed).predict(list(split.test))
                tables.append(_scores(name, predicted, observed, split))
                bar.update()
    scores = pd.concat(tables, ignore_index=True)
    scores.insert(0, "dataset", str(effects.uns.get("dataset", "unnamed")))
    scores.attrs["provenance"] = _provenance(effects, network, rounds, predictors, truth)
    return scores[COLUMNS]


def _sides(data: AnnData, split: Split) -> tuple[AnnData, AnnData]:
    """Training effects and observed test effects.  A predictor is given nothing but the first."""
    if split.task == "seen":
        held_out = data.obs_names.isin(split.test_cells)
        training, test = effects_of(data[~held_out]), effects_of(data[held_out])
        # What is expressed is decided by the cells a predictor may see.
        test.var["control_mean"] = training.var["control_mean"]
    else:
        training = test = data
    missing = sorted({*split.train, *split.test} - set(training.obs_names))
    if missing:
        raise ValueError(f"The split names {shown(missing)}, which the screen does not hold: "
                         f"make the split from these effects.")
    rows = training[split.train]
    # A fresh table: nothing that hangs on the screen as a whole (layers, uns, varm, raw) comes along.
    visible = AnnData(np.array(rows.X, dtype=float), obs=rows.obs.copy(), var=rows.var.copy(),
                      uns={"control": CONTROL, "targets": np.array(screen_targets(training), dtype=object)})
    return visible, test[split.test].copy()


def _noise_free(truth: AnnData, observed: AnnData) -> AnnData:
    """The rows and readouts of ``truth`` that were observed; the observed control still says what is expressed."""
    missing = sorted({*observed.obs_names, *observed.var_names} - {*truth.obs_names, *truth.var_names})
    if missing:
        raise ValueError(f"The truth does not hold {shown(missing)}: pass that of the same screen.")
    return AnnData(np.asarray(truth[observed.obs_names, observed.var_names].X), obs=observed.obs, var=observed.var)


def _check_held_out(cells: AnnData, split: Split) -> None:
    if "condition" not in cells.obs:
        raise ValueError("The task 'seen' holds out cells: pass the cells (with obs['condition']), not effects.")
    unknown = sorted(set(split.test_cells) - set(cells.obs_names))
    if unknown or not split.test_cells:
        what = f"names cells that the screen does not hold ({shown(unknown)})" if unknown else "names no test cells"
        raise ValueError(f"The split of seed {split.seed} {what}: make it with split_seen from these cells.")


def _fitted(predictor: object, training: AnnData, network: Network | None, seed: int) -> object:
    if isinstance(predictor, BaseEstimator):
        fresh = clone(predictor)
        if "seed" in fresh.get_params():
            fresh.set_params(seed=seed)
    else:
        fresh = copy.deepcopy(predictor)
        if hasattr(fresh, "seed"):
            fresh.seed = seed
    fresh.fit(training.copy(), network=network)
    return fresh


def _scores(name: str, predicted: AnnData, truth: AnnData, split: Split) -> pd.DataFrame:
    values = _checked(name, predicted, truth)
    readouts = scored_readouts(truth)
    p, o = values[:, readouts], np.asarray(truth.X)[:, readouts]
    given = [""] * len(p)
    if "reason" in predicted.obs:
        given = ["" if pd.isna(reason) else str(reason) for reason in predicted.obs["reason"]]
    tables = []
    for metric, function in METRICS.items():
        values, reasons = function(p, o)
        reasons = [(own or reason) if reason else "" for own, reason in zip(given, reasons, strict=True)]
        tables.append(pd.DataFrame({"task": split.task, "seed": int(split.seed), "method": name,
                                    "condition": list(truth.obs_names), "metric": metric, "value": values,
                                    "reason": reasons}))
    return pd.concat(tables, ignore_index=True)


def _checked(name: str, predicted: AnnData, truth: AnnData) -> np.ndarray:
    """Values (n_conditions, n_readouts) of a prediction that has the form asked for."""
    if not isinstance(predicted, AnnData):
        raise ValueError(f"Predictor {name!r} returned a {type(predicted).__name__}: return an AnnData of effects, "
                         f"as appmodel.as_effects(values, conditions, readouts) makes it.")
    if list(predicted.obs_names) != list(truth.obs_names) or predicted.shape != truth.shape:
        raise ValueError(f"Predictor {name!r} returned {predicted.shape[0]} rows and {predicted.shape[1]} readouts, "
                         f"not the {truth.shape[0]} conditions asked for in their order and {truth.shape[1]} readouts: "
                         f"return one row per condition asked for, in that order.")
    unnamed = [str(i) for i in range(truth.n_vars)]  # what AnnData calls readouts that were given no names
    if list(predicted.var_names) not in (list(truth.var_names), unnamed):
        raise ValueError(f"Predictor {name!r} returned other readouts, or in another order: "
                         f"return those of the effects it was fitted on.")
    X = predicted.X.toarray() if hasattr(predicted.X, "toarray") else predicted.X
    return np.asarray(X, dtype=float)


def _provenance(effects: AnnData, network: Network | None, splits: Sequence[Split],
                predictors: Mapping[str, object], truth: AnnData | None) -> dict:
    hashed = effects.uns.get("dataset_hash")
    return {
        "dataset": str(effects.uns.get("dataset", "unnamed")),
        "dataset_hash": str(content_hash(effects) if hashed is None else hashed),  # where the data came from
        "content_hash": content_hash(effects),  # what was scored
        "against": "measured" if truth is None else "noise-free truth",
        "simulated": bool(effects.uns.get("simulated", False)),
        "code_version": code_version(),
        "network": None if network is None else {"sources": sorted(network.sources), "digest": network.digest},
        "seeds": sorted({int(split.seed) for split in splits}),
        "splits": [split.digest for split in splits],
        "methods": {name: _described(predictor) for name, predictor in predictors.items()},
    }


def _described(predictor: object) -> str:
    """Class and parameters; without the address in memory that ``repr`` gives a plain object."""
    if type(predictor).__repr__ is object.__repr__:
        return f"{type(predictor).__name__}({', '.join(f'{k}={v!r}' for k, v in sorted(vars(predictor).items()))})"
    return repr(predictor)
