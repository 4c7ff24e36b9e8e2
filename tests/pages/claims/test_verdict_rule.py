"""The rule: a question is read, scores answer it with an interval, and the interval gives a verdict."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from appmodel import paired_difference
from appmodel.pages.claims.entries import question
from appmodel.pages.claims.judging import least, p_value, verdict_of
from appmodel.pages.claims.measures import Measured, of_scores


@pytest.mark.parametrize(
    ("low", "high", "sign", "reference", "verdict"),
    [
        (-2, -1, "<", 0, "holds"),
        (1, 2, "<", 0, "does not hold"),
        (-1, 1, "<", 0, "cannot be told apart"),
        (0, 0, "<", 0, "cannot be told apart"),
        (-1, 0, "<", 0, "cannot be told apart"),
        (1, 2, ">", 0, "holds"),
        (-2, -1, ">", 0, "does not hold"),
        (-1, 1, ">", 0, "cannot be told apart"),
        (0.6, 0.7, ">", 0.5, "holds"),
        (0.4, 0.6, ">", 0.5, "cannot be told apart"),
        (1.0, 1.05, "<=", 1.05, "holds"),
        (1.06, 1.1, "<=", 1.05, "does not hold"),
        (np.nan, 1, "<", 0, "cannot be tested here"),
        (1.04, 1.2, "<=", 1.05, "cannot be told apart"),
    ],
)
def test_verdict_of(low, high, sign, reference, verdict):
    assert verdict_of(Measured("", "", (low + high) / 2, low, high, reference), sign) == verdict


def test_a_margin_and_several_seeds_are_asked_for():
    assert verdict_of(Measured("", "", -1.5, -2, -1, margin=0.9)) == "holds"
    assert verdict_of(Measured("", "", -1.5, -2, -1, margin=1.1)) == "cannot be told apart"
    assert verdict_of(Measured("", "", 1.5, 1, 2, margin=1.1)) == "cannot be told apart"
    assert verdict_of(Measured("", "", -1.5, -2, -1, seeds=1)) == "cannot be told apart"


def test_p_values_by_hand():
    assert p_value(Measured("", "", -1.0, -1.98, -0.02)) == pytest.approx(2 * norm.sf(1 / 0.5), rel=1e-4)
    assert p_value(Measured("", "", 1.5, 0.52, 2.48, 0.2, margin=0.3)) == pytest.approx(2 * norm.sf(2), rel=1e-4)
    assert p_value(Measured("", "", 0.1, -1, 1, margin=0.2)) == 1
    assert p_value(Measured("", "", 5, 5, 5, 7)) == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("app < additive", ("app", "", "<", "additive")),
        ("app", ("app", "", "", "")),
        ("a / b <= quoted", ("a", "b", "<=", "quoted")),
        ("attention > chance", ("attention", "", ">", "chance")),
    ],
)
def test_a_question_is_read(text, parts):
    assert tuple(question(text)) == parts


@pytest.mark.parametrize("text", ["app <= additive", "app beats additive", "", "a / b < c", "app < "])
def test_another_question_is_refused(text):
    with pytest.raises(ValueError, match="is no question"):
        question(text)


def test_a_difference_is_that_of_paired_difference(scored):
    rng = np.random.default_rng(0)
    scores = scored({"app": rng.normal(5, 1, 30), "additive": rng.normal(5.2, 1, 30)})
    found, paired = of_scores(scores, question("app < additive"), "l2"), paired_difference(scores, "app", "additive")
    assert [found.value, found.low, found.high] == pytest.approx(
        [paired[key] for key in ("difference", "low", "high")], abs=1e-12
    )


def test_a_constant_difference_has_no_spread_and_a_ratio_is_of_means(scored, better):
    found = of_scores(better, question("app < additive"), "l2")
    assert (found.value, found.low, found.high) == (-1, -1, -1)
    assert found.ours == "APP 2.50, addition 3.50 (ratio 0.714)"
    quoted = [pd.Series({"value": 5.6}), pd.Series({"value": 5.3})]
    found = of_scores(scored({"a": [2.0, 4], "b": [1.0, 2]}), question("a / b <= quoted"), "l2", quoted)
    assert (found.value, found.low, found.high) == (2, 2, 2)
    assert found.reference == pytest.approx(5.6 / 5.3)


def test_only_conditions_where_both_are_defined_count(scored):
    found = of_scores(scored({"app": [1, np.nan, 3], "additive": [2.0, 100, 4]}), question("app < additive"), "l2")
    assert (found.value, found.ours) == (-1, "APP 2.00, addition 3.00 (ratio 0.667)")
    none = of_scores(scored({"app": [np.nan, 1], "additive": [1, np.nan]}), question("app < additive"), "l2")
    assert np.isnan(none.low)
    assert "no condition in common" in none.ours


def test_the_least_of_several_answers():
    sure, unsure = Measured("a", "", -2, -2.5, -1.5), Measured("b", "", -1, -1.9, -0.1)
    apart, worse = Measured("c", "", 0, -1, 1), Measured("d", "", 2, 1, 3)
    assert least([sure]) == sure
    assert least([sure, unsure]).low == unsure.low  # both hold: the larger p value
    assert least([sure, unsure]).ours == "a; b"
    assert least([sure, apart]).value == 0
    assert least([sure, apart, worse]).value == 2
    assert least([sure, worse], ">").value == -2
    assert least([sure, None]) is None
    assert least([]) is None
