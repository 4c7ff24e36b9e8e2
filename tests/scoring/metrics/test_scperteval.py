"""Agreement with scperteval (0.2.0) to 1e-12, and how far apart we are where the definitions differ."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel import as_effects
from appmodel.scoring import scored_readouts
from appmodel.scoring.metrics import METRICS, Case

GENES = 1100  # more than the thousand that are scored


@pytest.fixture
def wide():
    """Effects on more genes than are scored, and the control's expression."""
    rng = np.random.default_rng(5)
    observed = rng.normal(size=(9, GENES))
    return rng.exponential(size=GENES), observed + rng.normal(size=observed.shape), observed, rng.normal(size=GENES)


@pytest.fixture
def score(reference):
    """Scores of scperteval, a value for each condition in its order: one cell each, the control's mean beside them."""

    def of(protocol, control, predicted, observed, **options):
        scperteval = reference("scperteval")
        names = [f"p{i:02d}" for i in range(len(observed))]
        real, ours = (
            AnnData(
                control + np.vstack([np.zeros(len(control)), side]),
                obs=pd.DataFrame({"perturbation": ["control", *names]}, index=["control", *names]),
                var=pd.DataFrame(index=[f"g{i:04d}" for i in range(len(control))]),
            )
            for side in (observed, predicted)
        )
        sources = {"training": control + options.pop("mean")} if "mean" in options else None
        prepared = scperteval.prepare(real, protocol, min_cells=1, workers=1, sources=sources)
        return scperteval.score(prepared, protocol, ours, **options).per_perturbation["score"].to_numpy()

    return of


def on_scored(control, predicted, observed, mean=None):
    """The case that our benchmark makes of it: the thousand genes of the highest control expression."""
    effects = as_effects(observed, [f"P{i}" for i in range(len(observed))], [f"G{i}" for i in range(GENES)])
    effects.var["control_mean"] = control
    chosen = scored_readouts(effects)
    return Case(predicted[:, chosen], observed[:, chosen], None if mean is None else mean[chosen])


def test_the_thousand_most_expressed_genes(score, agrees, wide):
    *screen, _ = wide
    case = on_scored(*screen)
    assert case.observed.shape[1] == 1000
    agrees(case, "l2", score("l2_heg_k=1000", *screen), 1e-12)
    agrees(case, "pearson", score("pearson_ctrl_heg_k=1000", *screen), 1e-12)


def test_correlation_without_the_training_mean(score, agrees, wide):
    _, predicted, observed, mean = wide
    theirs = score("pearson", *wide[:3], mean=mean, center_on="training")
    agrees(Case(predicted, observed, mean), "pearson_perturbed", theirs, 1e-12)
    # Its own protocol takes off the mean of all other perturbations, those that are tested among them.
    others = (observed.sum(axis=0) - observed) / (len(observed) - 1)
    agrees(Case(predicted - others, observed - others), "pearson", score("pearson_pert", *wide[:3]), 1e-12)


@pytest.mark.parametrize(
    ("protocol", "name", "ours"),
    [
        ("rank", "centroid_rank", lambda score: score),
        ("transpose_rank", "centroid_accuracy", lambda score: 1 - score),
        ("nir", "centroid_accuracy", lambda score: score),
    ],
)
def test_ranks(score, agrees, wide, protocol, name, ours):
    control, predicted, observed, _ = wide
    hard = predicted / 20 + np.roll(observed, 1, axis=0)  # nearer to another condition, so that ranks differ
    expected = ours(score(protocol, control, hard, observed))
    agrees(Case(hard, observed), name, expected, 1e-12)


def test_ranks_of_ties_are_drawn_by_lot_there_and_are_the_middle_here(reference):
    metrics = reference("scperteval.protocols.metrics")
    nothing, observed = np.zeros((30, 30)), np.eye(30)
    assert len(set(metrics.nir(observed, nothing, None))) > 10
    assert METRICS["centroid_accuracy"](Case(nothing, observed))[0].tolist() == [0.5] * 30


def per_row(metric, significance, predicted, observed):
    """A metric of theirs row by row; the test statistics that it asks its context for are ``significance``."""
    return [
        metric(o, p, SimpleNamespace(current_pert="", cfg=SimpleNamespace(truth=""), de=lambda *_, t=t: t))
        for t, p, o in zip([SimpleNamespace(statistic=t) for t in significance], predicted, observed, strict=True)
    ]


def test_weights_of_significance(reference, agrees, case):
    metrics = reference("scperteval.protocols.metrics")
    sides = case.predicted, case.observed
    agrees(case, "weighted_mse", per_row(metrics.weighted_mse, case.significance, *sides), 1e-12)
    centred = [side - case.training_mean for side in sides]
    agrees(case, "weighted_r2", per_row(metrics.weighted_r2, case.significance, *centred), 1e-12)


def test_weights_of_one_significance_for_all_are_even_there_and_undefined_here(reference, case):
    metrics = reference("scperteval.protocols.metrics")
    same = np.ones_like(case.significance)
    even = per_row(metrics.weighted_mse, same, case.predicted, case.observed)
    np.testing.assert_allclose(even, ((case.predicted - case.observed) ** 2).mean(axis=1))
    values, _ = METRICS["weighted_mse"](Case(case.predicted, case.observed, significance=same))
    assert np.isnan(values).all()


def test_overlap_of_the_most_changed(reference, agrees, case):
    overlap = reference("scperteval.protocols.metrics").de_overlap
    sides = zip(case.predicted, case.observed, strict=True)
    agrees(case, "top_k_overlap", [overlap(SimpleNamespace(statistic=o), np.abs(p), None, k=20) for p, o in sides])
