"""The side-by-side with GEARS as the efficiency chapter shows it: one table for each screen, and one picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..scoring.findings import chosen, found
from ..studies.beside_gears.measuring import MODELS
from ..studies.beside_gears.table import UNITS
from .efficiency import MEASURES, in_words, short
from .looks import CYCLE, GREY, look, readable, screen_name
from .panels import panels, reach, shared_legend
from .tables import unit_text

COSTS = (
    "parameters",
    "preparation_time",
    "epoch_time",
    "time_to_best",
    "training_time",
    "peak_memory",
    "prediction_time",
    "batch_prediction_time",
    "l2",
)


def costs_beside_gears(table: pd.DataFrame, screen: str) -> pd.DataFrame:
    """What each model costs and errs on one screen as text: medians over seeds with their spread, a column a model."""
    rows = chosen(table, screen=screen, against="", method=MODELS)
    text = rows.assign(text=rows.apply(_said, axis=1)).pivot(index="measure", columns="method", values="text")
    return text.loc[[name for name in COSTS if name in text.index], list(MODELS)].rename(index=MEASURES).fillna("")


def errors_beside_gears(table: pd.DataFrame) -> pd.DataFrame:
    """The error of every model and baseline, a row a method and a column a screen; the smallest first."""
    rows = chosen(table, against="", measure="l2")
    rows = rows.assign(screen=rows["screen"].map(screen_name), text=rows.apply(_said, axis=1))
    order = rows.groupby("method", sort=False)["value"].mean().sort_values().index
    wide = rows.pivot(index="method", columns="screen", values="text").loc[order].fillna("")
    return wide.rename(index=readable)


def ratio_to_gears(table: pd.DataFrame, method: str, measure: str, screen: str) -> pd.Series:
    """How many times as much GEARS takes as ``method``: value, low and high."""
    row = found(table, screen=screen, method=method, against="gears", measure=f"{measure}_ratio")
    return row[["value", "low", "high"]]


def plot_beside_gears(table: pd.DataFrame) -> Figure:
    """How many times as much GEARS takes as each of our models, a panel a screen, on a logarithmic axis."""
    screens = list(dict.fromkeys(table["screen"]))
    names = [name for name in COSTS if name != "l2"]
    figure, axes = panels(len(screens), 2, size=(3.7, 3.2), sharey=True)
    for screen, ax in zip(screens, axes, strict=True):
        for shift, method, (_, marker, _) in zip((-0.12, 0.12), ("app", "anchored_app"), CYCLE, strict=False):
            rows = chosen(table, screen=screen, method=method, against="gears").set_index("measure", drop=False)
            rows = rows.reindex([f"{name}_ratio" for name in names])
            places, shown = np.arange(len(names)) + shift, rows["value"].notna().to_numpy()
            rows, places = rows[shown], places[shown]
            mark = look(method)
            ax.errorbar(
                rows["value"], places, xerr=reach(rows), fmt=marker, color=mark.colour, capsize=3, ms=5, label=mark.name
            )
        ax.axvline(1, color=GREY, ls="--", lw=1)
        ax.set(title=screen_name(screen), xscale="log", xlabel="GEARS takes so many times as much")
        ax.set_yticks(range(len(names)), [MEASURES[name] for name in names])
    axes[0].invert_yaxis()
    shared_legend(figure, 2)
    return figure


def machine_of(table: pd.DataFrame) -> str:
    """The machine that a table was measured on, as a sentence."""
    about = table.attrs["provenance"]
    machine = about["machine"]
    return (
        f"Measured on {machine['processor']} ({machine['cores']} cores, {machine['system']}), torch "
        f"{machine['torch']}, cell-gears {about['cell-gears']}, {about['date']}."
    )


def _said(row: pd.Series) -> str:
    return in_words(row, short, unit_text(UNITS[row["measure"]]))
