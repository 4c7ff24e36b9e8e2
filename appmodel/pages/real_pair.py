"""The worked pair as pages show it: the sum of two effects against the effect of both, with error bars."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from .looks import BLUE, GREY


def plot_worked_pair(table: pd.DataFrame, pair: str, n_named: int = 4, ax: Axes | None = None) -> Axes:
    """Measured effect of a pair against the sum of its singles, one point per readout, bars of one standard error.

    ``table`` is a ``worked_pair``.  The ``n_named`` readouts with the largest standard error or effect carry their
    name; on the line the two agree.
    """
    ax = ax or plt.gca()
    ax.axline((0, 0), slope=1, color=GREY, lw=1)
    ax.errorbar(
        table["sum"],
        table[pair],
        xerr=table["sum_error"],
        yerr=table["pair_error"],
        fmt="o",
        color=BLUE,
        ecolor=BLUE,
        elinewidth=0.8,
        ms=3.5,
        alpha=0.7,
    )
    size = table[["sum", pair, "difference_error"]].abs().max(axis=1)
    for name in size.nlargest(n_named).index:
        ax.annotate(
            name, (table.at[name, "sum"], table.at[name, pair]), (6, -12), textcoords="offset points", fontsize=9
        )
    ax.set(xlabel="sum of the two single effects", ylabel=f"measured effect of {pair}")
    return ax
