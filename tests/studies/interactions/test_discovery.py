"""Finding interactions: curves and statistics by hand, ties, additive as chance, and the report of all splits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from appmodel import Additive, NoChange, ScaledAdditive, as_effects, save_scores, split_doubles
from appmodel.scoring import predict_splits
from appmodel.scoring.findings import found
from appmodel.studies import rankings
from appmodel.studies.interactions.deviations import deviation_table
from appmodel.studies.interactions.discovery import by_method_and_seed, discovery_curve, interaction_scores
from appmodel.studies.interactions.report import COLUMNS, interactions_report, load_interactions
from appmodel.studies.interactions.summary import STATISTICS, interaction_findings

N_GENES, N_READOUTS = 8, 30
METHODS = {"no_change": NoChange(), "additive": Additive(), "scaled_additive": ScaledAdditive()}


def screen(seed=0, noise=0.05):
    """Eight singles and all 28 doubles of 30 axes: half of the doubles hold an interaction of their own."""
    rng = np.random.default_rng(seed)
    genes = [f"G{i}" for i in range(N_GENES)]
    singles = rng.normal(size=(N_GENES, N_READOUTS))
    pairs = [(i, j) for i in range(N_GENES) for j in range(i + 1, N_GENES)]
    extra = rng.normal(size=(len(pairs), N_READOUTS)) * (np.arange(len(pairs)) % 2)[:, None]
    values = np.concatenate([singles, [singles[i] + singles[j] for i, j in pairs] + extra])
    values = np.concatenate([np.zeros((1, N_READOUTS)), values + noise * rng.normal(size=values.shape)])
    names = ["control", *genes, *(f"{genes[i]}+{genes[j]}" for i, j in pairs)]
    effects = as_effects(
        values, names, [f"axis_{i}" for i in range(N_READOUTS)], sampling_var=[N_READOUTS * noise**2] * len(names)
    )
    effects.uns["dataset"] = "handmade"
    return effects


def doubles_of(effects):
    return [name for name in effects.obs_names if "+" in name]


def shifted(effects, share, conditions=None):
    """Predictions that know ``share`` of each deviation."""
    conditions = conditions or doubles_of(effects)
    sums = np.array([effects[name.split("+")].X.sum(axis=0) for name in conditions])
    real = np.asarray(effects[conditions].X)
    return as_effects(sums + share * (real - sums), conditions, effects.var)


# the curve --------------------------------------------------------------------------------------------------------


def test_curve_by_hand():
    curve = discovery_curve(np.array([4.0, 3, 3, 1]), np.array([True, True, False, False]))
    assert curve["threshold"].tolist() == [np.inf, 4, 3, 1]
    assert curve["true_discoveries"].tolist() == [0, 1, 2, 2]
    assert curve["false_discoveries"].tolist() == [0, 0, 1, 2]
    assert curve["true_positive_rate"].tolist() == [0, 0.5, 1, 1]
    assert np.isnan(curve["false_discovery_proportion"][0])
    assert curve["false_discovery_proportion"][1:].tolist() == [0, 1 / 3, 0.5]


def test_all_tied_is_one_block_whatever_the_order():
    for truth in ([True, False, False], [False, False, True]):
        curve = discovery_curve(np.zeros(3), np.array(truth))
        assert curve["true_discoveries"].tolist() == [0, 1]
        assert curve["false_discoveries"].tolist() == [0, 2]


def test_curve_refuses_what_is_missing():
    with pytest.raises(ValueError, match="leave out the doubles"):
        discovery_curve(np.array([1.0, np.nan]), np.array([True, False]))
    with pytest.raises(ValueError, match="leave out the doubles"):
        discovery_curve(np.array([1.0, 2.0]), pd.array([True, pd.NA], dtype="boolean"))
    with pytest.raises(ValueError, match="nothing to discover"):
        discovery_curve(np.array([1.0, 2.0]), np.array([False, False]))


# ranking statistics -----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 25), st.integers(1, 6))
def test_weighted_statistics_agree_with_scikit_learn_and_scipy(seed, n, levels):
    rng = np.random.default_rng(seed)
    score, other = rng.integers(levels, size=(2, n)).astype(float)  # many ties
    truth = rng.permutation(np.arange(n) % 2 == 0)
    weights = rng.integers(1, 4, size=(3, n)).astype(float)
    for kind, row in zip(rankings.auroc(score, truth, weights), weights, strict=True):
        assert kind == pytest.approx(roc_auc_score(truth, score, sample_weight=row), abs=1e-12)
    for kind, row in zip(rankings.average_precision(score, truth, weights), weights, strict=True):
        assert kind == pytest.approx(average_precision_score(truth, score, sample_weight=row), abs=1e-12)
    for kind, row in zip(rankings.spearman(score, other, weights), weights.astype(int), strict=True):
        if np.ptp(score) and np.ptp(other):
            assert kind == pytest.approx(spearmanr(np.repeat(score, row), np.repeat(other, row)).statistic, abs=1e-12)
        else:
            assert np.isnan(kind)


def test_statistics_of_ties_and_of_one_kind_only():
    once = np.ones((1, 4))
    truth = np.array([True, False, False, False])
    assert rankings.auroc(np.zeros(4), truth, once)[0] == 0.5
    assert rankings.average_precision(np.zeros(4), truth, once)[0] == 0.25
    assert rankings.auroc(np.array([3.0, 2, 1, 0]), truth, once)[0] == 1.0
    assert np.isnan(rankings.auroc(np.arange(4.0), ~truth | truth, once)[0])
    assert np.isnan(rankings.average_precision(np.arange(4.0), truth & ~truth, once)[0])
    assert np.isnan(rankings.mean(np.arange(4.0), 0 * once)[0])


def test_a_case_of_weight_zero_is_not_there():
    score, truth = np.array([5.0, 3, 2, 1]), np.array([False, True, False, True])
    kept = np.array([[0.0, 1, 1, 1]])
    assert rankings.auroc(score, truth, kept)[0] == roc_auc_score(truth[1:], score[1:])
    assert rankings.average_precision(score, truth, kept)[0] == average_precision_score(truth[1:], score[1:])
    y = np.array([0.0, 2, 3, 1])
    assert rankings.spearman(score, y, kept)[0] == pytest.approx(spearmanr(score[1:], y[1:]).statistic)


# predictions ------------------------------------------------------------------------------------------------------


def test_additive_predicts_no_deviation_at_all():
    effects = screen()
    split = split_doubles(effects, seed=0)
    predicted = Additive().fit(effects[split.train]).predict(split.test)
    scores = interaction_scores({"additive": predicted}, effects)
    assert (scores["predicted_deviation"] == 0).all()
    assert (scores["predicted_kind"] == "additive").all()
    assert scores["cosine"].isna().all()
    assert (scores["reason"] == "cosine: no deviation").all()
    assert len(discovery_curve(scores["predicted_deviation"], scores["is_interaction"])) == 2


@pytest.mark.parametrize("share", [0.5, 1.0, -0.5])
def test_a_share_of_the_deviation_has_its_direction(share):
    effects = screen()
    scores = interaction_scores({"knows": shifted(effects, share)}, effects)
    np.testing.assert_allclose(scores["predicted_deviation"], abs(share) * scores["deviation"])
    np.testing.assert_allclose(scores["cosine"], np.sign(share))
    np.testing.assert_allclose(scores["predicted_direction"], share * scores["direction"])
    assert scores["is_interaction"].tolist() == [i % 2 == 1 for i in range(28)]


def test_no_change_predicts_that_nothing_of_the_sum_is_left():
    effects = screen()
    predicted = as_effects(np.zeros((28, N_READOUTS)), doubles_of(effects), effects.var)
    scores = interaction_scores({"no_change": predicted}, effects)
    np.testing.assert_allclose(scores["predicted_direction"], -1)
    assert (scores["predicted_kind"] == "buffering").all()


def test_rows_may_come_in_any_order_and_spelling():
    effects = screen()
    predicted = shifted(effects, 0.5)
    turned = predicted[::-1].copy()
    turned.obs_names = ["+".join(reversed(name.split("+"))) for name in turned.obs_names]
    one = interaction_scores({"m": predicted}, effects).set_index("condition")
    other = interaction_scores({"m": turned}, effects).set_index("condition").loc[one.index]
    pd.testing.assert_frame_equal(one, other)


def test_undefined_predictions_and_unknown_doubles_are_missing_with_a_reason():
    effects = screen()
    predicted = shifted(effects, 0.5)
    predicted.X[0] = np.nan
    predicted.obs["reason"] = ["the gene stands in no network", *[""] * 27]
    predicted.obs_names = [*predicted.obs_names[:-1], "G0+NEW"]
    scores = interaction_scores({"m": predicted}, effects)
    assert scores["predicted_deviation"].isna().tolist() == [True, *[False] * 26, True]
    assert scores["reason"].tolist()[0] == "the gene stands in no network"
    assert scores["reason"].tolist()[-1] == "the screen does not hold this double with both of its singles"
    assert scores["is_interaction"].isna().tolist() == [*[False] * 27, True]


def test_other_readouts_are_refused():
    effects = screen()
    with pytest.raises(ValueError, match="'m' have other readouts"):
        interaction_scores({"m": shifted(effects, 1)[:, ::-1]}, effects)


# the report -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def effects():
    return screen()


@pytest.fixture(scope="module")
def report(effects):
    predictions = predict_splits(METHODS, effects, "doubles", seeds=range(2))
    parts = by_method_and_seed(predictions)
    for seed in range(2):
        tested = list(parts["additive", seed].obs_names)
        parts["knows", seed] = shifted(effects, 0.8, tested)
    return interactions_report(parts, effects)


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


def test_undefined_predictions_have_no_class(effects):
    predicted = shifted(effects, 1.0)
    predicted.X[3] = np.nan
    table = interactions_report({("m", 0): predicted}, effects)
    assert table["predicted_interaction"].isna().tolist() == [i == 3 for i in range(28)]
    predicted.X[:] = np.nan
    assert interactions_report({("m", 0): predicted}, effects)["predicted_interaction"].isna().all()


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


def test_predictions_without_their_columns_are_refused(effects):
    with pytest.raises(ValueError, match="'method', 'seed', 'condition'"):
        by_method_and_seed(effects)


# summary and intervals --------------------------------------------------------------------------------------------


def finding(table, method, measure, against=""):
    return found(table, method=method, measure=measure, against=against)


def test_additive_is_chance_and_knowing_is_perfect(report):
    table = interaction_findings(report, "handmade", n_bootstrap=50)
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
    table = interaction_findings(report, "handmade", n_bootstrap=10)
    for measure in ("auroc", "average_precision", "spearman"):
        alike = finding(table, "no_change", measure, "scaled_additive")
        assert (alike["value"], alike["low"], alike["high"]) == (0, 0, 0)


def test_value_is_the_mean_over_splits(report):
    rows = report[report["method"] == "no_change"]
    areas = [
        roc_auc_score(part["is_interaction"].astype(bool), part["predicted_deviation"])
        for _, part in rows.groupby("seed")
    ]
    table = interaction_findings(report, "handmade", n_bootstrap=2)
    assert finding(table, "no_change", "auroc")["value"] == pytest.approx(np.mean(areas))


def test_differences_are_paired_where_both_are_defined(report):
    table = interaction_findings(report, "handmade", n_bootstrap=200)
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
    paired = finding(interaction_findings(holes, "handmade", 10), "knows", "auroc", "no_change")
    without = interaction_findings(report[report["condition"] != lost], "handmade", n_bootstrap=10)
    assert paired[["value", "low", "high", "n"]].tolist() == pytest.approx(
        finding(without, "knows", "auroc", "no_change")[["value", "low", "high", "n"]].tolist()
    )
    assert paired["value"] != pytest.approx(values[0] - values[1])


def test_same_seed_same_interval(report):
    one, other = (interaction_findings(report, "handmade", n_bootstrap=20, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


# figures ----------------------------------------------------------------------------------------------------------


def test_figures_show_every_double_and_the_additive_diagonal(report, effects):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from appmodel.pages.interactions import plot_coefficients, plot_deviations, plot_discoveries
    from appmodel.studies.interactions.table import interaction_table

    figure, axes = plt.subplots(1, 3)
    table = interaction_table(effects)
    plot_deviations(table, axes[0])
    plot_coefficients(table, axes[1])
    plot_discoveries(report, ax=axes[2])
    for ax in axes[:2]:
        assert sum(len(points.get_offsets()) for points in ax.collections) == len(table)
    lines = {line.get_label(): line.get_xydata() for line in axes[2].lines}
    assert list(lines) == ["no change", "scaled addition", "knows", "addition (chance)"]
    np.testing.assert_allclose(*lines["addition (chance)"].T, atol=1e-6)
    assert np.trapezoid(lines["no change"][:, 1], lines["no change"][:, 0]) == pytest.approx(
        finding(interaction_findings(report, "handmade", n_bootstrap=2), "no_change", "auroc")["value"], abs=0.01
    )
    plt.close(figure)
