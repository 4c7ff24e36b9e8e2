"""What a variant of a model changes: paired differences from the full model, as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ...scoring import paired_difference, ratio_table


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


def percent_table(table: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str],
                  quoted: pd.DataFrame | None = None, reference: str = "") -> pd.DataFrame:
    """How much the error changes, in percent of the reference's: one row per variant, one column per screen and task.

    ``table`` is a ``difference_table``, ``names`` and ``titles`` label methods and screens.  ``quoted`` (rows of
    ``load_published`` of one table of the paper) puts the paper's own change against its ``reference`` first, where it
    states one.  Texts, with the 95 % interval of ours: '+3.1 % (+2.0 to +4.2)'.
    """
    columns = {} if quoted is None else {
        f"paper, {task}": _quoted_changes(part, names, reference) for task, part in quoted.groupby("task", sort=False)}
    for (dataset, task), part in table.groupby(["dataset", "task"], sort=False):
        base = part["mean"] - part["difference"]
        shares = [100 * part[column] / base for column in ("difference", "low", "high")]
        columns[f"{titles[dataset]}, {task}"] = {
            row: f"{value:+.1f} % ({low:+.1f} to {high:+.1f})"
            for row, value, low, high in zip(part["method"], *shares, strict=True)}
    found = pd.DataFrame(columns, index=list(names)).fillna("")
    return found.set_axis(list(names.values())).rename_axis("variant")


def _quoted_changes(rows: pd.DataFrame, names: Mapping[str, str], reference: str) -> dict[str, str]:
    values = rows.set_index("method")["value"]
    changes = 100 * (values / values[reference] - 1)
    return {method: "not stated" if pd.isna(change) else f"{change:+.0f} %"
            for method, change in changes.items() if method in names}


def says_of_parts(table: pd.DataFrame, names: Mapping[str, str], model: str, titles: Mapping[str, str]) -> str:
    """On how many screens and tasks ``model`` misses a part, which it misses everywhere, and which hurts most.

    ``table`` is a ``difference_table``, ``names`` and ``titles`` label methods and screens.
    """
    places, counts = len(table[["dataset", "task"]].drop_duplicates()), table["says"].value_counts()
    by_part = table["says"].eq("worse").groupby(table["method"], sort=False).all()
    missed = [names[method] for method, everywhere in by_part.items() if everywhere]
    return (f"`{model}`, {len(by_part)} parts changed on {places} screens and tasks, {len(table)} comparisons: the "
            f"error grows in {counts.get('worse', 0)}, falls in {counts.get('better', 0)} and cannot be told apart in "
            f"{counts.get('no difference', 0)}. "
            + (f"Worse everywhere: {'; '.join(missed)}." if missed else "No part is missed everywhere.")
            + _best_change(table, names, titles))


def _best_change(table: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The variant that lowers the error most, of those whose interval says that it does."""
    better = table[table["says"] == "better"]
    if better.empty:
        return ""
    best = better.loc[better["ratio"].idxmin()]
    return (f" The error falls most with {names[best['method']]}: {100 * (best['ratio'] - 1):+.1f} % on "
            f"{titles[best['dataset']]}, {best['task']}.")


def says_of_network(scores: pd.DataFrame, model: str, titles: Mapping[str, str]) -> str:
    """Where ``model`` relies on its network: where a shuffled and an empty one are both worse than the intact one.

    Worse with wrong edges alone is no gain from the right ones; and a curve that stays flat where the network is not
    relied on is indifference.
    """
    said = {"genes shuffled": "shuffled", "no edge": "empty", "a quarter of the edges removed": "without_25"}
    table = difference_table(scores, model, [f"{model}_{end}" for end in said.values()])
    table["percent"] = 100 * table["difference"] / (table["mean"] - table["difference"])
    relied, lines, places = 0, [], table.groupby(["dataset", "task"], sort=False)
    for (dataset, task), part in places:
        part = part.set_index("method")
        relied += bool((part.loc[[f"{model}_shuffled", f"{model}_empty"], "says"] == "worse").all())
        changes = [f"{words} {part.loc[f'{model}_{end}', 'percent']:+.1f} %" for words, end in said.items()]
        lines.append(f"{titles[dataset]}, {task}: {', '.join(changes)}")
    return (f"`{model}` relies on its network (a shuffled and an empty one are both worse) on {relied} of "
            f"{len(places)} screens and tasks"
            + ("" if relied == len(places) else "; elsewhere a flat curve is indifference, not robustness")
            + f". Change of its error, {'; '.join(lines)}.")
