"""The interpretability study: seed by seed, kept so that a stopped run goes on, then the table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from ...effects import load_effects
from ...predictors import APP, AnchoredAPP
from ...provenance import code_version, load_scores, save_scores, today
from ...scoring.findings import load_findings
from .study import MAX_EPOCHS, N_EXPLAINED, SCREENS, attention_scores, fit_models
from .summary import summarised

_AGAINST = {
    "demo": "true regulatory targets and effects of the simulated screen",
    "adamson16": "significant effects in the EMBL-EBI Perturbation Catalogue (Apache-2.0), from Adamson et al. "
    "2016; effects of the compact screen for AnchoredAPP",
}


def interpret(screen: str, seed: int, max_epochs: int = MAX_EPOCHS, n_explained: int = N_EXPLAINED) -> pd.DataFrame:
    """All tests of one seed (``attention_scores``), with the provenance in ``attrs``."""
    start = time.perf_counter()
    models = fit_models(screen, seed, max_epochs)
    rows = attention_scores(models, n_explained)
    rows.attrs["provenance"] = {
        **_setting(screen, seed, max_epochs),
        "against": _AGAINST[screen],
        "date": today(),
        "n_explained": n_explained,
        "network": {"sources": sorted(models.network.sources), "digest": models.network.digest},
        "seconds": round(time.perf_counter() - start, 1),
    }
    return rows


def kept_part(screen: str, seed: int, max_epochs: int, folder: Path) -> pd.DataFrame:
    """``interpret``, kept in ``folder``: a table that the same code made there of the same data is read instead."""
    path = folder / f"{screen}_{seed}.csv"
    try:
        rows = load_scores(path)
        about = rows.attrs["provenance"]
        if all(about.get(key) == value for key, value in _setting(screen, seed, max_epochs).items()):
            return rows
    except (FileNotFoundError, ValueError):
        pass  # not made yet, or stopped between the table and its provenance
    rows = interpret(screen, seed, max_epochs)
    save_scores(rows, path)
    return rows


def kept_parts(
    screens: Sequence[str], n_seeds: int, max_epochs: int | None, folder: Path, progress: bool = True
) -> list[pd.DataFrame]:
    """``kept_part`` of seeds 0 to ``n_seeds`` - 1 of each screen.  Raises ``ValueError`` where there is none."""
    if n_seeds < 1 or not set(screens) <= set(SCREENS):
        raise ValueError(
            f"Interpretability was asked for {n_seeds} seeds of {', '.join(screens)}: give 1 or more, of "
            f"{', '.join(SCREENS)}."
        )
    runs, parts = [(screen, seed) for screen in screens for seed in range(n_seeds)], []
    for screen, seed in (bar := tqdm(runs, desc="interpretability", unit="seed", disable=not progress)):
        bar.set_postfix(screen=screen, seed=seed)
        parts.append(kept_part(screen, seed, max_epochs or MAX_EPOCHS, folder))
    return parts


def write_table(parts: list[pd.DataFrame], output: Path) -> None:
    """``output`` with the findings (``summarised``); screens that stand there already and not in ``parts`` stay."""
    table, screens = summarised(pd.concat(parts, ignore_index=True)), _by_screen([p.attrs["provenance"] for p in parts])
    if output.is_file():
        before = load_findings(output)
        table = pd.concat([before[~before["screen"].isin(list(screens))], table], ignore_index=True)
        screens = {**before.attrs["provenance"]["screens"], **screens}
    shared = ("dataset_hash", "seeds", "methods")
    table.attrs["provenance"] = {
        "study": "interpretability",
        "code_version": code_version(__name__),
        **{key: {screen: about[key] for screen, about in screens.items()} for key in shared},
        "screens": screens,
    }
    save_scores(table, output)


def _setting(screen: str, seed: int, max_epochs: int) -> dict:
    """What the numbers of a seed depend on."""
    return {
        "dataset": screen,
        "dataset_hash": str(load_effects(screen).uns["dataset_hash"]),
        "seeds": [seed],
        "code_version": code_version(__name__),
        "methods": {"app": repr(APP(seed=seed, max_epochs=max_epochs)), "anchored_app": repr(AnchoredAPP())},
    }


def _by_screen(abouts: list[dict]) -> dict[str, dict]:
    """One provenance per screen of those of its seeds."""
    found: dict[str, dict] = {}
    for about in abouts:
        entry = found.setdefault(about["dataset"], {**about, "seeds": [], "seconds": 0.0})
        entry["seeds"] = [*entry["seeds"], *about["seeds"]]
        entry["seconds"] = round(entry["seconds"] + about["seconds"], 1)
    return found
