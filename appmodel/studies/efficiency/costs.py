"""What the models cost, from repeated measurements: medians, their intervals, and slopes against size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...scoring.intervals import N_BOOTSTRAP, interval

COLUMNS = ["quantity", "method", "size_of", "size", "value", "low", "high", "unit", "n", "reason"]
UNITS = {
    "parameters": "count",
    "held_numbers": "count",
    "epochs_to_best": "count",
    "epoch_time": "s",
    "time_to_best": "s",
    "training_time": "s",
    "peak_memory": "MiB",
    "fit_memory": "MiB",
    "prediction_time": "ms",
    "batch_prediction_time": "ms",
    "batch_over_torch": "ratio",
    "batch_over_sigmoid": "ratio",
}
SETTINGS = ("n_genes", "n_neighbors", "n_hidden", "n_singles", "threads")
# What is varied: the setting, and the column that says how large that made it.
SIZES = {
    "genes": ("n_genes", "n_genes"),
    "edges": ("n_neighbors", "edges"),
    "embedding": ("n_hidden", "n_hidden"),
    "conditions": ("n_singles", "conditions"),
    "threads": ("threads", "threads"),
}
REFERENCE, SLOPE = "reference", "_slope"
EXACT = ("parameters", "held_numbers")  # counts that are the same at every measurement
AIM = 2  # a batch may take so many times what bare torch takes
_UNDISTURBED = 0.95  # share of a core that a fit gets on an idle machine
_ONCE = "measured once: no interval"


def efficiency_table(measured: pd.DataFrame, reference: Mapping[str, int]) -> pd.DataFrame:
    """Medians of repeated measurements with 95 % bootstrap intervals, and the slopes of their logarithms.

    ``measured`` has one row per measurement (columns of ``pipeline.efficiency.measure``); ``reference`` gives each of
    ``SETTINGS``.  Rows of the result: each quantity at the reference (``size_of`` reference, ``size`` in genes); by
    genes, edges (pairs joined), embedding size, training conditions and threads where these vary while all else is as
    in the reference; and, by quantity and ``size_of``, ``<quantity>_slope``, the power with which it grows (not for
    threads; three sizes at least).  A quantity measured once has no interval, unless it is an exact count, and
    ``reason`` says so.
    """
    rows = []
    for (quantity, method), part in measured.groupby(["quantity", "method"], sort=False):
        middle = _with(part, reference)
        if len(middle):
            rows.append([quantity, method, REFERENCE, reference["n_genes"], *_median_row(middle["value"], quantity)])
        for size_of, (setting, size) in SIZES.items():
            varied = _with(part, {key: value for key, value in reference.items() if key != setting})
            if varied[setting].nunique() < 2:
                continue
            by_size = {float(at): group["value"].to_numpy(float) for at, group in varied.groupby(size)}
            rows += [[quantity, method, size_of, at, *_median_row(values, quantity)] for at, values in by_size.items()]
            if size_of != "threads" and len(by_size) > 2:
                rows.append([quantity + SLOPE, method, size_of, np.nan, *_slope_row(by_size)])
    return pd.DataFrame(rows, columns=COLUMNS)


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The median of repeated measurements and its 95 % percentile bootstrap interval, NaN for fewer than two."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return float(np.median(values)), np.nan, np.nan
    low, high = interval(_drawn_medians(values, np.random.default_rng(0))[:, None])
    return float(np.median(values)), float(low[0]), float(high[0])


def loglog_slope(by_size: Mapping[float, Sequence[float]]) -> tuple[float, float, float]:
    """Least-squares slope of log median against log size, with its 95 % bootstrap interval over the repeats.

    ``by_size`` holds the repeated measurements at each size; they are drawn anew within each.  The interval is NaN
    where a size was measured once; all is NaN where a median is not positive.
    """
    groups = [np.asarray(values, dtype=float) for values in by_size.values()]
    centred = np.log(np.array(list(by_size), dtype=float))
    centred -= centred.mean()
    weights = centred / (centred**2).sum()
    medians = np.array([np.median(values) for values in groups])
    if not (medians > 0).all():
        return np.nan, np.nan, np.nan
    slope = float(weights @ np.log(medians))
    if min(map(len, groups)) < 2:
        return slope, np.nan, np.nan
    rng = np.random.default_rng(0)
    drawn = np.stack([_drawn_medians(values, rng) for values in groups], axis=1)
    drawn = drawn[(drawn > 0).all(axis=1)]
    low, high = interval((np.log(drawn) @ weights)[:, None])
    return slope, float(low[0]), float(high[0])


def reference_values(table: pd.DataFrame, method: str) -> pd.DataFrame:
    """The rows of one method at the reference, by quantity."""
    rows = table[(table["size_of"] == REFERENCE) & (table["method"] == method)]
    return rows.set_index("quantity")


def reference_table(table: pd.DataFrame) -> pd.DataFrame:
    """All quantities at the reference as text, a column per model; then APP's on the threads that torch takes."""
    columns = {method: reference_values(table, method).apply(said, axis=1) for method in ("app", "anchored_app")}
    several = table[(table["size_of"] == "threads") & (table["size"] > 1)].set_index("quantity")
    if len(several):
        columns[f"app, {_short(several['size'].iloc[0])} threads"] = several.apply(said, axis=1)
    return pd.DataFrame(columns).reindex([name for name in UNITS if name in set(table["quantity"])]).fillna("")


