"""Groups of a long table of effects: which are kept, and what tells several rows of one pair apart."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from ...names import shown
from .columns import joined_texts, texts
from .decisions import Choices, Reading
from .table_columns import Roles

_MOST_GROUPS = 200


def kept_groups(table: pd.DataFrame, choices: Choices, reading: Reading) -> pd.DataFrame:
    """The rows of the groups that ``only`` names.  Raises ``ReadingError`` for a column or group that is not there."""
    for key, names in choices.wanted.items():
        reading.require_column(key, table.columns, "groups", "only")
        kept = texts(table[key]).isin(names)
        if not kept.any():
            raise reading.ask(
                "groups", f"has no {names[0]!r} in {key!r}: choose from {shown(table[key].unique(), 8)}.", "only"
            )
        table = table[kept.to_numpy()]
        reading.decide("groups", f"only {key} = {', '.join(names)}", f"told; {int(kept.sum())} rows", "only")
    return table


def told_groups(table: pd.DataFrame, roles: Roles, choices: Choices, reading: Reading) -> np.ndarray | str:
    """The group of each row by the columns of ``within``, '' without any."""
    if not choices.groups:
        return ""
    for key in choices.groups:
        reading.require_column(key, table.columns, "groups", "within")
    groups = joined_texts(table, choices.groups)
    reading.decide("groups", f"mean over {', '.join(choices.groups)}", f"told; {groups.nunique()} groups", "within")
    return groups.to_numpy()


def told_apart(frame: pd.DataFrame, table: pd.DataFrame, roles: Roles, reading: Reading) -> pd.Series:
    """The group of each row, so that a pair of perturbation and gene occurs once in a group.

    Where columns tell several rows of a pair apart they are groups, and their mean is taken with a warning; where
    none does, or told groups do not, it is asked what to do.
    """
    twice = frame.duplicated(["perturbation", "gene", "group"])
    if not twice.any():
        return frame["group"]
    pair, keys = frame[twice].iloc[0], _telling(table, roles)
    said = f"lists {pair['perturbation']!r} and {pair['gene']!r} more than once ({int(twice.sum())} rows repeat a pair)"
    one = repr({key: str(table[key].iloc[0]) for key in keys})
    if not keys or (frame["group"] != "").any():
        mend = f"only={one} takes one group" if keys else "keep one row of each"
        raise reading.ask("groups", f"{said}: {mend}.", "only" if keys else "")
    groups = joined_texts(table, keys)
    reading.decide("groups", f"mean over {', '.join(keys)}", f"tells rows apart; {groups.nunique()} groups", "within")
    reading.warn(
        "groups",
        f"{said} in {groups.nunique()} groups of {shown(keys)} ({shown(groups.unique(), 4)}); the mean over them is "
        f"taken: within={keys!r} says that you mean it, only={one} takes one of them.",
        "within",
    )
    return pd.Series(groups.to_numpy(), frame.index)


def _telling(table: pd.DataFrame, roles: Roles) -> list[str]:
    """The fewest columns of groups that tell the rows of a pair apart; none where no two do."""
    used = {roles.perturbation, roles.gene, roles.fold, *roles.error_columns}
    other = [
        str(key)
        for key in table.columns
        if key not in used and not pd.api.types.is_float_dtype(table[key]) and 1 < table[key].nunique() <= _MOST_GROUPS
    ]
    pair = [roles.perturbation, roles.gene]
    for n in (1, 2):
        for keys in itertools.combinations(other, n):
            if not table.duplicated([*pair, *keys]).any():
                return list(keys)
    return []
