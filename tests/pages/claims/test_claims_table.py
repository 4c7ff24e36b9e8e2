"""The table of claims: what the files of a small project say, and mistakes in them."""

import pytest

from appmodel import save_scores


def row(table, claim, model="app", screen=None):
    rows = table[(table["claim"] == claim) & (table["model"] == model)]
    rows = rows if screen is None else rows[rows["screen"] == screen]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_claims_are_judged_on_each_screen(project):
    table = project.table()
    held = row(table, "T1-better", screen="norman19")
    assert held["verdict"] == "holds"
    assert held["theirs"] == "APP 5.3, addition 5.5 (ratio 0.964)"
    assert held["ours"] == "APP 2.50, addition 3.50 (ratio 0.714)"
    assert held["interval"] == "difference -1.00 (-1.00 to -1.00)"
    assert row(table, "T1-worse", screen="norman19")["verdict"] == "does not hold"
    assert row(table, "T1-worse", screen="norman19")["theirs"] == "not in the paper"
    assert row(table, "T1-better", screen="adamson16")["verdict"] == "not yet measured"
    assert held["file"] == "real_norman19_doubles.parquet"
    assert held["source"] == "s"
    assert (held["value"], held["low"], held["high"], held["alone"]) == (-1, -1, -1, "holds")


def test_of_several_questions_the_one_that_stands_least_is_the_answer(project):
    project.add_claim("T1-all", "where: {study: real, task: doubles, metric: l2}, app: [additive > app, worse > app]")
    project.add_claim("T1-one", "where: {study: real, task: doubles, metric: l2}, app: [additive > app, app > worse]")
    table = project.table()
    both = row(table, "T1-all", screen="norman19")
    assert both["verdict"] == "holds"
    assert both["ours"] == "addition 3.50, APP 2.50 (ratio 1.40); worse 4.00, APP 2.50 (ratio 1.60)"
    assert both["interval"] == "worse: difference +1.50 (+1.00 to +2.00)"  # it varies, and so stands less
    assert row(table, "T1-one", screen="norman19")["verdict"] == "does not hold"
    assert row(table, "T1-one", screen="norman19")["interval"].startswith("APP: difference -1.50 (")


def test_a_simulated_screen_is_asked_once_it_was_measured(project, made_scores):
    assert "demo" not in set(project.table()["screen"])
    scores = made_scores({"app": {(0, "a"): 1.0, (1, "a"): 1.0}, "additive": {(0, "a"): 2.0, (1, "a"): 2.0}}, "demo")
    scores.attrs["provenance"] = {"dataset": "demo", "dataset_hash": "h", "seeds": [0]}
    save_scores(scores, project.results / "real_demo_doubles.parquet")
    found = project.table().query("claim == 'T1-better' and model == 'app'").set_index("screen")
    assert found["simulated"].to_dict() == {"norman19": False, "adamson16": False, "demo": True}
    assert found.loc["demo", "verdict"] == "holds"


def test_what_cannot_be_tested_says_why_and_what_is_to_come_says_so(project):
    table = project.table()
    assert row(table, "T1-better", "anchored_app")["verdict"] == "does not apply: it is not here"
    assert row(table, "F3-sets", "both")["verdict"] == "cannot be tested here: no weights"
    assert row(table, "F3-sets", "both")["theirs"] == "ahead on 134 genes"
    assert row(table, "T4-robust")["verdict"] == "not yet measured"
    assert row(table, "T4-robust")["theirs"] == "APP, a quarter of the edges removed 6.0, APP 5.0 (ratio 1.20)"
    assert (table["verdict"] != "").all()


def test_a_repeated_claim_quotes_its_own_table(project):
    again = row(project.table(), "T3-again", screen="norman19")
    assert (again["kind"], again["verdict"]) == ("repeat", "holds")
    assert again["theirs"] == "APP 5.3, addition not stated"


