"""The simple predictors on numbers worked by hand, and the manners that every predictor shares."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from appmodel import APP, Additive, LinearModel, NoChange, ScaledAdditive, TrainingMean, TrainingMedian, as_effects

SIMPLE = [NoChange, TrainingMean, TrainingMedian, Additive, ScaledAdditive, LinearModel]
TRAINING = as_effects(
    [[0, 0], [1, 2], [3, -2], [-1, 0], [2, 0], [4, 1]], ["control", "A", "B", "C", "A+B", "A+D"], ["r1", "r2"]
)


def predicted(predictor, conditions, effects=TRAINING):
    return predictor.fit(effects).predict(conditions)


def test_no_change_is_zero():
    assert predicted(NoChange(), ["A+B", "X"]).X.tolist() == [[0, 0], [0, 0]]


def test_training_mean_is_unweighted_and_without_control():
    effects = TRAINING.copy()
    effects.obs["n_cells"] = [1000, 1, 1, 1, 1, 500]
    out = predicted(TrainingMean(), ["B+C", "X"], effects)
    np.testing.assert_allclose(out.X, [[9 / 5, 1 / 5]] * 2)
    effects.X[0] = 99  # whatever stands in the control row
    np.testing.assert_allclose(predicted(TrainingMean(), ["X"], effects).X, [[9 / 5, 1 / 5]])


def test_training_median_is_unweighted_and_without_control():
    # on a line the geometric median is the middle one; the mean is (3.4, 0)
    effects = as_effects(
        [[99, 0], [0, 0], [1, 0], [2, 0], [4, 0], [10, 0]],
        ["control", "A", "B", "C", "A+B", "A+C"],
        ["r1", "r2"],
        n_cells=[1, 1, 1, 1, 1, 10_000],
    )
    np.testing.assert_allclose(predicted(TrainingMedian(), ["B+C", "X"], effects).X, [[2, 0]] * 2, atol=1e-12)
    # seen from A the others stand more than 120 degrees apart: the median of a triangle is then that corner
    corner = as_effects([[0, 0], [10, 1], [-10, 1]], ["A", "B", "C"], ["r1", "r2"])
    np.testing.assert_allclose(predicted(TrainingMedian(), ["X"], corner).X, [[0, 0]], atol=1e-6)
    # three equal rows of five hold it, singles and doubles alike
    held = as_effects([[1, 2], [1, 2], [1, 2], [50, 0], [0, -70]], ["A", "B", "A+B", "C", "D"], ["r1", "r2"])
    np.testing.assert_allclose(predicted(TrainingMedian(), ["A"], held).X, [[1, 2]], atol=1e-12)


def test_training_median_has_a_smaller_mean_norm_than_the_mean():
    rng = np.random.default_rng(0)
    effects = as_effects(rng.standard_t(2, size=(30, 4)), [f"G{i}" for i in range(30)], list("abcd"))

    def mean_norm(predictor):
        centre = predicted(predictor, ["X"], effects).X
        return np.linalg.norm(effects.X - centre, axis=1).mean()

    assert mean_norm(TrainingMedian()) < mean_norm(TrainingMean()) - 1e-3


def test_additive_by_hand():
    out = predicted(Additive(), ["B+A", "C", "A+B+C"])
    assert out.X.tolist() == [[4, 0], [-1, 0], [3, 0]]
    assert out.obs["reason"].tolist() == ["", "", ""]
    assert out.obs["n_targets"].tolist() == [2, 1, 3]


@pytest.mark.parametrize("predictor", [Additive(), ScaledAdditive()])
def test_missing_single_is_undefined_and_named(predictor):
    out = predicted(predictor, ["A+D", "D", "A+B", "E+D"])
    assert np.isnan(out.X).all(axis=1).tolist() == [True, True, False, True]
    assert out.obs["reason"].tolist() == ["no training condition perturbs D alone"] * 2 + [
        "",
        "no training condition perturbs D and E alone",
    ]


def test_scaled_additive_by_hand():
    # only A+B has both singles: sum (4, 0), measured (2, 0): s = (4 * 2) / 16
    model = ScaledAdditive().fit(TRAINING)
    assert model.scale_ == 0.5
    assert model.predict(["A+C", "A"]).X.tolist() == [[0, 1], [1, 2]]  # a single keeps its effect


def test_scaled_additive_of_two_doubles_by_hand():
    effects = as_effects([[1, 0], [0, 1], [1, 1], [3, 1], [2, 5]], ["A", "B", "C", "A+B", "C+B"], ["r1", "r2"])
    # sums (1, 1) and (1, 2): s = (3 + 1 + 2 + 10) / (2 + 5)
    assert ScaledAdditive().fit(effects).scale_ == pytest.approx(16 / 7)


@pytest.mark.parametrize("rows", [["A", "B"], ["A", "A+D"]])
def test_scaled_additive_without_a_training_double_is_additive(rows):
    assert ScaledAdditive().fit(TRAINING[rows]).scale_ == 1


def test_scaled_additive_of_zero_singles_is_additive():
    model = ScaledAdditive().fit(as_effects([[0.0], [0], [1]], ["A", "B", "A+B"], ["r"]))
    assert model.scale_ == 1


@pytest.mark.parametrize("kind", SIMPLE)
def test_order_and_spelling_asked_for_are_kept(kind):
    model = kind().fit(TRAINING)
    asked = ["C+A", "B", "B+A", "A"]
    out = model.predict(asked)
    assert list(out.obs_names) == asked
    assert list(out.var_names) == ["r1", "r2"]
    np.testing.assert_array_equal(out.X, model.predict(["A+C", "B", "A+B", "A"]).X)
    np.testing.assert_array_equal(out.X[::-1], model.predict(asked[::-1]).X)
    assert out.uns["control"] == "control"
    assert out.X.dtype == np.float64


@pytest.mark.parametrize("kind", SIMPLE)
def test_training_names_and_rows_may_come_in_any_order(kind):
    other = as_effects(TRAINING.X[::-1], ["D+A", "B+A", "C", "B", "A", "control"], ["r1", "r2"])
    asked = ["A+B", "A+C", "B"]
    np.testing.assert_allclose(kind().fit(other).predict(asked).X, kind().fit(TRAINING).predict(asked).X, atol=1e-12)


@pytest.mark.parametrize("kind", SIMPLE)
def test_fit_leaves_its_input_alone(kind):
    effects = TRAINING.copy()
    model = kind().fit(effects)
    before = model.predict(["A+B"]).X
    np.testing.assert_array_equal(effects.X, TRAINING.X)
    assert effects.var.equals(TRAINING.var)
    effects.X[:] = 7  # and learned values are no view of it
    np.testing.assert_array_equal(model.predict(["A+B"]).X, before)


@pytest.mark.parametrize("kind", [*SIMPLE, APP])
def test_scikit_learn_manners(kind):
    model = kind()
    parameters = model.get_params()
    assert model.set_params(**parameters) is model
    copy = clone(model)
    assert copy is not model
    assert copy.get_params() == parameters
    assert not [name for name in vars(model) if name.endswith("_")]
    if kind is not APP:
        assert not hasattr(clone(model.fit(TRAINING)), "readouts_")
    with pytest.raises(NotFittedError, match=f"{kind.__name__} is not fitted yet: call fit"):
        copy.predict(["A"])
    with pytest.raises(ValueError, match="Invalid parameter"):
        model.set_params(nonsense=1)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("A", r"not one text: write \['A'\]"),
        ([], "No condition was asked for"),
        (["A", "control"], "The control has no effect to predict"),
        (["A", "B", "A"], "'A' was asked for twice"),
        (["A+A"], "names a gene twice"),
        (["A+"], "holds an empty gene name"),
    ],
)
@pytest.mark.parametrize("kind", SIMPLE)
def test_bad_questions(kind, asked, says):
    with pytest.raises(ValueError, match=says):
        kind().fit(TRAINING).predict(asked)


@pytest.mark.parametrize("kind", SIMPLE)
def test_bad_training(kind):
    for bad in (np.nan, np.inf):
        effects = TRAINING.copy()
        effects.X[2, 1] = bad
        with pytest.raises(ValueError, match="effects of 'B' hold NaN or infinite"):
            kind().fit(effects)
    with pytest.raises(ValueError, match=r"'A\+B' occurs twice"):
        kind().fit(as_effects(np.ones((2, 1)), ["A+B", "B+A"], ["r"]))
    with pytest.raises(ValueError, match="no perturbed condition"):
        kind().fit(TRAINING["control"])
    with pytest.raises(ValueError, match="names a gene twice"):
        kind().fit(AnnData(np.ones((2, 1)), obs=pd.DataFrame(index=["A+A", "B"])))


def test_conditions_may_come_as_an_index_or_an_array():
    model = Additive().fit(TRAINING)
    for asked in (TRAINING.obs_names[1:4], np.array(["A", "B", "C"]), ("A", "B", "C"), (name for name in "ABC")):
        np.testing.assert_array_equal(model.predict(asked).X, TRAINING.X[1:4])
