"""Scores of attention over perturbations and seeds: means with intervals, and what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...scoring.intervals import N_BOOTSTRAP, interval, row_weights, weighted_means

COLUMNS = [
    "screen",
    "simulated",
    "model",
    "group",
    "ranking",
    "measure",
    "value",
    "low",
    "high",
    "n",
    "seed_min",
    "seed_max",
    "undefined",
    "reason",
]
EVERY = "all"  # the group of all conditions together
# The measure that decides what is said of a model on a screen, with what it says of chance.
DECISIVE = {
    "auroc_direct": ("direct targets", 0.5, "area under the ROC curve"),
    "auroc_measured": ("genes with the strongest measured effects", 0.5, "area under the ROC curve"),
    "auroc_significant": ("genes with a significant effect", 0.5, "area under the ROC curve"),
    "spearman_similarity": ("conditions with similar effects", 0.0, "rank correlation"),
}
_CONTROLS = {
    "mean_attention": "its mean over other perturbations",
    "shuffled": "a model with a shuffled network",
    "degree": "the number of neighbours",
    "distance": "closeness in the network",
    "sum": "the sum of its singles",
}


def seed_means(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean over the conditions of each group: screen, simulated, seed, model, ranking, measure, group, value.

    ``rows`` has one line per screen, simulated, seed, model, group, condition, ranking and measure, with its value
    (NaN where undefined, and then left out; a group without any value is NaN) and reason.
    """
    keys = ["screen", "simulated", "seed", "model", "ranking", "measure", "group"]
    return rows.groupby(keys, sort=False)["value"].mean().reset_index()


def summarised(rows: pd.DataFrame, n_bootstrap: int = N_BOOTSTRAP, seed: int = 0) -> pd.DataFrame:
    """Mean of each ranking and measure with its 95 % interval, per group of conditions and over all of them.

    ``rows`` as for ``seed_means``.  The bootstrap draws genes and seeds (percentile interval, fixed ``seed``);
    ``seed_min`` and ``seed_max`` are the smallest and largest mean of a seed.  Rankings called 'attention - other' are
    differences on the same conditions and seeds.  ``n`` counts conditions with a value, ``undefined`` rows without
    one; where nothing is defined ``reason`` says why.
    """
    tables = []
    keys = ["screen", "simulated", "model", "measure"]
    for about, part in rows.groupby(keys, sort=False):
        for group in [*dict.fromkeys(part["group"]), EVERY]:
            chosen = part if group == EVERY else part[part["group"] == group]
            table = _with_intervals(chosen, n_bootstrap, seed)
            tables.append(table.assign(**dict(zip(keys, about, strict=True)), group=group))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _with_intervals(rows: pd.DataFrame, n_bootstrap: int, seed: int) -> pd.DataFrame:
    order = list(dict.fromkeys(rows["ranking"]))
    indexed = rows.set_index(["condition", "seed", "ranking"])
    wide = indexed["value"].unstack()[order]
    asked = indexed["reason"].notna().unstack(fill_value=False)[order]
    for other in order if "attention" in order else []:
        if other != "attention":
            wide[f"attention - {other}"] = wide["attention"] - wide[other]
            asked[f"attention - {other}"] = asked["attention"] & asked[other]
    low, high = interval(weighted_means(wide, row_weights(wide, n_bootstrap, seed)))
    of_seed = wide.groupby(level="seed").mean()
    reasons = rows[rows["value"].isna()].groupby("ranking")["reason"].first()
    whys = wide.columns.str.removeprefix("attention - ").map(reasons).fillna(reasons.get("attention", ""))
    table = pd.DataFrame(
        {
            "value": wide.mean(),
            "low": low,
            "high": high,
            "n": wide.notna().groupby(level="condition").any().sum(),
            "seed_min": of_seed.min(),
            "seed_max": of_seed.max(),
            "undefined": (asked & wide.isna()).sum(),
        }
    )
    table["reason"] = np.where(table["value"].isna(), whys, "")
    return table.rename_axis("ranking").reset_index()


