"""Run studies: say first what has to be done and how long it will take, then hand over to Snakemake."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from .studies import load_studies

SNAKEFILE = "studies.smk"
START = 7.0  # seconds that a job takes before it computes anything, roughly
_FIT = re.compile(r"Fitting (\w+) on (\w+), (\w+) \((\w+)\)")


def planned(target: str) -> list[tuple[str, str, str, str]]:
    """The fits (method, screen, task, study) that Snakemake would run for a target.

    Raises ``RuntimeError`` with what Snakemake said where it cannot plan.
    """
    command = ["snakemake", "--snakefile", SNAKEFILE, "--dry-run", "--cores", "1", "--", target]
    result = subprocess.run(command, text=True, capture_output=True, check=False)
    if result.returncode:
        raise RuntimeError(f"Snakemake cannot plan {target!r}: {result.stderr.strip()[-2000:]}")
    return [found.groups() for found in _FIT.finditer(result.stdout + result.stderr)]


def seconds_of(fits: list[tuple[str, str, str, str]], results: Path) -> tuple[float, int]:
    """Seconds that these fits took when the committed tables were made, and of how many that is not known."""
    total, unknown = 0.0, 0
    for method, screen, task, study in fits:
        path = results / f"{study}_{screen}_{task}.provenance.json"
        runs = json.loads(path.read_text())["methods"] if path.is_file() else {}
        run = runs.get(method)
        if isinstance(run, dict) and "seconds" in run:
            total += run["seconds"] + START
        else:
            unknown += 1
    return total, unknown


def estimate(fits: list[tuple[str, str, str, str]], results: Path, cores: int) -> str:
    """One sentence: how many fits, and how many minutes they took on the machine of the committed tables."""
    if not fits:
        return "Every fit is done: only tables and figures can be left to make."
    seconds, unknown = seconds_of(fits, results)
    more = f", and {unknown} whose time is not known" if unknown else ""
    return (f"{len(fits)} fits to do: about {max(round(seconds / cores / 60), 1)} minutes on {cores} core(s), as they "
            f"took when the committed tables were made{more}.  It can be stopped and goes on where it was.")


def main() -> None:
    """Command line: ``python -m appmodel.pipeline.run TARGET`` (called by make)."""
    parser = argparse.ArgumentParser(description="Run the studies of studies.yml.")
    parser.add_argument("target", help="real, studies or local")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--profile", help="a Snakemake profile, such as profiles/slurm")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    asked = parser.parse_args()
    try:
        load_studies("studies.yml")  # a mistake in a method is named now, not when its job starts
        print(estimate(planned(asked.target), Path("data/results"), asked.cores), flush=True)
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))
    where = ["--profile", asked.profile] if asked.profile else ["--cores", str(asked.cores)]
    command = ["snakemake", "--snakefile", SNAKEFILE, *where, "--quiet", "host",
               *(["--dry-run"] if asked.dry_run else []), "--", asked.target]
    sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
