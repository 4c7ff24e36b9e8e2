"""The report of interactions: its rows, classes and file, additive as chance, paired differences, figures."""

import anndata
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from appmodel import Additive, NoChange, ScaledAdditive, save_scores
from appmodel.pages.interactions import plot_coefficients, plot_deviations, plot_discoveries
from appmodel.scoring import predict_splits
from appmodel.scoring.findings import found
from appmodel.studies.interactions.deviations import deviation_table
from appmodel.studies.interactions.report import COLUMNS, interactions_report, load_interactions
from appmodel.studies.interactions.summary import STATISTICS, interaction_findings
from appmodel.studies.interactions.table import interaction_table
from appmodel.trials.predictions import described

METHODS = {"no_change": NoChange(), "additive": Additive(), "scaled_additive": ScaledAdditive()}


@pytest.fixture(scope="module")
def report(effects, knowing):
    predictions = predict_splits(METHODS, effects, "doubles", seeds=range(2))
    knows = predictions[predictions.obs["method"] == "additive"].copy()
    knows.X = knowing(0.8)[list(knows.obs["condition"])].X
    knows.obs["method"], knows.obs_names = "knows", [f"{name} too" for name in knows.obs_names]
    return interactions_report(described(anndata.concat([predictions, knows]), [], {"dataset": "handmade"}), effects)


def predictions_of(predicted):
    """Those of one method and split in the form of ``predict_splits``."""
    table = predicted.copy()
    table.obs = pd.DataFrame({"method": "m", "seed": 0, "condition": predicted.obs_names}, index=predicted.obs_names)
    return described(table, [], {})


def test_report_holds_one_row_per_seed_method_and_test_double(report, effects):
    assert list(report.columns) == COLUMNS
    assert not report.duplicated(["seed", "method", "condition"]).any()
    assert report.groupby(["seed", "method"]).size().unique().tolist() == [14]
    measured = deviation_table(effects).set_index("condition")["deviation"]
    np.testing.assert_array_equal(report["deviation"], measured[report["condition"]])


def test_classes_of_predictions_are_those_of_a_measurement(report):
    rows = report[report["method"] == "knows"]
    assert (rows["interaction"] == "additive").equals(~rows["is_interaction"].astype(bool))
    assert (rows["predicted_interaction"] == rows["interaction"]).mean() > 0.5
    assert (report.loc[report["method"] == "additive", "predicted_interaction"] == "additive").all()
    assert (report.loc[report["method"] == "no_change", "predicted_interaction"] == "suppression").all()


def test_undefined_predictions_have_no_class(effects, knowing):
    predicted = knowing(1.0)
    predicted.X[3] = np.nan
    table = interactions_report(predictions_of(predicted), effects)
    assert table["predicted_interaction"].isna().tolist() == [i == 3 for i in range(28)]
    predicted.X[:] = np.nan
    assert interactions_report(predictions_of(predicted), effects)["predicted_interaction"].isna().all()


def test_report_of_predict_splits_carries_its_provenance(effects):
    table = interactions_report(predict_splits(METHODS, effects, "doubles", seeds=[3]), effects)
    assert table.attrs["provenance"]["seeds"] == [3]
    assert table.attrs["provenance"]["dataset"] == "handmade"
    assert table["method"].unique().tolist() == list(METHODS)


def test_report_comes_back_from_its_file(report, tmp_path):
    save_scores(report, tmp_path / "interactions_handmade.csv")
    back = load_interactions(tmp_path / "interactions_handmade.csv")
    assert back.attrs["provenance"]["dataset"] == "handmade"
    assert back["is_interaction"].tolist() == report["is_interaction"].tolist()
    np.testing.assert_allclose(back["cosine"], report["cosine"], rtol=1e-5)
    pd.testing.assert_frame_equal(
        back[["seed", "method", "condition", "reason"]], report[["seed", "method", "condition", "reason"]]
    )
    assert back["deviation"].dtype.kind == "f"


