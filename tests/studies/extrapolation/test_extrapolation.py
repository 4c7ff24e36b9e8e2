"""Extrapolation: covariates and ratios on worked numbers, honest intervals, and a job that checks what it reads."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from appmodel import as_effects, benchmark, load_network, save_scores
from appmodel.names import genes_of
from appmodel.networks import Network, network_from_edges, network_from_sets
from appmodel.pages.extrapolation import gains, plot_grid, plot_ratios, trends
from appmodel.scoring.findings import COLUMNS, chosen, load_findings
from appmodel.splits import Split, split_by_seen
from appmodel.studies.extrapolation.covariates import condition_covariates
from appmodel.studies.extrapolation.gains import conditions_of, extrapolation_table, tables_of
from appmodel.studies.extrapolation.summary import error_rows, extrapolation_summary
from appmodel.studies.study import Study

SETS = {"one": ["A", "B"], "two": ["B", "C"], "three": ["A", "B"], "far": ["D", "X"]}


def covariates(test, train, effects=None, network=None):
    values = {
        "A": [3, 4],
        "B": [0, 1],
        "C": [1, 0],
        "D": [0, 2],
        "Z": [1, 1],
        "A+B": [3, 4],
        "A+C": [4, 8],
        "A+Y": [1, 1],
    }
    effects = effects or as_effects(np.array(list(values.values()), dtype=float), list(values), ["r1", "r2"])
    split = Split(train, test, "doubles", 3)
    table = condition_covariates(effects, network or network_from_sets(SETS, aliases=False), [split])
    assert list(table["condition"]) == test
    assert set(table["seed"]) == {3}
    return table.set_index("condition")


def test_sizes_by_hand():
    table = covariates(["A+B", "A+C", "A+Y", "D"], ["A", "B", "C", "Z"])
    assert table["effect_size"].to_dict() == pytest.approx({"A+B": 5, "A+C": np.sqrt(80), "A+Y": np.sqrt(2), "D": 2})
    # A+B: (3, 4) - (3, 4) - (0, 1) = (0, -1); A+C: (4, 8) - (3, 4) - (1, 0) = (0, 4)
    assert table.loc[["A+B", "A+C"], "interaction_size"].to_list() == pytest.approx([1, 4])
    assert table.loc[["A+Y", "D"], "interaction_size"].isna().all()
    assert "not all singles were measured" in table.loc["A+Y", "reason"]
    assert "interaction_size: a single" in table.loc["D", "reason"]


def test_distance_and_seen_genes_by_hand():
    table = covariates(["B", "C", "D", "A+C", "A+B", "Z"], ["A"])
    assert table["n_seen"].to_dict() == {"B": 0, "C": 0, "D": 0, "A+C": 1, "A+B": 1, "Z": 0}
    # All sets have two genes and one weight; A is in two of B's three sets: cosine 2 / (sqrt 2 sqrt 3).
    b = 1 - 2 / np.sqrt(6)
    assert table["distance"].drop("Z").to_dict() == pytest.approx({"B": b, "C": 1, "D": 1, "A+C": 1, "A+B": b})
    assert np.isnan(table.loc["Z", "distance"])
    assert "the network does not know Z" in table.loc["Z", "reason"]
    known = covariates(
        ["A+B", "A+Z"], ["A", "B", "D"], as_effects(np.eye(6), ["A", "B", "D", "A+B", "A+Z", "Z"], list("uvwxyz"))
    )
    assert np.isnan(known["distance"]).all()
    assert "training perturbs every gene" in known.loc["A+B", "reason"]


def test_equal_features_are_at_distance_zero_and_the_nearest_gene_counts():
    # Sets of three sizes: the length of A's row, and with it the cosine with B, is 1 only up to rounding.
    sets = {f"s{i}": ["A", "B", *(f"X{j}" for j in range(i))] for i in range(7)}
    network = network_from_sets({**sets, "t": ["A", "B", "D"], "u": ["C", "D"]}, aliases=False)
    table = covariates(["A"], ["B", "C", "D"], network=network)
    assert table.loc["A", "distance"] == 0  # to B, not to C or D, and exactly


def test_the_source_that_knows_two_genes_as_most_alike_counts():
    one, other = (
        network_from_sets(sets, name, aliases=False)
        for name, sets in (
            ("first", {"s": ["A", "B"], "t": ["A", "D"]}),
            ("second", {"s": ["A", "B"], "t": ["A", "C"]}),
        )
    )
    table = covariates(["A"], ["B"], network=Network({**one.sources, **other.sources}, use_aliases=False))
    assert table.loc["A", "distance"] == pytest.approx(1 - np.sqrt(0.5))


def test_degree_is_the_mean_over_the_perturbed_genes():
    edges = pd.DataFrame({"source": ["A", "A", "A", "B"], "target": ["B", "C", "D", "X"]})
    table = covariates(["A+B", "A+C", "Z"], ["A", "B", "C"], network=network_from_edges(edges, aliases=False))
    # X is no target, but a neighbour of one: B has two neighbours, A three, C one.
    assert table["degree"].to_dict() == {"A+B": 2.5, "A+C": 2, "Z": 0}


def test_effects_of_another_screen_are_refused():
    with pytest.raises(ValueError, match="do not hold 'Q'"):
        covariates(["Q"], ["A", "B"])


def scores_of(l2, task="unseen", seeds=(0,)):
    rows = [
        {
            "dataset": "x",
            "task": task,
            "seed": seed,
            "method": method,
            "condition": condition,
            "metric": "l2",
            "value": value,
            "reason": "",
        }
        for seed in seeds
        for method, values in l2.items()
        for condition, value in values.items()
    ]
    return pd.DataFrame(rows)


def known(conditions, seeds=(0,), **columns):
    table = pd.DataFrame(
        {
            "condition": list(conditions),
            "n_seen": 0,
            "degree": 1.0,
            "distance": 0.5,
            "effect_size": 1.0,
            "interaction_size": np.nan,
        }
        | columns
    )
    return pd.concat([table.assign(seed=seed) for seed in seeds], ignore_index=True)


def summary(l2, task="unseen", baseline="singles_mean", seeds=(0,), share=0.25, by_seen=False, **columns):
    rows = error_rows(
        scores_of(l2, task, seeds), known(l2[baseline], seeds, **columns), baseline, test_share=share, by_seen=by_seen
    )
    return extrapolation_summary(rows)


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
    assert found(table, "n_seen", against="training_mean")["value"].to_dict() == {
        "0": 0.5,
        "1": 0.5,
        "2": 0.5,
    }
    rows = found(table, "n_seen", against="additive")
    assert rows.loc["2", "value"] == pytest.approx(0.25)
    assert rows.loc[["0", "1"], "value"].isna().all()
    assert "additive is undefined for all 1 rows" in rows.loc["0", "reason"]
    assert set(found(table, "distance", against="training_mean")["n"]) == {
        1
    }  # of the doubles with a gene that was not seen
    assert not (table["by"].isin(["", "degree"])).any()  # those come from the usual splits


def test_shares_held_out_are_compared_each_with_its_own_rows():
    mean = dict.fromkeys("ABC", 2.0)
    parts = [
        error_rows(
            scores_of({"singles_mean": mean, "app": dict.fromkeys("ABC", value)}),
            known("ABC"),
            "singles_mean",
            test_share=share,
        )
        for share, value in ((0.1, 1.0), (0.25, 2.0), (0.75, 3.0))
    ]
    table = extrapolation_summary(pd.concat(parts, ignore_index=True))
    assert found(table, "test_share")["value"].to_dict() == pytest.approx({"0.1": 0.5, "0.25": 1, "0.75": 1.5})
    assert found(table, "").loc["", "value"] == pytest.approx(1)  # the usual share alone


def test_correlations_agree_with_scipy_and_seeds_do_not_narrow_the_interval():
    rng = np.random.default_rng(0)
    names = [f"G{i}" for i in range(12)]
    degree = rng.integers(0, 6, 12).astype(float)
    l2 = {
        "singles_mean": dict(zip(names, rng.uniform(1, 3, 12), strict=True)),
        "app": dict(zip(names, rng.uniform(1, 3, 12), strict=True)),
    }
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
        with pytest.raises(ValueError, match="'singles_mean' and the splits do not name the same test conditions"):
            error_rows(scores, known(others), "singles_mean")
    with pytest.raises(ValueError, match="'additive' and the splits"):
        error_rows(scores, known("AB"), "additive")


def test_baseline_errors_stand_beside_those_of_the_methods():
    rows = error_rows(
        scores_of({"singles_mean": {"A": 1.0, "B": 3.0}, "app": {"A": 5.0, "B": 7.0}}), known("AB"), "singles_mean"
    )
    assert rows.set_index(["method", "condition"])["baseline_l2"].to_dict() == {
        ("singles_mean", "A"): 1,
        ("singles_mean", "B"): 3,
        ("app", "A"): 1,
        ("app", "B"): 3,
    }


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
        parts.append(error_rows(scores, known(names, distance=steps), "singles_mean", test_share=0.25))
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
        plot_ratios(part, "distance", "additive", ["app"])
    with pytest.raises(ValueError, match="nothing by n_seen"):
        plot_grid(table, ["n_seen"], "singles_mean", ["app"], {})
    plt.close("all")


METHODS = {
    name: {"class": kind}
    for name, kind in {
        "singles_mean": "SinglesMean",
        "training_mean": "TrainingMean",
        "additive": "Additive",
        "linear": "LinearModel",
    }.items()
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory, _tiny_screen):
    path = tmp_path_factory.mktemp("extrapolation") / "prior.csv"
    _tiny_screen.uns["prior_network"].to_csv(path, index=False)

    def study(name, task, **options):
        return Study(name, "", 2, [str(path)], {"tiny": [task]}, METHODS, **options)

    return {
        "real": study("real", "doubles"),
        "half": study("half", "unseen", test_fraction=0.5),
        "groups": study("groups", "doubles", split="by_seen"),
        "other": study("other", "unseen"),
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory, studies, _tiny_effects):
    folder = tmp_path_factory.mktemp("results")
    for study, screen, task in tables_of(studies):
        scores = benchmark(
            {name: study.predictor(name) for name in METHODS},
            _tiny_effects,
            metrics=["l2"],
            network=load_network(study.network),
            splits=study.splits_of(_tiny_effects, screen, task),
        )
        save_scores(scores, folder / f"{study.name}_{screen}_{task}.csv")
    return folder


@pytest.fixture
def results(monkeypatch, written, tiny_effects):
    monkeypatch.setattr("appmodel.studies.extrapolation.gains.load_effects", lambda name: tiny_effects)
    return written


def test_the_job_reads_the_usual_studies_and_those_with_other_test_sets(studies):
    assert [study.name for study, _, _ in tables_of(studies)] == ["real", "half", "groups"]


def test_the_job_joins_tables_and_says_where_they_come_from(studies, results, tmp_path):
    table = extrapolation_table(studies, results)
    assert set(table["by"]) >= {"", "degree", "distance", "effect_size", "interaction_size", "n_seen", "test_share"}
    assert set(table["task"]) == {"doubles", "unseen"}
    assert table.loc[table["by"] == "test_share", "bin"].unique().tolist() == ["0.5"]
    about = table.attrs["provenance"]
    assert about["tables"] == ["real_tiny_doubles.csv", "half_tiny_unseen.csv", "groups_tiny_doubles.csv"]
    assert set(about["dataset_hash"]) == {"tiny"}
    assert about["seeds"]["half_tiny_unseen.csv"] == [0, 1]
    for name, one in (("first.csv", table), ("second.csv", extrapolation_table(studies, results))):
        save_scores(one, tmp_path / name)
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    again = load_findings(tmp_path / "first.csv")
    assert list(again.columns) == COLUMNS
    assert again["against"].eq("").any()
    assert set(again["bin"]) == set(table["bin"])


def test_the_additive_model_errs_by_the_interaction(studies, results):
    table = extrapolation_table({"real": studies["real"]}, results)
    row = found(table, "interaction_size", "additive", "", "spearman_error").loc[""]
    assert row["value"] == pytest.approx(1)


def test_the_job_refuses_other_splits_other_data_and_missing_tables(studies, results, tiny_effects, tmp_path):
    from appmodel.studies.extrapolation import gains as extrapolation

    with pytest.raises(ValueError, match=r"real_tiny_doubles.csv was scored on other splits than the study 'real'"):
        extrapolation_table({"real": dataclasses.replace(studies["real"], seeds=3)}, results)
    scores = extrapolation.load_scores(results / "real_tiny_doubles.csv")
    changed, network = tiny_effects.copy(), load_network(studies["real"].network)
    changed.X = np.asarray(changed.X) * (1 + 1e-15)  # another processor's last bits
    conditions_of(studies["real"], "tiny", "doubles", scores, changed, network)
    changed.uns["dataset_hash"] = "of other cells"
    with pytest.raises(ValueError, match="was scored on other dataset_hash"):
        conditions_of(studies["real"], "tiny", "doubles", scores, changed, network)
    with pytest.raises(FileNotFoundError, match=r"half_tiny_unseen.csv does not exist"):
        extrapolation_table({"half": studies["half"]}, tmp_path)


def test_a_table_of_other_columns_is_refused(tmp_path):
    table = pd.DataFrame({"against": ["x"], "value": [1.0]})
    table.attrs["provenance"] = {"study": "extrapolation"}
    save_scores(table, tmp_path / "extrapolation.csv")
    with pytest.raises(ValueError, match="has columns"):
        load_findings(tmp_path / "extrapolation.csv")


def test_doubles_with_unseen_genes_are_far_or_near_by_those_genes(tiny_effects, tiny_network):
    split = split_by_seen(tiny_effects, 0)
    table = condition_covariates(tiny_effects, tiny_network, [split]).set_index("condition")
    for name in split.test:
        unseen = [gene for gene in genes_of(name) if gene not in split.train]
        assert table.loc[name, "n_seen"] == 2 - len(unseen)
        assert np.isnan(table.loc[name, "distance"]) == (not unseen or not tiny_network.has(unseen).all())
