"""What a variant of a model changes: paired differences from the full model, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...scoring import difference_table


def percent_change(table: pd.DataFrame, column: str = "value") -> pd.Series:
    """The difference in each row of a ``difference_table``, or an end of its interval, in percent of the reference."""
    return 100 * table[column] / table["baseline"]


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
    for (screen, task), part in table.groupby(["screen", "task"], sort=False):
        shares = [percent_change(part, column) for column in ("value", "low", "high")]
        columns[f"{titles[screen]}, {task}"] = {
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
    return table["says"].eq("worse").groupby([table["screen"], table["task"]], sort=False).all().rename(model)
