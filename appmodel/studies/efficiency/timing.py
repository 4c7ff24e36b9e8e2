"""The efficiency study (section 4.7, Table 5): what APP and AnchoredAPP cost, by size, on this machine.

The measuring is done by a process of its own (``cases``), which gives every case a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from ...predictors import APP, AnchoredAPP
from ...provenance import code_version, today
from .costs import SETTINGS, TOLD_APART, UNITS, efficiency_table

METHODS = ("app", "anchored_app")
_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Case:
    """One method on one simulated screen: genes (all of them nodes and readouts), singles, and the sizes of APP."""

    method: str
    n_genes: int
    n_neighbors: int
    n_hidden: int
    n_singles: int
    threads: int = 1


@dataclass(frozen=True)
class Plan:
    """Which sizes are measured, and how often.

    Each of ``genes``, ``neighbors`` (of a gene in the graph), ``hidden`` (embedding size) and ``singles`` (for APP up
    to the reference) varies while the others stay at ``reference`` (genes, neighbors, hidden, singles).  A screen has
    as many doubles for its singles as the demo screen.  Everything is measured ``rounds`` times, with another seed of
    APP each; ``batch`` is the number of conditions predicted at once.  APP is trained to its end (``max_epochs``) at
    the reference, elsewhere for ``few_epochs``: enough for the time of one.  ``perturbed`` genes are shown to
    AnchoredAPP by ``measure_genes``, up to ``exact_up_to`` of them also with all of them choosing.  Without ``whole``
    APP is trained to its end nowhere, and no shares of time are taken.  With ``all_threads`` APP is timed at the
    reference with the threads that torch takes by default too; leave it out where other work shares the machine.
    """

    genes: Sequence[int] = (500, 1000, 2000, 5000, 10000, 20000)
    neighbors: Sequence[int] = (5, 10, 20, 40)
    hidden: Sequence[int] = (32, 64, 128, 256)
    singles: Sequence[int] = (52, 74, 105, 210, 420)
    perturbed: Sequence[int] = (100, 300, 1000, 2000, 5000, 10000)
    exact_up_to: int = 2000
    reference: Sequence[int] = (2000, 20, 128, 105)
    rounds: int = 3
    batch: int = 1000
    max_epochs: int = APP().max_epochs
    few_epochs: int = 10
    whole: bool = True
    all_threads: bool = True

    def __post_init__(self) -> None:
        if min(self.rounds, self.batch, self.max_epochs, self.few_epochs) < 1:
            raise ValueError("A plan has no rounds, batch, max_epochs or few_epochs: give 1 or more of each.")

    def cases(self, default_threads: int = 1) -> list[Case]:
        """The cases of one round, each once.

        AnchoredAPP has no embedding, and no nearest neighbours to choose: it is measured by genes and singles.
        """
        genes, neighbors, hidden, singles = self.reference
        middle = Case("app", genes, neighbors, hidden, singles)
        found = [middle, replace(middle, threads=default_threads if self.all_threads else 1)]
        found += [replace(middle, n_genes=size) for size in self.genes]
        found += [replace(middle, n_neighbors=size) for size in self.neighbors]
        found += [replace(middle, n_hidden=size) for size in self.hidden]
        found += [replace(middle, n_singles=size) for size in self.singles if size <= singles]
        anchored = replace(middle, method="anchored_app")
        found += [anchored, *(replace(anchored, n_genes=size) for size in self.genes)]
        found += [replace(anchored, n_singles=size) for size in self.singles]
        return list(dict.fromkeys(found))

    def screens(self) -> list[tuple[int, int]]:
        """Genes and singles of each simulated screen."""
        return list(dict.fromkeys((case.n_genes, case.n_singles) for case in self.cases()))

    def to_its_end(self, case: Case) -> bool:
        """Whether a case is fitted as a user would fit it: AnchoredAPP always, APP at the reference on one thread."""
        sizes = (case.n_genes, case.n_neighbors, case.n_hidden, case.n_singles, case.threads)
        return case.method != "app" or (self.whole and sizes == (*self.reference, 1))

    @property
    def middle(self) -> dict[str, int]:
        """The reference as settings of a case, on one thread."""
        return dict(zip(SETTINGS, (*self.reference, 1), strict=True))


def doubles_of(n_singles: int) -> int:
    """As many doubles for each single as the demo screen has."""
    return round(n_singles * 125 / 105)


FULL = Plan()
# The reference alone, and of APP only epochs: enough to set one machine beside another.
HERE = Plan(genes=(), neighbors=(), hidden=(), singles=(), perturbed=(), rounds=2, whole=False, all_threads=False)


def measure(plan: Plan = FULL, progress: bool = False) -> pd.DataFrame:
    """Every measurement of ``plan`` on this machine: one row per case, round and quantity, with provenance.

    Columns: the fields of ``Case``, seed, edges (pairs joined in APP's graph), conditions (in training), quantity,
    value (units: ``studies.efficiency.costs.UNITS``); what is told by perturbed genes or by place in the code has
    these in ``by`` and ``bin``, and no sizes.
    Raises ``RuntimeError`` where a measurement fails.
    """
    about: dict[str, Any] = {}
    start, rows = time.perf_counter(), []
    with tqdm(desc="efficiency", unit="case", disable=not progress) as bar:
        for line in _lines(plan):
            if "case" not in line:
                about |= line
                bar.total = line.get("total")
                continue
            case = line["case"]
            share = case.pop("processor_share", None)
            if case.get("threads") == 1:
                about.setdefault("shares", []).append(share)
            rows += [{**case, "seed": line["seed"], **told} for told in line["measured"]]
            bar.set_postfix({key: case[key] for key in ("method", "n_genes", "by") if key in case})
            bar.update()
    measured = pd.DataFrame(rows)
    measured.attrs["provenance"] = _provenance(plan, about, time.perf_counter() - start)
    return measured


def benchmark_table(plan: Plan = FULL, progress: bool = False) -> pd.DataFrame:
    """``measure``, then medians, intervals and slopes (``studies.efficiency.costs.efficiency_table``)."""
    measured = measure(plan, progress)
    table = efficiency_table(measured, plan.middle)
    table.attrs["provenance"] = measured.attrs["provenance"]
    return table


def _provenance(plan: Plan, about: dict, seconds: float) -> dict:
    machine = {**about["machine"], "processor_share": round(float(pd.Series(about["shares"]).median()), 3)}
    return {
        "study": "efficiency",
        "dataset": "demo simulator",
        "simulated": True,
        "dataset_hash": about["screens"],
        "network": "regulons of the simulated prior network, as gene sets",
        "seeds": list(range(plan.rounds)),
        "methods": {"app": repr(APP(max_epochs=plan.max_epochs)), "anchored_app": repr(AnchoredAPP())},
        "units": UNITS | TOLD_APART,
        "plan": asdict(plan),
        "machine": machine,
        "date": today(),
        "code_version": code_version(__name__, f"{__package__}.cases"),
        "seconds": round(seconds, 1),
    }


def _lines(plan: Plan) -> Iterator[dict]:
    """What the measuring process says, line by line; it ends with whoever reads it."""
    environment = {key: value for key, value in os.environ.items() if key not in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    environment |= {
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([str(_PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.cases", json.dumps(asdict(plan))],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment,
        )
        assert process.stdout is not None  # it is a pipe
        try:
            yield from map(json.loads, process.stdout)
        except BaseException:  # whoever reads has gone, or was interrupted
            process.kill()
            raise
        finally:
            process.stdout.close()
            code = process.wait()
        if code:
            said.seek(0)
            last = said.read().strip().splitlines()[-1:] or ["it said nothing"]
            raise RuntimeError(f"The measuring process stopped (exit code {code}): {last[0]}")
