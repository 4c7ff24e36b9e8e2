"""Studies: which methods are scored on which screens, read from ``studies.yml`` and run job by job."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

import appmodel

from ..effects import load_effects
from ..networks import Network, load_network
from ..predictors import Predictor
from ..provenance import load_scores, save_scores
from ..scoring import benchmark
from ..screens import load_cells
from ..screens.demo import true_effects
from ..splits import TASKS, Split


@dataclass(frozen=True)
class Study:
    """One entry of ``studies.yml``.  Raises ``ValueError`` naming what is wrong in it.

    ``splits`` gives a screen a ready-made split (a JSON file) in place of ``seeds``; ``against: truth`` scores
    the simulated screen against its noise-free effects.  A method may have a ``network`` of its own: a list of
    sources, or ``shuffled``.
    """

    name: str
    about: str
    seeds: int
    network: list[str]
    screens: dict[str, list[str]]
    methods: dict[str, dict]
    splits: dict[str, str] = field(default_factory=dict)
    against: str = "measured"

    def __post_init__(self) -> None:
        for screen, tasks in self.screens.items():
            if unknown := set(tasks) - set(TASKS):
                raise ValueError(f"Study {self.name!r} asks {screen} for task {unknown.pop()!r}: use {TASKS}.")
        if self.against not in ("measured", "truth"):
            raise ValueError(f"Study {self.name!r} scores against {self.against!r}: say 'measured' or 'truth'.")
        if self.seeds < 1:
            raise ValueError(f"Study {self.name!r} has seeds: {self.seeds}; give 1 or more.")
        for method in self.methods:
            self.predictor(method)

    def predictor(self, method: str) -> Predictor:
        """A fresh predictor as ``methods`` describes it."""
        options = {key: value for key, value in self.methods[method].items() if key not in ("class", "network")}
        kind = self.methods[method].get("class")
        if kind not in appmodel.__all__ or not hasattr(getattr(appmodel, kind), "get_params"):
            raise ValueError(f"Study {self.name!r}, method {method!r}: {kind!r} is no predictor of appmodel.")
        try:
            return getattr(appmodel, kind)(**options)
        except TypeError as error:
            raise ValueError(f"Study {self.name!r}, method {method!r}: {error}.") from error


def load_studies(path: str | Path = "studies.yml") -> dict[str, Study]:
    """The studies in a YAML file, by name."""
    entries = yaml.safe_load(Path(path).read_text())
    try:
        return {name: Study(name=name, **entry) for name, entry in entries.items()}
    except TypeError as error:
        raise ValueError(f"{path}: {error}; an entry has about, seeds, network, screens, methods.") from error


def run_job(study: Study, screen: str, task: str, method: str, progress: bool = False) -> pd.DataFrame:
    """Scores of one method on one screen and task, over the seeds of the study."""
    network = _network(study, method)
    data = load_cells(screen) if task == "seen" else load_effects(screen)
    splits = [Split.from_json(study.splits[screen])] if screen in study.splits else None
    truth = true_effects(load_cells(screen)) if study.against == "truth" else None
    return benchmark({method: study.predictor(method)}, data, task=task, network=network, splits=splits, truth=truth,
                     seeds=range(study.seeds), progress=progress)


def _network(study: Study, method: str) -> Network:
    wanted = study.methods[method].get("network", study.network)
    if wanted == "shuffled":
        return load_network(study.network).shuffled(seed=0)
    return load_network(wanted)


def gather(parts: list[Path]) -> pd.DataFrame:
    """One table of the parts, in their order, with the provenance of all of them.

    Raises ``ValueError`` where the parts come from different data or splits.
    """
    tables = [load_scores(path) for path in parts]
    sources = [table.attrs["provenance"] for table in tables]
    for source in sources:
        source.setdefault("against", "measured")  # parts written before scoring against the truth was possible
    for key in ("dataset_hash", "splits", "against"):
        if any(source[key] != sources[0][key] for source in sources):
            raise ValueError(f"{parts[0].parent} mixes scores with different {key}: delete it and run again.")
    whole = pd.concat(tables, ignore_index=True)
    shared = {key: sources[0][key] for key in ("dataset", "dataset_hash", "simulated", "against", "seeds", "splits")}
    runs = {method: {"predictor": text, "network": source["network"], "code_version": source["code_version"],
                     "date": source["date"]}
            for source in sources for method, text in source["methods"].items()}
    whole.attrs["provenance"] = {**shared, "methods": runs}
    return whole


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.studies run|gather ...`` (called by the Snakefile)."""
    parser = argparse.ArgumentParser(description="Score methods as studies.yml says.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="score one method on one screen and task")
    for option in ("--studies", "--study", "--screen", "--task", "--method", "--output"):
        run.add_argument(option, required=True)
    run.add_argument("--progress", action="store_true")
    together = commands.add_parser("gather", help="join the scores of several methods")
    together.add_argument("parts", nargs="+", type=Path)
    together.add_argument("--output", required=True)
    arguments = parser.parse_args()
    if arguments.command == "run":
        study = load_studies(arguments.studies)[arguments.study]
        scores = run_job(study, arguments.screen, arguments.task, arguments.method, arguments.progress)
    else:
        scores = gather(arguments.parts)
    save_scores(scores, arguments.output)


if __name__ == "__main__":
    main()
