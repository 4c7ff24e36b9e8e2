"""How much attention differs between perturbations, and what that of a double shares with its two singles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import entr, kl_div

from ...names import genes_of
from .gene_rankings import mean_of_others


def total_variation(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Half the sum of |p - q| over the last axis: the share of attention that lies elsewhere, 0 to 1."""
    return np.abs(p - q).sum(axis=-1) / 2


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence over the last axis in bits, 0 to 1 (Lin, IEEE Trans. on Information Theory 1991)."""
    middle = (p + q) / 2
    return (kl_div(p, middle) + kl_div(q, middle)).sum(axis=-1) / np.log(4)


def specificity(attention: pd.DataFrame) -> pd.DataFrame:
    """How far each row of ``attention`` (n_conditions, n_genes) is from a uniform look, and from the other rows.

    Columns: times_uniform, the largest attention as a multiple of the uniform one; effective_genes, two to the
    entropy in bits (as many genes as a uniform look at them has); total_variation_from_mean, between the condition
    and the mean of the other conditions.  Raises ``ValueError`` for fewer than two conditions.
    """
    values = attention.to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "times_uniform": values.max(axis=1) * values.shape[1],
            "effective_genes": np.exp(entr(values).sum(axis=1)),
            "total_variation_from_mean": total_variation(values, mean_of_others(attention).to_numpy()),
        },
        index=attention.index,
    )


def sharing(attention: pd.DataFrame, doubles: Sequence[str], k: int = 20) -> pd.DataFrame:
    """What the attention of each double shares with that of its two singles; all are rows of ``attention``.

    One row per double and ranking: ``own_singles``, and for comparison ``other_singles``, the mean over all other
    pairs of singles in ``attention`` without a gene of the double.  Columns: overlap, the share of the double's
    ``k`` most attended genes that are among the ``k`` of the first or the second single; new, the rest;
    total_variation and jensen_shannon between the double and the mean of the two singles.
    Raises ``ValueError`` for a condition that is no double, or whose singles have no row.
    """
    singles = [name for name in attention.index if len(genes_of(name)) == 1]
    values = dict(zip(attention.index, attention.to_numpy(dtype=float), strict=True))
    top = {name: most_attended(row, k) for name, row in values.items()}
    rows = []
    for name in doubles:
        pair = genes_of(name)
        if len(pair) != 2 or not {name, *pair} <= values.keys():
            raise ValueError(f"{name!r} is no double with its two singles in the attention: ask for all three.")
        others = [single for single in singles if single not in pair]
        # Neighbours in the list, so that every other single counts twice: all pairs would say no more.
        partners = list(zip(others, others[1:] + others[:1], strict=True)) if len(others) > 2 else []
        for ranking, pairs in (("own_singles", [pair]), ("other_singles", partners)):
            if pairs:
                found = np.array([_shared(values, top, name, *two) for two in pairs]).mean(axis=0)
                rows.append((name, ranking, found[0], 1 - found[0], *found[1:]))
    return pd.DataFrame(rows, columns=["condition", "ranking", "overlap", "new", "total_variation", "jensen_shannon"])


def gained_genes(attention: pd.DataFrame, double: str, n: int = 10) -> pd.DataFrame:
    """The genes whose attention by a double differs most from the mean of its two singles, as multiples of uniform.

    Columns: gene, the two singles, the double, difference (double minus mean of the singles).
    """
    table = attention.loc[[*genes_of(double), double]].T * attention.shape[1]
    table["difference"] = table[double] - table[list(genes_of(double))].mean(axis=1)
    order = table["difference"].abs().nlargest(n).index
    return table.loc[order].rename_axis("gene").reset_index()


def most_attended(row: np.ndarray, k: int) -> np.ndarray:
    """Which genes are among the ``k`` with the largest attention (n_genes,) bool; ties with the last are included."""
    return row >= np.sort(row)[-min(k, len(row))]


def _shared(values: dict, top: dict, double: str, first: str, second: str) -> tuple[float, float, float]:
    mean = (values[first] + values[second]) / 2
    overlap = (top[double] & (top[first] | top[second])).sum() / top[double].sum()
    return overlap, float(total_variation(values[double], mean)), float(jensen_shannon(values[double], mean))
