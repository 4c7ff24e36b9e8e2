"""Tables on the command line."""

from __future__ import annotations

import click
import pandas as pd


def show_table(table: pd.DataFrame, nothing: str = "") -> None:
    """A table in plain text; where it is empty, the sentence that says so."""
    if not table.empty:
        click.echo(table.to_string(index=False, max_colwidth=70, float_format="{:.3g}".format, na_rep="") + "\n")
    elif nothing:
        click.echo(nothing)


def show_reading(table: pd.DataFrame) -> None:
    """The decisions of a reading with the options that override them."""
    show_table(table.assign(argument=table["argument"].map(_as_option)).drop(columns="question"))


def _as_option(argument: str) -> str:
    return f"--{argument.replace('_', '-')}" if argument else ""
