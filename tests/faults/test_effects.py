"""``load_effects``, ``reading_of`` and ``changes``: what is no effect of a condition, and tables that lack a role."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel import ReadingError, changes, load_effects, reading_of


def named(*names):
    """What gives rows these names."""
    return lambda data: setattr(data, "obs_names", list(names))


FAULTS = {
    "load_effects: a screen that is none": (
        load_effects,
        lambda door, at: door("norman"),
        ValueError,
        "There is no screen 'norman': choose one of norman19, adamson16, replogle22_k562, replogle22_rpe1, "
        "wessels23, nadig25_jurkat, replogle22_k562_gwps, tian21_crispra, tian21_crispri, kaden25_rpe1, "
        "kaden25_fibroblast, sunshine23, gbm_perturb_deseq, morphic_prs_day6, demo, papalexi21, norman19_slice, "
        "adamson16_pilot, or give the path of "
        "a file.",
    ),
    "load_effects: rows that may be anything": (
        load_effects,
        lambda door, at: door(AnnData(np.eye(3) - 0.5, obs=pd.DataFrame(index=list("pqr")))),
        ReadingError,
        "the screen may hold cells or effects, and nothing says which (rows are not named after genes; rows are "
        "named 'p', 'q' and 1 more; it has no obs['condition'] and no obs['perturbation'], obs has no column): "
        "name the column of labels of cells with condition_key=..., or say rows='effects' if each row is a "
        "condition.",
    ),
    "load_effects: no row": (
        load_effects,
        lambda door, at: door(at.effects()[:0].copy()),
        ReadingError,
        "mine is empty (0 rows x 8 columns): write it again with its rows and columns.",
    ),
    "load_effects: no readout": (
        load_effects,
        lambda door, at: door(at.effects()[:, :0].copy()),
        ReadingError,
        "mine is empty (5 rows x 0 columns): write it again with its rows and columns.",
    ),
    "load_effects: control alone": (
        load_effects,
        lambda door, at: door(at.effects()[:1].copy()),
        ValueError,
        "mine holds no perturbed condition: give at least one row besides control.",
    ),
    "load_effects: a condition twice": (
        load_effects,
        lambda door, at: door(at.effects(change=named("control", "ATF4+BAK1", "BAK1+ATF4", "BAK1", "ATF4"))),
        ValueError,
        "mine holds several rows for condition 'ATF4+BAK1' ('ATF4+BAK1', 'BAK1+ATF4'): keep one of them.",
    ),
    "load_effects: rows by numbers": (
        load_effects,
        lambda door, at: door(at.effects(change=named(*"01234")), rows="effects"),
        ReadingError,
        "mine names its rows '0', '1', '2' and 2 more, bare numbers, which are no conditions, and no column of "
        "obs names genes: give the column of conditions with condition_key=....",
    ),
    "load_effects: a readout twice": (
        load_effects,
        lambda door, at: door(at.effects(change=lambda e: setattr(e, "var_names", ["a"] * e.n_vars))),
        ValueError,
        "mine names readouts more than once ('a'): keep one column per readout.",
    ),
    "load_effects: a value that is missing": (
        load_effects,
        lambda door, at: door(at.effects(change=lambda e: e.X.__setitem__((1, 1), np.nan))),
        ValueError,
        "mine holds values that are not finite (NaN or infinite) in condition 'ATF4': repair or drop these rows.",
    ),
    "load_effects: means for differences": (
        load_effects,
        lambda door, at: door(at.effects(change=lambda e: e.X.__iadd__(1))),
        ValueError,
        "The control row of mine is not zero (up to 1): rows must be differences from control; subtract the "
        "control's row from all rows.",
    ),
    "load_effects: a variance below zero": (
        load_effects,
        lambda door, at: door(at.effects(change=lambda e: setattr(e, "obs", e.obs.assign(sampling_var=-1.0)))),
        ValueError,
        "The sampling_var of mine is negative, infinite or no number for condition 'control', 'ATF4', "
        "'ATF4+BAK1', 'BAK1', 'DDIT3': correct it or leave the column out.",
    ),
    "load_effects: a variance that is no number": (
        load_effects,
        lambda door, at: door(at.effects(change=lambda e: setattr(e, "obs", e.obs.assign(n_cells="many")))),
        ValueError,
        "The n_cells of mine is negative, infinite or no number for condition 'control', 'ATF4', 'ATF4+BAK1', "
        "'BAK1', 'DDIT3': correct it or leave the column out.",
    ),
    "load_effects: values of cells": (
        load_effects,
        lambda door, at: door(at.effects(), values="counts"),
        ReadingError,
        "mine: values='counts' says nothing of effects: say 'log2' or 'log10'.",
    ),
    "load_effects: groups of effects": (
        load_effects,
        lambda door, at: door(at.effects(), within="lane"),
        ReadingError,
        "mine holds effects, which have no groups of cells: leave within=... out.",
    ),
    "load_effects: a single cell": (
        load_effects,
        lambda door, at: door(at.cells()[:25].copy()),
        ValueError,
        "mine has a single cell of 'ATF4+BAK1', so that the sampling variance is undefined: give at least two "
        "cells, or drop small conditions with min_cells=2.",
    ),
    "load_effects: a least number of cells that is none": (
        load_effects,
        lambda door, at: door(at.cells(), min_cells="two"),
        ValueError,
        "min_cells is 'two': give a whole number of at least 0.",
    ),
    "load_effects: an argument that is none": (
        load_effects,
        lambda door, at: door(at.effects(), task="unseen"),
        TypeError,
        "'task' is no argument of a reading: the known ones are rows, condition_key, labels, control, separator, "
        "gene_key, species, values, layer, within, only, modality, unmeasured.",
    ),
    "reading_of: a file that is not there": (
        reading_of,
        lambda door, at: door(at.folder / "my.h5ad"),
        FileNotFoundError,
        "There is no file FOLDER/my.h5ad: give the path of an .h5ad file, or one of norman19, adamson16, "
        "replogle22_k562, replogle22_rpe1, wessels23, nadig25_jurkat, replogle22_k562_gwps, tian21_crispra, "
        "tian21_crispri, kaden25_rpe1, kaden25_fibroblast, sunshine23, gbm_perturb_deseq, morphic_prs_day6, demo, "
        "papalexi21, norman19_slice, "
        "adamson16_pilot.",
    ),
    "reading_of: an argument that is none": (
        reading_of,
        lambda door, at: door(at.cells(), mincells=2),
        TypeError,
        "'mincells' is no argument of a reading: the known ones are rows, condition_key, labels, control, "
        "separator, gene_key, species, values, layer, within, only, modality, unmeasured.",
    ),
    "reading_of: labels that are not there": (
        reading_of,
        lambda door, at: door(at.cells(), labels=at.folder / "labels.csv"),
        FileNotFoundError,
        "FOLDER/labels.csv does not exist: give labels=... a table of two columns, the cell's name and its label.",
    ),
    "changes: nothing that keeps changes": (
        changes,
        lambda door, at: door("demo"),
        TypeError,
        "A screen or a network keeps changes, not 'demo': pass one that was read.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
