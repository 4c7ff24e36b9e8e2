"""The table of claims: what the files of a small project say, and mistakes in them."""

import pandas as pd
import pytest

from appmodel import save_scores
from appmodel.pages.claims.verdicts import counted_claims


def row(table, claim, model="app", screen=None):
    rows = table[(table["claim"] == claim) & (table["model"] == model)]
    rows = rows if screen is None else rows[rows["screen"] == screen]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_claims_are_judged_on_each_screen(project):
    table = project.table()
    held = row(table, "T1-better", screen="norman19")
    assert held["verdict"] == "holds"
    assert held["theirs"] == "APP 5.3, addition 5.5 (ratio 0.96)"
    assert held["ours"] == "APP 2.50, addition 3.50 (ratio 0.71)"
    assert held["interval"] == "difference -1.000 (-1.000 to -1.000)"
    assert row(table, "T1-worse", screen="norman19")["verdict"] == "does not hold"
    assert row(table, "T1-worse", screen="norman19")["theirs"] == "not in the paper"
    assert row(table, "T1-better", screen="adamson16")["verdict"] == "not yet measured"
    assert "demo" not in set(table["screen"])  # not among the screens of the page


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
    assert cell["interval"].startswith("mean 3.500 (")
    assert cell["verdict"] == "cannot be tested here: other scale"
    assert row(table, "T1-doubles-deep", "deep")["verdict"] == "cannot be tested here: no weights"
    assert row(table, "T4-doubles-app")["verdict"] == "not yet measured"
    assert row(table, "T1-doubles-app", "anchored_app", "norman19")["verdict"] == "not yet measured"  # no rows of it


def test_a_study_fills_itself_in_when_its_results_land(project, scored):
    scores = scored({"app": [1.0, 2], "app_without_25": [1.1, 2.2]})
    save_scores(scores, project.results / "ablation_norman19_doubles.csv")
    found = row(project.table(), "T4-robust", screen="norman19")
    assert found["verdict"] == "holds"
    assert found["interval"] == "ratio 1.100 (1.100 to 1.100), against 1.200"


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
    assert row(table, "T5-size")["theirs"] == "0.5 to 1.5 h"
    assert row(table, "T5-large")["interval"].endswith("), against 10")
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
        assert row(table, "F2-targets", screen=screen)["interval"] == "value 0.700 (0.600 to 0.800), against 0.5"
        assert row(table, "F2-degree", screen=screen)["verdict"] == "does not hold"
        assert row(table, "F2-degree", screen=screen)["ours"] == "attention 0.70, degree 0.75"


def test_interactions_are_judged_by_their_findings(project):
    about = {"screen": "norman19", "task": "doubles", "measure": "auroc", "n": 330}
    alone = [{**about, "method": name, "value": value} for name, value in (("app", 0.9), ("additive", 0.5))]
    paired = {**about, "method": "app", "against": "additive", "value": 0.4, "low": 0.3, "high": 0.5}
    project.keep_findings([*alone, paired], "interactions.csv")
    models = "app: app > additive, anchored_app: anchored_app > additive"
    where = "where: {table: interactions, measure: auroc}"
    project.add("data/claims.yml", f"  T3-finds: {{says: it finds interactions, {where}, {models}}}\n")
    held = row(project.table(), "T3-finds", screen="norman19")
    assert (held["verdict"], held["ours"]) == ("holds", "APP 0.90, addition 0.50")
    assert row(project.table(), "T3-finds", "anchored_app")["verdict"] == "not yet measured"


def test_the_first_line_counts_claims_and_not_rows():
    rows = [
        ("c1", "claim", "app", "holds"),
        ("c1", "claim", "app", "holds"),
        ("c2", "claim", "app", "holds"),
        ("c2", "claim", "app", "does not hold"),
        ("c3", "claim", "app", "cannot be told apart"),
        ("c4", "claim", "app", "not yet measured"),
        ("c5", "claim", "both", "cannot be tested here: why"),
        ("c9", "claim", "app", "cannot be tested here: shown side by side"),
        ("c9", "claim", "gears", "cannot be tested here: shown side by side"),
        ("c10", "claim", "additive", "holds"),
        ("c10", "claim", "additive", "does not hold"),
        ("c11", "claim", "app", "not testable: the model does not beat a constant"),
        ("c11", "claim", "anchored_app", "does not apply: why"),
        ("c6", "cell", "app", "holds"),
        ("c7", "repeat", "app", "holds"),
        ("c8", "stand-in", "app", "holds"),
        ("c1", "claim", "anchored_app", "holds"),
        ("c3", "claim", "anchored_app", "holds"),
    ]
    table = pd.DataFrame(rows, columns=["claim", "kind", "model", "verdict"])
    counts = counted_claims(table)
    assert [counts[f"app {what}"] for what in ("tested", "everywhere", "somewhere")] == [3, 1, 1]
    assert [counts[f"anchored_app {what}"] for what in ("tested", "everywhere", "somewhere")] == [2, 2, 0]
    assert [counts[f"others {what}"] for what in ("tested", "everywhere", "somewhere")] == [1, 0, 1]
    assert [counts[what] for what in ("claims", "waiting", "closed", "constant")] == [8, 1, 2, 1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{study: real", "{study: rael", "T1-better: the study 'rael' is not in studies.yml"),
        ("app: app < additive", "app: app < aditive", "T1-better: the study 'real' has no method 'aditive'"),
        ("task: doubles", "task: unseen", "T1-better: the study 'real' has no task 'unseen'"),
        ("metric: l2}\n    app: worse", "metric: l3}\n    app: worse", "T1-worse: .* keeps no rows of the metric 'l3'"),
        ("app: worse < app", "app: worse beats app", "T1-worse: 'worse beats app' is no question"),
        ("repeats: T1-better", "repeats: T9-better", "T3-again: it repeats 'T9-better'"),
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
