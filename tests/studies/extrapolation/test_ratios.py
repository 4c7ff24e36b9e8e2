"""Ratios by what describes a condition: bins and correlations on worked numbers, honest intervals, and their figure."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from appmodel.pages.extrapolation import gains, plot_grid, plot_ratios, trends
from appmodel.scoring.findings import COLUMNS, chosen
from appmodel.studies.extrapolation.summary import error_rows, extrapolation_summary


def scores_of(l2, task="unseen", seeds=(0,)):
    rows = [
        ("x", task, seed, method, condition, "l2", value, "")
        for seed in seeds
        for method, values in l2.items()
        for condition, value in values.items()
    ]
    columns = ["dataset", "task", "seed", "method", "condition", "metric", "value", "reason"]
    return pd.DataFrame(rows, columns=columns)


def known(conditions, seeds=(0,), **columns):
    usual = {"n_seen": 0, "degree": 1.0, "distance": 0.5, "effect_size": 1.0, "interaction_size": np.nan}
    table = pd.DataFrame({"condition": list(conditions), **usual, **columns})
    return pd.concat([table.assign(seed=seed) for seed in seeds], ignore_index=True)


def summary(l2, task="unseen", baseline="singles_mean", seeds=(0,), share=0.25, by_seen=False, **columns):
    conditions = known(l2[baseline], seeds, **columns)
    return extrapolation_summary(error_rows(scores_of(l2, task, seeds), conditions, share, by_seen))


def found(table, by, method="app", against="singles_mean", measure="ratio"):
    return chosen(table, by=by, method=method, against=against, measure=measure).set_index("bin")


def test_ratios_by_quartile_by_hand():
    mean = dict.fromkeys("ABCDEFGH", 2.0) | {"A": 4.0}
    app = dict(zip("ABCDEFGH", [1.0, 1.0, 2, 2, 3, 3, 4, 4], strict=True))
    table = summary({"singles_mean": mean, "app": app}, degree=[0.0, 1, 2, 3, 4, 5, 6, 7])
    assert list(table.columns) == COLUMNS
    rows = found(table, "degree")
    # Quartiles 0, 1.75, 3.5, 5.25, 7; the first bin holds A and B: (1 + 1) / (4 + 2), a ratio of means
    first, *_, last = bins = ["0 to 1.75", "1.75 to 3.5", "3.5 to 5.25", "5.25 to 7"]
    assert rows["value"].to_dict() == pytest.approx(dict(zip(bins, [1 / 3, 1, 1.5, 2], strict=True)))
    assert set(rows["n"]) == {2}
    # In a bin of A and B alone the ratio is 1/4, 1/3 or 1/2; in all others it does not vary.
    assert (rows.loc[first, "low"], rows.loc[first, "high"]) == pytest.approx((0.25, 0.5))
    assert rows.loc[last, ["low", "high"]].to_list() == [2, 2]
    assert found(table, "").loc["", "value"] == pytest.approx(20 / 18)


def test_an_edge_belongs_to_the_bin_above_it():
    mean = dict.fromkeys("ABCDE", 1.0)
    rows = found(summary({"singles_mean": mean, "app": mean}, degree=[0.0, 1, 2, 3, 4]), "degree")
    assert rows["n"].to_list() == [1, 1, 1, 2]


def test_equal_values_share_a_bin_and_unknown_ones_have_their_own():
    mean = dict.fromkeys("ABCDEF", 1.0)
    app = dict(zip("ABCDEF", [1.0, 1, 1, 2, 5, 7], strict=True))
    rows = found(summary({"singles_mean": mean, "app": app}, distance=[0.0, 0, 0, 1, np.nan, np.nan]), "distance")
    # Quartiles of 0, 0, 0, 1 are 0, 0, 0, 0.25, 1: two bins are left.
    assert rows["value"].to_dict() == pytest.approx({"0 to 0.25": 1, "0.25 to 1": 2, "unknown": 6})
    assert rows["n"].to_dict() == {"0 to 0.25": 3, "0.25 to 1": 1, "unknown": 2}
    assert rows.loc["0.25 to 1", ["low", "high"]].isna().all()
    assert rows.loc["0.25 to 1", "reason"] == "one condition: no interval"
    constant = found(summary({"singles_mean": mean, "app": app}, degree=3.0), "degree")
    assert constant.index.to_list() == ["3 to 3"]


def test_only_rows_where_both_are_defined_count():
    l2 = {"singles_mean": {"A": 1.0, "B": 3.0}, "app": {"A": 2.0, "B": np.nan}, "linear": {"A": np.nan, "B": np.nan}}
    table = summary(l2)
    assert found(table, "").loc["", "value"] == pytest.approx(2)
    assert found(table, "").loc["", "n"] == 1
    assert found(table, "", "linear").empty  # never defined together
    errors = found(table, "degree", "linear", "", "spearman_error")
    assert np.isnan(errors.loc["", "value"])
    assert errors.loc["", "reason"]


def test_doubles_by_seen_genes_leave_what_addition_cannot_say_undefined():
    names = ["A+B", "A+C", "B+C", "A+D"]
    l2 = {
        "training_mean": dict.fromkeys(names, 2.0),
        "app": dict.fromkeys(names, 1.0),
        "additive": {**dict.fromkeys(names, np.nan), "A+B": 4.0, "A+C": 4.0},
    }
    table = summary(
        l2, "doubles", "training_mean", by_seen=True, n_seen=[2, 2, 1, 0], distance=[np.nan, np.nan, 0.4, 0.6]
    )
    assert found(table, "n_seen", against="training_mean")["value"].to_dict() == dict.fromkeys("012", 0.5)
    rows = found(table, "n_seen", against="additive")
    assert rows.loc["2", "value"] == pytest.approx(0.25)
    assert rows.loc[["0", "1"], "value"].isna().all()
    assert "additive is undefined for all 1 rows" in rows.loc["0", "reason"]
    # The distance is that of the doubles with a gene that was not seen.
    assert set(found(table, "distance", against="training_mean")["n"]) == {1}
    assert not (table["by"].isin(["", "degree"])).any()  # those come from the usual splits


def test_shares_held_out_are_compared_each_with_its_own_rows():
    mean = dict.fromkeys("ABC", 2.0)
    parts = []
    for share, value in ((0.1, 1.0), (0.25, 2.0), (0.75, 3.0)):
        scores = scores_of({"singles_mean": mean, "app": dict.fromkeys("ABC", value)})
        parts.append(error_rows(scores, known("ABC"), share, False))
    table = extrapolation_summary(pd.concat(parts, ignore_index=True))
    assert found(table, "test_share")["value"].to_dict() == pytest.approx({"0.1": 0.5, "0.25": 1, "0.75": 1.5})
    assert found(table, "").loc["", "value"] == pytest.approx(1)  # the usual share alone


def test_correlations_agree_with_scipy_and_seeds_do_not_narrow_the_interval():
    rng = np.random.default_rng(0)
    names = [f"G{i}" for i in range(12)]
    degree = rng.integers(0, 6, 12).astype(float)
    l2 = {method: dict(zip(names, rng.uniform(1, 3, 12), strict=True)) for method in ("singles_mean", "app")}
    ratio = np.array(list(l2["app"].values())) / np.array(list(l2["singles_mean"].values()))
    once, thrice = (summary(l2, seeds=range(n), degree=degree) for n in (1, 3))
    for table in (once, thrice):
        row = found(table, "degree", measure="spearman_ratio").loc[""]
        assert row["value"] == pytest.approx(spearmanr(degree, ratio).statistic)
        assert row["n"] == 12
        error = found(table, "degree", against="", measure="spearman_error").loc[""]
        assert error["value"] == pytest.approx(spearmanr(degree, list(l2["app"].values())).statistic)
    for by, measure in (("degree", "spearman_ratio"), ("", "ratio")):
        ends = [found(table, by, measure=measure).loc["", ["low", "high"]].to_list() for table in (once, thrice)]
        assert ends[0] == pytest.approx(ends[1])


def test_scores_of_other_conditions_are_refused():
    scores = scores_of({"singles_mean": {"A": 1.0, "B": 1.0}})
    for others in ("AC", "ABC", "A"):
        with pytest.raises(ValueError, match="do not name the same test conditions"):
            error_rows(scores, known(others), 0.25, False)


def test_a_baseline_without_error_gives_no_ratio():
    table = summary({"singles_mean": {"A": 0.0, "B": 0.0}, "app": {"A": 1.0, "B": 2.0}})
    assert np.isnan(found(table, "").loc["", "value"])


def rows_of_trends():
    """A trend in the distance on one screen, none on another; app loses, anchored_app wins."""
    names = [f"G{i}" for i in range(20)]
    parts = []
    for screen, slope in (("near", 1.0), ("flat", 0.0)):
        steps = np.arange(20) / 20
        noise = np.where(np.arange(20) % 2, 0.01, -0.01)
        l2 = {
            "singles_mean": dict.fromkeys(names, 2.0),
            "app": dict.fromkeys(names, 3.0),
            "anchored_app": dict(zip(names, 0.5 + slope * steps + noise, strict=True)),
        }
        scores = scores_of(l2).assign(dataset=screen)
        parts.append(error_rows(scores, known(names, distance=steps), 0.25, False))
    return pd.concat(parts, ignore_index=True)


def test_gains_and_trends_are_read_off_the_table():
    table = extrapolation_summary(rows_of_trends())
    assert gains(table, ["anchored_app"])["says"].to_list() == ["better", "better"]
    assert gains(table, ["app"])["says"].to_list() == ["worse", "worse"]
    assert gains(table, ["absent"]).empty
    assert trends(table, "anchored_app").to_dict("records") == [
        {"by": "distance", "larger_low": 1, "larger_high": 0, "of": 2}
    ]
    assert trends(table, "app").empty  # its ratio is the same everywhere: no correlation is defined


def test_the_figure_shows_every_defined_ratio():
    table = extrapolation_summary(rows_of_trends())
    part = table[table["screen"] == "near"]
    ax = plot_ratios(part, "distance", "singles_mean", ["app", "anchored_app", "absent"], plt.figure().add_subplot())
    drawn = {bars.get_label(): bars.lines[0].get_ydata().astype(float) for bars in ax.containers}
    assert set(drawn) == {"APP", "AnchoredAPP"}
    expected = found(part, "distance", "anchored_app")["value"]
    np.testing.assert_allclose(drawn["AnchoredAPP"], expected)
    assert len(ax.get_xticklabels()) == 4
    figure = plot_grid(table, ["distance", "degree"], "singles_mean", ["app", "anchored_app"], {"near": "Near"})
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Near", "", "flat", ""]
    plt.close("all")
    with pytest.raises(ValueError, match="no ratios to 'additive' by 'distance'"):
        plot_ratios(part, "distance", "additive", ["app"], plt.gca())
    with pytest.raises(ValueError, match="nothing by n_seen"):
        plot_grid(table, ["n_seen"], "singles_mean", ["app"], {})
    plt.close("all")
