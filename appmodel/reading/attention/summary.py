"""Scores of attention over perturbations and seeds: means with intervals, and what they say in a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...scoring.intervals import N_BOOTSTRAP, clustered_means, drawn_counts, interval

COLUMNS = ["screen", "simulated", "model", "group", "ranking", "measure", "value", "low", "high", "n",
           "seed_min", "seed_max", "undefined", "reason"]
EVERY = "all"  # the group of all conditions together
# The measure that decides what is said of a model on a screen, with what it says of chance.
DECISIVE = {"auroc_direct": ("direct targets", 0.5, "area under the ROC curve"),
            "auroc_measured": ("genes with the strongest measured effects", 0.5, "area under the ROC curve"),
            "auroc_significant": ("genes with a significant effect", 0.5, "area under the ROC curve"),
            "spearman_similarity": ("conditions with similar effects", 0.0, "rank correlation")}
_CONTROLS = {"mean_attention": "its mean over other perturbations", "shuffled": "a model with a shuffled network",
             "degree": "the number of neighbours", "distance": "closeness in the network",
             "sum": "the sum of its singles"}


def seed_means(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean over the conditions of each group: screen, simulated, seed, model, ranking, measure, group, value.

    ``rows`` has one line per screen, simulated, seed, model, group, condition, ranking and measure, with its value
    (NaN where undefined, and then left out; a group without any value is NaN) and reason.
    """
    keys = ["screen", "simulated", "seed", "model", "ranking", "measure", "group"]
    return rows.groupby(keys, sort=False)["value"].mean().reset_index()


def summarised(rows: pd.DataFrame, n_bootstrap: int = N_BOOTSTRAP, seed: int = 0) -> pd.DataFrame:
    """Mean of each ranking and measure with its 95 % interval, per group of conditions and over all of them.

    ``rows`` as for ``seed_means``.  The bootstrap draws conditions with all their seeds (percentile interval, fixed
    ``seed``): it says how far perturbations differ, not models, for which ``seed_min`` and ``seed_max`` are the
    smallest and largest mean of a seed.  Rankings called 'attention - other' are differences on the same conditions
    and seeds.  ``n`` counts conditions with a value, ``undefined`` rows without one; where nothing is defined
    ``reason`` says why.
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
    counts = drawn_counts(len(wide.index.unique(level="condition")), n_bootstrap, seed)
    low, high = interval(clustered_means(wide, counts))
    of_seed = wide.groupby(level="seed").mean()
    reasons = rows[rows["value"].isna()].groupby("ranking")["reason"].first()
    whys = wide.columns.str.removeprefix("attention - ").map(reasons).fillna(reasons.get("attention", ""))
    table = pd.DataFrame({"value": wide.mean(), "low": low, "high": high,
                          "n": wide.notna().groupby(level="condition").any().sum(),
                          "seed_min": of_seed.min(), "seed_max": of_seed.max(),
                          "undefined": (asked & wide.isna()).sum()})
    table["reason"] = np.where(table["value"].isna(), whys, "")
    return table.rename_axis("ranking").reset_index()


def one(summary: pd.DataFrame, screen: str, model: str, measure: str, group: str = EVERY) -> pd.DataFrame:
    """The rows of one measure of one model on one screen, by ranking.  Raises ``ValueError`` where there is none."""
    rows = summary[(summary["screen"] == screen) & (summary["model"] == model) & (summary["measure"] == measure)
                   & (summary["group"] == group)]
    if rows.empty:
        raise ValueError(f"The table holds no {measure!r} of {model} on {screen}, group {group!r}: run the job for it.")
    return rows.set_index("ranking")


def not_beaten(table: pd.DataFrame, chance: float) -> list[str] | None:
    """The controls that attention is not ahead of (interval of the paired difference above zero), or None.

    ``table`` are the rows of ``one``.  None where attention itself is undefined or its interval reaches chance.
    """
    if not table.loc["attention", "low"] > chance:
        return None
    return [key for key in _CONTROLS
            if f"attention - {key}" in table.index and not table.loc[f"attention - {key}", "low"] > 0]


def attention_verdict(summary: pd.DataFrame, screen: str, model: str, measure: str, group: str = EVERY) -> str:
    """One sentence on whether the attention of ``model`` ranks what ``measure`` asks for, read off ``summarised``.

    Attention explains nothing of its own where its interval reaches chance, or where it is not ahead of every control
    that needs no attention to this perturbation: its mean over other perturbations, a model with a shuffled network,
    the number of neighbours, closeness in the network.
    """
    table = one(summary, screen, model, measure, group)
    what, chance, name = DECISIVE[measure]
    own = table.loc["attention"]
    said = f"{screen}, {model}" + ("" if group == EVERY else f", {group}") + ": attention"
    if np.isnan(own["value"]):
        return f"{said} cannot be tested ({own['reason']})."
    number = f"({name} {own['value']:.2f}, interval {own['low']:.2f} to {own['high']:.2f}, chance {chance:g})"
    behind = not_beaten(table, chance)
    if behind is None:
        worse = "worse than" if own["high"] < chance else "no better than"
        return f"{said} explains nothing: it ranks {what} {worse} chance {number}."
    if behind:
        controls = _listed([f"{_CONTROLS[key]} ({table.loc[key, 'value']:.2f})" for key in behind])
        return (f"{said} ranks {what} above chance {number}, but no better than {controls}: as an explanation it "
                f"adds nothing.")
    return f"{said} ranks {what} better than chance and every control {number}."


def where_ahead(summary: pd.DataFrame, model: str) -> list[str]:
    """The screens and groups of conditions where the attention of ``model`` is ahead of chance and of every control."""
    rows = summary[(summary["model"] == model) & summary["measure"].isin(list(DECISIVE)) & (summary["group"] != EVERY)]
    asked = rows[["screen", "group", "measure"]].drop_duplicates().itertuples(index=False)
    return [f"{screen}, {group}" for screen, group, measure in asked
            if not_beaten(one(summary, screen, model, measure, group), DECISIVE[measure][1]) == []]


def faithfulness_verdict(summary: pd.DataFrame, screen: str, model: str = "app", k: int = 20) -> str:
    """One sentence on deleting the ``k`` most attended genes, read off ``summarised``.

    Attention is faithful where that changes the prediction more than deleting ``k`` random genes, and than the ``k``
    least attended, in every seed: predictions of one model hardly differ in this, models do.  Whether it says
    anything about the perturbation is another question, answered by the genes that other perturbations attend to.
    """
    table = one(summary, screen, model, f"change_{k}")
    smallest, largest = table["seed_min"], table["seed_max"]
    pairs = ["attention - random", "attention - least_attended"]
    if smallest[pairs].min() > 0:
        says = "attention is faithful in this sense"
    elif largest[pairs].min() < 0:
        says = "attention is not faithful"
    else:
        says = "that differs between models"
    if not table.loc["attention - mean_attention", "low"] > 0:
        says += "; deleting what other perturbations attend to does the same"
    changes = [f"{table.loc[key, 'value']:.2%}" for key in ("attention", "random", "least_attended")]
    return (f"{screen}, {model}: without its {k} most attended genes a prediction changes by {changes[0]} of its size, "
            f"without {k} random ones by {changes[1]}, without the {k} least attended by {changes[2]}: {says}.")


def _listed(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
