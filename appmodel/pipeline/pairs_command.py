"""The command ``appmodel screen-pairs``: all pairs of many genes, in files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("screen-pairs")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("genes")
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the predictions.")
@click.option("--criterion", "-c", default="size", show_default=True, help="size, deviation or predicted_error.")
@click.option("--top", default=1000, show_default=True, help="How many pairs are named in top.csv.")
@click.option("--values", is_flag=True, help="Keep the predicted effects too.")
@click.option("--workers", default=2, show_default=True, help="How many processes predict.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster that predicts instead.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
def screen_pairs(
    model: Path,
    genes: str,
    output: Path,
    criterion: str,
    top: int,
    values: bool,
    workers: int,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Predict all pairs of GENES by the saved predictor in the folder MODEL, and name the top of them.

    GENES is a text file of gene names, or all: those that the predictor was trained on.  A run that was stopped goes on
    where it was.

    \b
    appmodel screen-pairs mine/model_doubles all -o pairs --criterion deviation
    """
    from ..studies import all_pairs  # takes torch along, which help does not need

    named = None if genes == "all" else Path(genes).read_text(encoding="utf-8").split()
    found = all_pairs.screen_pairs(
        model,
        named,
        output,
        criterion=criterion,
        top=top,
        values=values,
        workers=workers,
        scheduler=scheduler,
        progress=not quiet,
    )
    click.echo(found.top.head(10).to_string(index=False, float_format="{:.3g}".format, na_rep=""))
    without = f", {found.n_undefined:,} without a {criterion}" if found.n_undefined else ""
    click.echo(f"{found.n_pairs:,} pairs{without}; the first {len(found.top):,} by {criterion}: {output / 'top.csv'}")
