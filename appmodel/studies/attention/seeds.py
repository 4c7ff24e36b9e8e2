"""The interpretability study: seed by seed, kept so that a stopped run goes on, then the table."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from ...effects import load_effects
from ...files import text_digest
from ...predictors import APP, AnchoredAPP
from ...provenance import code_version, load_scores, provenance_path, save_scores, today
from .study import N_EXPLAINED, SCREENS, attention_scores, fit_models
from .summary import summarised

N_SEEDS = 5
_AGAINST = {
    "demo": "true regulatory targets and effects of the simulated screen",
    "adamson16": "significant effects in the EMBL-EBI Perturbation Catalogue (Apache-2.0), from Adamson et al. "
    "2016; effects of the compact screen for AnchoredAPP",
}


def interpretability_table(kept: Path, progress: bool = True) -> pd.DataFrame:
    """The findings of all seeds of all screens (``summarised``), with provenance; seeds are kept in a folder."""
    runs, parts, screens = [(screen, seed) for screen in SCREENS for seed in range(N_SEEDS)], [], {}
    for screen, seed in (bar := tqdm(runs, desc="interpretability", unit="seed", disable=not progress)):
        bar.set_postfix(screen=screen, seed=seed)
        parts.append(kept_part(screen, seed, kept))
        about = parts[-1].attrs["provenance"]
        entry = screens.setdefault(screen, {**about, "seeds": [], "seconds": 0.0})
        entry["seeds"] = [*entry["seeds"], seed]
        entry["seconds"] = round(entry["seconds"] + about["seconds"], 1)
    table, shared = summarised(pd.concat(parts, ignore_index=True)), ("dataset_hash", "seeds", "methods")
    table.attrs["provenance"] = {
        "study": "interpretability",
        "code_version": code_version(__name__),
        **{key: {screen: about[key] for screen, about in screens.items()} for key in shared},
        "screens": screens,
    }
    return table


def kept_part(screen: str, seed: int, folder: Path) -> pd.DataFrame:
    """``interpret``, kept in ``folder`` under a name that tells code, data and models apart."""
    path = folder / f"{screen}_{seed}_{text_digest(json.dumps(_setting(screen, seed)))}.csv"
    if not provenance_path(path).is_file():  # it is written last
        save_scores(interpret(screen, seed), path)
    return load_scores(path)


def interpret(screen: str, seed: int) -> pd.DataFrame:
    """All tests of one seed (``attention_scores``), with the provenance in ``attrs``."""
    start = time.perf_counter()
    models = fit_models(screen, seed)
    rows = attention_scores(models)
    rows.attrs["provenance"] = {
        **_setting(screen, seed),
        "against": _AGAINST[screen],
        "date": today(),
        "n_explained": N_EXPLAINED,
        "network": {"sources": sorted(models.network.sources), "digest": models.network.digest},
        "seconds": round(time.perf_counter() - start, 1),
    }
    return rows


def _setting(screen: str, seed: int) -> dict:
    """What the numbers of a seed depend on."""
    return {
        "dataset": screen,
        "dataset_hash": str(load_effects(screen).uns["dataset_hash"]),
        "seeds": [seed],
        "code_version": code_version(__name__),
        "methods": {"app": repr(APP(seed=seed)), "anchored_app": repr(AnchoredAPP())},
    }
