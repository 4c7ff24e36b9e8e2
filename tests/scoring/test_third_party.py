"""Predictors of a third party in the benchmark: what they may do, and what they must answer."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from appmodel import Additive, NoChange, TrainingMean, benchmark


class Zero:
    """A third party's predictor: no base class, no ``get_params``, nothing of ours but the form of its answer."""

    def __init__(self):
        self.seed = None

    def fit(self, effects, network=None):
        self.readouts = list(effects.var_names)

    def predict(self, conditions):
        return AnnData(
            np.full((len(conditions), len(self.readouts)), float(self.seed)),
            obs=pd.DataFrame(index=list(conditions)),
            var=pd.DataFrame(index=self.readouts),
        )


def test_a_class_of_a_third_party_works_and_gets_the_seed(tiny_effects):
    scores = benchmark({"theirs": Zero(), "none": NoChange()}, tiny_effects, seeds=[0, 2])
    l2 = scores[scores["metric"] == "l2"].set_index(["seed", "method", "condition"])["value"].unstack("method")
    np.testing.assert_array_equal(l2.loc[0, "theirs"], l2.loc[0, "none"])
    truth = tiny_effects[l2.loc[2].index].X
    np.testing.assert_allclose(l2.loc[2, "theirs"], np.linalg.norm(truth - 2, axis=1))
    described = scores.attrs["provenance"]["methods"]
    assert described == {"theirs": "Zero(seed=None)", "none": "NoChange()"}  # no address in memory


def test_predictors_given_stay_unfitted(tiny_effects):
    ours, theirs = TrainingMean(), Zero()
    benchmark({"ours": ours, "theirs": theirs}, tiny_effects, seeds=[2])
    assert not hasattr(ours, "mean_")
    assert not hasattr(theirs, "readouts")
    assert theirs.seed is None


def test_predictors_do_not_share_what_they_are_given(tiny_effects):
    class Vandal(Zero):
        def fit(self, effects, network=None):
            super().fit(effects)
            effects.X[:] = 1e6

    before = tiny_effects.X.copy()
    both = benchmark({"vandal": Vandal(), "additive": Additive()}, tiny_effects, seeds=[0])
    alone = benchmark({"additive": Additive()}, tiny_effects, seeds=[0])
    np.testing.assert_array_equal(both[both["method"] == "additive"]["value"], alone["value"])
    np.testing.assert_array_equal(tiny_effects.X, before)


def answering(answer):
    class Predicts(Zero):
        def predict(self, conditions):
            return answer(super().predict(conditions))

    return Predicts()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda p: p[::-1].copy(), "not the 5 conditions asked for in their order"),
        (lambda p: p[:-1].copy(), "returned 4 rows and 120 readouts"),
        (lambda p: p[:, :7].copy(), "returned 5 rows and 7 readouts"),
        (lambda p: p[:, ::-1].copy(), "other readouts, or in another order"),
        (lambda p: p.X, "returned an array: return an AnnData"),
        (lambda p: None, "returned None"),
    ],
)
def test_answers_of_another_form_are_refused(tiny_effects, answer, says):
    with pytest.raises(ValueError, match=f"Predictor 'odd' .*{says}"):
        benchmark({"odd": answering(answer)}, tiny_effects, seeds=[0])


def test_sparse_unnamed_and_infinite_answers(tiny_effects):
    def infinite(p):
        p.X[0, 3] = np.inf
        p.obs["reason"] = pd.Series([None, *["unused"] * 4], index=p.obs_names, dtype=object)
        return p

    def sparse(p):
        return AnnData(sp.csr_matrix(p.X), obs=p.obs)

    scores = benchmark(
        {"sparse": answering(sparse), "infinite": answering(infinite), "plain": Zero()}, tiny_effects, seeds=[1]
    )
    l2 = scores[scores["metric"] == "l2"].set_index("method")
    assert l2.loc["sparse", "value"].tolist() == l2.loc["plain", "value"].tolist()
    assert l2.loc["infinite", "value"].isna().tolist() == [True] + [False] * 4
    assert l2.loc["infinite", "reason"].tolist() == ["the prediction is undefined"] + [""] * 4
