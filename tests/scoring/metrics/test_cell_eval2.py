"""Agreement with cell-eval2 (0.20.0) to 1e-12, its mid-ranks included, and how far apart we are elsewhere."""

import numpy as np
import pytest

from appmodel.scoring.metrics import METRICS, Case

NAMES = {"l1": "discrimination", "l2": "centroid_accuracy", "cosine": "discrimination_cosine"}
AS_OURS = {"rank_denominator": "n-1", "exclude_target_gene": False}


def bulks(case):
    """Both sides as cell-eval2's pseudobulks: names in order, a control that is zero."""
    names = np.array(["control", *[f"p{i:02d}" for i in range(len(case.observed))]])
    return {
        f"{side}_bulk": (names, np.vstack([np.zeros(values.shape[1]), values]))
        for side, values in (("pred", case.predicted), ("real", case.observed))
    }


@pytest.fixture
def scored(reference):
    """Scores of cell-eval2, a value for each condition; ties are its mid-ranks."""

    def score(case, distance, **options):
        module = reference("cell_eval2.metrics.discrimination")
        options = {"control": "control", "tie_policy": "midrank", **AS_OURS, **options}
        return list(module.discrimination_score(**bulks(case), distance=distance, **options).values())

    return score


@pytest.mark.parametrize("distance", NAMES)
def test_discrimination_in_three_distances(scored, agrees, case, distance):
    expected = scored(case, distance)
    assert len(set(expected)) > 3
    agrees(case, NAMES[distance], expected, 1e-12)


@pytest.mark.parametrize("distance", NAMES)
@pytest.mark.parametrize("kind", ["all the same", "all zero", "some zero", "few values", "one direction"])
def test_discrimination_with_ties(scored, agrees, case, distance, kind):
    n, readouts = case.observed.shape
    zeroed, few = case.predicted.copy(), np.sign(case.observed[:, :2])
    zeroed[::2] = 0
    predicted, observed = {
        "all the same": (np.tile(case.training_mean, (n, 1)), case.observed),
        "all zero": (np.zeros((n, readouts)), case.observed),
        "some zero": (zeroed, case.observed),
        "few values": (np.sign(case.predicted[:, :2]), few),
        "one direction": (case.predicted[:, :4], np.eye(4)[np.arange(n) % 4] * 2.0 ** np.arange(n)[:, None]),
    }[kind]
    tied = Case(predicted, observed)
    agrees(tied, NAMES[distance], scored(tied, distance), 1e-12)


def test_no_direction_scores_one_half_for_each_condition_in_both(scored, case):
    nothing = Case(np.zeros_like(case.observed), case.observed)
    assert set(scored(nothing, "cosine")) == {0.5} == set(METRICS["discrimination_cosine"](nothing)[0])


def test_it_counts_n_places_unless_told_otherwise_and_we_count_the_others(scored, agrees, case):
    n = len(case.observed)
    by_default = np.array(scored(case, "cosine", rank_denominator="n"))
    agrees(case, "discrimination_cosine", 1 - (1 - by_default) * n / (n - 1), 1e-12)


def test_it_leaves_the_perturbed_genes_out_and_we_do_not(scored, agrees, case):
    genes = np.array([f"p{i:02d}" for i in range(case.observed.shape[1])])  # the first readouts are perturbed
    for i in range(len(case.observed)):
        case.observed[i, i] = case.predicted[i, i] = -50.0
    without = scored(case, "cosine", exclude_target_gene=True, genes=genes)
    assert METRICS["discrimination_cosine"](case)[0].tolist() == [1.0] * len(case.observed)
    n = len(case.observed)
    agrees(Case(case.predicted[:, n:], case.observed[:, n:]), "discrimination_cosine", without, 1e-12)


def test_errors_and_correlations(reference, agrees, case):
    delta = reference("cell_eval2.metrics.delta")
    agrees(case, "mae", list(delta.mae_delta(**bulks(case), control="control").values()), 1e-12)
    agrees(case, "pearson", list(delta.pearson_delta(**bulks(case), control="control").values()), 1e-12)
