"""Which groups of cells there are (types, lines, batches, lanes), and whether conditions have equal shares of them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from anndata import AnnData
from scipy.stats import chi2

from ...names import CONTROL, shown
from ...record import record_change
from .columns import is_text, joined_texts, texts
from .decisions import Choices, Reading

_MOST = 100  # groups of a column; more are identifiers
# columns that tell what a perturbation did or what it was, not where a cell came from
_OUTCOME = re.compile(
    r"leiden|louvain|cluster|phase|doublet|state|score|guide|sgrna|grna|barcode|gene|target|perturb|condition|control"
    r"|feature|umi|count|mito|ribo|class|label",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"cell.?type|cell.?line|\bline\b|batch|lane|donor|replicate|\brep|sample|data.?set|patient|library|gem|plate|tissue"
    r"|treatment|time|dose|context|chip|run|pool|well|individual|organism|species|stim",
    re.IGNORECASE,
)
_UNEQUAL = 0.1  # mean distance between a condition's shares of the groups and the control's
_SURE = 1e-4


def keep_only(data: AnnData, choices: Choices, reading: Reading) -> AnnData:
    """The cells of the groups asked for with ``only``; raises ``ReadingError`` for an unknown column or group."""
    for key, names in choices.wanted.items():
        reading.require_column(key, data.obs.columns, "groups", "only", of="obs")
        groups = texts(data.obs[key])
        if missing := [name for name in names if name not in set(groups)]:
            raise reading.ask(
                "groups", f"has no {missing[0]!r} in obs[{key!r}]: choose from {shown(groups.unique(), 8)}.", "only"
            )
        kept = groups.isin(names).to_numpy()
        dropped = [str(name) for name in data.obs_names[~kept]]
        data = data[kept].copy()
        record_change(data, "rows left out", dropped, f"only {key} {shown(names, 3)} was asked for")
        reading.decide("groups", f"only {key} = {', '.join(names)}", "told", "only")
    return data


def check_groups(data: AnnData, choices: Choices, reading: Reading) -> None:
    """Say which groups the cells (with ``obs["condition"]``) fall into; warn where they are shared out unequally.

    Raises ``ReadingError`` where ``within`` is no column.
    """
    if choices.groups:
        for key in choices.groups:
            reading.require_column(key, data.obs.columns, "groups", "within", of="obs")
        n = joined_texts(data.obs, choices.groups).nunique()
        reading.decide("groups", f"within {', '.join(choices.groups)}", f"told; {n} groups", "within")
        data.uns["within"] = choices.groups[0] if len(choices.groups) == 1 else list(choices.groups)
        return
    found: dict[str, pd.Series] = {}
    conditions = data.obs["condition"].astype(str)
    for column in _group_columns(data, reading.label_key):
        groups = texts(data.obs[column])
        if any(np.array_equal(pd.factorize(groups)[0], pd.factorize(other)[0]) for other in found.values()):
            continue  # the same groups under another name
        if (said := _unequal(conditions, groups)) is not None:
            found[column] = groups
            reading.warn(
                "groups",
                f"the {groups.nunique()} groups of obs[{column!r}] are shared out unequally among the conditions "
                f"({said}), so that effects mix both: within={column!r} compares each cell with the control of its own "
                f"group.",
                "within",
            )
    if not found:
        reading.decide("groups", "none", "no column of groups is shared out unequally among conditions", "within")


def _group_columns(data: AnnData, key: str) -> list[str]:
    """Columns that may say where a cell came from: few values, neither labels nor outcomes."""
    found = []
    for column in map(str, data.obs.columns):
        values = data.obs[column]
        if column in (key, "condition", "source_condition") or (_OUTCOME.search(column) and not _WHERE.search(column)):
            continue
        whole = pd.api.types.is_integer_dtype(values.dtype) and _WHERE.search(column)
        text = is_text(values) or values.dtype == bool
        if (text or whole) and 1 < values.nunique() <= min(_MOST, data.n_obs // 4):
            found.append(column)
    return found


def _unequal(conditions: pd.Series, groups: pd.Series) -> str | None:
    """What is unequal, in numbers; None where shares are alike or groups follow from the labels."""
    table = pd.crosstab(groups.to_numpy(), conditions.to_numpy())
    if CONTROL not in table or table.shape[1] < 2:
        return None
    counts = table.to_numpy()
    if ((counts > 0).sum(axis=1) == 1).mean() > 0.5:
        return None  # most groups hold one condition only: guides, not places
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    if chi2.sf(statistic, (counts.shape[0] - 1) * (counts.shape[1] - 1)) > _SURE:
        return None
    shares = table / table.sum()
    distance = (shares.sub(shares[CONTROL], axis=0).abs().sum() / 2).drop(CONTROL)
    distance = (distance - _by_chance(shares[CONTROL], table.sum().drop(CONTROL), table[CONTROL].sum())).clip(lower=0)
    if distance.max() <= 2 * _UNEQUAL and distance.mean() <= _UNEQUAL:
        return None
    worst = distance.idxmax()
    group = shares[worst].sub(shares[CONTROL]).abs().idxmax()
    return (
        f"{group!r} is {shares.loc[group, worst]:.0%} of the cells of {worst} and {shares.loc[group, CONTROL]:.0%} of "
        f"the control's; on average {distance.mean():.0%} of a condition's cells would have to change group"
    )


def _by_chance(shares: pd.Series, n_cells: pd.Series, n_control: int) -> pd.Series:
    """Distance that few cells show by chance alone, where each is drawn from groups with the control's ``shares``."""
    spread = np.sqrt(2 / np.pi * shares * (1 - shares)).sum() / 2
    return spread * np.sqrt(1 / n_cells + 1 / n_control)