def one(summary: pd.DataFrame, screen: str, model: str, measure: str, group: str = EVERY) -> pd.DataFrame:
    """The rows of one measure of one model on one screen, by ranking.  Raises ``ValueError`` where there is none."""
    rows = summary[
        (summary["screen"] == screen)
        & (summary["model"] == model)
        & (summary["measure"] == measure)
        & (summary["group"] == group)
    ]
    if rows.empty:
        raise ValueError(f"The table holds no {measure!r} of {model} on {screen}, group {group!r}: run the job for it.")
    return rows.set_index("ranking")


def not_beaten(table: pd.DataFrame, chance: float) -> list[str] | None:
    """The controls that attention is not ahead of (interval of the paired difference above zero), or None.

    ``table`` are the rows of ``one``.  None where attention itself is undefined or its interval reaches chance.
    """
    if not table.loc["attention", "low"] > chance:
        return None
    return [
        key
        for key in _CONTROLS
        if f"attention - {key}" in table.index and not table.loc[f"attention - {key}", "low"] > 0
    ]


def explanations(summary: pd.DataFrame, model: str) -> pd.DataFrame:
    """What the attention of ``model`` ranks, one row per screen, group of conditions and decisive measure.

    Columns: what is ranked, value with interval (low, high), chance, and ``no better than``: 'chance' where the
    interval reaches it, the controls that attention is not ahead of, '' where it is ahead of them all, or why it
    cannot be tested.  As an explanation attention adds something only in the rows of ''.
    """
    rows = summary[(summary["model"] == model) & summary["measure"].isin(list(DECISIVE)) & (summary["group"] != EVERY)]
    found = []
    for screen, group, measure in rows[["screen", "group", "measure"]].drop_duplicates().itertuples(index=False):
        table = one(summary, screen, model, measure, group)
        what, chance, _ = DECISIVE[measure]
        own, behind = table.loc["attention"], not_beaten(table, chance)
        says = "chance" if behind is None else ", ".join(_CONTROLS[key] for key in behind)
        if np.isnan(own["value"]):
            says = f"not tested: {own['reason']}"
        found.append(
            {
                "screen": screen,
                "group": group,
                "ranked": what,
                "value": own["value"],
                "low": own["low"],
                "high": own["high"],
                "chance": chance,
                "no better than": says,
            }
        )
    return pd.DataFrame(found)


def where_ahead(summary: pd.DataFrame, model: str) -> list[str]:
    """The screens and groups of conditions where the attention of ``model`` is ahead of chance and of every control."""
    table = explanations(summary, model)
    return [f"{row.screen}, {row.group}" for row in table[table["no better than"] == ""].itertuples()]


def deletions(summary: pd.DataFrame, model: str = "app", k: int = 20) -> pd.DataFrame:
    """How far a prediction moves, relative to its size, without ``k`` genes: one row per screen.

    Columns: the attended, random and least attended genes, and those that other perturbations attend to; ``faithful``:
    whether deleting the attended moves it more than deleting random and least attended ones in 'every seed', 'no
    seed' or 'some seeds', as the predictions of one model hardly differ in this, models do; ``own``: whether it moves
    more than without the genes that other perturbations attend to, so that attention says something of this one.
    """
    found = []
    for screen in dict.fromkeys(summary["screen"]):
        table = one(summary, screen, model, f"change_{k}")
        pairs = ["attention - random", "attention - least_attended"]
        everywhere, anywhere = table.loc[pairs, "seed_min"].min() > 0, table.loc[pairs, "seed_max"].min() > 0
        found.append(
            {
                "screen": screen,
                **table["value"].reindex(["attention", "random", "least_attended", "mean_attention"]).to_dict(),
                "faithful": "every seed" if everywhere else "some seeds" if anywhere else "no seed",
                "own": bool(table.loc["attention - mean_attention", "low"] > 0),
            }
        )
    return pd.DataFrame(found)
