"""Predictions and scores, in memory and in files, and the tables that are made of them."""

import json

import pandas as pd
import pytest

from appmodel import (
    difference_table,
    leaderboard,
    load_predictions,
    load_scores,
    paired_difference,
    ratio_table,
    save_predictions,
    save_scores,
    score_predictions,
    suspected_leaks,
)


def damaged(at):
    """Predictions whose file was cut off."""
    save_predictions(at.predictions(), at.folder / "p.h5ad")
    return at.file("p.h5ad", (at.folder / "p.h5ad").read_bytes()[:3000])


def altered(at):
    """Scores of which a digit was changed."""
    scores = at.scores()
    scores.attrs["provenance"] = json.loads('{"dataset": "mine"}')
    save_scores(scores, at.folder / "s.csv")
    return at.file("s.csv", (at.folder / "s.csv").read_text().replace("1", "2"))


FAULTS = {
    "score_predictions: effects for predictions": (
        score_predictions,
        lambda door, at: door(at.effects(), at.effects()),
        ValueError,
        "the table holds no predictions of predict_splits (uns['predictions'] is missing): pass what "
        "predict_splits or load_predictions gives.",
    ),
    "score_predictions: other readouts": (
        score_predictions,
        lambda door, at: door(at.predictions(), at.effects()[:, :3].copy()),
        ValueError,
        "The predictions are of other readouts than these effects (mine): pass the effects they were made on.",
    ),
    "score_predictions: no row": (
        score_predictions,
        lambda door, at: door(at.predictions()[:0].copy(), at.effects()),
        ValueError,
        "The predictions hold no row: make them with predict_splits.",
    ),
    "load_predictions: no predictions": (
        load_predictions,
        lambda door, at: door(at.folder / "p.h5ad"),
        FileNotFoundError,
        "FOLDER/p.h5ad does not exist: give a file that save_predictions wrote.",
    ),
    "load_predictions: damaged predictions": (
        load_predictions,
        lambda door, at: door(damaged(at)),
        ValueError,
        "FOLDER/p.h5ad is damaged or no h5ad file: make it again with save_predictions.",
    ),
    "load_predictions: effects in the file": (
        load_predictions,
        lambda door, at: (at.effects().write_h5ad(at.folder / "p.h5ad"), door(at.folder / "p.h5ad")),
        ValueError,
        "FOLDER/p.h5ad holds no predictions of predict_splits (uns['predictions'] is missing): pass what "
        "predict_splits or load_predictions gives.",
    ),
    "save_predictions: nothing to save": (
        save_predictions,
        lambda door, at: door(None, at.folder / "p.h5ad"),
        TypeError,
        "Predictions are an AnnData, not None: pass what predict_splits gives.",
    ),
    "load_scores: no scores": (
        load_scores,
        lambda door, at: door(at.folder / "s.csv"),
        FileNotFoundError,
        "FOLDER/s.csv does not exist: make it with save_scores (tables of studies: make real or make studies).",
    ),
    "load_scores: scores without provenance": (
        load_scores,
        lambda door, at: door(at.file("s.csv", "value\n1\n")),
        FileNotFoundError,
        "FOLDER/s.provenance.json does not exist: make it with save_scores (tables of studies: make real or make "
        "studies).",
    ),
    "load_scores: provenance cut off": (
        load_scores,
        lambda door, at: (at.file("s.provenance.json", "{"), door(at.file("s.csv", "value\n1\n"))),
        ValueError,
        "FOLDER/s.provenance.json is no JSON text (cut off?): make it with save_scores (tables of studies: make "
        "real or make studies).",
    ),
    "load_scores: altered scores": (
        load_scores,
        lambda door, at: door(altered(at)),
        ValueError,
        "FOLDER/s.csv is not the table that s.provenance.json describes: make it with save_scores (tables of "
        "studies: make real or make studies).",
    ),
    "save_scores: scores of no benchmark": (
        save_scores,
        lambda door, at: door(at.scores(), at.folder / "s.csv"),
        ValueError,
        "The scores for FOLDER/s.csv carry no provenance in attrs['provenance']: save what benchmark made.",
    ),
    "leaderboard: nothing for scores": (
        leaderboard,
        lambda door, at: door(None, "app"),
        TypeError,
        "Scores are a table, not None: pass what benchmark or load_scores gives.",
    ),
    "leaderboard: a baseline that is not there": (
        leaderboard,
        lambda door, at: door(at.scores(), "additive"),
        ValueError,
        "The scores hold no method 'additive': choose from 'app'.",
    ),
    "leaderboard: no scores in the table": (
        leaderboard,
        lambda door, at: door(at.scores()[:0], "app"),
        ValueError,
        "The scores hold no row: pass what benchmark or load_scores gives.",
    ),
    "leaderboard: a column that is missing": (
        leaderboard,
        lambda door, at: door(at.scores().drop(columns="seed"), "app"),
        ValueError,
        "The scores have no column 'seed': pass what benchmark or load_scores gives.",
    ),
    "leaderboard: a metric that is none": (
        leaderboard,
        lambda door, at: door(at.scores(metric="mse"), "app"),
        ValueError,
        "The scores hold 'mse', which is no metric: leave these rows out.",
    ),
    "leaderboard: scores twice": (
        leaderboard,
        lambda door, at: door(pd.concat([at.scores(), at.scores()]), "app"),
        ValueError,
        "The scores hold 'ATF4' of 'app', seed 0, more than once: keep one row of each.",
    ),
    "ratio_table: no rows of a metric": (
        ratio_table,
        lambda door, at: door(at.scores(), "app", "mae"),
        ValueError,
        "The scores hold no metric 'mae': choose from 'l2'.",
    ),
    "paired_difference: two screens at once": (
        paired_difference,
        lambda door, at: door(pd.concat([at.scores(), at.scores(dataset="other")]), "app", "app"),
        ValueError,
        "The scores hold several screens or tasks: choose the rows of one, then compare.",
    ),
    "difference_table: no method to compare": (
        difference_table,
        lambda door, at: door(at.scores(), "app", []),
        ValueError,
        "methods is empty: name at least one of the scores.",
    ),
    "suspected_leaks: no oracle": (
        suspected_leaks,
        lambda door, at: door(at.scores()),
        ValueError,
        "The scores of mine, unseen hold no oracle: run benchmark(..., oracle=True).",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_sentence(fault, said):
    said(*FAULTS[fault])