def test_cells_stand_beside_ours_and_are_not_judged(project):
    table = project.table()
    cell = row(table, "T1-doubles-additive", "additive", "norman19")
    assert (cell["theirs"], cell["ours"]) == ("5.5", "addition 3.50")
    assert cell["interval"].startswith("mean 3.50 (")
    assert cell["verdict"] == "cannot be tested here: other scale"
    assert row(table, "T1-doubles-deep", "deep")["verdict"] == "cannot be tested here: no weights"
    assert row(table, "T4-doubles-app")["verdict"] == "not yet measured"
    assert row(table, "T1-doubles-app", "anchored_app", "norman19")["verdict"] == "not yet measured"  # no rows of it


def test_a_study_fills_itself_in_when_its_results_land(project, scored):
    scores = scored({"app": [1.0, 2], "app_without_25": [1.1, 2.2]})
    save_scores(scores, project.results / "ablation_norman19_doubles.parquet")
    found = row(project.table(), "T4-robust", screen="norman19")
    assert found["verdict"] == "holds"
    assert found["interval"] == "ratio 1.10 (1.10 to 1.10), against 1.20"


@pytest.mark.parametrize(
    ("hours", "small", "smaller"),
    [
        (1 / 60, "holds", "holds"),
        (2, "does not hold", "holds"),
        (1.5, "cannot be told apart", "holds"),
        (60, "does not hold", "does not hold"),
    ],
)
def test_efficiency_is_judged_by_the_quoted_range_in_its_unit(project, hours, small, smaller):
    seconds = 3600 * hours
    row_of = {"screen": "simulated", "method": "app", "measure": "training_time", "bin": "2000"}
    ends = {"value": seconds, "low": 0.9 * seconds, "high": 1.1 * seconds}
    sizes = [{**row_of, **ends, "by": "genes", "bin": size} for size in ("500", "2000")]
    project.keep_findings([{**row_of, **ends, "by": "reference"}, *sizes], "efficiency.csv")
    table = project.table()
    assert row(table, "T5-size")["verdict"] == small
    assert row(table, "T5-large")["verdict"] == smaller
    assert row(table, "T5-size")["theirs"] == "APP 0.5 to 1.5 h"
    assert row(table, "T5-large")["theirs"] == "large models 10 to 60 h"
    assert row(table, "T5-large")["interval"].endswith("), against 10.0")
    project.change("data/claims.yml", "by: reference", "by: genes")
    assert row(project.table(), "T5-size")["verdict"] == "not yet measured"  # several sizes are no answer


def test_efficiency_in_a_unit_that_cannot_be_compared_is_named(project):
    row_of = {"screen": "simulated", "method": "app", "measure": "peak_memory", "by": "reference"}
    project.keep_findings([{**row_of, "value": 1, "low": 1, "high": 1}], "efficiency.csv")
    for name in ("data/claims.yml", "data/published.csv"):
        project.change(name, "training_time", "peak_memory")
    with pytest.raises(ValueError, match="measures in 'MiB' what is quoted in 'h'"):
        project.table()


def test_interpretability_is_judged_against_chance_and_by_paired_differences(project):
    about = {"by": "model", "bin": "app", "measure": "auroc_direct", "task": "seen", "n": 5, "method": "attention"}
    values = {"": (0.7, 0.6, 0.8), "degree": (-0.05, -0.08, -0.02)}
    rows = [
        {**about, "screen": screen, "against": against, "value": value, "low": low, "high": high}
        for screen in ("demo", "adamson16")
        for against, (value, low, high) in values.items()
    ]
    degree = {**about, "method": "degree", "value": 0.75, "low": 0.7, "high": 0.8}
    rows += [{**degree, "screen": screen} for screen in ("demo", "adamson16")]
    project.keep_findings([*rows, {**rows[0], "task": "all", "low": 0.1}], "interpretability.csv")
    table = project.table()
    for screen in ("demo", "adamson16"):
        assert row(table, "F2-targets", screen=screen)["verdict"] == "holds"
        assert row(table, "F2-targets", screen=screen)["interval"] == "value 0.700 (0.600 to 0.800), against 0.500"
        assert row(table, "F2-degree", screen=screen)["verdict"] == "does not hold"
        assert row(table, "F2-degree", screen=screen)["ours"] == "attention 0.700, degree 0.750"


