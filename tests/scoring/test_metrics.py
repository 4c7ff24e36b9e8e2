"""Metrics on numbers worked by hand, and against SciPy."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from appmodel import as_effects
from appmodel.scoring.metrics import l2, pearson, scored_readouts


def test_l2_by_hand():
    values, reasons = l2(np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 4.0], [1.0, 1.0]]))
    assert values.tolist() == [5.0, 0.0]
    assert reasons == ["", ""]


def test_undefined_prediction_is_missing_with_a_reason_in_both_metrics():
    predicted, observed = np.array([[np.nan, np.nan]]), np.array([[1.0, 2.0]])
    for metric in (l2, pearson):
        values, reasons = metric(predicted, observed)
        assert np.isnan(values[0])
        assert reasons == ["the prediction is undefined"]


def test_pearson_agrees_with_scipy():
    rng = np.random.default_rng(0)
    p, o = rng.normal(size=(2, 6, 40))
    values, reasons = pearson(p, o)
    np.testing.assert_allclose(values, [pearsonr(a, b).statistic for a, b in zip(p, o, strict=True)], atol=1e-12)
    assert set(reasons) == {""}


@pytest.mark.parametrize("constant", [0.0, 0.1, -3.7])
def test_pearson_of_a_constant_is_missing_not_zero(constant):
    rng = np.random.default_rng(1)
    values, reasons = pearson(np.full((1, 30), constant), rng.normal(size=(1, 30)))
    assert np.isnan(values[0])
    assert "prediction is constant" in reasons[0]
    values, reasons = pearson(rng.normal(size=(1, 30)), np.full((1, 30), constant))
    assert np.isnan(values[0])
    assert "observed effect is constant" in reasons[0]


def test_scored_readouts_are_the_highest_expressed_ones():
    effects = as_effects(np.zeros((1, 5)), ["A"], list("vwxyz"))
    assert scored_readouts(effects, 3).tolist() == [0, 1, 2, 3, 4]  # axes: no control expression
    effects.var["control_mean"] = [0.5, 2.0, 0.1, 2.0, 1.0]
    assert scored_readouts(effects, 3).tolist() == [1, 3, 4]
    assert scored_readouts(effects, 1).tolist() == [1]  # of a tie, the first
    assert len(scored_readouts(effects, 9)) == 5
