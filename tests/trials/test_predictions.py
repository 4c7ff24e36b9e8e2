"""Predictions in one form: kept, read again, scored again to the same numbers."""

import anndata
import numpy as np
import pytest

from appmodel import (
    Additive,
    EmbeddingLinear,
    LinearModel,
    PermutedConditions,
    TrainingMean,
    benchmark,
    load_effects,
    split_doubles,
)
from appmodel.scoring import load_predictions, predict_splits, save_predictions, score_predictions
from appmodel.trials.predictions import provenance_of, splits_of

METHODS = {"mean": TrainingMean(), "additive": Additive()}


def test_scoring_kept_predictions_is_the_benchmark(tiny_effects, tmp_path):
    save_predictions(predict_splits(METHODS, tiny_effects, seeds=[0, 3]), tmp_path / "kept.h5ad")
    again = score_predictions(load_predictions(tmp_path / "kept.h5ad"), tiny_effects, oracle=True)
    at_once = benchmark(METHODS, tiny_effects, seeds=[0, 3], oracle=True)
    assert again.equals(at_once)
    assert again.attrs["provenance"] == at_once.attrs["provenance"]


def test_each_row_says_who_predicted_what(tiny_effects):
    predictions = predict_splits(METHODS, tiny_effects, "unseen", seeds=[1])
    split = splits_of(predictions)[0]
    rows = predictions[(predictions.obs["method"] == "mean").to_numpy()]
    assert list(rows.obs["condition"]) == split.test
    np.testing.assert_allclose(rows.X, np.tile(tiny_effects[split.train].X.mean(axis=0), (len(split.test), 1)))
    undefined = predictions[(predictions.obs["method"] == "additive").to_numpy()]
    assert np.isnan(undefined.X).all()
    assert undefined.obs["reason"].str.contains("no training condition perturbs").all()
    assert provenance_of(predictions)["seeds"] == [1]


def test_the_split_survives_to_the_byte(tiny_effects):
    predictions = predict_splits({"mean": TrainingMean()}, tiny_effects, seeds=[2])
    assert splits_of(predictions)[0].digest == split_doubles(tiny_effects, 2).digest


def test_stated_errors_are_kept(tiny_effects, tiny_network):
    class Sure(TrainingMean):
        def _predict(self, names):
            return super()._predict(names), {"predicted_error": np.arange(1.0, len(names) + 1)}

    predictions = predict_splits(
        {"sure": Sure(), "linear": LinearModel()}, tiny_effects, network=tiny_network, seeds=[0]
    )
    stated = predictions.obs.groupby("method")["predicted_error"]
    assert stated.max()["sure"] == len(splits_of(predictions)[0].test)
    assert np.isnan(stated.max()["linear"])


def test_what_is_no_table_of_predictions_is_refused(tiny_effects, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.h5ad does not exist"):
        load_predictions(tmp_path / "nothing.h5ad")
    (tmp_path / "damaged.h5ad").write_bytes(b"no")
    with pytest.raises(ValueError, match=r"damaged\.h5ad is damaged"):
        load_predictions(tmp_path / "damaged.h5ad")
    anndata.AnnData(tiny_effects.X, obs=tiny_effects.obs[[]], var=tiny_effects.var[[]]).write_h5ad(tmp_path / "e.h5ad")
    with pytest.raises(ValueError, match="holds no predictions"):
        load_predictions(tmp_path / "e.h5ad")


def test_predictions_of_another_screen_are_refused(tiny_effects):
    predictions = predict_splits(METHODS, tiny_effects, seeds=[0])
    with pytest.raises(ValueError, match="of other readouts"):
        score_predictions(predictions, tiny_effects[:, :7].copy())
    with pytest.raises(ValueError, match=r"names .* which the screen does not hold"):
        score_predictions(predictions, tiny_effects[:4].copy())


def test_rows_in_another_order_are_refused(tiny_effects):
    predictions = predict_splits(METHODS, tiny_effects, seeds=[0])
    with pytest.raises(ValueError, match="not those of the split's test conditions"):
        score_predictions(predictions[::-1].copy(), tiny_effects)


@pytest.mark.slow
def test_the_demo_has_a_variance_for_each_readout_that_adds_up(tiny_effects):
    np.testing.assert_allclose(tiny_effects.layers["sampling_var"].sum(axis=1), tiny_effects.obs["sampling_var"])
    assert load_effects("demo").layers["sampling_var"].shape[1] == load_effects("demo").n_vars


def test_the_seed_reaches_a_wrapped_predictor(tiny_effects):
    asked = []

    class Kept(PermutedConditions):
        def _fit(self, effects, network):
            asked.append((self.seed, self.predictor.seed))
            super()._fit(effects, network)

    predict_splits({"one": Kept(EmbeddingLinear("random", n_components=4))}, tiny_effects, seeds=[5])
    assert asked == [(5, 5)]
