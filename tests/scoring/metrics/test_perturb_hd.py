"""Agreement with perturb-hd (0.1.0) to 1e-12, and how far apart we are where the definitions differ."""

import numpy as np
import pandas as pd
import pytest

from appmodel.scoring.metrics import METRICS, Case, hit_recall

SIDES = {"label": lambda score: score, "pred": lambda score: 1 - score}  # who competes; ours as their score


def long(values, column="effect"):
    """Effects as perturb-hd wants them: a row for each perturbation and phenotype, in the order of both."""
    names, genes = ([f"{letter}{i:03d}" for i in range(n)] for letter, n in zip("pg", values.shape, strict=True))
    wide = pd.DataFrame(values, pd.Index(names, name="pert"), genes)
    return wide.reset_index().melt("pert", var_name="pheno", value_name=column)


def recall(reference, predicted, observed, percent):
    """Their recall of each readout whose strongest absolute effects are the hits."""
    module = reference("perturb_hd.hit_discovery")
    hits = module.insert_rank_hits(long(np.abs(observed)), top_frac=0.05)
    found = module.evaluate_hit_prioritization(long(np.abs(predicted), "hit_score"), hits, [percent / 100])
    assert sorted(found["pheno"]) == list(found["pheno"])
    return found["recall"].to_numpy()


def test_errors_and_correlations(reference, agrees, case):
    mean = long(case.training_mean[None])[["pheno", "effect"]]
    regression = reference("perturb_hd.regression").evaluate_regression
    scores = regression(long(case.predicted), long(case.observed), reference_effect=mean)
    agrees(case, "mae", scores["mae"], 1e-12)
    agrees(case, "pearson", scores["corr"], 1e-12)
    agrees(case, "pearson_perturbed", scores["corr_systema"], 1e-12)


def test_a_constant_correlates_0_there_and_is_undefined_here(reference, case):
    regression = reference("perturb_hd.regression").evaluate_regression
    flat = Case(np.full_like(case.predicted, 0.5), case.observed)
    assert regression(long(flat.predicted), long(flat.observed))["corr"].eq(0).all()
    assert np.isnan(METRICS["pearson"](flat)[0]).all()


@pytest.mark.parametrize(
    ("distance", "competing", "name"),
    [
        ("l2", "label", "centroid_accuracy"),
        ("l2", "pred", "centroid_rank"),
        ("l1", "label", "discrimination"),
        ("cosine", "label", "discrimination_cosine"),
    ],
)
def test_retrieval(reference, agrees, case, distance, competing, name):
    retrieval = reference("perturb_hd.retrieval").evaluate_retrieval
    scores = retrieval(long(case.predicted), long(case.observed), distance, competing)["retrieval_score"]
    assert scores.nunique() > 3
    agrees(case, name, SIDES[competing](scores), 1e-12)


def test_retrieval_breaks_ties_by_order_and_we_share_them(reference):
    retrieval = reference("perturb_hd.retrieval").evaluate_retrieval
    tied = Case(np.zeros((4, 4)), np.eye(4))
    scores = retrieval(long(tied.predicted), long(tied.observed), "l1", "label")["retrieval_score"]
    np.testing.assert_allclose(scores, [1, 2 / 3, 1 / 3, 0])
    assert METRICS["discrimination"](tied)[0].tolist() == [0.5] * 4


@pytest.mark.parametrize("percent", [5, 10, 20])
@pytest.mark.parametrize("prediction", ["noisy", "tied", "constant"])
def test_hits(reference, percent, prediction):
    rng = np.random.default_rng(percent)
    observed = rng.normal(size=(73, 12))
    noisy = observed + rng.normal(size=observed.shape)
    predicted = {"noisy": noisy, "tied": np.round(noisy), "constant": np.zeros_like(noisy)}[prediction]
    expected = recall(reference, predicted, observed, percent)
    np.testing.assert_allclose(hit_recall(predicted, observed, percent), expected, rtol=0, atol=1e-12)
    # Hits are as many for each readout, so that over all pairs of a hit and its readout the shares are the same.
    values, _ = METRICS[f"hits_{percent}"](Case(predicted, observed))
    size = np.abs(observed)
    pairs = (size >= np.sort(size, axis=0)[-3]).sum(axis=1)
    assert np.nansum(values * pairs) / pairs.sum() == pytest.approx(expected.mean(), abs=1e-12)


def test_more_hits_than_places_are_all_tested_here_and_not_there(reference):
    observed = np.array([[2.0], [2.0], [1.0], [0.0]])  # two hits, as they tie, and one place
    assert recall(reference, observed, observed, 5).tolist() == [0.5]
    assert hit_recall(observed, observed, 5).tolist() == [1.0]


def test_readouts_without_change_have_hits_there_and_not_here(reference):
    observed = np.zeros((40, 1))
    assert recall(reference, observed, observed, 5).tolist() == [0.05]
    assert np.isnan(hit_recall(observed, observed, 5)).all()
