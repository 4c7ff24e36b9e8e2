"""Finding interactions: what predictions say of a double."""

import numpy as np
import pandas as pd
import pytest

from appmodel import Additive, split_doubles
from appmodel.studies.interactions.discovery import interaction_scores


def test_additive_predicts_no_deviation_at_all(effects):
    split = split_doubles(effects, seed=0)
    predicted = Additive().fit(effects[split.train]).predict(split.test)
    scores = interaction_scores({"additive": predicted}, effects)
    assert (scores["predicted_deviation"] == 0).all()
    assert (scores["predicted_kind"] == "additive").all()
    assert scores["cosine"].isna().all()
    assert (scores["reason"] == "cosine: no deviation").all()


@pytest.mark.parametrize("share", [0.5, 1.0, -0.5])
def test_a_share_of_the_deviation_has_its_direction(effects, share, knowing):
    scores = interaction_scores({"knows": knowing(share)}, effects)
    np.testing.assert_allclose(scores["predicted_deviation"], abs(share) * scores["deviation"])
    np.testing.assert_allclose(scores["cosine"], np.sign(share))
    np.testing.assert_allclose(scores["predicted_direction"], share * scores["direction"])
    assert scores["is_interaction"].tolist() == [i % 2 == 1 for i in range(28)]


def test_no_change_predicts_that_nothing_of_the_sum_is_left(effects, knowing):
    predicted = knowing(0)
    predicted.X[:] = 0
    scores = interaction_scores({"no_change": predicted}, effects)
    np.testing.assert_allclose(scores["predicted_direction"], -1)
    assert (scores["predicted_kind"] == "buffering").all()


def test_rows_may_come_in_any_order_and_spelling(effects, knowing):
    predicted = knowing(0.5)
    turned = predicted[::-1].copy()
    turned.obs_names = ["+".join(reversed(name.split("+"))) for name in turned.obs_names]
    one = interaction_scores({"m": predicted}, effects).set_index("condition")
    other = interaction_scores({"m": turned}, effects).set_index("condition").loc[one.index]
    pd.testing.assert_frame_equal(one, other)


def test_undefined_predictions_and_unknown_doubles_are_missing_with_a_reason(effects, knowing):
    predicted = knowing(0.5)
    predicted.X[0] = np.nan
    predicted.obs["reason"] = ["the gene stands in no network", *[""] * 27]
    predicted.obs_names = [*predicted.obs_names[:-1], "G0+NEW"]
    scores = interaction_scores({"m": predicted}, effects)
    assert scores["predicted_deviation"].isna().tolist() == [True, *[False] * 26, True]
    assert scores["reason"].tolist()[0] == "the gene stands in no network"
    assert scores["reason"].tolist()[-1] == "the screen does not hold this double with both of its singles"
    assert scores["is_interaction"].isna().tolist() == [*[False] * 27, True]


def test_other_readouts_are_refused(effects, knowing):
    with pytest.raises(ValueError, match="'m' have other readouts"):
        interaction_scores({"m": knowing(1)[:, ::-1]}, effects)
