"""The side-by-side as a table: medians over seeds, and how many times as much GEARS takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm

from ...provenance import code_version, today
from ...scoring.findings import findings
from ..efficiency.costs import median_row
from ..efficiency.measuring import machine
from ..processes import ended
from .measuring import MODELS, Place, errors_of_baselines, measured

UNITS = {
    "parameters": "count",
    "preparation_time": "s",
    "epoch_time": "s",
    "time_to_best": "s",
    "training_time": "s",
    "peak_memory": "MiB",
    "prediction_time": "ms",
    "batch_prediction_time": "ms",
    "l2": "log1p",
}
_ITS_OWN = ("gears_go_graph",)  # the graph that GEARS itself takes
# The small screens of real cells.  The simulated one has ten times as many values: a fit of GEARS would take an hour.
PLACES = (
    Place("norman19_slice", "doubles", _ITS_OWN, "data/splits/norman19_slice.json"),
    Place("papalexi21", "unseen", _ITS_OWN, "data/splits/papalexi21.json"),
)


@dataclass(frozen=True)
class Plan:
    """Where, how often with another seed each, and how many epochs GEARS is given.

    The package halves its learning rate after every epoch: after ten it is a thousandth, and nothing moves any more.
    """

    places: Sequence[Place] = PLACES
    seeds: int = 3
    epochs: int = 10


def beside_gears(plan: Plan | None = None, progress: bool = False) -> pd.DataFrame:
    """Costs and errors of each model on each screen, ``findings``: medians over seeds with their spread.

    The models take turns, each fit in a process of its own.  ``<measure>_ratio`` against ``gears`` is how many times as
    much GEARS takes (or errs) with the same seed.  The error of a baseline has no spread: there is nothing to draw.
    """
    plan = plan or Plan()
    start, rows, hashes = time.perf_counter(), [], {}
    with tqdm(total=plan.seeds * len(plan.places) * len(MODELS), disable=not progress, unit="fit") as bar:
        for seed in range(plan.seeds):
            for place in plan.places:
                for model in MODELS:
                    bar.set_description(f"{place.screen}, {model}")
                    found = _alone(measured, model, place, seed, plan.epochs)
                    hashes[place.screen] = found.pop("dataset_hash")
                    about = {"screen": place.screen, "task": place.task, "method": model, "seed": seed}
                    rows += [about | {"measure": name, "value": value} for name, value in found.items()]
                    bar.update()
    table = findings([*_medians(pd.DataFrame(rows)), *_ratios(pd.DataFrame(rows)), *_baselines(plan)])
    table.attrs["provenance"] = _provenance(plan, hashes, time.perf_counter() - start)
    return table


def _alone(function: Callable, *arguments: object) -> Any:
    """The result of ``function`` from a fresh process: memory that one model took counts for no other."""
    ((_, done),) = ended({0: (function, arguments)}, workers=1, progress=False)
    return done.result()


def _medians(rows: pd.DataFrame) -> list[dict]:
    return [
        dict(zip(("screen", "task", "method", "measure"), key, strict=True)) | median_row(part["value"], key[-1])
        for key, part in rows.groupby(["screen", "task", "method", "measure"], sort=False)
    ]


def _ratios(rows: pd.DataFrame) -> list[dict]:
    found = []
    for (screen, task, measure), part in rows.groupby(["screen", "task", "measure"], sort=False):
        wide = part.pivot(index="seed", columns="method", values="value")
        for method in [name for name in wide if name != "gears" and "gears" in wide]:
            about = {"screen": screen, "task": task, "method": method, "against": "gears"}
            found.append(about | {"measure": f"{measure}_ratio"} | median_row(wide["gears"] / wide[method], measure))
    return found


def _baselines(plan: Plan) -> list[dict]:
    once = {"low": np.nan, "high": np.nan, "n": 1, "reason": "nothing is drawn: no interval"}
    return [
        {"screen": place.screen, "task": place.task, "method": method, "measure": "l2", "value": error} | once
        for place in plan.places
        for method, error in errors_of_baselines(place).items()
    ]


def _provenance(plan: Plan, hashes: dict[str, str], seconds: float) -> dict:
    return {
        "study": "beside_gears",
        "dataset": ", ".join(hashes),
        "dataset_hash": hashes,
        "simulated": False,
        "places": [asdict(place) for place in plan.places],
        "seeds": list(range(plan.seeds)),
        "epochs": plan.epochs,
        "cell-gears": version("cell-gears"),
        "units": UNITS,
        "machine": machine(torch.get_num_threads()),
        "date": today(),
        "code_version": code_version(__name__),
        "seconds": round(seconds, 1),
    }
