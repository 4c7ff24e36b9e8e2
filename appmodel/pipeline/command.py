"""The command ``appmodel``: a screen of one's own from a file to predictions, without writing code."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import click
import pandas as pd

from ..effects import load_effects
from ..record import changes
from ..screens import ReadingWarning, reading_of, registry
from ..splits import possible_tasks
from .chapters import chapter_source, write_chapter
from .endings import Commands
from .pairs_command import screen_pairs
from .reading_options import reading_options, told
from .showing import show_reading, show_table

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(package_name="appmodel", message="appmodel %(version)s")
def main() -> None:
    """What would a perturbation do?  An honest answer for a screen of your own.

    \b
    appmodel validate my_screen.h5ad                how the file is read, and what that rests on
    appmodel benchmark my_screen.h5ad               is a model better here than addition and the mean?
    appmodel predict my_screen.h5ad --all pairs -o folder
    appmodel screen-pairs model all -o pairs        all pairs by a saved predictor, in files
    appmodel chapter own_screen --screen my_screen.h5ad -o my_screen.html
    """


main.add_command(screen_pairs)
network_option = click.option(
    "--network", "-n", "networks", multiple=True, help="Name or path; several may be given. [default: the open ones]"
)
seeds_option = click.option("--seeds", default=5, show_default=True, help="How many parts are hidden, one at a time.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress bar.")


@main.command()
@click.argument("screen")
@reading_options
@network_option
def validate(screen: str, networks: tuple[str, ...], **reading: Any) -> None:
    """Show how SCREEN is read: every decision with its evidence and the option that overrides it.

    Exit code 1 where the screen cannot be read without an answer.

    \b
    appmodel validate my_screen.h5ad
    appmodel validate my_screen.h5ad --control NT --condition-key guide
    """
    options = told(reading)
    min_cells = options.pop("min_cells", None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReadingWarning)  # they are rows of the table
            made = load_effects(screen, min_cells=min_cells, **options)
    except ValueError:
        table = reading_of(screen, **options)
        show_reading(table)
        if (asked := table["question"] != "").any():
            raise click.ClickException(f"{screen}: {table.loc[asked, 'question'].iloc[0]}") from None
        raise
    show_reading(reading_of(made))
    show_table(changes(made), "Nothing was dropped, merged or renamed.")
    network, without = _network(made, networks)
    show_table(network.coverage(made.uns["targets"]) if network else pd.DataFrame(), without)
    tasks = ", ".join(possible_tasks(made))
    click.echo(f"{made.n_obs} rows, {made.n_vars} readouts; it can be asked about: {tasks or 'nothing'}.")


@main.command()
@click.argument("screen")
@click.argument("output", type=click.Path(path_type=Path))
@reading_options
def effects(screen: str, output: Path, **reading: Any) -> None:
    """Write the effects of SCREEN (condition minus control, log1p) to OUTPUT, an .h5ad or .csv file.

    \b
    appmodel effects my_screen.h5ad effects.h5ad --within batch
    """
    from ..files import h5ad_bytes, writing

    if output.suffix not in (".h5ad", ".csv"):
        raise click.UsageError(f"OUTPUT is {output.name}: give a name that ends in .h5ad or .csv.")
    made = load_effects(screen, progressbar=True, **told(reading))
    with writing(output) as temporary:
        if output.suffix == ".csv":
            made.to_df().rename_axis("condition").to_csv(temporary, float_format="%.6g")
        else:
            temporary.write_bytes(h5ad_bytes(made))
    click.echo(f"{made.n_obs} conditions x {made.n_vars} readouts: {output}")


@main.command()
@click.argument("screen")
@reading_options
@network_option
@seeds_option
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Folder for the tables.")
@quiet_option
def benchmark(
    screen: str, networks: tuple[str, ...], seeds: int, output: Path | None, quiet: bool, **reading: Any
) -> None:
    """Say whether a model is better on SCREEN than addition and the mean, and what the screen can tell at all.

    \b
    appmodel benchmark my_screen.h5ad --seeds 10 -o verdict
    """
    from ..studies.own_screen import write_own

    made, verdicts, _ = _judged(screen, networks, seeds, quiet, reading)
    if output is not None:
        show_table(write_own(output, made, verdicts))


@main.command()
@click.argument("screen")
@click.argument("conditions", nargs=-1)
@click.option("--all", "kind", type=click.Choice(["pairs", "genes", "neighbours"]), help="All conditions of a kind.")
@click.option("--from", "listed", type=click.Path(), help="A file of conditions: one a line, or csv with 'condition'.")
@reading_options
@network_option
@seeds_option
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the predictions.")
@quiet_option
def predict(
    screen: str,
    conditions: tuple[str, ...],
    kind: str | None,
    listed: str | None,
    networks: tuple[str, ...],
    seeds: int,
    output: Path,
    quiet: bool,
    **reading: Any,
) -> None:
    """Predict CONDITIONS on SCREEN by the predictor that wins on it, each with the error to expect.

    \b
    appmodel predict my_screen.h5ad KLF1 CEBPA+KLF1 -o folder
    appmodel predict my_screen.h5ad --all pairs -o folder
    """
    from ..studies.own_screen import conditions_asked, forecast, forecast_table, next_tests, strongest, write_own

    if (bool(conditions) + (kind is not None) + (listed is not None)) != 1:
        raise click.UsageError("Say what to predict in one way: conditions, --all KIND, or --from FILE.")
    made, verdicts, network = _judged(screen, networks, seeds, quiet, reading)
    asked = conditions_asked(kind or (Path(listed) if listed else conditions), made, network)
    forecasts = forecast(made, asked.conditions, verdicts, network)
    for reason, count in asked.left_out["reason"].value_counts().items():
        click.echo(f"Left out: {count} {reason}.")
    click.echo(f"{forecasts.n_obs} conditions are predicted; the strongest:")
    show_table(forecast_table(strongest(forecasts, 10)))
    show_table(next_tests(forecasts), "Nothing stands out that would be worth a test before others.")
    show_table(write_own(output, made, verdicts, forecasts))


@main.command()
@click.argument("names", nargs=-1)
def fetch(names: tuple[str, ...]) -> None:
    """Download the published screens NAMES, check them by their hashes and keep them; without a name, list all.

    \b
    appmodel fetch norman19
    """
    if not names:
        show_table(registry.available()[["name", "kind", "licence", "source"]])
    for name in names:
        if name not in registry.names("cells") + registry.names("effects"):
            raise click.ClickException(f"There is no screen {name!r}: appmodel fetch lists them.")
        made = load_effects(name, progressbar=True)
        click.echo(f"{name}: {made.n_obs} conditions x {made.n_vars} readouts, hash {made.uns['dataset_hash']}")


@main.command()
@click.argument("name")
@click.option("--screen", help="Path of your file, or a name of the registry.")
@network_option
@click.option("--parameter", "-p", "parameters", multiple=True, metavar="NAME=JSON", help="Another parameter.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="An .ipynb or .html file. [default: NAME.html]")
def chapter(
    name: str, screen: str | None, networks: tuple[str, ...], parameters: tuple[str, ...], output: Path | None
) -> None:
    """Run the chapter NAME of the book on a screen of your own; its parameters are checked.

    \b
    appmodel chapter own_screen --screen my_screen.h5ad
    appmodel chapter own_screen --screen my_screen.h5ad -p readout=KLF1 -p predict=pairs
    """
    source = chapter_source(name)
    written = write_chapter(source, output or Path(f"{source.stem}.html"), screen, list(networks), parameters)
    click.echo(f"Written: {written}")


def _judged(screen: str, networks: tuple[str, ...], seeds: int, quiet: bool, reading: dict[str, Any]) -> Any:
    from ..pages.own_words import verdict_in_words
    from ..studies.own_screen import judge_screen

    made = load_effects(screen, progressbar=not quiet, **told(reading))
    network, without = _network(made, networks)
    if without:
        click.echo(without)
    verdicts = judge_screen(made, network, range(seeds), progress=not quiet and sys.stderr.isatty())
    for verdict in verdicts.values():
        click.echo(verdict_in_words(verdict).replace("**", "") + "\n")
    return made, verdicts, network


def _network(made: Any, networks: tuple[str, ...]) -> Any:
    from ..studies.own_screen import network_for

    return network_for(made, list(networks) or None)