def said(row: pd.Series) -> str:
    """A value with its unit and its interval as text; an exact count without one."""
    unit = {"count": "", "ratio": ""}.get(row["unit"], f" {row['unit']}")
    if row["low"] == row["high"]:
        return f"{_short(row['value'])}{unit}"
    spread = f"{_short(row['low'])} to {_short(row['high'])}" if np.isfinite(row["low"]) else row["reason"]
    return f"{_short(row['value'])}{unit} ({spread})"


def efficiency_sentence(table: pd.DataFrame, published: pd.DataFrame) -> str:
    """What came out at the reference size for both models, with what the paper states (``load_published``)."""
    app, anchored = (reference_values(table, method).apply(said, axis=1) for method in ("app", "anchored_app"))
    ratio = reference_values(table, "app").loc["batch_over_torch"]
    aim = "at most" if ratio["value"] <= AIM else "more than"
    paper = (
        published[(published["claim"] == "T5") & (published["method"] == "app")]
        .set_index("metric")
        .apply(quoted, axis=1)
    )
    return (
        f"With {_short(ratio['size'])} genes (simulated) on one thread, APP has {app['parameters']} parameters "
        f"(the paper: {paper['parameters']}), is trained in {app['training_time']} (the paper: "
        f"{paper['training_time']}) and predicts one unseen condition in {app['prediction_time']} (the paper: "
        f"{paper['prediction_time']}), in a batch each in {app['batch_prediction_time']}. The batch takes "
        f"{app['batch_over_torch']} times what torch needs for the same tanh and matrix products: {aim} the "
        f"{AIM} times aimed at. AnchoredAPP fits {anchored['parameters']} numbers, and holds "
        f"{anchored['held_numbers']}, in {anchored['training_time']}; it predicts one condition in "
        f"{anchored['prediction_time']}, in a batch each in {anchored['batch_prediction_time']}."
    )


def quoted(row: pd.Series) -> str:
    """A quoted value or range with its unit; where neither is stated, what is said in its place."""
    unit = "" if row["unit"] in ("", "count") else f" {row['unit']}"
    if np.isfinite(row["low"]):
        return f"{row['low']:,.10g} to {row['high']:,.10g}{unit}"
    return f"{row['value']:,.10g}{unit}" if np.isfinite(row["value"]) else row["statement"]


def slope_table(table: pd.DataFrame) -> pd.DataFrame:
    """Slopes with their intervals as text: a row per method and quantity, a column per size."""
    rows = table[table["quantity"].str.endswith(SLOPE)]
    rows = rows.assign(
        quantity=rows["quantity"].str.removesuffix(SLOPE),
        text=[
            _power(row.value) + (f" ({_power(row.low)} to {_power(row.high)})" if row.low < row.high else "")
            if np.isfinite(row.value)
            else row.reason
            for row in rows.itertuples()
        ],
    )
    wide = rows.pivot(index=["method", "quantity"], columns="size_of", values="text")
    order = pd.MultiIndex.from_frame(rows[["method", "quantity"]].drop_duplicates())
    return wide.loc[order, [name for name in SIZES if name in wide]].fillna("")


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
            rows.append((metric, row["method"], quoted(row), row["source"]))
    return pd.DataFrame(rows, columns=["quantity", "method", "value", "source"])


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


def _with(rows: pd.DataFrame, settings: Mapping[str, int]) -> pd.DataFrame:
    return rows[np.logical_and.reduce([rows[key] == value for key, value in settings.items()])]


def _drawn_medians(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.median(values[rng.integers(len(values), size=(N_BOOTSTRAP, len(values)))], axis=1)


def _median_row(values: Sequence[float], quantity: str) -> list:
    value, low, high = median_interval(values)
    if quantity in EXACT:
        low = high = value
    return [value, low, high, UNITS[quantity], len(values), _ONCE if np.isnan(low) else ""]


def _slope_row(by_size: Mapping[float, Sequence[float]]) -> list:
    slope, low, high = loglog_slope(by_size)
    reason = "a median is not positive: it has no logarithm" if np.isnan(slope) else _ONCE if np.isnan(low) else ""
    return [slope, low, high, "power", sum(map(len, by_size.values())), reason]


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _power(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}"  # never -0.00
