"""What cell-eval (0.8.2) and scperteval (0.2.0) say of exported files is what we say, where the definitions match."""

import numpy as np
import pytest

from appmodel import AnchoredAPP, export_predictions, predict_splits, score_predictions

# How a metric of theirs becomes one of ours, of n conditions and so many readouts.
CELL_EVAL = {
    "mae": ("mae", lambda score, n, readouts: score),
    "mae_delta": ("mae", lambda score, n, readouts: score),
    "mse": ("l2", lambda score, n, readouts: np.sqrt(score * readouts)),
    "mse_delta": ("l2", lambda score, n, readouts: np.sqrt(score * readouts)),
    "pearson_delta": ("pearson", lambda score, n, readouts: score),
    "discrimination_score_l1": ("discrimination", lambda score, n, readouts: 1 - (1 - score) * n / (n - 1)),
    "discrimination_score_l2": ("centroid_accuracy", lambda score, n, readouts: 1 - (1 - score) * n / (n - 1)),
    "discrimination_score_cosine": ("discrimination_cosine", lambda score, n, readouts: 1 - (1 - score) * n / (n - 1)),
}
SCPERTEVAL = {
    "mse": ("l2", lambda score, readouts: np.sqrt(score * readouts)),
    "l2_heg_k=1000": ("l2", lambda score, readouts: score),
    "pearson_ctrl": ("pearson", lambda score, readouts: score),
    "rank": ("centroid_rank", lambda score, readouts: score),
    "nir": ("centroid_accuracy", lambda score, readouts: score),
    "transpose_rank": ("centroid_accuracy", lambda score, readouts: 1 - score),
}


@pytest.fixture
def predictions(tiny_effects, tiny_network):
    """Of doubles: no readout is left out as the perturbed one.  Some expression is predicted to be negative."""
    made = predict_splits({"anchored_app": AnchoredAPP()}, tiny_effects, network=tiny_network, seeds=[0])
    made.X = np.random.default_rng(0).normal(made.X, 0.3)  # ranks are to differ
    assert ((made.X + tiny_effects.var["control_mean"].to_numpy()) < 0).any()
    return made


@pytest.fixture
def ours(predictions, tiny_effects):
    """Our scores of a metric, by condition."""
    scores = score_predictions(predictions, tiny_effects)
    return lambda name: scores[scores["metric"] == name].set_index("condition")["value"]


@pytest.mark.filterwarnings("ignore:the string cache:DeprecationWarning")  # cell-eval's use of polars
def test_cell_eval_reads_what_is_exported(reference, predictions, tiny_effects, ours, tmp_path):
    cell_eval = reference("cell_eval")
    predicted, real = export_predictions(predictions, tiny_effects, tmp_path, "cell-eval")
    evaluator = cell_eval.MetricsEvaluator(
        str(predicted), str(real), control_pert="non-targeting", skip_de=True, outdir=str(tmp_path / "scores")
    )
    skipped = ["pearson_edistance", "clustering_agreement"]
    table, _ = evaluator.compute(profile="anndata", skip_metrics=skipped, write_csv=False, break_on_error=True)
    for theirs, (name, as_ours) in CELL_EVAL.items():
        expected = ours(name)
        scores = dict(zip(table["perturbation"], table[theirs], strict=True))
        found = [as_ours(scores[c], len(expected), tiny_effects.n_vars) for c in expected.index]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12, err_msg=theirs)
        assert len(set(found)) > 1, theirs


@pytest.mark.parametrize("protocol", SCPERTEVAL)
def test_scperteval_reads_what_is_exported(reference, predictions, tiny_effects, ours, tmp_path, protocol):
    scperteval = reference("scperteval")
    predicted, real = export_predictions(predictions, tiny_effects, tmp_path, "scperteval")
    prepared = scperteval.prepare(str(real), protocol, min_cells=1, workers=1)
    table = scperteval.score(prepared, protocol, str(predicted)).per_perturbation.set_index("perturbation")["score"]
    name, as_ours = SCPERTEVAL[protocol]
    expected = ours(name)
    found = as_ours(table.loc[expected.index].to_numpy(), tiny_effects.n_vars)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert len(set(found)) > 1
