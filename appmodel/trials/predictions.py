"""Predictions of every method on every split in one form, so that they can be kept, shared and scored again."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
from anndata import AnnData
from sklearn.base import BaseEstimator, clone
from tqdm import tqdm

from ..arguments import called
from ..files import h5ad_bytes, readable_file, writing
from ..networks import DegradedBySeed, Network
from ..provenance import code_version
from ..screens import content_hash
from ..splits import Split
from .trial import Trial, trials

ABOUT = "predictions"  # the key of ``uns`` under which a table of predictions says where it comes from


def predict_splits(
    predictors: Mapping[str, object],
    effects: AnnData,
    task: str = "doubles",
    network: Network | Callable[[int], Network] | None = None,
    seeds: Iterable[int] = range(5),
    splits: Sequence[Split] | None = None,
    progress: bool = False,
) -> AnnData:
    """Fit every predictor on every split and keep what it predicts for the test conditions.

    The arguments are those of ``benchmark``.  Returns one row per seed, method and test condition (n_rows,
    n_readouts), differences from control: ``obs`` has method, seed, condition, reason and predicted_error (NaN where
    a predictor states none), ``uns["predictions"]`` the splits and the provenance as JSON.
    Raises ``ValueError`` for a split that does not fit the screen and for predictions of another form.
    """
    return predict_trials(predictors, effects, trials(effects, task, seeds, splits), network, progress)


def predict_trials(
    predictors: Mapping[str, object],
    effects: AnnData,
    chosen: Sequence[Trial],
    network: Network | Callable[[int], Network] | None = None,
    progress: bool = False,
) -> AnnData:
    """``predict_splits`` for trials that are made already."""
    _check_predictors(predictors)
    values, tables = [], []
    with tqdm(total=len(chosen) * len(predictors), disable=not progress, desc="benchmark", unit="fit") as bar:
        for trial in chosen:
            observed, seed = trial.observed(), int(trial.split.seed)
            drawn = _network_of(network, seed)
            for name, predictor in predictors.items():
                bar.set_postfix(method=name, seed=seed)
                fitted = _fitted(predictor, trial.training(), drawn, seed)
                predicted = fitted.predict(list(trial.split.test))
                values.append(_checked(name, predicted, observed))
                tables.append(_columns(name, predicted, trial.split))
                bar.update()
    obs = pd.concat(tables, ignore_index=True)
    obs.index = (obs["seed"].astype(str) + " " + obs["method"] + " " + obs["condition"]).to_numpy(dtype=object)
    splits = [trial.split for trial in chosen]
    table = AnnData(np.concatenate(values), obs=obs, var=chosen[0].tested_on.var[[]].copy())
    return described(table, splits, setting(predictors, effects, splits, network))


def save_predictions(predictions: AnnData, path: str | Path) -> None:
    """Write predictions as h5ad."""
    _about(predictions)
    with writing(path) as temporary:
        temporary.write_bytes(h5ad_bytes(predictions))


def load_predictions(path: str | Path) -> AnnData:
    """Read what ``save_predictions`` wrote.

    Raises ``FileNotFoundError`` where there is no file, ``ValueError`` where it does not hold predictions.
    """
    path = readable_file(path, "give a file that save_predictions wrote")
    try:
        predictions = anndata.read_h5ad(path)
    except Exception as error:  # h5py and anndata raise half a dozen kinds for a damaged file
        raise ValueError(f"{path} is damaged or no h5ad file: make it again with save_predictions.") from error
    _about(predictions, str(path))
    return predictions


def splits_of(predictions: AnnData) -> list[Split]:
    """The splits that predictions were made on."""
    return [Split(**split) for split in _about(predictions)["splits"]]


def provenance_of(predictions: AnnData) -> dict:
    """What predictions depend on (``setting``), and what else is noted of them."""
    return _about(predictions)["provenance"]


def _about(predictions: object, where: str = "the table") -> dict:
    """What predictions say of themselves; ``TypeError`` or ``ValueError`` for anything that holds none."""
    none = f"{where} holds no predictions of predict_splits"
    if not isinstance(predictions, AnnData):
        raise TypeError(f"Predictions are an AnnData, not {called(predictions)}: pass what predict_splits gives.")
    if ABOUT not in predictions.uns or not {"method", "seed", "condition"} <= set(predictions.obs):
        raise ValueError(f"{none} (uns[{ABOUT!r}] is missing): pass what predict_splits or load_predictions gives.")
    try:
        about = json.loads(predictions.uns[ABOUT])
        _ = about["splits"], about["provenance"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{none} (uns[{ABOUT!r}] is damaged): make them again.") from error
    return about


def described(predictions: AnnData, splits: Sequence[Split], provenance: Mapping[str, object]) -> AnnData:
    """The same table, which says that it was made on these splits and where it comes from."""
    predictions.uns[ABOUT] = json.dumps({"splits": [split.as_dict() for split in splits], "provenance": provenance})
    return predictions


def _check_predictors(predictors: object) -> None:
    """Raise ``TypeError`` or ``ValueError`` for anything but a mapping of names to predictors."""
    such = "pass a dict like {'additive': Additive()}"
    if not isinstance(predictors, Mapping):
        raise TypeError(f"Predictors are a dict of names, not {called(predictors)}: {such}.")
    if not predictors:
        raise ValueError(f"There is no predictor to score: {such}.")
    for name, predictor in predictors.items():
        if not isinstance(name, str):
            raise TypeError(f"A predictor is named {called(name)}, which is no text: {such}.")
        if isinstance(predictor, type) or not (hasattr(predictor, "fit") and hasattr(predictor, "predict")):
            raise TypeError(f"Predictor {name!r} is {called(predictor)}, which cannot be fitted: {such}.")


def _network_of(network: Network | Callable[[int], Network] | None, seed: int) -> Network | None:
    drawn = network if network is None or isinstance(network, Network) or not callable(network) else network(seed)
    if not isinstance(drawn, Network | None):
        raise TypeError(f"network is {called(drawn)}: pass load_network(...), or a function of the seed giving one.")
    return drawn


def _fitted(predictor: Any, training: AnnData, network: Network | None, seed: int) -> Any:
    if isinstance(predictor, BaseEstimator):
        fresh = clone(predictor)
        seeds = [name for name in fresh.get_params() if name == "seed" or name.endswith("__seed")]
        fresh.set_params(**dict.fromkeys(seeds, seed))  # that of a wrapped predictor too
    else:
        fresh = copy.deepcopy(predictor)
        if hasattr(fresh, "seed"):
            fresh.seed = seed
    fresh.fit(training, network=network)
    return fresh


def _columns(name: str, predicted: AnnData, split: Split) -> pd.DataFrame:
    reasons = predicted.obs.get("reason", pd.Series("", index=predicted.obs_names))
    stated = predicted.obs.get("predicted_error", pd.Series(np.nan, index=predicted.obs_names))
    return pd.DataFrame(
        {
            "method": name,
            "seed": int(split.seed),
            "condition": list(split.test),
            "reason": ["" if pd.isna(reason) else str(reason) for reason in reasons],
            "predicted_error": stated.to_numpy(dtype=float),
        }
    )


def _checked(name: str, predicted: AnnData, observed: AnnData) -> np.ndarray:
    """Values (n_conditions, n_readouts) of a prediction that has the form asked for."""
    if not isinstance(predicted, AnnData):
        raise ValueError(
            f"Predictor {name!r} returned {called(predicted)}: return an AnnData of effects, "
            f"as appmodel.as_effects(values, conditions, readouts) makes it."
        )
    if list(predicted.obs_names) != list(observed.obs_names) or predicted.shape != observed.shape:
        raise ValueError(
            f"Predictor {name!r} returned {predicted.shape[0]} rows and {predicted.shape[1]} readouts, "
            f"not the {observed.shape[0]} conditions asked for in their order and {observed.shape[1]} "
            f"readouts: return one row per condition asked for, in that order."
        )
    unnamed = [str(i) for i in range(observed.n_vars)]  # what AnnData calls readouts that were given no names
    if list(predicted.var_names) not in (list(observed.var_names), unnamed):
        raise ValueError(
            f"Predictor {name!r} returned other readouts, or in another order: "
            f"return those of the effects it was fitted on."
        )
    X = predicted.X.toarray() if hasattr(predicted.X, "toarray") else predicted.X
    return np.asarray(X, dtype=float)


def setting(
    predictors: Mapping[str, object],
    effects: AnnData,
    splits: Sequence[Split],
    network: Network | Callable[[int], Network] | None = None,
) -> dict:
    """All that predictions depend on, as plain values: known before anything is fitted, their provenance after."""
    hashed = effects.uns.get("dataset_hash")
    content = content_hash(effects)
    return {
        "dataset": str(effects.uns.get("dataset", "unnamed")),
        "dataset_hash": str(content if hashed is None else hashed),  # where the data came from
        "content_hash": content,  # what was scored
        "simulated": bool(effects.uns.get("simulated", False)),
        "code_version": code_version(__name__, *_modules_of(predictors.values())),
        "network": None if network is None else _about_network(network, int(splits[0].seed)),
        "seeds": sorted({int(split.seed) for split in splits}),
        "splits": [split.digest for split in splits],
        "methods": {name: _described(predictor) for name, predictor in predictors.items()},
        "constants": [name for name, predictor in predictors.items() if getattr(predictor, "constant", False)],
    }


def _about_network(network: Network | Callable[[int], Network], seed: int) -> dict:
    if isinstance(network, Network):
        return {"sources": sorted(network.sources), "digest": network.digest}
    if isinstance(network, DegradedBySeed):
        return {**_about_network(network.intact, seed), "degraded": f"{network.how}, another one for each seed"}
    return {**_about_network(network(seed), seed), "drawn": "another one for each seed, the digest is of the first"}


def _modules_of(predictors: Iterable[object]) -> list[str]:
    """The modules that predictors, and the predictors that they wrap, are defined in."""
    wrapped = [
        value
        for predictor in predictors
        if isinstance(predictor, BaseEstimator)
        for value in predictor.get_params().values()
        if isinstance(value, BaseEstimator)
    ]
    return sorted({type(predictor).__module__ for predictor in [*predictors, *wrapped]})


def _described(predictor: object) -> str:
    """Class and parameters; without the address in memory that ``repr`` gives a plain object."""
    if type(predictor).__repr__ is object.__repr__:
        return f"{type(predictor).__name__}({', '.join(f'{k}={v!r}' for k, v in sorted(vars(predictor).items()))})"
    return repr(predictor)
