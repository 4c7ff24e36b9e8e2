"""What a variant of a model changes: paired differences from the full model, as a table and a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...scoring import paired_difference, ratio_table
from ..plots import BLUE, GREY, ORANGE


def difference_table(scores: pd.DataFrame, reference: str, methods: Sequence[str], metric: str = "l2") -> pd.DataFrame:
    """Each of ``methods`` beside ``reference``, one row per dataset, task and method.

    ``mean`` of the metric, ``ratio`` to the reference, ``difference`` from it with its 95 % interval (``low``,
    ``high``; bootstrap clustered by condition), all in units of the metric.  ``says`` reads the interval: 'worse',
    'better' (lower is better) or 'no difference' where it holds zero.
    """
    rows = []
    for (dataset, task), part in scores.groupby(["dataset", "task"], sort=False):
        ratios = ratio_table(part, reference, metric).set_index("method")
        for method in methods:
            paired = paired_difference(part, method, reference, metric)
            rows.append({"dataset": dataset, "task": task, "method": method, "mean": ratios.loc[method, "mean"],
                         "ratio": ratios.loc[method, "ratio"], "difference": paired["difference"],
                         "low": paired["low"], "high": paired["high"],
                         "says": "worse" if paired["low"] > 0 else "better" if paired["high"] < 0
                         else "no difference"})
    return pd.DataFrame(rows)


def plot_differences(table: pd.DataFrame, reference: str, unit: str = "L2", ax: Axes | None = None) -> Axes:
    """Difference of each method from ``reference`` on one screen and task, with its interval (``difference_table``)."""
    ax = ax or plt.gca()
    table = table[::-1].reset_index(drop=True)
    clear = (table["says"] != "no difference").to_numpy()
    for chosen, colour, marker in ((clear, ORANGE, "D"), (~clear, BLUE, "o")):
        part = table[chosen]
        reach = np.abs(part[["low", "high"]].to_numpy() - part[["difference"]].to_numpy()).T
        ax.errorbar(part["difference"], part.index, xerr=reach, fmt=marker, color=colour, capsize=3, ms=4)
    ax.axvline(0, color=GREY, ls="--", lw=1)
    ax.set(yticks=table.index, yticklabels=table["method"], xlabel=f"{unit} minus that of {reference}",
           ylim=(-0.6, len(table) - 0.4))
    return ax


def plot_degradation(scores: pd.DataFrame, model: str, steps: dict[float, str], baseline: str, colour: str = BLUE,
                     marker: str = "o", ax: Axes | None = None) -> Axes:
    """Error of ``model`` divided by the baseline's against the share of edges changed, with intervals.

    ``scores`` are of one screen and task; ``steps`` maps a share (0 to 1) to the method that was given such a
    network.  The interval is that of the paired difference, divided by the baseline's mean.
    """
    ax = ax or plt.gca()
    table = ratio_table(scores, baseline).set_index("method")
    reference = table.loc[baseline, "mean"]
    points = [(share, paired_difference(scores, method, baseline)) for share, method in sorted(steps.items())]
    x = [100 * share for share, _ in points]
    middle = np.array([1 + paired["difference"] / reference for _, paired in points])
    reach = np.array([[paired["difference"] - paired["low"], paired["high"] - paired["difference"]]
                      for _, paired in points]).T / reference
    ax.errorbar(x, middle, yerr=reach, fmt=f"{marker}-", color=colour, capsize=3, ms=4, label=model)
    ax.axhline(1, color=GREY, ls="--", lw=1)
    ax.set(ylabel=f"L2 / L2 of {baseline}")
    return ax


def says_of_parts(table: pd.DataFrame, names: Mapping[str, str], model: str) -> str:
    """One sentence on how many screens and tasks each part of ``model`` earns its place (``difference_table``)."""
    places = len(table[["dataset", "task"]].drop_duplicates())
    counts = table.groupby("method", sort=False)["says"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=["worse", "better", "no difference"], fill_value=0)
    parts = [f"{names[method]}: worse {row['worse']}, better {row['better']}, no difference {row['no difference']}"
             for method, row in counts.iterrows()]
    return f"`{model}` without one part, on {places} screens and tasks: {'; '.join(parts)}."


def says_of_network(scores: pd.DataFrame, model: str) -> str:
    """One sentence on whether ``model`` uses its network: shuffled and empty ones against the intact one."""
    table = difference_table(scores, model, [f"{model}_shuffled", f"{model}_empty", f"{model}_without_25"])
    places = table[["dataset", "task"]].drop_duplicates()
    worse = table[table["says"] == "worse"].assign(at=lambda rows: rows["dataset"] + " " + rows["task"])
    shuffled = list(worse[worse["method"] == f"{model}_shuffled"]["at"])
    quarter = list(worse[worse["method"] == f"{model}_without_25"]["at"])
    uses = (f"uses its network on {', '.join(shuffled)} (a shuffled one is worse there)" if shuffled else
            "does not use its network anywhere (a shuffled one is nowhere worse)")
    flat = f"worse on {', '.join(quarter)}" if quarter else "not worse anywhere"
    return (f"`{model}`, {len(places)} screens and tasks: it {uses}; with a quarter of the edges removed it is {flat}."
            + ("" if shuffled else "  So its flat curve is indifference, not robustness."))
