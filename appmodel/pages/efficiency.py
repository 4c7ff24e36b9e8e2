"""The chapter on efficiency: its tables as text, double-logarithmic panels with slopes, and the ratio to bare torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ..scoring.findings import chosen
from ..scoring.intervals import divided
from ..studies.efficiency.costs import ALL_CHOOSE, PERTURBED, REFERENCE, SIZES, SLOPE, TOLD_APART, UNITS
from .looks import CYCLE, GREY, Look, look
from .panels import panels, reach, shared_legend
from .tables import quoted_text, unit_text, with_interval

_AXIS = {
    "genes": "genes in the graph",
    "edges": "pairs of genes joined",
    "embedding": "embedding size",
    "conditions": "training conditions",
}


# What pages call what is measured.
MEASURES = {
    "parameters": "parameters",
    "held_numbers": "numbers held",
    "epochs_to_best": "epochs to its best",
    "epoch_time": "one epoch",
    "time_to_best": "training to its best",
    "training_time": "whole training",
    "first_prediction_time": "from screen to prediction",
    "peak_memory": "peak memory",
    "fit_memory": "memory of the fit",
    "prediction_time": "one prediction",
    "batch_prediction_time": "each of a batch",
    "batch_over_torch": "batch / bare torch",
    "batch_over_sigmoid": "batch / torch with sigmoids",
    "error_over_mean": "error / that of the mean",
    "preparation_time": "preparation",
    "l2": "error (L2)",
}
# What is told of AnchoredAPP by perturbed genes, and of all choosing the hyperparameters.
_BY_PERTURBED = {
    "anchored_app": ("training_time", "fit_memory", "batch_prediction_time", "error_over_mean"),
    ALL_CHOOSE: ("training_time", "error_over_mean"),
}
AIM = 2  # a batch may take so many times what bare torch takes
_UNDISTURBED = 0.95  # share of a core that a fit gets on an idle machine


def reference_values(table: pd.DataFrame, method: str) -> pd.DataFrame:
    """The findings on one method at the reference, by measure."""
    return chosen(table, by=REFERENCE, method=method).set_index("measure", drop=False)


def reference_table(table: pd.DataFrame) -> pd.DataFrame:
    """All quantities at the reference as text, a column per model; then APP's on the threads that torch takes."""
    columns = {method: reference_values(table, method).apply(said, axis=1) for method in ("app", "anchored_app")}
    several = chosen(table, by="threads").set_index("measure", drop=False)
    several = several[several["bin"].astype(float) > 1]
    if len(several):
        columns[f"APP, {several['bin'].iloc[0]} threads"] = several.apply(said, axis=1)
    texts = pd.DataFrame(columns)
    return texts.loc[[name for name in UNITS if name in texts.index]].fillna("")


