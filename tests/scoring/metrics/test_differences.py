"""``l2``, ``mae`` and ``error_ratio`` on numbers worked by hand."""

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case


@pytest.mark.parametrize(("name", "first"), [("l2", 5.0), ("mae", 3.5), ("error_ratio", 2.0)])
def test_an_error_by_hand(name, first):
    predicted, observed = np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 4.0], [1.0, 1.0]])
    values, reasons = METRICS[name](Case(predicted, observed, stated_error=np.array([2.5, 1.0])))
    assert values.tolist() == [first, 0.0]
    assert reasons == ["", ""]


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (0.0, "the stated error is 0, not a positive number"),
        (-1.0, "the stated error is -1, not a positive number"),
        (np.inf, "the stated error is inf, not a positive number"),
        (np.nan, "the method states no error"),
    ],
)
def test_an_unusable_stated_error_is_missing_not_infinite(stated, reason):
    case = Case(np.ones((2, 3)), np.zeros((2, 3)), stated_error=np.array([stated, np.sqrt(3)]))
    values, reasons = METRICS["error_ratio"](case)
    assert np.isnan(values[0])
    assert values[1] == pytest.approx(1)
    assert reasons == [reason, ""]
