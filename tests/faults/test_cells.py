"""``load_cells`` and ``condition_effects``: genes, cells, values, and too few of them."""

import numpy as np
import pytest

from appmodel import ReadingError, condition_effects, load_cells

FAULTS = {
    "load_cells: a separator that joins nothing": (
        load_cells,
        lambda door, at: door(at.cells(), separator=""),
        ValueError,
        "separator='' joins nothing: give the text between two genes, such as '+'.",
    ),
    "load_cells: a layer that is not there": (
        load_cells,
        lambda door, at: door(at.cells(), layer="counts"),
        ReadingError,
        "mine has no layer 'counts': it has none, leave layer=... out.",
    ),
    "load_cells: a modality of a file that has none": (
        load_cells,
        lambda door, at: door(at.cells(), modality="rna"),
        ReadingError,
        "mine is no .h5mu file and has no modalities: leave modality=... out.",
    ),
    "load_cells: a gene column that is not there": (
        load_cells,
        lambda door, at: door(at.cells(), gene_key="symbol"),
        ReadingError,
        "mine has no column var['symbol']: it has none, leave gene_key=... out.",
    ),
    "load_cells: genes by numbers": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "var_names", list("12345678")))),
        ReadingError,
        "mine perturbs 3 genes, and none of them is measured (8 genes): the labels are gene symbols but "
        "var_names are not ('1', '2' and 6 more): name the column of var that holds the symbols with "
        "gene_key=....",
    ),
    "load_cells: a gene named twice": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "var_names", [*c.var_names[1:], "BAK1"]))),
        ValueError,
        "mine names genes more than once ('BAK1'): keep one column per gene, or make the names differ with "
        "var_names_make_unique() of the AnnData.",
    ),
    "load_cells: a cell named twice": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "obs_names", [*c.obs_names[1:], c.obs_names[1]]))),
        ValueError,
        "mine names cells more than once ('ACGTACGT0001-1'): cells of several lanes often share barcodes; make "
        "the names differ with obs_names_make_unique() of the AnnData.",
    ),
    "load_cells: no cell": (
        load_cells,
        lambda door, at: door(at.cells(n=0)),
        ReadingError,
        "mine is empty (0 cells x 8 genes): write it again with its cells and genes.",
    ),
    "load_cells: no values": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "X", None))),
        ReadingError,
        "mine has no X (it is empty): write the file again with a matrix of cells x genes.",
    ),
    "load_cells: a value that is missing": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: c.X.__setitem__((3, 1), np.nan))),
        ValueError,
        "mine holds values that are not finite (NaN or infinite), the first in cell 'ACGTACGT0003-1', gene "
        "'BAK1': repair or drop these cells or genes.",
    ),
    "load_cells: values below zero": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: c.X.__isub__(9))),
        ValueError,
        "mine holds negative values, the first in cell 'ACGTACGT0000-1', gene 'ATF4': give raw counts or log1p "
        "values, not scaled or centred ones.",
    ),
    "load_cells: values that are no numbers": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "X", c.X.astype(complex)))),
        ValueError,
        "mine holds values that are no real numbers: give counts or log1p values.",
    ),
    "load_cells: values of a kind that is none": (
        load_cells,
        lambda door, at: door(at.cells(), values="counted"),
        ValueError,
        "values='counted' is not known: say one of 'auto', 'counts', 'log1p', 'log2', 'log10', 'log', "
        "'normalised', 'corrected'.",
    ),
    "condition_effects: a path for cells": (
        condition_effects,
        lambda door, at: door("my.h5ad"),
        TypeError,
        "Cells are an AnnData, not 'my.h5ad': pass what load_cells gives.",
    ),
    "condition_effects: effects to make effects of": (
        condition_effects,
        lambda door, at: door(at.effects()),
        ValueError,
        "mine holds effects, not cells: take them as they are, or pass its cells.",
    ),
    "condition_effects: cells that were not read": (
        condition_effects,
        lambda door, at: door(
            at.cells(change=lambda c: setattr(c, "obs", c.obs.rename(columns={"condition": "guide"})))
        ),
        ValueError,
        "mine has no obs['condition'] (its columns: 'guide'): read it with load_cells(path, condition_key=...), "
        "which standardises the labels.",
    ),
    "condition_effects: cells in another form": (
        condition_effects,
        lambda door, at: door(at.cells(["control", "BAK1+ATF4"])),
        ValueError,
        "mine holds conditions that are not in standard form ('BAK1+ATF4'): sort the genes and join them by '+', "
        "or read the file with load_cells.",
    ),
    "condition_effects: a single cell": (
        condition_effects,
        lambda door, at: door(at.cells()[:25].copy()),
        ValueError,
        "mine has a single cell of 'ATF4+BAK1', so that the sampling variance is undefined: give at least two "
        "cells, or drop small conditions with min_cells=2.",
    ),
    "condition_effects: one control cell": (
        condition_effects,
        lambda door, at: door(at.cells()[5:].copy()),
        ValueError,
        "mine has 1 control cells where 2 are needed: add some.",
    ),
    "condition_effects: more cells than there are": (
        condition_effects,
        lambda door, at: door(at.cells(), min_cells=99),
        ValueError,
        "mine has 6 control cells where 99 are needed: use a smaller min_cells.",
    ),
    "condition_effects: control alone": (
        condition_effects,
        lambda door, at: door(at.cells(["control"])),
        ValueError,
        "mine has no perturbed condition of 2 cells or more: add some.",
    ),
    "condition_effects: zeros only": (
        condition_effects,
        lambda door, at: door(at.cells(change=lambda c: c.X.fill(0))),
        ValueError,
        "mine holds zeros only: give cells with counts.",
    ),
    "condition_effects: values that are no counts": (
        condition_effects,
        lambda door, at: door(at.cells(change=lambda c: np.log1p(c.X, out=c.X)), values="counts"),
        ValueError,
        "values='counts', but the cells of mine hold fractions: say values='log1p'.",
    ),
    "condition_effects: a number of genes that is none": (
        condition_effects,
        lambda door, at: door(at.cells(), n_top_genes="many"),
        ValueError,
        "n_top_genes is 'many': give a whole number of at least 0.",
    ),
    "condition_effects: groups without control": (
        condition_effects,
        lambda door, at: door(at.cells(lane=["a"] * 6 + ["b"] * 24), within="lane"),
        ValueError,
        "No group of obs['lane'] of mine holds both control and perturbed cells: effects within groups need "
        "both; leave within=... out, or name another column.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