def beside_here(table: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """What another machine measured at the reference and what this one does, as text, and how many times as much."""
    rows = []
    for method in ("app", "anchored_app"):
        there, now = reference_values(table, method), reference_values(here, method)
        for measure in [name for name in UNITS if name in now.index and name in there.index]:
            ratio = float(divided(now.loc[measure, "value"], there.loc[measure, "value"]))
            times = "" if np.isnan(ratio) else f"{ratio:.2f}"
            rows.append((method, measure, said(there.loc[measure]), said(now.loc[measure]), times))
    columns = ["model", "quantity", "in the tables above", "here", "ratio"]
    return pd.DataFrame(rows, columns=columns).set_index(["model", "quantity"])


def slope_table(table: pd.DataFrame) -> pd.DataFrame:
    """Powers with their intervals as text: a row per method and quantity, a column per size."""
    rows = table[table["measure"].str.endswith(SLOPE) & table["by"].isin(list(SIZES))]
    texts = [row.reason if np.isnan(row.value) else in_words(row, _power) for row in rows.itertuples()]
    rows = rows.assign(quantity=rows["measure"].str.removesuffix(SLOPE), text=texts)
    wide = rows.pivot(index=["method", "quantity"], columns="by", values="text")
    order = pd.MultiIndex.from_frame(rows[["method", "quantity"]].drop_duplicates())
    return wide.loc[order, [name for name in SIZES if name in wide]].fillna("")


def share_table(table: pd.DataFrame) -> pd.DataFrame:
    """Where the time of each work goes: model and work, place in the code, share with its interval as text."""
    rows = chosen(table, measure="time_share")
    shares = [in_words(row, "{:.0%}".format) for row in rows.itertuples()]
    index = pd.MultiIndex.from_arrays([rows["method"], rows["by"]], names=["model", "work"])
    return pd.DataFrame({"where": rows["bin"].to_numpy(), "share of time": shares}, index=index)


def perturbed_table(table: pd.DataFrame) -> pd.DataFrame:
    """AnchoredAPP by perturbed genes as text: a row per number of genes, a column per measure."""
    rows = chosen(table, by=PERTURBED)
    sizes = sorted({float(size) for size in rows["bin"] if size})
    columns = {}
    for method, measures in _BY_PERTURBED.items():
        for measure in measures:
            part = chosen(rows, method=method, measure=measure)
            told = {float(row["bin"]): said(row) for _, row in part.iterrows()}
            name = MEASURES[measure] + (", all choosing" if method == ALL_CHOOSE else "")
            columns[name] = [told.get(size, "") for size in sizes]
    return pd.DataFrame(columns, index=[f"{size:,.0f}" for size in sizes]).rename_axis(PERTURBED)


def beside_published(table: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Ours at the reference beside every quoted number of the same quantity (``load_published``): Table 5.

    Quoted ones were taken on other machines, and most for other tasks: read them as orders of magnitude.
    """
    rows = []
    for metric in ("parameters", "training_time", "prediction_time"):
        for method in ("app", "anchored_app"):
            row = reference_values(table, method).loc[metric]
            rows.append((metric, method, said(row), "measured here, simulated screen"))
        for _, row in published[published["metric"] == metric].iterrows():
            rows.append((metric, row["method"], quoted_text(row), row["source"]))
    return pd.DataFrame(rows, columns=["quantity", "method", "value", "source"])


def said(row: pd.Series) -> str:
    """A finding of the study as text, with its unit and its interval; an exact count without one."""
    unit = unit_text((UNITS | TOLD_APART)[row["measure"]])
    return in_words(row, short, unit) + ("" if np.isfinite(row["low"]) else f" ({row['reason']})")


def machine_sentence(about: Mapping) -> str:
    """The machine of a run from the provenance of its table, and whether the machine had other work to do."""
    machine = about["machine"]
    share = machine["processor_share"]
    busy = (
        ""
        if share >= _UNDISTURBED
        else f" **The machine had other work to do:** fits got {share:.0%} of a core, "
        f"so that times are about {1 / share:.1f} times too long."
    )
    return (
        f"Measured on {machine['processor']} ({machine['cores']} cores, {machine['system']}), torch "
        f"{machine['torch']} on {machine['threads']} thread (by default it takes {machine['default_threads']} here)"
        f", rounds: {len(about['seeds'])}, {about['date']}.{busy}"
    )


def plot_scaling(table: pd.DataFrame, curves: Sequence[tuple[str, str, str]], ylabel: str) -> Figure:
    """One double-logarithmic panel per size; each curve is (measure, method, name), its power stands at its end.

    ``table`` is an ``efficiency_table``; bars are its intervals, lines the fitted powers.  A curve that a size leaves
    as it is (AnchoredAPP has no embedding) is not in that panel.
    """
    sizes = [name for name in _AXIS if name in set(table["by"])]
    figure, axes = panels(len(sizes), size=(4.3, 2.9), sharey=True)
    for by, ax in zip(sizes, axes, strict=True):
        part = chosen(table, by=by)
        for (quantity, method, name), (_, marker, line) in zip(curves, CYCLE, strict=False):
            mark = look(method)._replace(name=name, marker=marker, line=line)
            _curve(chosen(part, method=method), quantity, mark, ax)
        _log_axes(ax, part.loc[part["bin"] != "", "bin"].astype(float).unique(), _AXIS[by])
    for ax in axes[::2]:
        ax.set_ylabel(ylabel)
    shared_legend(figure, columns=2)
    return figure


def plot_torch_ratio(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Time of a prediction batch of APP divided by bare torch's, with its tanh and with sigmoids in their place."""
    ax = ax or plt.gca()
    for shift, quantity, name, (colour, marker, _) in zip(
        (-0.12, 0.12), ("batch_over_torch", "batch_over_sigmoid"), ("tanh", "sigmoids"), CYCLE, strict=False
    ):
        rows = chosen(table, measure=quantity, by="genes")
        places = np.arange(len(rows)) + shift
        ax.errorbar(
            rows["value"],
            places,
            xerr=reach(rows),
            fmt=marker,
            color=colour,
            capsize=3,
            ms=5,
            label=f"against torch with {name}",
        )
        ax.set_yticks(np.arange(len(rows)), [f"{float(size):,.0f} genes" for size in rows["bin"]])
    ax.invert_yaxis()
    ax.axvline(1, color=GREY, lw=1, ls=":", label="bare torch")
    ax.axvline(AIM, color=GREY, lw=1, ls="--", label="aim")
    ax.set(xlabel="time of a batch / time of bare torch", xlim=(0, None))
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _curve(rows: pd.DataFrame, quantity: str, mark: Look, ax: Axes) -> None:
    """Points with intervals, the fitted power as a line and its number, where there is anything to draw."""
    points = chosen(rows, measure=quantity)
    points = points[points["value"] > 0]
    if points.empty:
        return
    name, colour, marker, line = mark
    sizes, arms = points["bin"].astype(float), reach(points)
    ax.errorbar(sizes, points["value"], yerr=arms, fmt=marker, color=colour, ms=5, capsize=3, label=name)
    power = chosen(rows, measure=quantity + SLOPE)["value"]
    if power.notna().any():  # through the middle of the points, as least squares does
        logs = np.log(sizes)
        fitted = np.exp(np.log(points["value"]).mean() + power.iloc[0] * (logs - logs.mean()))
        ax.plot(sizes, fitted, color=colour, ls=line, lw=1)
        ax.annotate(
            f"{power.iloc[0]:.2f}",
            (sizes.iloc[-1], fitted.iloc[-1]),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=8,
        )


def _log_axes(ax: Axes, sizes: Sequence[float], xlabel: str) -> None:
    ax.set(xlabel=xlabel, xscale="log", yscale="log", xlim=(0.85 * min(sizes), 1.3 * max(sizes)))
    ax.set_xticks(sorted(sizes), [f"{size:,.0f}" for size in sorted(sizes)], fontsize=8)
    ax.xaxis.set_minor_locator(NullLocator())


def in_words(row: pd.Series, form: Callable[[float], str], unit: str = "") -> str:
    """A finding with its interval, but alone where nothing varies."""
    low, high = (row.low, row.high) if row.low < row.high else (np.nan, np.nan)
    return with_interval(row.value, low, high, form, unit)


def short(number: float) -> str:
    """Three digits, or all that stand before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _power(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}"  # never -0.00
