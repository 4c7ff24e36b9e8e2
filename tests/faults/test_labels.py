"""``load_cells``: columns of labels, labels, the control, and groups of cells."""

import numpy as np
import pytest

from appmodel import ReadingError, load_cells

FAULTS = {
    "load_cells: a column of labels that is not there": (
        load_cells,
        lambda door, at: door(at.cells(), condition_key="guide"),
        ReadingError,
        "mine has no column obs['guide']: choose one of 'condition'.",
    ),
    "load_cells: no column of labels": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: c.obs.pop("condition"))),
        ReadingError,
        "mine has no obs['condition'] and no obs['perturbation']: name the column of labels with "
        "condition_key=..., once obs has one; where each row is a condition, not a cell, say load_effects(..., "
        "rows='effects').",
    ),
    "load_cells: two columns of labels": (
        load_cells,
        lambda door, at: door(at.cells(perturbation=["control", "DDIT3", "BAK1", "ATF4", "JUNB"] * 6)),
        ReadingError,
        "mine holds a control and genes in obs['condition'] and obs['perturbation'], and they differ: say which "
        "column holds the perturbations with condition_key=....",
    ),
    "load_cells: no label at all": (
        load_cells,
        lambda door, at: door(at.cells(change=lambda c: setattr(c, "obs", c.obs.assign(condition=np.nan)))),
        ReadingError,
        "mine has no label in obs['condition'], all are missing: name another column with condition_key=..., or "
        "write the labels.",
    ),
    "load_cells: labels of other cells": (
        load_cells,
        lambda door, at: door(at.cells(), labels={"AAAC-1": "ATF4"}),
        ReadingError,
        "mine shares no cell name with labels=... (the file: 'ACGTACGT0000-1', 'ACGTACGT0001-1' and 28 more; the "
        "labels: 'AAAC-1'): write the same barcodes.",
    ),
    "load_cells: labels in a file of one column": (
        load_cells,
        lambda door, at: door(at.cells(), labels=at.file("l.csv", "")),
        ReadingError,
        "mine: FOLDER/l.csv is no table: give labels=... a table of two columns, the cell's name and its label.",
    ),
    "load_cells: labels of a kind that is none": (
        load_cells,
        lambda door, at: door(at.cells(), labels=["ATF4"]),
        ValueError,
        "labels is a list: give a mapping of cell to label, a Series, or the path of a CSV table.",
    ),
    "load_cells: no control": (
        load_cells,
        lambda door, at: door(at.cells(["ATF4", "BAK1"])),
        ReadingError,
        "mine has no control condition (obs['condition'] holds 'ATF4', 'BAK1'): name the label of the control "
        "cells with control=... (one label or a list).",
    ),
    "load_cells: a control that is not there": (
        load_cells,
        lambda door, at: door(at.cells(), control="NT"),
        ReadingError,
        "mine: No cell of mine has obs['condition'] == 'NT' (there: 'control', 'ATF4', 'BAK1', 'DDIT3', "
        "'ATF4+BAK1'): give the label of the control cells as control=...",
    ),
    "load_cells: controls in a word that has to be told": (
        load_cells,
        lambda door, at: door(at.cells(["na", "ATF4", "BAK1"])),
        ReadingError,
        "mine has no control condition (obs['condition'] holds 'na', 'ATF4', 'BAK1'): name the label of the "
        "control cells with control=... (one label or a list). If 'na' is control, say control=['na'].",
    ),
    "load_cells: an empty gene": (
        load_cells,
        lambda door, at: door(at.cells(["control", "CD34+"])),
        ReadingError,
        "mine: Condition 'CD34+' holds an empty gene name: write 'A' or 'A+B' (a '+' that belongs to a name, as "
        "in CD34+, has to go).",
    ),
    "load_cells: a gene twice": (
        load_cells,
        lambda door, at: door(at.cells(["control", "ATF4+ATF4"])),
        ReadingError,
        "mine: Condition 'ATF4+ATF4' names a gene twice: name each gene once.",
    ),
    "load_cells: a date for a gene": (
        load_cells,
        lambda door, at: door(at.cells(["control", "2-Sep"])),
        ReadingError,
        "mine: Label '2-Sep' is a date that a spreadsheet made of a gene's name (1-Mar of MARCH1 or MARC1, 2-Sep "
        "of SEPT2): write the symbol, in the labels and in var_names.",
    ),
    "load_cells: codes for genes": (
        load_cells,
        lambda door, at: door(at.cells(["control", "591", "44", "7"])),
        ReadingError,
        "mine: Labels are bare numbers ('591', '44', '7'), which are no genes: no label is a gene. They look "
        "like codes whose names were lost; give the column of names with condition_key=..., or write symbols.",
    ),
    "load_cells: a separator that may belong to a name": (
        load_cells,
        lambda door, at: door(at.cells(["control", "ATF4-BAK1"])),
        ReadingError,
        "mine: Label 'ATF4-BAK1' holds '-' between 'ATF4', 'BAK1', which are genes by themselves; '-' may also "
        "belong to one name: say separator='-' if it joins genes, separator='+' if it does not.",
    ),
    "load_cells: a pair of a gene and of something else": (
        load_cells,
        lambda door, at: door(at.cells(["control", "ATF4|XYZ"])),
        ReadingError,
        "mine: Label 'ATF4|XYZ' holds '|', but 'XYZ' is no gene of the file nor of the committed networks: say "
        "separator='|' if it joins genes, separator='+' if it belongs to the name.",
    ),
    "load_cells: groups that are not there": (
        load_cells,
        lambda door, at: door(at.cells(), within="lane"),
        ReadingError,
        "mine has no column obs['lane']: choose one of 'condition'.",
    ),
    "load_cells: a group that is not there": (
        load_cells,
        lambda door, at: door(at.cells(line="K562"), only={"line": "A549"}),
        ReadingError,
        "mine has no 'A549' in obs['line']: choose from 'K562'.",
    ),
    "load_cells: a group of no column": (
        load_cells,
        lambda door, at: door(at.cells(), only="K562"),
        ValueError,
        "only='K562' names no column: write only={'context': 'K562'}, or another one.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
