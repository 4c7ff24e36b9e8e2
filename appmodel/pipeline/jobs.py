"""The jobs of the studies, as Snakemake calls them: one job writes one table, or one figure."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..provenance import load_scores, save_scores
from ..studies.study import COMMANDS, load_studies, load_study

RESULTS, KEPT = Path("data/results"), Path("_build")


def table(asked: argparse.Namespace) -> None:
    """Fit what is missing, score all methods, write the scores and what of them is committed."""
    from ..studies.fits import fit_missing, kept
    from ..studies.plan import seconds_of
    from ..studies.tables import study_scores

    study, screen, task = load_study(asked.studies, asked.study), asked.screen, asked.task
    fit_missing(study, screen, task, asked.cores, seconds_of(study, screen, task, RESULTS), not asked.quiet)
    save_scores(study_scores(study, screen, task, kept(study, screen, task)), asked.scores)
    # What is committed is read back: the six digits of the file, not those of the memory.
    scores = load_scores(asked.scores)
    save_scores(scores[scores["metric"].isin(study.per_condition)], asked.output)


def leaderboard(asked: argparse.Namespace) -> None:
    """All screens, tasks and metrics of a study, from its scores."""
    from ..studies.tables import study_leaderboard

    save_scores(study_leaderboard(load_study(asked.studies, asked.study), asked.files), asked.output)


def interactions(asked: argparse.Namespace) -> None:
    """What the predictions for the doubles of a screen say of genetic interactions."""
    from ..effects import load_effects
    from ..studies.fits import kept
    from ..studies.interactions.report import interactions_report, load_interactions
    from ..studies.interactions.summary import interaction_findings

    predictions = kept(load_study(asked.studies, asked.study), asked.screen, "doubles")
    save_scores(interactions_report(predictions, load_effects(asked.screen)), asked.doubles)
    save_scores(interaction_findings(load_interactions(asked.doubles), asked.screen), asked.output)


def extrapolation(asked: argparse.Namespace) -> None:
    """Where methods gain on the baselines, from committed tables."""
    from ..studies.extrapolation.gains import extrapolation_table

    save_scores(extrapolation_table(load_studies(asked.studies), asked.results, not asked.quiet), asked.output)


def axes(asked: argparse.Namespace) -> None:
    """Errors over the axes of compact screens beside what others measured over genes."""
    from ..studies.axes import axes_table

    save_scores(axes_table(asked.results), asked.output)


def replicates(asked: argparse.Namespace) -> None:
    """How far two measurements of the same knock-out lie apart."""
    from ..studies.replicates import ALLELES, replicate_table

    save_scores(replicate_table(*ALLELES), asked.output)


def few_genes(asked: argparse.Namespace) -> None:
    """AnchoredAPP learning from few genes, with and without gates that leave its anchor alone."""
    from ..studies.few_genes import few_genes_table

    save_scores(few_genes_table(not asked.quiet), asked.output)


def efficiency(asked: argparse.Namespace) -> None:
    """What the models cost on this machine, and how it grows."""
    from ..studies.efficiency.timing import FULL, HERE, benchmark_table

    save_scores(benchmark_table(HERE if asked.here else FULL, progress=not asked.quiet), asked.output)


def beside_gears(asked: argparse.Namespace) -> None:
    """GEARS, APP and AnchoredAPP on the same cells: what each costs on this machine, and what it scores."""
    from ..studies.beside_gears.table import beside_gears as compared

    save_scores(compared(progress=not asked.quiet), asked.output)


def tuning(asked: argparse.Namespace) -> None:
    """Settings of APP on inner folds of training conditions; each result is kept, so that a stopped run goes on."""
    from ..studies.tuning.tables import tuning_tables

    for name, rows in tuning_tables(asked.settings, KEPT / "tuning", asked.cores, not asked.quiet).items():
        save_scores(rows, asked.output.with_name(f"{asked.output.stem}{name}.csv"))


def interpretability(asked: argparse.Namespace) -> None:
    """Whether attention explains anything, seed by seed; each is kept, so that a stopped run goes on."""
    from ..studies.attention.seeds import interpretability_table

    save_scores(interpretability_table(KEPT / "interpretability", not asked.quiet), asked.output)


def picture(asked: argparse.Namespace) -> None:
    """The picture of the README, from the committed results."""
    from ..pages.picture import save_picture

    save_picture(asked.results, asked.study, asked.output)


def estimate(asked: argparse.Namespace) -> None:
    """How much there is to fit, and how long it took when the committed tables were made."""
    from ..studies.plan import estimate as said

    print(said(load_studies(asked.studies), asked.command_of_make, RESULTS, asked.cores), flush=True)


# Every option means the same in all jobs; one without a default is required.
_OPTIONS: dict[str, dict[str, Any]] = {
    "files": {"type": Path, "nargs": "+"},
    "command_of_make": {"choices": COMMANDS},
    **{f"--{name}": {"required": True} for name in ("study", "screen", "task")},
    **{f"--{name}": {"required": True, "type": Path} for name in ("scores", "doubles", "results", "output")},
    "--studies": {"default": "studies.yml"},
    "--cores": {"type": int, "default": 2},
    "--settings": {"type": int, "default": 64, "help": "how many are drawn at random"},
    "--here": {"action": "store_true", "help": "the reference alone, to set this machine beside another"},
    "--quiet": {"action": "store_true", "help": "no progress bar"},
}
_JOBS = {
    table: "--study --screen --task --scores --output --cores --studies --quiet",
    leaderboard: "--study --output --studies files",
    interactions: "--study --screen --doubles --output --studies",
    extrapolation: "--results --output --studies --quiet",
    axes: "--results --output",
    replicates: "--output",
    few_genes: "--output --quiet",
    efficiency: "--output --here --quiet",
    beside_gears: "--output --quiet",
    tuning: "--output --settings --cores --quiet",
    interpretability: "--output --quiet",
    picture: "--results --study --output",
    estimate: "--cores --studies command_of_make",
}


def parser() -> argparse.ArgumentParser:
    """The command line ``python -m appmodel.pipeline.jobs``: a sub-command for each job, by its name and words."""
    whole = argparse.ArgumentParser(prog="python -m appmodel.pipeline.jobs", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    for job, options in _JOBS.items():
        command = commands.add_parser(job.__name__, help=job.__doc__)
        command.set_defaults(job=job)
        for option in options.split():
            command.add_argument(option, **_OPTIONS[option])
    return whole


if __name__ == "__main__":
    asked = parser().parse_args()
    asked.job(asked)
