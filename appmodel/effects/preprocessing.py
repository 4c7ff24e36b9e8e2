"""Counts to log-normalised expression of selected genes, with scanpy (section 4.1.2 of the paper)."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
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
    if n_top_genes is not None:
        whole_number("n_top_genes", n_top_genes)
    if target_sum is not None:
        number("target_sum", target_sum, above=0)
    check_cells(cells)
    cells = cells.to_memory() if cells.isbacked else cells.copy()
    counts = _values_of(cells, values) == "counts"
    if counts:
        empty = np.asarray(cells.X.sum(axis=1)).ravel() == 0
        if empty.all():
            raise ValueError(f"{cells.uns.get('dataset', 'the screen')} holds zeros only: give cells with counts.")
        if empty.any():
            record_change(cells, "cells dropped", list(cells.obs_names[empty]), "no count at all")
            cells = cells[~empty].copy()
        cells.X = cells.X.astype(np.float64)
    variable = _most_variable(cells, n_top_genes, counts, target_sum)
    if counts:
        _log_normalise(cells, target_sum)
    return cells if variable is None or n_top_genes is None else _selected(cells, variable, n_top_genes)


def _values_of(cells: AnnData, values: Values) -> str:
    """``counts`` or ``log1p``; values of another base are brought to natural log1p, others are asked about."""
    found = expression_kind(cells.X)
    name = cells.uns.get("dataset", "the screen")
    if values not in ("auto", "counts", "log1p"):
        raise ValueError(f"values={values!r} is not known: say 'auto', 'counts' or 'log1p'.")
    if values != "auto" and values != found:
        raise ValueError(
            f"values={values!r}, but the cells of {name} hold "
            f"{'whole numbers' if found == 'counts' else 'fractions'}: say values={found!r}."
        )
    if found == "log1p" and "reading" not in cells.uns:  # else load_cells has settled it
        settle(cells, Choices(values=values), Reading(name))
    return found


def _log_normalise(cells: AnnData, target_sum: float | None) -> None:
    import scanpy as sc

    sc.pp.normalize_total(cells, target_sum=target_sum)
    sc.pp.log1p(cells)


def _most_variable(
    cells: AnnData, n_top_genes: int | None, counts: bool, target_sum: float | None
) -> np.ndarray | None:
    """Which genes vary most among the control cells (n_genes,) bool; None where all genes stay."""
    if n_top_genes is None or cells.n_vars <= n_top_genes:
        return None
    import scanpy as sc

    controls = cells[cells.obs["condition"] == CONTROL].copy()
    if counts:  # by their own median total: that of all cells would let perturbed cells choose
        _log_normalise(controls, target_sum)
    else:
        controls.uns["log1p"] = {"base": None}
    with warnings.catch_warnings():  # said below, with the number
        warnings.filterwarnings("ignore", message=".*number of normalized dispersions.*", category=UserWarning)
        sc.pp.highly_variable_genes(controls, n_top_genes=n_top_genes, flavor="seurat")
    # Genes alone in their bin of mean expression tie at the border: the first ones win, so that n are n.
    chosen = np.flatnonzero(controls.var["highly_variable"])
    chosen = chosen[np.argsort(-controls.var["dispersions_norm"].to_numpy()[chosen], kind="stable")][:n_top_genes]
    if len(chosen) < n_top_genes:
        short = f"{len(chosen)} instead of {n_top_genes}"
        record_change(
            cells, "fewer variable genes than asked for", [short], "the other genes do not vary in control cells"
        )
    return np.isin(np.arange(cells.n_vars), chosen)


def _selected(cells: AnnData, variable: np.ndarray, n_top_genes: int) -> AnnData:
    cells.var["highly_variable"] = variable
    keep = cells.var["highly_variable"] | cells.var_names.isin(all_genes(set(cells.obs["condition"])))
    kept = cells[:, keep].copy()
    record_change(
        kept,
        "genes left out",
        list(cells.var_names[~keep]),
        f"not among the {n_top_genes} most variable genes of the control cells, nor perturbed",
    )
    return kept