def test_a_table_of_another_kind_is_refused(report, tmp_path):
    other = report.drop(columns="cosine")
    other.attrs = report.attrs
    save_scores(other, tmp_path / "interactions_other.csv")
    with pytest.raises(ValueError, match="no report of interactions"):
        load_interactions(tmp_path / "interactions_other.csv")


def finding(table, method, measure, against=""):
    return found(table, method=method, measure=measure, against=against)


def test_additive_is_chance_and_knowing_is_perfect(report):
    table = interaction_findings(report, "handmade")
    additive = finding(table, "additive", "auroc")
    assert (additive["value"], additive["low"], additive["high"]) == (0.5, 0.5, 0.5)
    rows = report[report["method"] == "additive"]
    assert finding(table, "additive", "average_precision")["value"] == pytest.approx(
        rows.groupby("seed")["is_interaction"].mean().mean()
    )
    for measure in ("spearman", "cosine", "kind_right"):
        assert np.isnan(finding(table, "additive", measure)["value"])
        assert finding(table, "additive", measure)["reason"]
    for measure in STATISTICS:
        assert finding(table, "knows", measure)["value"] == pytest.approx(1.0)


def test_no_change_and_a_scaled_sum_rank_alike(report):
    table = interaction_findings(report, "handmade")
    for measure in ("auroc", "average_precision", "spearman"):
        alike = finding(table, "no_change", measure, "scaled_additive")
        assert (alike["value"], alike["low"], alike["high"]) == (0, 0, 0)


def test_value_is_the_mean_over_splits(report):
    rows = report[report["method"] == "no_change"]
    areas = [
        roc_auc_score(part["is_interaction"].astype(bool), part["predicted_deviation"])
        for _, part in rows.groupby("seed")
    ]
    table = interaction_findings(report, "handmade")
    assert finding(table, "no_change", "auroc")["value"] == pytest.approx(np.mean(areas))


def test_differences_are_paired_where_both_are_defined(report):
    table = interaction_findings(report, "handmade")
    paired = finding(table, "knows", "auroc", "no_change")
    values = [finding(table, method, "auroc")["value"] for method in ("knows", "no_change")]
    assert paired["value"] == pytest.approx(values[0] - values[1])
    assert paired["value"] > 0
    assert paired["low"] >= 0
    assert finding(table, "knows", "cosine", "additive")["reason"] == "no deviation is predicted"
    # the double that no_change ranks first
    holes = report.copy()
    lost = report.loc[report[report["method"] == "no_change"]["predicted_deviation"].idxmax(), "condition"]
    dropped = (holes["method"] == "knows") & (holes["condition"] == lost)
    holes.loc[dropped, ["predicted_deviation", "cosine"]] = np.nan
    paired = finding(interaction_findings(holes, "handmade"), "knows", "auroc", "no_change")
    without = interaction_findings(report[report["condition"] != lost], "handmade")
    assert paired[["value", "low", "high", "n"]].tolist() == pytest.approx(
        finding(without, "knows", "auroc", "no_change")[["value", "low", "high", "n"]].tolist()
    )
    assert paired["value"] != pytest.approx(values[0] - values[1])


def test_same_seed_same_interval(report):
    one, other = (interaction_findings(report, "handmade") for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_figures_show_every_double_and_the_additive_diagonal(report, effects):
    figure, axes = plt.subplots(1, 3)
    table = interaction_table(effects)
    plot_deviations(table, axes[0])
    plot_coefficients(table, axes[1])
    plot_discoveries(report, ["no_change", "scaled_additive", "knows"], axes[2])
    for ax in axes[:2]:
        assert sum(len(points.get_offsets()) for points in ax.collections) == len(table)
    lines = {line.get_label(): line.get_xydata() for line in axes[2].lines}
    assert list(lines) == ["no change", "scaled addition", "knows", "addition (chance)"]
    np.testing.assert_allclose(*lines["addition (chance)"].T, atol=1e-6)
    assert np.trapezoid(lines["no change"][:, 1], lines["no change"][:, 0]) == pytest.approx(
        finding(interaction_findings(report, "handmade"), "no_change", "auroc")["value"], abs=0.01
    )
    plt.close(figure)