def test_interactions_are_judged_by_their_findings(project):
    about = {"screen": "norman19", "task": "doubles", "measure": "auroc", "n": 330}
    alone = [{**about, "method": name, "value": value} for name, value in (("app", 0.9), ("additive", 0.5))]
    paired = {**about, "method": "app", "against": "additive", "value": 0.4, "low": 0.3, "high": 0.5}
    project.keep_findings([*alone, paired], "interactions.csv")
    models = "app: app > additive, anchored_app: anchored_app > additive"
    where = "where: {table: interactions, measure: auroc}"
    project.add_claim("T3-finds", f"{where}, {models}")
    held = row(project.table(), "T3-finds", screen="norman19")
    assert (held["verdict"], held["ours"]) == ("holds", "APP 0.900, addition 0.500")
    assert row(project.table(), "T3-finds", "anchored_app")["verdict"] == "not yet measured"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{study: real", "{study: rael", "T1-better: the study 'rael' is not in studies.yml"),
        ("app: app < additive", "app: app < aditive", "T1-better: the study 'real' has no method 'aditive'"),
        ("task: doubles", "task: unseen", "T1-better: the study 'real' has no task 'unseen'"),
        ("metric: l2}\n    app: worse", "metric: l3}\n    app: worse", "T1-worse: .* keeps no rows of the metric 'l3'"),
        ("app: worse < app", "app: worse beats app", "T1-worse: 'worse beats app' is no question"),
        ("repeats: T1-better", "repeats: T9-better", "T3-again: it repeats 'T9-better'"),
        (
            "group: network",
            "group: edges",
            "T4-robust: its group 'edges' is unknown: say what it is about, accuracy, p",
        ),
        ("    group: network\n", "", "T4-robust: its group None is unknown"),
        ("    short: robust\n", "", "T4-robust: 'short' is missing: say in a few words"),
        ("app: worse < app", "app: [worse < app, worse < aap]", "T1-worse: the study 'real' has no method 'aap'"),
        ("app: worse < app", "app: [worse < app, worse / app]", "T1-worse: .* is not judged, and no 'cannot'"),
        ("app: worse < app", "app: []", "T1-worse: '' is no question"),
        ("says: it is robust", "say: it is robust", "T4-robust: it has the unknown key 'say'"),
        ("kind: stand-in", "kind: guess", "F2-degree: its kind 'guess'"),
        (
            "cannot: no weights\n",
            "app: app < x\n    cannot: no weights\n",
            "F3-sets: 'app < x' is judged, but 'cannot'",
        ),
        ("app: app < additive", "app: app / additive", "T1-better: 'app / additive' is not judged, and no 'cannot'"),
        ("app: app < additive", "app: app < jobs", "T1-better: '< jobs' goes with 'jobs' in 'where'"),
        ("app: app < additive", "others: small < grate", "T1-better: the study 'theirs' has no method 'grate'"),
        ("app: app < additive", "others: [small < large, small < additive]", "T1-better: it asks twice for 'small'"),
        ("    cannot: no weights\n", "", "F3-sets: nothing is measured"),
        ("{cannot: it is not here}", "{why: it is not here}", "T1-better: a model's entry has the unknown key 'why'"),
        (
            "{table: interpretability",
            "{table: pictures",
            "F2-targets: its table 'pictures' names no measure, or is unknown: use",
        ),
        (
            "measure: auroc_direct",
            "measure: average_precision_direct",
            "F2-targets: chance is not known of 'average_precision_direct': ask it of auroc_direct",
        ),
        (", metric: l2}", "}", "T1-better: 'where' has study, task: it needs"),
    ],
)
def test_a_mistake_is_named_with_its_claim(project, old, new, says):
    project.change("data/claims.yml", old, new, 1)
    with pytest.raises(ValueError, match=says):
        project.claims()


def test_a_quoted_number_that_is_missing_is_named(project):
    project.change("data/claims.yml", "theirs: app < additive", "theirs: app < adative")
    with pytest.raises(ValueError, match="hold 0 rows of method 'adative', claim 'T1'"):
        project.table()


def test_a_metric_whose_rows_are_not_kept_is_named(project):
    project.add("studies.yml", "  per_condition: [pearson]\n")
    with pytest.raises(ValueError, match="keeps no rows of the metric 'l2'"):
        project.claims()
