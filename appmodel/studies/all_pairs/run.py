"""What a run over all pairs is of, kept beside its parts: nothing else may continue it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from ...arguments import called, truth, whole_number
from ...files import text_digest, writing
from ...names import all_genes
from ...predictors import Predictor
from ...predictors.saving import load_predictor, save_predictor
from ...predictors.saving.folder import MODEL
from ...provenance import code_version
from .checks import checked_genes, checked_wanted, kept_of
from .order import n_pairs

MANIFEST, PREDICTOR = "run.json", "model"
LEFTOVERS = (".model-*", ".run-*.json", ".top-*.csv", "pairs/.part-*", "values/.part-*")


@dataclass(frozen=True)
class Run:
    """A run over all pairs: the digest of the model, what is kept of each pair, how pairs are parted, by which code."""

    model: str
    genes: list[str]
    chunk: int
    keep: list[str]
    values: bool
    wanted: list[float] | None
    code: str
    pyarrow: str

    @cached_property
    def digest(self) -> str:
        """Tells this run from every other."""
        return text_digest(json.dumps(asdict(self), sort_keys=True))

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return n_pairs(len(self.genes))

    @property
    def n_parts(self) -> int:
        """Number of files that the pairs are written to."""
        return -(-self.n_pairs // self.chunk)

    def bounds(self, part: int) -> tuple[int, int]:
        """Numbers of the first pair of a part and of the first one after it."""
        return part * self.chunk, min((part + 1) * self.chunk, self.n_pairs)

    @classmethod
    def read(cls, folder: str | Path) -> Run:
        """The run of a folder.  Raises ``ValueError`` where its file is damaged."""
        path = Path(folder) / MANIFEST
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path} is damaged or of no run over all pairs: name another folder.") from error

    def begin(self, folder: Path) -> None:
        """Note the run in its folder.  Raises ``ValueError`` where another run, or something else, is there."""
        if (folder / MANIFEST).is_file():
            there = Run.read(folder)
            names = [field.name for field in fields(self) if getattr(self, field.name) != getattr(there, field.name)]
            if names:
                raise ValueError(
                    f"{folder} holds a run that differs in {', '.join(names)}: name another folder, or delete this one."
                )
        elif folder.is_dir() and any(folder.glob("[!.]*")):
            raise ValueError(f"{folder} holds files of something else: name an empty folder, or a new one.")
        with writing(folder / MANIFEST) as temporary:
            temporary.write_text(json.dumps(asdict(self), sort_keys=True) + "\n", encoding="utf-8")


def run_of(
    model: Predictor | str | Path,
    genes: Sequence[str] | None,
    folder: Path,
    criterion: str,
    keep: Sequence[str] | None,
    wanted: pd.Series | np.ndarray | None,
    values: bool,
    chunk: int,
) -> Run:
    """The run that is asked for, noted in ``folder`` with the model that every process will load from there."""
    model = load_predictor(model) if isinstance(model, str | Path) else model
    if not isinstance(model, Predictor):
        raise ValueError(
            f"model is {called(model)}: pass a fitted predictor of appmodel, or the folder of a saved one."
        )
    chunk, values = whole_number("chunk", chunk, 1), truth("values", values)
    model._check_fitted()
    names = checked_genes(all_genes(model.training_conditions_) if genes is None else genes)
    goal = None if wanted is None else checked_wanted(wanted, model.readouts_.index)
    kept = kept_of(keep, criterion, model, names, goal is not None)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".model-") as temporary:
        saved = Path(temporary) / PREDICTOR
        save_predictor(model, saved)
        digest = digest_of(saved)
        run = Run(digest, names, chunk, kept, values, goal, code_of(model), version("pyarrow"))
        run.begin(folder)
        if not (folder / PREDICTOR).is_dir():
            os.replace(saved, folder / PREDICTOR)
    _sweep(folder)
    return run


def digest_of(saved: Path) -> str:
    """What tells a saved predictor from every other."""
    return json.loads((saved / MODEL).read_text(encoding="utf-8"))["digest"]


def code_of(model: Predictor) -> str:
    """Version of what predicts pairs by a model, a wrapped one too."""
    return code_version(
        __package__, *sorted({type(each).__module__ for each in (model, getattr(model, "predictor_", model))})
    )


def _sweep(folder: Path) -> None:
    """Take away what a run that was killed was writing."""
    for path in [each for left in LEFTOVERS for each in folder.glob(left)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
