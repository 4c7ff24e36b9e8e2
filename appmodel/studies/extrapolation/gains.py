"""The table of the extrapolation study (section 4.5): from committed L2 rows to who gains where.

It fits nothing: splits are made again from the studies and have to be those that the rows were scored on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from anndata import AnnData
from tqdm import tqdm

from ...networks import Network
from ...provenance import code_version, load_scores
from ..study import Study, read_effects, read_network
from .covariates import condition_covariates
from .summary import USUAL_SHARE, error_rows, extrapolation_summary

# The studies with the usual splits; those with other test sets are found by their options.
USUAL = ("real", "demo")
METHODS = (
    "no_change",
    "training_mean",
    "training_median",
    "singles_mean",
    "additive",
    "scaled_additive",
    "linear",
    "kernel_ridge",
    "app",
    "app_shuffled",
    "anchored_app",
    "anchored_app_shuffled",
)


def tables_of(studies: Mapping[str, Study]) -> list[tuple[Study, str, str]]:
    """Study, screen and task of every table that is read, those of one screen together."""
    used = [
        study
        for name, study in studies.items()
        if name in USUAL or study.split == "by_seen" or study.test_fraction is not None
    ]
    found = [(study, screen, task) for study in used for screen, tasks in study.screens.items() for task in tasks]
    order = list(dict.fromkeys(screen for _, screen, _ in found))
    return sorted(found, key=lambda one: order.index(one[1]))


def conditions_of(
    study: Study, screen: str, task: str, scores: pd.DataFrame, effects: AnnData, network: Network
) -> pd.DataFrame:
    """The rows of ``error_rows`` of one committed table, with the covariates of its splits.

    Raises ``ValueError`` where the table was scored on other data or other splits than the study makes now.
    """
    about, splits = scores.attrs["provenance"], study.splits_of(effects, screen, task)
    # Where the data comes from, not its last bits: effects made from the same cells round differently on another
    # processor.
    now = {"dataset_hash": str(effects.uns["dataset_hash"]), "splits": [split.digest for split in splits]}
    for key, value in now.items():
        if about.get(key) != value:
            raise ValueError(
                f"The table {study.name}_{screen}_{task}.csv was scored on other {key} than the study "
                f"{study.name!r} has now: make it again."
            )
    known = condition_covariates(effects, network, splits)
    share, by_seen = study.test_fraction or USUAL_SHARE, study.split == "by_seen"
    return error_rows(scores[scores["method"].isin(METHODS)], known, share, by_seen)


def extrapolation_table(studies: Mapping[str, Study], results: str | Path, progress: bool = False) -> pd.DataFrame:
    """``extrapolation_summary`` of all tables that the studies have in the folder ``results``, with provenance.

    Raises ``FileNotFoundError`` for a table that is missing, ``ValueError`` as ``conditions_of`` does.
    """
    parts, about = [], {"tables": [], "dataset_hash": {}, "network": {}, "seeds": {}}
    for study, screen, task in tqdm(tables_of(studies), disable=not progress, unit="table"):
        name = f"{study.name}_{screen}_{task}.csv"
        scores, network = load_scores(Path(results) / name), read_network(*study.sources(screen))
        parts.append(conditions_of(study, screen, task, scores, read_effects(screen), network))
        about["tables"].append(name)
        about["dataset_hash"][screen] = scores.attrs["provenance"]["dataset_hash"]
        about["network"][screen] = {"sources": sorted(network.sources), "digest": network.digest}
        about["seeds"][name] = scores.attrs["provenance"]["seeds"]
    conditions = pd.concat(parts, ignore_index=True)
    table = extrapolation_summary(conditions)
    table.attrs["provenance"] = {
        "study": "extrapolation",
        **about,
        "code_version": code_version(__name__),
        "methods": sorted(set(conditions["method"])),
    }
    return table
