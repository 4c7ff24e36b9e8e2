"""The decisions of a reading as options of the command line, by the names that they have everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..screens.reading.decisions import VALUES

# Names as in ``Choices`` and ``load_effects``.
_OPTIONS: dict[str, dict[str, Any]] = {
    "rows": {"type": click.Choice(["cells", "effects"]), "help": "What a row of the file is."},
    "condition_key": {"help": "Column of the labels."},
    "labels": {"type": click.Path(), "help": "A table of labels: name of each cell, label."},
    "control": {"multiple": True, "help": "A label of control cells; * stands for any letters. Several may be given."},
    "separator": {"help": "What joins two genes in a label."},
    "gene_key": {"help": "Column of var with gene symbols."},
    "species": {"type": click.Choice(["human", "mouse"]), "help": "Of the gene symbols."},
    "values": {"type": click.Choice(VALUES), "help": "What the numbers are."},
    "layer": {"help": "Layer that holds the numbers."},
    "within": {"multiple": True, "help": "Column of groups: effects against the group's own control."},
    "only": {"multiple": True, "metavar": "COLUMN=GROUP", "help": "Keep these rows."},
    "modality": {"help": "Which table of a multimodal file."},
    "unmeasured": {"is_flag": True, "default": None, "help": "Perturbed genes need not be measured."},
    "min_cells": {"type": int, "help": "Drop conditions with fewer cells."},
}


def reading_options(command: Callable) -> Callable:
    """Give a command one option for each decision of a reading."""
    for name, about in reversed(_OPTIONS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, **about)(command)
    return command


def told(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``load_effects`` that were said.  Raises ``click.UsageError`` for ``--only`` without a '='."""
    said = {name: value for name, value in options.items() if value not in (None, ())}
    for name in ("control", "within"):
        if name in said:
            said[name] = list(said[name])
    if "only" in said:
        if wrong := [each for each in said["only"] if "=" not in each]:
            raise click.UsageError(f"--only {wrong[0]} names no group: write --only COLUMN=GROUP.")
        only: dict[str, list[str]] = {}
        for each in said["only"]:
            column, _, group = each.partition("=")
            only.setdefault(column, []).append(group)
        said["only"] = only
    return said
