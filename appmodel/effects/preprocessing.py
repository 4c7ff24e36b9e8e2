"""Counts to log-normalised expression of selected genes, with scanpy (section 4.1.2 of the paper)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from ..arguments import number, whole_number
from ..names import CONTROL, all_genes
from ..record import record_change
from ..screens import Choices, check_cells, expression_kind
from ..screens.reading.decisions import Reading
from ..screens.reading.values import settle

Values = Literal["auto", "counts", "log1p"]


def preprocess(
    cells: AnnData, *, n_top_genes: int | None = 2000, values: Values = "auto", target_sum: float | None = None
) -> AnnData:
    """Log-normalised expression (cells, genes), log1p units, of the highly variable and the perturbed genes.

    ``normalize_total`` to ``target_sum`` (None: the median total), ``log1p``, then the ``n_top_genes`` most
    variable genes among CONTROL cells only, normalised by themselves, so that no held-out condition has a say;
    perturbed genes stay where they were measured.  ``values`` says what ``cells.X`` holds; log1p values are not
    normalised again.
    Raises ``ValueError`` where ``values`` contradicts the data or the data is no valid screen.
    """
    check_numbers(n_top_genes, target_sum)
    check_cells(cells)
    cells = cells.to_memory() if cells.isbacked else cells.copy()
    counts = _values_of(cells, values) == "counts"
    if counts:
        cells = without_empty(cells, np.asarray(cells.X.sum(axis=1)).ravel() == 0)
        cells.X = cells.X.astype(np.float64)
    some = n_top_genes is not None and cells.n_vars > n_top_genes
    dispersions = control_dispersions(cells, counts, target_sum) if some else None
    if counts:
        _log_normalise(cells, target_sum)
    return cells if dispersions is None or n_top_genes is None else with_most_variable(cells, dispersions, n_top_genes)


def check_numbers(n_top_genes: int | None, target_sum: float | None) -> None:
    """Raise ``ValueError`` where the numbers of ``preprocess`` are none or out of range."""
    if n_top_genes is not None:
        whole_number("n_top_genes", n_top_genes)
    if target_sum is not None:
        number("target_sum", target_sum, above=0)


def kind_told(cells: AnnData, values: Values, found: str) -> str:
    """``found``, the kind of the values ('counts' or 'log1p'), where ``values`` does not contradict it."""
    if values not in ("auto", "counts", "log1p"):
        raise ValueError(f"values={values!r} is not known: say 'auto', 'counts' or 'log1p'.")
    if values not in ("auto", found):
        raise ValueError(
            f"values={values!r}, but the cells of {cells.uns.get('dataset', 'the screen')} hold "
            f"{'whole numbers' if found == 'counts' else 'fractions'}: say values={found!r}."
        )
    return found


def without_empty(cells: AnnData, empty: np.ndarray) -> AnnData:
    """The cells that have counts; ``empty`` (n_cells,) says which have none.  ``ValueError`` where none has."""
    if empty.all():
        raise ValueError(f"{cells.uns.get('dataset', 'the screen')} holds zeros only: give cells with counts.")
    if not empty.any():
        return cells
    record_change(cells, "cells dropped", list(cells.obs_names[empty]), "no count at all")
    return cells[~empty].copy()


def with_most_variable(cells: AnnData, dispersions: np.ndarray, n_top_genes: int) -> AnnData:
    """The cells with the genes of the largest ``dispersions`` (NaN: does not vary) and the perturbed ones."""
    # Genes alone in their bin of mean expression tie at the border: the first ones win, so that n are n.
    varying = np.flatnonzero(~np.isnan(dispersions))
    chosen = varying[np.argsort(-dispersions[varying], kind="stable")][:n_top_genes]
    if len(chosen) < n_top_genes:
        short = f"{len(chosen)} instead of {n_top_genes}"
        record_change(
            cells, "fewer variable genes than asked for", [short], "the other genes do not vary in control cells"
        )
    cells.var["highly_variable"] = np.isin(np.arange(cells.n_vars), chosen)
    keep = cells.var["highly_variable"] | cells.var_names.isin(all_genes(set(cells.obs["condition"])))
    kept = cells[:, keep].copy()
    record_change(
        kept,
        "genes left out",
        list(cells.var_names[~keep]),
        f"not among the {n_top_genes} most variable genes of the control cells, nor perturbed",
    )
    return kept


def normalised_dispersions(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """How much genes vary for their mean (n_genes,), as ``scanpy.pp.highly_variable_genes`` (seurat) computes it.

    ``mean`` and ``variance`` (n_genes,) are those of expression that is not logged; NaN where a gene does not vary.
    """
    mean = np.where(mean == 0, 1e-12, mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = pd.Series(np.log(np.where(variance > 0, variance / mean, np.nan)))
    alike = dispersion.groupby(pd.cut(pd.Series(np.log1p(mean)), bins=20), observed=True)
    centre, spread = alike.transform("mean"), alike.transform("std")
    alone = spread.isna()  # in their bin: they are given 1
    return ((dispersion - centre.mask(alone, 0)) / spread.mask(alone, centre)).to_numpy()


def _values_of(cells: AnnData, values: Values) -> str:
    """``counts`` or ``log1p``; values of another base are brought to natural log1p, others are asked about."""
    found = kind_told(cells, values, expression_kind(cells.X))
    if found == "log1p" and "reading" not in cells.uns:  # else load_cells has settled it
        settle(cells, Choices(values=values), Reading(cells.uns.get("dataset", "the screen")))
    return found


def _log_normalise(cells: AnnData, target_sum: float | None) -> None:
    import scanpy as sc

    sc.pp.normalize_total(cells, target_sum=target_sum)
    sc.pp.log1p(cells)


def control_dispersions(cells: AnnData, counts: bool, target_sum: float | None) -> np.ndarray:
    """How much genes (n_genes,) vary for their mean among the control cells, by scanpy; NaN where one does not."""
    import scanpy as sc

    controls = cells[cells.obs["condition"] == CONTROL].copy()
    if counts:  # by their own median total: that of all cells would let perturbed cells choose
        _log_normalise(controls, target_sum)
    else:
        controls.uns["log1p"] = {"base": None}
    return sc.pp.highly_variable_genes(controls, flavor="seurat", inplace=False)["dispersions_norm"].to_numpy()
