"""What a variant of a model changes: paired differences from the full model, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ...scoring import paired_difference, ratio_table

_WORDS = {"lower": "better", "higher": "worse", "cannot be told apart": "no difference", "": "undefined"}


def difference_table(scores: pd.DataFrame, reference: str, methods: Sequence[str], metric: str = "l2") -> pd.DataFrame:
    """Each of ``methods`` beside ``reference``, one row per dataset, task and method.

    ``mean`` of the metric, ``ratio`` to the reference, ``difference`` from it with its 95 % interval (``low``,
    ``high``), all in units of the metric; ``coverage`` and ``collapsed`` as in ``ratio_table``.  ``says`` reads the
    interval by the rule of ``paired_difference``: 'worse', 'better' (lower is better) or 'no difference'.
    """
    rows = []
    for (dataset, task), part in scores.groupby(["dataset", "task"], sort=False):
        ratios = ratio_table(part, reference, metric).set_index("method")
        for method in methods:
            paired = paired_difference(part, method, reference, metric)
            rows.append(
                {
                    "dataset": dataset,
                    "task": task,
                    "method": method,
                    "mean": ratios.loc[method, "mean"],
                    "ratio": ratios.loc[method, "ratio"],
                    "difference": paired["difference"],
                    "low": paired["low"],
                    "high": paired["high"],
                    "coverage": paired["coverage"],
                    "collapsed": ratios.loc[method, "collapsed"] > 0.5,
                    "says": _WORDS[paired["says"]],
                }
            )
    return pd.DataFrame(rows)


def percent_change(table: pd.DataFrame, column: str = "difference") -> pd.Series:
    """The difference in each row of a ``difference_table``, or an end of its interval, in percent of the reference."""
    return 100 * table[column] / (table["mean"] - table["difference"])


def percent_table(
    table: pd.DataFrame,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    quoted: pd.DataFrame | None = None,
    reference: str = "",
) -> pd.DataFrame:
    """How much the error changes, in percent of the reference's: one row per variant, one column per screen and task.

    ``table`` is a ``difference_table``, ``names`` and ``titles`` label methods and screens.  ``quoted`` (rows of
    ``load_published`` of one table of the paper) puts the paper's own change against its ``reference`` first, where it
    states one.  Texts, with the 95 % interval of ours: '+3.1 % (+2.0 to +4.2)'.
    """
    columns = (
        {}
        if quoted is None
        else {
            f"paper, {task}": _quoted_changes(part, names, reference)
            for task, part in quoted.groupby("task", sort=False)
        }
    )
    for (dataset, task), part in table.groupby(["dataset", "task"], sort=False):
        shares = [percent_change(part, column) for column in ("difference", "low", "high")]
        columns[f"{titles[dataset]}, {task}"] = {
            row: f"{value:+.1f} % ({low:+.1f} to {high:+.1f})"
            for row, value, low, high in zip(part["method"], *shares, strict=True)
        }
    found = pd.DataFrame(columns, index=list(names)).fillna("")
    return found.set_axis(list(names.values())).rename_axis("variant")


def _quoted_changes(rows: pd.DataFrame, names: Mapping[str, str], reference: str) -> dict[str, str]:
    values = rows.set_index("method")["value"]
    changes = 100 * (values / values[reference] - 1)
    return {
        method: "not stated" if pd.isna(change) else f"{change:+.0f} %"
        for method, change in changes.items()
        if method in names
    }


def relies_on_network(scores: pd.DataFrame, model: str) -> pd.Series:
    """Whether ``model`` relies on its network: True where a shuffled and an empty one are both worse, by screen, task.

    Worse with wrong edges alone is no gain from the right ones; and a curve that stays flat where the network is not
    relied on is indifference, not robustness.
    """
    table = difference_table(scores, model, [f"{model}_shuffled", f"{model}_empty"])
    return table["says"].eq("worse").groupby([table["dataset"], table["task"]], sort=False).all().rename(model)
