"""The jobs of the studies, as Snakemake calls them: one job writes one table, or one figure."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..provenance import load_scores, save_scores
from ..studies.study import COMMANDS, load_studies, load_study

RESULTS = Path("data/results")


def table(asked: argparse.Namespace) -> None:
    """Fit what is missing, score all methods, write the scores and what of them is committed."""
    from ..studies.fits import fit_missing, kept
    from ..studies.plan import seconds_of
    from ..studies.tables import kept_rows, study_scores

    study = load_study(asked.studies, asked.study)
    fit_missing(
        study,
        asked.screen,
        asked.task,
        asked.cores,
        seconds_of(study, asked.screen, asked.task, RESULTS),
        not asked.quiet,
    )
    scores = study_scores(study, asked.screen, asked.task, kept(study, asked.screen, asked.task))
    save_scores(scores, asked.scores)
    # What is committed is read back: the six digits of the file, not those of the memory.
    save_scores(kept_rows(study, load_scores(asked.scores)), asked.output)


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


def efficiency(asked: argparse.Namespace) -> None:
    """What the models cost on this machine, and how it grows."""
    from ..studies.efficiency.timing import FULL, QUICK, benchmark_table

    plan = QUICK if asked.quick else FULL
    plan = plan if asked.rounds is None else replace(plan, rounds=asked.rounds)
    save_scores(benchmark_table(plan, progress=not asked.quiet), asked.output)


def tuning(asked: argparse.Namespace) -> None:
    """Settings of APP on inner folds of training conditions."""
    from ..studies.tuning.tables import tuning_tables

    for name, rows in tuning_tables(asked.settings, asked.kept, asked.cores, not asked.quiet).items():
        save_scores(rows, asked.output.with_name(f"{asked.output.stem}{name}.csv"))


def interpretability(asked: argparse.Namespace) -> None:
    """Whether attention explains anything, seed by seed; each is kept, so that a stopped run goes on."""
    from ..studies.attention.seeds import kept_parts, write_table

    write_table(kept_parts(asked.screens, asked.seeds, asked.max_epochs, asked.kept, not asked.quiet), asked.output)


def picture(asked: argparse.Namespace) -> None:
    """The picture of the README, from the committed results."""
    from ..pages.picture import save_picture

    save_picture(asked.results, asked.study, asked.output)


def estimate(asked: argparse.Namespace) -> None:
    """How much there is to fit, and how long it took when the committed tables were made."""
    from ..studies.plan import estimate as said

    print(said(load_studies(asked.studies), asked.command_of_make, RESULTS, asked.cores), flush=True)


def _command(commands: argparse._SubParsersAction, job: Callable, **options: dict) -> None:
    """A sub-command of the name and the words of ``job`` with these options; one of no default is required."""
    parser = commands.add_parser(job.__name__, help=job.__doc__)
    parser.set_defaults(job=job)
    for name, option in options.items():
        if name in ("files", "command_of_make"):
            parser.add_argument(name, **option)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", required="default" not in option, **option)


def parser() -> argparse.ArgumentParser:
    """The command line ``python -m appmodel.pipeline.jobs``."""
    whole = argparse.ArgumentParser(prog="python -m appmodel.pipeline.jobs", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    text, path, number = {}, {"type": Path}, {"type": int}
    cores, studies = {**number, "default": 2}, {"default": "studies.yml"}
    quiet = {"action": "store_true", "default": False, "help": "no progress bar"}
    _command(
        commands,
        table,
        study=text,
        screen=text,
        task=text,
        scores=path,
        output=path,
        cores=cores,
        studies=studies,
        quiet=quiet,
    )
    _command(commands, leaderboard, study=text, output=path, studies=studies, files={**path, "nargs": "+"})
    _command(commands, interactions, study=text, screen=text, doubles=path, output=path, studies=studies)
    _command(commands, extrapolation, results=path, output=path, studies=studies, quiet=quiet)
    _command(
        commands,
        efficiency,
        output=path,
        rounds={**number, "default": None},
        quick={"action": "store_true", "default": False},
        quiet=quiet,
    )
    _command(
        commands,
        tuning,
        output=path,
        cores=cores,
        settings={**number, "default": 64},
        kept={**path, "default": Path("_build/tuning")},
        quiet=quiet,
    )
    _command(
        commands,
        interpretability,
        output=path,
        screens={"nargs": "+", "default": ["demo", "adamson16"]},
        seeds={**number, "default": 5},
        max_epochs={**number, "default": None},
        kept={**path, "default": Path("_build/interpretability")},
        quiet=quiet,
    )
    _command(commands, picture, results=path, study=text, output=path)
    _command(commands, estimate, cores=cores, studies=studies, command_of_make={"choices": COMMANDS})
    return whole


if __name__ == "__main__":
    asked = parser().parse_args()
    asked.job(asked)
