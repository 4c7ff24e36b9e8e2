"""Run studies: say what has to be done and how long it will take, fit what is missing, leave the rest to Snakemake.

Snakemake decides what is stale.  Here the fits run in processes that stay (``workers``), on a cluster each is a job of
Snakemake's.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .studies import load_studies
from .workers import Fit, fit_all

SNAKEFILE = "studies.smk"
RESULTS = Path("data/results")
_FIT = re.compile(r"Fitting (\w+) on (\w+), (\w+) \((\w+)\)")


def planned(target: str) -> list[Fit]:
    """The fits that Snakemake would run for a target.  Raises ``RuntimeError`` with its words where it cannot plan."""
    return [Fit(*found.groups()) for found in _FIT.finditer(_said("--dry-run", "--cores", "1", "--", target))]


def seconds_of(fits: Sequence[Fit], results: Path) -> list[float | None]:
    """Processor seconds that each fit took when the committed tables were made; None where that is not known."""

    @cache
    def runs(table: str) -> dict[str, dict]:
        path = results / f"{table}.provenance.json"
        return json.loads(path.read_text())["methods"] if path.is_file() else {}

    found = [runs(f"{fit.study}_{fit.screen}_{fit.task}").get(fit.method) for fit in fits]
    return [run["seconds"] if isinstance(run, dict) and "seconds" in run else None for run in found]


def estimate(seconds: Sequence[float | None], cores: int) -> str:
    """One sentence: how many fits, and how many minutes they took on the machine of the committed tables."""
    if not seconds:
        return "Every fit is done: only tables and figures can be left to make."
    unknown = seconds.count(None)
    total = sum(one for one in seconds if one is not None)
    more = f", and {unknown} whose time is not known" if unknown else ""
    return (f"{len(seconds)} fits to do: about {max(round(total / cores / 60), 1)} minutes on {cores} core(s), as they "
            f"took when the committed tables were made{more}.  It can be stopped and goes on where it was.")


def expected(seconds: Sequence[float | None]) -> list[float]:
    """The same without gaps: a fit of unknown length counts as much as a known one does on average."""
    known = [one for one in seconds if one is not None]
    average = sum(known) / len(known) if known else 1.0
    return [average if one is None else one for one in seconds]


def fit_here(fits: Sequence[Fit], seconds: Sequence[float | None], cores: int) -> None:
    """Fit all, and let Snakemake note with which settings.  Raises ``RuntimeError`` naming the fits that failed."""
    made, failed = [], []
    try:
        for fit, why in fit_all(fits, expected(seconds), cores):
            if why:
                failed.append(f"  {fit}: {why}")
            else:
                made.append(fit.path)
    finally:  # when it is stopped too: without its note Snakemake would not see a changed line of studies.yml
        if made:
            _said("--touch", "--force", "--cores", "1", "--", *made)
    if failed:
        raise RuntimeError("\n".join([f"{len(failed)} of {len(fits)} fits failed, the others are kept:", *failed]))


def _said(*arguments: str) -> str:
    """What Snakemake says; ``RuntimeError`` with it where it fails."""
    result = _snakemake(*arguments, capture_output=True)
    said = result.stdout + result.stderr
    if result.returncode:
        raise RuntimeError(f"Snakemake cannot do this: {said.strip()[-2000:]}")
    return said


def _snakemake(*arguments: str, **options: bool) -> subprocess.CompletedProcess:
    return subprocess.run(["snakemake", "--snakefile", SNAKEFILE, *arguments], text=True, check=False, **options)


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.run TARGET`` (called by make)."""
    parser = argparse.ArgumentParser(description="Run the studies of studies.yml.")
    parser.add_argument("target", help="real, studies, local, or a file that studies.smk makes")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--profile", help="a Snakemake profile, such as profiles/slurm")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    asked = parser.parse_args()
    try:
        load_studies("studies.yml")  # a mistake in a method is named now, not when its turn comes
        fits = planned(asked.target)
        seconds = seconds_of(fits, RESULTS)
        print(estimate(seconds, asked.cores), flush=True)
        if fits and not asked.profile and not asked.dry_run:
            fit_here(fits, seconds, asked.cores)
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped: what was fitted is kept, the same command goes on from here.")
    where = ["--profile", asked.profile] if asked.profile else ["--cores", str(asked.cores)]
    # All jobs are alike, and the default scheduler takes a fifth of a core to find the best order of hundreds.
    sys.exit(_snakemake(*where, "--scheduler", "greedy", "--quiet", "host", *(["--dry-run"] if asked.dry_run else []),
                        "--", asked.target).returncode)


if __name__ == "__main__":
    main()
