"""The study as a thing: which methods are judged on which screens, and where its files lie.

Everybody asks it; nobody else reads ``studies.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Literal

from anndata import AnnData

from .. import predictors
from ..effects import load_effects, screen_targets
from ..names import CONTROL, all_genes
from ..networks import DegradedBySeed, Network, load_network
from ..predictors import PermutedConditions, Predictor
from ..scoring import METRICS
from ..splits import TASKS, Split, make_split, split_by_seen, split_unseen
from .entries import NEEDED, read_entries, refuse_unknown

# Options of a method that are not parameters of its class.
_OPTIONS = ("class", "network", "conditions")
# The commands that make the tables of a study: make real, make studies, make local.
COMMANDS = ("real", "studies", "local")
PREDICTIONS = Path("_build/predictions")


@dataclass(frozen=True)
class Study:
    """One entry of ``studies.yml``.

    Raises ``ValueError`` naming what is wrong in it; what is wrong in a method, when that is asked for.

    ``networks`` gives a screen a network of its own and ``splits`` a ready-made split (a JSON file) in place of
    ``seeds``; ``predictions_of`` names a study of the same methods whose predictions are scored again; ``against:
    truth`` scores the simulated screen against its noise-free effects; ``per_condition`` are the metrics whose rows
    are kept condition by condition (the leaderboard has all); ``made_by`` names the command that makes its tables
    (``local``: it needs files that may not be redistributed); ``test_fraction`` is the share of genes that the task
    unseen holds out (a quarter by default) and ``split: by_seen`` tests doubles by how many of their genes were seen
    (``split_by_seen``).  A method may have a ``network`` of its own, a list of sources or one of the forms of
    ``Network.degraded`` ('shuffled', 'without 25%'), and ``conditions: permuted``.
    """

    name: str
    about: str
    seeds: int
    network: list[str]
    screens: dict[str, list[str]]
    methods: dict[str, dict]
    networks: dict[str, list[str]] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    predictions_of: str = ""
    against: str = "measured"
    per_condition: tuple[str, ...] = ("l2", "pearson")
    made_by: Literal["real", "studies", "local"] = "studies"
    test_fraction: float | None = None
    split: Literal["", "by_seen"] = ""

    def __post_init__(self) -> None:
        for screen, tasks in self.screens.items():
            if unknown := set(tasks) - set(TASKS):
                raise ValueError(
                    f"Study {self.name!r} asks {screen} for task {unknown.pop()!r}: use one of {', '.join(TASKS)}."
                )
        if self.against not in ("measured", "truth"):
            raise ValueError(f"Study {self.name!r} scores against {self.against!r}: say 'measured' or 'truth'.")
        if unknown := set(self.per_condition) - set(METRICS):
            raise ValueError(f"Study {self.name!r} keeps metric {unknown.pop()!r}: choose from {', '.join(METRICS)}.")
        if self.made_by not in COMMANDS:
            raise ValueError(f"Study {self.name!r} has made_by: {self.made_by!r}; say one of {', '.join(COMMANDS)}.")
        if self.seeds < 1:
            raise ValueError(f"Study {self.name!r} has seeds: {self.seeds}; give 1 or more.")
        self._check_splits()

    def _check_splits(self) -> None:
        """Raise ``ValueError`` for an option of the splits that is unknown or would do nothing."""
        if self.split not in ("", "by_seen"):
            raise ValueError(f"Study {self.name!r} has split: {self.split!r}; say 'by_seen', or leave it out.")
        if self.test_fraction is not None and not 0 < self.test_fraction < 1:
            raise ValueError(
                f"Study {self.name!r} has test_fraction: {self.test_fraction}; give a share between 0 and 1."
            )
        for option, given, task in (
            ("split: by_seen", self.split == "by_seen", "doubles"),
            ("test_fraction", self.test_fraction is not None, "unseen"),
        ):
            if given and (self.splits or {task} != {found for tasks in self.screens.values() for found in tasks}):
                raise ValueError(
                    f"Study {self.name!r} has {option}, which is for the task {task!r} alone and not for "
                    f"ready-made splits: leave it out."
                )

    def predictor(self, method: str) -> Predictor:
        """A fresh predictor as ``methods`` describes it."""
        if method not in self.methods:
            raise ValueError(f"Study {self.name!r} has no method {method!r}: it has {', '.join(self.methods)}.")
        entry = self.methods[method]
        options = {key: value for key, value in entry.items() if key not in _OPTIONS}
        kind = predictors.predictor_class(str(entry.get("class")))
        if kind is None:
            raise ValueError(
                f"Study {self.name!r}, method {method!r}: {entry.get('class')!r} is no predictor of appmodel; write a "
                f"class such as Additive."
            )
        refuse_unknown(kind, options, f"Study {self.name!r}, method {method!r}")
        predictor = kind(**options)
        conditions = entry.get("conditions", "as measured")
        if conditions not in ("as measured", "permuted"):
            raise ValueError(
                f"Study {self.name!r}, method {method!r}, has conditions: {conditions!r}; say 'permuted' or nothing."
            )
        return PermutedConditions(predictor) if conditions == "permuted" else predictor

    def tables(self) -> list[tuple[str, str]]:
        """Screen and task of each of its tables."""
        return [(screen, task) for screen, tasks in self.screens.items() for task in tasks]

    def predictions_path(self, screen: str, task: str, method: str) -> Path:
        """Where the predictions of a method are kept; a study may score those of another again."""
        return PREDICTIONS / (self.predictions_of or self.name) / Path(screen).name / task / f"{method}.h5ad"

    def sources(self, screen: str) -> list[str]:
        """The sources of the network that methods get on a screen, unless they have their own."""
        return self.networks.get(screen, self.network)

    def network_of(self, method: str, screen: str, data: AnnData) -> Network | DegradedBySeed:
        """The network a method gets on a screen; ``data`` tells which genes the screen perturbs.

        What is drawn at random (a shuffled or damaged network) is drawn anew for each seed.
        """
        wanted = self.methods[method].get("network", self.sources(screen))
        if not isinstance(wanted, str):
            return read_network(*wanted)
        intact = read_network(*self.sources(screen))
        genes = intact.nodes(_targets(data)) if wanted == "complete" else None
        return DegradedBySeed(intact, wanted, None if genes is None else tuple(genes))

    def variants(self, reference: str) -> list[str]:
        """The other methods of the class of ``reference``.  Raises ``ValueError`` for a method that is not there."""
        if reference not in self.methods:
            raise ValueError(f"Study {self.name!r} has no method {reference!r}: it has {', '.join(self.methods)}.")
        kind = self.methods[reference]["class"]
        return [name for name, entry in self.methods.items() if entry["class"] == kind and name != reference]

    def splits_of(self, data: AnnData, screen: str, task: str) -> list[Split]:
        """The splits of a screen: a ready-made one, or one per seed."""
        if screen in self.splits:
            return [Split.from_json(self.splits[screen])]
        if self.split == "by_seen":
            return [split_by_seen(data, seed) for seed in range(self.seeds)]
        if self.test_fraction is not None:
            return [split_unseen(data, seed, self.test_fraction) for seed in range(self.seeds)]
        return [make_split(data, task, seed) for seed in range(self.seeds)]


@lru_cache(maxsize=4)
def read_network(*sources: str) -> Network:
    """A network, read once for all splits of a job: what a model keeps of it (walks, embeddings) is kept too."""
    return load_network(list(sources))


@lru_cache(maxsize=2)
def read_effects(screen: str) -> AnnData:
    """The effects of a screen, read once for all of its tables that follow each other."""
    return load_effects(screen)


def _targets(data: AnnData) -> list[str]:
    """The genes that a screen perturbs, of its effects or of its cells."""
    return screen_targets(data) if "condition" not in data.obs else all_genes(set(data.obs["condition"]) - {CONTROL})


def load_study(path: str | Path, name: str) -> Study:
    """One study of a file; its methods are not looked into.  Raises ``ValueError`` where the file has no such study."""
    studies = load_studies(path, methods=False)
    if name not in studies:
        raise ValueError(f"{path} holds no study {name!r}: it holds {', '.join(studies)}.")
    return studies[name]


def load_studies(path: str | Path = "studies.yml", methods: bool = True) -> dict[str, Study]:
    """The studies in a YAML file, by name.  Raises ``ValueError`` naming the first mistake.

    With ``methods=False`` the methods are not looked into: a job that fits one of them need not import all.
    """
    options = [each.name for each in fields(Study) if each.name not in ("name", *NEEDED)]
    entries = read_entries(path, options)
    try:
        studies = {name: Study(name=name, **entry) for name, entry in entries.items()}
        if methods:
            for study in studies.values():
                for method in study.methods:
                    study.predictor(method)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return studies
