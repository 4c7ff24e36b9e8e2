"""``top_k_overlap``: sets worked by hand, ties in closed form, and where it is undefined."""

from itertools import permutations

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case
from appmodel.scoring.metrics import top_k_overlap as module

OBSERVED = np.arange(40.0, 0.0, -1.0)[None]  # the first twenty of forty readouts changed most


def overlap(predicted, observed):
    return METRICS["top_k_overlap"](Case(np.asarray(predicted, dtype=float), np.asarray(observed, dtype=float)))


def test_half_of_the_set_by_hand():
    predicted = np.zeros((1, 40))
    predicted[0, 10:30] = 1
    assert overlap(predicted, OBSERVED) == ([0.5], [""])


def test_signs_and_sizes_do_not_count():
    signs = np.where(np.arange(40) % 2, -1, 1)
    assert overlap(-OBSERVED / 1000, OBSERVED * signs)[0].tolist() == [1.0]


def test_no_change_scores_chance():
    assert overlap(np.zeros((1, 40)), OBSERVED)[0] == pytest.approx([20 / 40])


def test_ties_at_the_last_place_count_with_their_chance_by_hand():
    predicted = np.zeros((1, 40))
    predicted[0, :5] = 1  # five right ones; fifteen places for thirty-five that tie, fifteen of them right
    assert overlap(predicted, OBSERVED)[0] == pytest.approx([(5 + 15 / 35 * 15) / 20])


def test_ties_agree_with_breaking_them_in_every_order(monkeypatch):
    monkeypatch.setattr(module, "K", 2)
    first, second, third = np.array([[1.0, 5, 2, 4, 3], [2.0, 1, 1, 1, 3], [1.0, 2, 2, 2, 0]])
    for predicted, observed, largest in ((second, first, {1, 3}), (third, second, {0, 4})):
        drawn = []
        for order in map(list, permutations(range(5))):
            chosen = np.array(order)[np.argsort(-predicted[order], kind="stable")[:2]]
            drawn.append(len(largest & set(chosen)) / 2)
        assert overlap(predicted[None], observed[None])[0] == pytest.approx([np.mean(drawn)])


def test_readouts_that_did_not_change_are_not_in_the_set():
    observed, predicted = np.zeros((1, 30)), np.zeros((1, 30))
    observed[0, :4] = [4, 3, 2, 1]
    predicted[0, 1:8] = [7, 6, 5, 4, 3, 2, 1]  # the four largest: readouts 1 to 4
    assert overlap(predicted, observed) == ([0.75], [""])
    assert overlap(observed, observed)[0].tolist() == [1.0]


def test_readouts_that_tie_with_the_last_one_are_in_the_set():
    observed = np.full((1, 40), 0.5)
    observed[0, :15], observed[0, 25:] = 2, 0  # fifteen, then ten that tie for five places
    assert overlap(observed, observed)[0].tolist() == [1.0]
    assert overlap(np.zeros((1, 40)), observed)[0] == pytest.approx([25 / 40])


def test_undefined_where_nothing_changed_and_where_everything_is_in_the_set():
    predicted, observed = np.ones((3, 40)), np.ones((3, 40))
    observed[0], observed[1, 0] = 0, 0
    values, reasons = overlap(predicted, observed)
    assert np.isnan(values).tolist() == [True, False, True]
    assert reasons == ["nothing changed in the observed effect", "", "all readouts are among the 20 most changed"]
    values, reasons = overlap(np.ones((1, 3)), [[3.0, 2.0, 1.0]])
    assert np.isnan(values[0])
    assert reasons == ["all readouts are among the 20 most changed"]
