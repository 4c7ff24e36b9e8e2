"""The files for other tools: control and effects, in their names, and nothing that they could not read."""

import anndata
import numpy as np
import pytest

from appmodel import Additive, TrainingMean, as_effects, export_predictions, predict_splits


@pytest.fixture
def effects():
    made = as_effects([[1.0, -2.0], [0.5, 0.25], [2.0, 1.0]], ["A", "B", "A+B"], ["g", "h"])
    made.var["control_mean"] = [1.0, 0.5]
    return made


@pytest.fixture
def predictions():
    return as_effects([[3.0, -1.0], [0.0, 0.0]], ["B+A", "A"], ["g", "h"])


def test_control_and_control_plus_effect(effects, predictions, tmp_path):
    paths = export_predictions(predictions, effects, tmp_path / "deep", "scperteval")
    assert [path.name for path in paths] == ["predicted.h5ad", "real.h5ad"]
    predicted, real = map(anndata.read_h5ad, paths)
    for side in (predicted, real):
        assert list(side.obs["perturbation"]) == ["control", "A+B", "A"]
        assert list(side.var_names) == ["g", "h"]
    assert predicted.X.tolist() == [[1.0, 0.5], [4.0, -0.5], [1.0, 0.5]]
    assert real.X.tolist() == [[1.0, 0.5], [3.0, 1.5], [2.0, -1.5]]


def test_for_cell_eval_a_negative_readout_is_raised_in_both_alike(effects, predictions, tmp_path):
    predicted, real = map(anndata.read_h5ad, export_predictions(predictions, effects, tmp_path))
    for side in (predicted, real):
        assert list(side.obs["target"]) == list(side.obs["target_gene"]) == ["non-targeting", "A+B", "A"]
        assert list(side.var["raised"]) == [0.0, 1.5]
    assert predicted.X.tolist() == [[1.0, 2.0], [4.0, 1.0], [1.0, 2.0]]
    assert real.X.tolist() == [[1.0, 2.0], [3.0, 3.0], [2.0, 0.0]]


def test_the_control_of_axes_is_zero(effects, predictions, tmp_path):
    del effects.var["control_mean"]
    predicted, _ = map(anndata.read_h5ad, export_predictions(predictions, effects, tmp_path, "scperteval"))
    assert predicted.X[0].tolist() == [0.0, 0.0]


def test_one_method_of_a_table_of_predictions(tiny_effects, tmp_path):
    table = predict_splits({"mean": TrainingMean(), "additive": Additive()}, tiny_effects, seeds=[0, 1])
    with pytest.raises(ValueError, match=r"several predictions for '.*more: choose one method and seed, as in"):
        export_predictions(table, tiny_effects, tmp_path)
    one = table[(table.obs["method"] == "mean").to_numpy() & (table.obs["seed"] == 1).to_numpy()]
    predicted, real = map(anndata.read_h5ad, export_predictions(one, tiny_effects, tmp_path))
    assert list(predicted.obs["target"])[1:] == list(one.obs["condition"]) == list(real.obs["target"])[1:]
    np.testing.assert_allclose(predicted.X[1:] - predicted.X[0], one.X, atol=1e-12)


def test_what_no_tool_could_score_is_refused(effects, predictions, tmp_path):
    for change, said in (
        (lambda p, e: p.X.__setitem__((0, 0), np.nan), r"'A\+B' are undefined \(obs\['reason'\] says why\)"),
        (lambda p, e: setattr(e, "obs_names", ["A", "B", "C"]), r"hold no row of 'A\+B'"),
        (lambda p, e: setattr(e, "var_names", ["h", "g"]), "have 2 readouts, the effects 2, or in another order"),
    ):
        wrong, of = predictions.copy(), effects.copy()
        change(wrong, of)
        with pytest.raises(ValueError, match=said):
            export_predictions(wrong, of, tmp_path)
    with pytest.raises(ValueError, match="form='csv' is not known: use 'cell-eval' or 'scperteval'"):
        export_predictions(predictions, effects, tmp_path, "csv")
    assert not list(tmp_path.iterdir())
