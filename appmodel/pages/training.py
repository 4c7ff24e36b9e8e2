"""The tuning study as a table and a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from ..predictors.collapse import COLLAPSED
from .looks import BLUE, CYCLE, GREY, ORANGE
from .panels import panels, shared_legend


def mending_table(table: pd.DataFrame, steps: Sequence[str], titles: Mapping[str, str]) -> pd.DataFrame:
    """For each named setting and task: spread, training error and left-out error, means over the folds it was tried on.

    ``table`` is that of ``make tuning``.  Spread is relative to the training effects', the errors to those of a
    constant: of the training mean on the training conditions, of the task's baseline on the left-out ones.  All
    settings are compared on the folds that they share.
    """
    rows = table[table["setting"].isin(steps)]
    shared = rows.groupby(["screen", "task", "fold"])["setting"].nunique()
    rows = rows.set_index(["screen", "task", "fold"]).loc[shared.index[shared == len(steps)]].reset_index()
    rows = rows.assign(where=rows["screen"].map(titles) + ", " + rows["task"])
    means = rows.groupby(["setting", "where"], sort=False)[["spread", "training_error", "ratio"]].mean()
    means = means.rename(
        columns={"spread": "spread of predictions", "training_error": "training error", "ratio": "left-out error"}
    )
    return means.unstack("where").swaplevel(axis=1).sort_index(axis=1, level=0, sort_remaining=False).loc[list(steps)]


def choices_table(choices: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """For each task the setting chosen on its own folds, on those of the other screens, and on all of them.

    ``choices`` is the second table of ``make tuning``.  Columns by choice: the setting, and its error on the test side
    of that split (mean over model seeds) over that of the task's baseline.
    """
    rows = choices.assign(where=choices["screen"].map(titles) + ", " + choices["task"])
    columns = {}
    for choice in ("own", "others", "all"):
        of_choice = rows[rows["choice"] == choice].set_index("where")
        columns[choice, "setting"], columns[choice, "test error"] = of_choice["setting"], of_choice["test_ratio"]
    return pd.DataFrame(columns).rename_axis(None)


def plot_tuning(table: pd.DataFrame, named: Mapping[str, str], titles: Mapping[str, str]) -> Figure:
    """Every setting tried on the first fold: left-out error against spread, one panel per screen and task.

    Left of the dotted line predictions are a constant; the dashed line is the task's baseline.  ``named`` maps
    settings that are marked to what they are called.
    """
    first = table[table["fold"] == 0]
    groups = list(first.groupby(["screen", "task"], sort=False))
    figure, axes = panels(len(groups), columns=3, size=(3.3, 2.9), sharex=True)
    for ax, ((screen, task), part) in zip(axes, groups, strict=True):
        spread = part["spread"].clip(lower=1e-5)
        ax.scatter(spread, part["ratio"], s=12, color=BLUE, alpha=0.6)
        for (setting, name), (_, marker, _) in zip(named.items(), CYCLE[1:], strict=False):
            one = part[part["setting"] == setting]
            ax.plot(one["spread"].clip(lower=1e-5), one["ratio"], marker, color=ORANGE, ms=6, label=name)
        ax.axvline(COLLAPSED, color=GREY, ls=":", lw=1)
        ax.axhline(1, color=GREY, ls="--", lw=1)
        ax.set(xscale="log", title=f"{titles.get(screen, screen)}, {task}")
    figure.supxlabel("spread of the predictions / spread of the training effects", fontsize=10)
    figure.supylabel("error / error of the baseline", fontsize=10)
    shared_legend(figure, columns=len(named))
    return figure
