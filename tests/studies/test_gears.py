"""GEARS beside ours: it is trained on cells of the training conditions alone, and leaves nothing behind."""

import warnings
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from appmodel import condition_effects, score_predictions, split_doubles
from appmodel.effects import preprocess
from appmodel.studies.beside_gears.gears import GEARS
from appmodel.trials.predictions import predict_splits

pytestmark = [
    pytest.mark.slow,
    # Not imported to see: it silences warnings and seeds torch.
    pytest.mark.skipif(find_spec("gears") is None, reason="GEARS needs its package (pip install 'appmodel[gears]')"),
]


@pytest.fixture(scope="module")
def split(_tiny_effects):
    return split_doubles(_tiny_effects, seed=0)


@pytest.fixture(scope="module")
def expression(_tiny_screen):
    return preprocess(_tiny_screen)


def fitted(expression, split, network):
    training = condition_effects(expression)[list(split.train)].copy()
    return GEARS(expression, epochs=1).fit(training, network)


def test_it_predicts_from_training_cells_alone_and_leaves_no_trace(expression, split, tiny_network):
    before, filters = (torch.random.get_rng_state(), np.random.get_state()[1].copy()), list(warnings.filters)
    model = fitted(expression, split, tiny_network)
    said = model.predict(list(split.test))
    assert np.isfinite(said.X).all()
    assert np.ptp(said.X, axis=0).max() > 0  # not the same for all
    assert (torch.random.get_rng_state() == before[0]).all()
    assert (np.random.get_state()[1] == before[1]).all()
    assert warnings.filters == filters
    assert model.best_epoch_ == len(model.history_) == 1
    assert model.history_["validation"].notna().all()
    other = expression.copy()
    held_out = other.obs["condition"].isin(split.test).to_numpy()
    other.X = other.X.toarray()
    other.X[held_out] = 7.0
    again = fitted(other, split, tiny_network).predict(list(split.test))
    assert np.array_equal(again.X, said.X)


def test_it_is_scored_like_any_other(expression, tiny_effects, split, tiny_network):
    predictions = predict_splits({"gears": GEARS(expression, epochs=1)}, tiny_effects, "doubles", tiny_network, [0])
    scores = score_predictions(predictions, tiny_effects, metrics=["l2"])
    assert scores["value"].notna().all()
    assert set(scores["method"]) == {"gears"}


def test_what_it_lacks_is_said(expression, tiny_effects, split, tiny_network):
    training = tiny_effects[list(split.train)].copy()
    with pytest.raises(ValueError, match="needs a network"):
        GEARS(expression).fit(training)
    with pytest.raises(ValueError, match="other genes than the cells"):
        GEARS(expression[:, :50].copy()).fit(training, tiny_network)
    left = expression[expression.obs["condition"] != split.train[0]].copy()
    with pytest.raises(ValueError, match=f"no cells of '{split.train[0]}'".replace("+", r"\+")):
        GEARS(left).fit(training, tiny_network)
