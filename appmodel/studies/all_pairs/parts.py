"""One part of a run over all pairs: predicted in memory that does not grow, written whole or not at all."""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ...files import writing
from ...names import genes_of
from ...predictors.pairs import PairPredictions, pair_predictions
from ...predictors.saving import load_predictor
from ...predictors.threads import one_thread
from .order import pairs_at
from .run import PREDICTOR, Run, code_of, digest_of

PAIRS, VALUES = "pairs", "values"
GENES = ["gene_a", "gene_b"]
_ONE_AT_A_TIME = threading.Lock()  # the number of torch's threads is the process's


class Made(NamedTuple):
    """A part that was written: which, after how many seconds, in how many bytes."""

    part: int
    seconds: float
    size: int


class Opened(NamedTuple):
    """What a process keeps from part to part."""

    run: Run
    predictions: PairPredictions
    singles: np.ndarray
    trained: frozenset[tuple[str, ...]]
    readouts: list[str]


def part_path(folder: str | Path, kind: str, part: int) -> Path:
    """Where a part of the ``pairs`` or of their ``values`` stands."""
    return Path(folder) / kind / f"part-{part:05d}.parquet"


def is_made(folder: str | Path, run: Run, part: int) -> bool:
    """Whether a part is there, whole and of this run."""
    start, stop = run.bounds(part)
    for kind in (VALUES, PAIRS) if run.values else (PAIRS,):
        try:
            about = pq.read_metadata(part_path(folder, kind, part))
        except (OSError, pa.ArrowInvalid):
            return False
        if about.num_rows != stop - start or (about.metadata or {}).get(b"run") != run.digest.encode():
            return False
    return True


def make_part(folder: str, digest: str, part: int) -> Made:
    """Predict the pairs of one part of the run in ``folder`` and write them; the digest is that of the run."""
    with _ONE_AT_A_TIME, one_thread():
        opened = opened_run(folder, digest)
        start = time.perf_counter()
        tables = _tables(opened, part)
        for kind, table in tables.items():
            table = table.replace_schema_metadata({"run": digest})
            floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
            form = {"compression": "zstd", "use_dictionary": GENES, "use_byte_stream_split": floats}
            with writing(part_path(folder, kind, part)) as temporary:
                pq.write_table(table, temporary, **form)
        size = sum(part_path(folder, kind, part).stat().st_size for kind in tables)
        return Made(part, time.perf_counter() - start, size)


@lru_cache(maxsize=1)
def opened_run(folder: str, digest: str) -> Opened:
    """The run of a folder with its model, loaded once in each process.

    Raises ``ValueError`` where run or model are not those that were begun, or this process has another code.
    """
    run, saved = Run.read(folder), Path(folder) / PREDICTOR
    model = load_predictor(saved)
    if run.digest != digest or run.model != digest_of(saved):
        raise ValueError(f"{folder} holds another run or model than was begun: delete it, and start again.")
    if run.code != code_of(model):
        raise ValueError(
            f"This process has another version of appmodel ({code_of(model)}) than the one that began the run "
            f"({run.code}): install the same one everywhere."
        )
    predictions = pair_predictions(model, run.genes)
    trained = frozenset(genes for genes in map(genes_of, model.training_conditions_) if len(genes) == 2)
    return Opened(run, predictions, predictions.singles(), trained, list(map(str, model.readouts_.index)))


def _tables(opened: Opened, part: int) -> dict[str, pa.Table]:
    run, singles = opened.run, opened.singles
    first, second = pairs_at(*run.bounds(part), len(run.genes))
    columns = {name: np.empty(len(first), dtype=np.float32) for name in run.keep}
    effects = np.empty((len(first), len(opened.readouts)) if run.values else (0, 0), dtype=np.float32)
    wanted = None if run.wanted is None else np.array(run.wanted)
    for rows, values, errors in opened.predictions.blocks(first, second):
        said = {"size": _norm(values), "predicted_error": errors}
        if "deviation" in columns:
            said["deviation"] = _norm(values - (singles[first[rows]] + singles[second[rows]]))
        if wanted is not None:
            said["likeness"] = _cosine(values, wanted, said["size"])
        for name, column in columns.items():
            column[rows] = said[name]
        if run.values:
            effects[rows] = values
    genes = pa.array(run.genes)
    a, b = genes.take(pa.array(first)), genes.take(pa.array(second))
    trained = [pair in opened.trained for pair in zip(a.to_pylist(), b.to_pylist(), strict=True)]
    made = {PAIRS: pa.table({"gene_a": a, "gene_b": b, "in_training": trained, **columns})}
    if run.values:
        each = [pa.array(np.ascontiguousarray(column)) for column in effects.T]
        made = {VALUES: pa.table(each, names=opened.readouts), **made}  # the pairs last: they say that both are there
    return made


def _norm(values: np.ndarray) -> np.ndarray:
    return np.linalg.norm(values, axis=1)


def _cosine(values: np.ndarray, wanted: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Likeness of each effect to the wanted one; NaN where nothing is predicted to change."""
    length = size * np.linalg.norm(wanted)
    return np.divide((values * wanted).sum(axis=1), length, out=np.full(len(size), np.nan), where=length > 0)
