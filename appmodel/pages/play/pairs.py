"""All pairs of some genes as one small table for the browser: measured, predicted, and how far apart the two are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from ...effects import standard_errors
from ...names import condition_name, genes_of
from ...scoring import scored_readouts
from ...studies.interactions.deviations import deviation_table
from ..looks import look

NORMAL_95 = 1.96
SHAPES = {"o": "circle", "s": "square", "D": "diamond", "P": "cross", "^": "triangle-up", "v": "triangle-down"}


def pair_data(
    effects: AnnData,
    predictions: AnnData,
    unmeasured: Mapping[str, AnnData],
    genes: Sequence[str],
    truth: AnnData | None = None,
    n_readouts: int = 12,
) -> dict[str, Any]:
    """Everything that the page shows of each pair of ``genes``, as plain values (``json.dumps``).

    ``predictions`` (``predict_splits``) are of measured pairs, made without them; ``unmeasured`` of the others; the
    methods are those of ``unmeasured``, ``additive`` among them.  Of each pair there are the ``n_readouts`` readouts
    where its measurement or its additive guess is largest, and over all scored readouts the L2 norm of the effect
    (size), of its distance from addition (interaction) and of the error.  What is not known is None.
    """
    methods, scored = list(unmeasured), scored_readouts(effects)
    of_measured = _by_pair(predictions, methods)
    deviations = deviation_table(effects).set_index("condition")
    sizes = _norms(_values(effects)[:, scored])
    strongest = sorted(genes, key=lambda gene: -sizes[effects.obs_names.get_loc(gene)])
    pairs, singles = [], _rows(effects)
    for pair in sorted(condition_name(pair) for pair in combinations(genes, 2)):
        measured = pair in of_measured
        guesses = of_measured[pair] if measured else np.array([_rows(unmeasured[name])(pair) for name in methods])
        guess = sum(singles(gene) for gene in genes_of(pair))
        record = _record(effects, pair, guesses, guess, singles(pair) if measured else None, n_readouts)
        record |= _norms_of(guesses, guess, singles(pair) if measured else None, scored)
        if measured:
            record |= _noise_of(effects, pair, scored, deviations.loc[pair])
        if measured and truth is not None:
            record |= _truth_of(_rows(truth[:, effects.var_names])(pair), singles(pair), guess, record, scored)
        pairs.append(record)
    looks = [look(name) for name in methods]
    return {
        "genes": strongest,
        "readouts": list(map(str, effects.var_names)),
        "methods": [
            {"name": each.name, "colour": each.colour, "shape": SHAPES.get(each.marker, "circle")} for each in looks
        ],
        "simulated": bool(effects.uns.get("simulated", False)),
        "pairs": pairs,
    }


def error_table(data: Mapping[str, Any]) -> pd.DataFrame:
    """L2 error of each method (column, by its readable name) on each measured pair (row) of ``pair_data``."""
    names = [method["name"] for method in data["methods"]]
    rows = {pair["name"]: pair["error"] for pair in data["pairs"] if pair["measured"]}
    return pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=float)


def _record(effects, pair, guesses, guess, value, n_readouts) -> dict[str, Any]:
    """Values at the readouts where the measurement or the additive guess is largest."""
    largest = np.abs(guess) if value is None else np.maximum(np.abs(guess), np.abs(value))
    top = np.argsort(-largest, kind="stable")[:n_readouts]
    record = {
        "name": pair,
        "measured": value is not None,
        "readouts": top.tolist(),
        "predicted": [_plain(row[top]) for row in guesses],
    }
    if value is None:
        return record
    n_cells = effects.obs["n_cells"].get(pair) if "n_cells" in effects.obs else None
    record |= {"value": _plain(value[top]), "cells": None if n_cells is None or np.isnan(n_cells) else int(n_cells)}
    if "sampling_var" in effects.layers:
        record["reach"] = _plain(NORMAL_95 * standard_errors(effects, [pair])[0, top])
    return record


def _norms_of(guesses, guess, value, scored) -> dict[str, Any]:
    sides = {"size": guesses[:, scored], "interaction": (guesses - guess)[:, scored]}
    record: dict[str, Any] = {name: _plain(_norms(rows)) for name, rows in sides.items()}
    if value is not None:
        record["error"] = _plain(_norms((guesses - value)[:, scored]))
        record["value_size"], record["value_interaction"] = _plain(_norms(np.array([value, value - guess])[:, scored]))
    return record


def _noise_of(effects: AnnData, pair: str, scored: np.ndarray, deviation: pd.Series) -> dict[str, Any]:
    """The noise of the deviation from addition, and whether the pair interacts beyond it."""
    (noise,) = _plain(np.array([deviation["noise"]]))
    return {"interaction_noise": noise, "interacts": bool(deviation["is_interaction"])}


def _truth_of(true, value, guess, record, scored) -> dict[str, Any]:
    sides = _norms(np.array([true - value, true, true - guess])[:, scored])
    error, size, interaction = _plain(sides)
    return {
        "truth": _plain(true[record["readouts"]]),
        "truth_error": error,
        "truth_size": size,
        "truth_interaction": interaction,
    }


def _by_pair(predictions: AnnData, methods: Sequence[str]) -> dict[str, np.ndarray]:
    """Of each predicted pair the rows (n_methods, n_readouts) of its methods."""
    values, places = _values(predictions), predictions.obs.groupby(["condition", "method"], observed=True).indices
    pairs = dict.fromkeys(predictions.obs["condition"])
    return {pair: np.array([values[places[pair, name][0]] for name in methods]) for pair in pairs}


def _rows(effects: AnnData):
    """A function that gives the row of a condition."""
    values, places = _values(effects), {str(name): i for i, name in enumerate(effects.obs_names)}
    return lambda name: values[places[name]]


def _values(effects: AnnData) -> np.ndarray:
    return np.asarray(effects.X, dtype=float)


def _norms(rows: np.ndarray) -> np.ndarray:
    return np.linalg.norm(rows, axis=1)


def _plain(values: np.ndarray) -> list[float | None]:
    """Numbers of three decimals; None for what is not finite, which JSON does not know."""
    return [round(float(value), 3) if np.isfinite(value) else None for value in values]
