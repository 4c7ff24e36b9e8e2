"""Agreement with reference implementations to 1e-6, and how far apart they are where the definitions differ.

Each test imports its reference and is skipped where that cannot be imported (``conftest.reference``).
"""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel.scoring.metrics import METRICS, Case
from appmodel.scoring.metrics.weighted_mse import significance_weights

N, READOUTS = 9, 60  # of the fixture ``case``
GENES = [f"G{i:02d}" for i in range(READOUTS)]
AWAY = [f"condition {i}" for i in range(N)]  # perturbed genes that are no readouts


def pairs(case):
    return zip(case.predicted, case.observed, strict=True)


def test_scipy(reference, agrees, case):
    stats, distance = reference("scipy.stats"), reference("scipy.spatial.distance")
    agrees(case, "l2", [distance.euclidean(p, o) for p, o in pairs(case)])
    agrees(case, "pearson", [stats.pearsonr(p, o).statistic for p, o in pairs(case)])
    m = case.training_mean
    agrees(case, "pearson_perturbed", [stats.pearsonr(p - m, o - m).statistic for p, o in pairs(case)])
    # A rank of 1 is the nearest; without ties the methods of ranking are the same.
    rank = stats.rankdata(distance.cdist(case.predicted, case.observed), axis=1).diagonal()
    agrees(case, "centroid_accuracy", (N - rank) / (N - 1))
    rank = stats.rankdata(distance.cdist(case.predicted, case.observed), axis=0).diagonal()
    agrees(case, "centroid_rank", (rank - 1) / (N - 1))
    rank = stats.rankdata(distance.cdist(case.predicted, case.observed, "cityblock"), axis=1).diagonal()
    agrees(case, "discrimination", (N - rank) / (N - 1))
    rank = stats.rankdata(distance.cdist(case.predicted, case.observed, "cosine"), axis=1).diagonal()
    agrees(case, "discrimination_cosine", (N - rank) / (N - 1))


def test_scipy_and_we_give_ties_their_mean_rank(reference, agrees, case):
    stats, distance = reference("scipy.stats"), reference("scipy.spatial.distance")
    tied = Case(np.round(case.predicted[:, :2]), np.round(case.observed[:, :2]))
    distances = distance.cdist(tied.predicted, tied.observed, "cityblock")
    assert any(len(set(row)) < N for row in distances)
    agrees(tied, "discrimination", (N - stats.rankdata(distances, axis=1).diagonal()) / (N - 1))


def test_scikit_learn(reference, agrees, case):
    sklearn = reference("sklearn.metrics")
    weights, _ = significance_weights(case.significance)
    agrees(case, "mae", [sklearn.mean_absolute_error(o, p) for p, o in pairs(case)])
    m, weighted = case.training_mean, list(zip(case.predicted, case.observed, weights, strict=True))
    agrees(case, "weighted_mse", [sklearn.mean_squared_error(o, p, sample_weight=w) for p, o, w in weighted])
    agrees(case, "weighted_r2", [sklearn.r2_score(o - m, p - m, sample_weight=w) for p, o, w in weighted])


def test_scikit_learn_scores_an_effect_without_spread_where_we_do_not(reference):
    sklearn = reference("sklearn.metrics")
    flat = Case(np.array([[1.0, 2.0, 3.0]]), np.ones((1, 3)), np.zeros(3), np.array([[0.0, 1.0, 2.0]]))
    assert sklearn.r2_score(flat.observed[0], flat.predicted[0], sample_weight=[0, 1, 4]) == 0
    assert np.isnan(METRICS["weighted_r2"](flat)[0][0])


def as_pair(case, names):
    """The case as cell-eval wants it: one cell per condition and a control whose expression is zero."""
    import cell_eval

    obs = pd.DataFrame({"target": ["control", *names]}, index=[str(i) for i in range(len(names) + 1)])
    var = pd.DataFrame(index=GENES[: case.observed.shape[1]])
    sides = [
        AnnData(np.vstack([np.zeros(side.shape[1]), side]), obs=obs.copy(), var=var.copy())
        for side in (case.observed, case.predicted)
    ]
    return cell_eval.PerturbationAnndataPair(*sides, pert_col="target", control_pert="control")


def test_cell_eval(reference, agrees, case):
    metrics = reference("cell_eval.metrics")
    pair = as_pair(case, AWAY)

    def expected(scores):
        return np.array([scores[name] for name in AWAY])

    agrees(case, "mae", expected(metrics.mae_delta(pair)))
    agrees(case, "pearson", expected(metrics.pearson_delta(pair)))
    # Its rank counts n places, ours n - 1; no perturbed gene is a readout here.
    ours = 1 - (1 - expected(metrics.discrimination_score(pair))) * N / (N - 1)
    assert len(set(ours)) > 3
    agrees(case, "discrimination", ours)


def test_cell_eval_leaves_the_perturbed_gene_out_and_we_do_not(reference, case):
    metrics = reference("cell_eval.metrics")
    for i in range(N):  # each perturbation silences its own gene, and the prediction knows that much
        case.observed[i, i] = case.predicted[i, i] = -50.0
    assert METRICS["discrimination"](case)[0].tolist() == [1.0] * N
    pair = as_pair(case, GENES[:N])
    with_gene = metrics.discrimination_score(pair, exclude_target_gene=False)
    np.testing.assert_allclose([with_gene[gene] for gene in GENES[:N]], 1, atol=1e-6)


def test_cell_eval_breaks_ties_by_name_and_we_share_them(reference, case):
    metrics = reference("cell_eval.metrics")
    tied = Case(np.zeros((N, N)), np.eye(N))
    scores = metrics.discrimination_score(as_pair(tied, AWAY))
    assert METRICS["discrimination"](tied)[0].tolist() == [0.5] * N
    np.testing.assert_allclose([scores[name] for name in AWAY], 1 - np.arange(N) / N, atol=1e-6)


def de_table(side):
    """The effects as cell-eval's table of a test that calls every readout significant."""
    import polars

    rows = [
        (name, gene, value, abs(value), 0.0, 0.0)
        for name, row in zip(AWAY, side, strict=True)
        for gene, value in zip(GENES, row, strict=True)
        if value != 0
    ]
    columns = ["target", "feature", "log2_fold_change", "abs_log2_fold_change", "p_value", "fdr"]
    return polars.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.filterwarnings("ignore:the string cache:DeprecationWarning")  # cell-eval's use of polars
def test_cell_eval_overlap_of_changed_genes(reference, agrees, case):
    cell_eval, metrics = reference("cell_eval"), reference("cell_eval.metrics")
    case.observed[0, 7:] = 0  # seven readouts changed, no more: both compare seven
    tables = cell_eval.initialize_de_comparison(real=de_table(case.observed), pred=de_table(case.predicted))
    scores = metrics.de_overlap_metric(tables, k=20, metric="overlap")
    expected = [scores[name] for name in AWAY]
    assert len(set(expected)) > 2
    agrees(case, "top_k_overlap", expected)


@pytest.mark.filterwarnings("ignore")  # pertpy's and its dependencies' own
@pytest.mark.parametrize(
    ("metric", "name", "ours"),
    [
        ("euclidean", "l2", lambda score: score),
        ("mean_absolute_error", "mae", lambda score: score),
        ("pearson_distance", "pearson", lambda score: 1 - score),
    ],
)
def test_pertpy(reference, agrees, case, metric, name, ours):
    distance = reference("pertpy.tools").Distance(metric)
    agrees(case, name, [ours(distance(p[None], o[None])) for p, o in pairs(case)])
