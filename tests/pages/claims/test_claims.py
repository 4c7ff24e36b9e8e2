"""The claims page: the verdict rule, what result files say, and that no number is typed."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import false_discovery_control, norm

from appmodel import paired_difference, save_scores
from appmodel.pages import load_published
from appmodel.pages.claims.entries import question
from appmodel.pages.claims.judging import adjusted, p_value, verdict_of
from appmodel.pages.claims.measures import Measured, chance_of, of_scores
from appmodel.pages.claims.plots import plot_shares, with_share_intervals
from appmodel.pages.claims.verdicts import beside_quoted, claims_table, counted_claims, load_claims
from appmodel.provenance import load_scores
from appmodel.scoring.findings import findings

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "data" / "results"
VERDICTS = (
    "holds",
    "does not hold",
    "cannot be told apart",
    "not testable: the model does not beat a constant",
    "not yet measured",
    "cannot be tested here: ",
)


# the rule


@pytest.mark.parametrize(
    ("low", "high", "sign", "reference", "verdict"),
    [
        (-2, -1, "<", 0, "holds"),
        (1, 2, "<", 0, "does not hold"),
        (-1, 1, "<", 0, "cannot be told apart"),
        (0, 0, "<", 0, "cannot be told apart"),
        (-1, 0, "<", 0, "cannot be told apart"),
        (1, 2, ">", 0, "holds"),
        (-2, -1, ">", 0, "does not hold"),
        (-1, 1, ">", 0, "cannot be told apart"),
        (0.6, 0.7, ">", 0.5, "holds"),
        (0.4, 0.6, ">", 0.5, "cannot be told apart"),
        (1.0, 1.05, "<=", 1.05, "holds"),
        (1.06, 1.1, "<=", 1.05, "does not hold"),
        (np.nan, 1, "<", 0, "cannot be tested here"),
        (1.04, 1.2, "<=", 1.05, "cannot be told apart"),
    ],
)
def test_verdict_of(low, high, sign, reference, verdict):
    assert verdict_of(Measured("", "", (low + high) / 2, low, high, reference), sign) == verdict


def test_a_margin_and_several_seeds_are_asked_for():
    assert verdict_of(Measured("", "", -1.5, -2, -1, margin=0.9)) == "holds"
    assert verdict_of(Measured("", "", -1.5, -2, -1, margin=1.1)) == "cannot be told apart"
    assert verdict_of(Measured("", "", 1.5, 1, 2, margin=1.1)) == "cannot be told apart"
    assert verdict_of(Measured("", "", -1.5, -2, -1, seeds=1)) == "cannot be told apart"


def test_p_values_by_hand():
    assert p_value(Measured("", "", -1.0, -1.98, -0.02)) == pytest.approx(2 * norm.sf(1 / 0.5), rel=1e-4)
    assert p_value(Measured("", "", 1.5, 0.52, 2.48, 0.2, margin=0.3)) == pytest.approx(2 * norm.sf(2), rel=1e-4)
    assert p_value(Measured("", "", 0.1, -1, 1, margin=0.2)) == 1
    assert p_value(Measured("", "", 5, 5, 5, 7)) == 0


def test_many_comparisons_are_adjusted_as_scipy_does_it():
    p = np.random.default_rng(0).uniform(size=30) ** 3
    np.testing.assert_allclose(adjusted(p), false_discovery_control(p), rtol=1e-12)
    assert adjusted([]).size == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("app < additive", ("app", "", "<", "additive")),
        ("app", ("app", "", "", "")),
        ("a / b <= quoted", ("a", "b", "<=", "quoted")),
        ("attention > chance", ("attention", "", ">", "chance")),
    ],
)
def test_a_question_is_read(text, parts):
    assert tuple(question(text)) == parts


@pytest.mark.parametrize("text", ["app <= additive", "app beats additive", "", "a / b < c", "app < "])
def test_another_question_is_refused(text):
    with pytest.raises(ValueError, match="is no question"):
        question(text)


# what scores say


def scored(values, seeds=2, **more):
    """Scores of one screen: ``values`` maps a method to its error on each condition, the same for all seeds."""
    rows = [
        {
            "dataset": "norman19",
            "task": "doubles",
            "seed": seed,
            "method": method,
            "condition": f"g{i}",
            "metric": "l2",
            "value": value,
            "reason": "",
        }
        for seed in range(seeds)
        for method, column in values.items()
        for i, value in enumerate(column)
    ]
    scores = pd.DataFrame(rows)
    scores.attrs["provenance"] = {"dataset": "norman19", "dataset_hash": "h", "seeds": [0], **more}
    return scores


BETTER = {"app": [1.0, 2, 3, 4], "additive": [2.0, 3, 4, 5], "worse": [3.0, 3, 4, 6]}


def test_a_difference_is_that_of_paired_difference():
    rng = np.random.default_rng(0)
    scores = scored({"app": rng.normal(5, 1, 30), "additive": rng.normal(5.2, 1, 30)})
    found, paired = of_scores(scores, question("app < additive"), "l2"), paired_difference(scores, "app", "additive")
    assert [found.value, found.low, found.high] == pytest.approx(
        [paired[key] for key in ("difference", "low", "high")], abs=1e-12
    )


def test_a_constant_difference_has_no_spread_and_a_ratio_is_of_means():
    found = of_scores(scored(BETTER), question("app < additive"), "l2")
    assert (found.value, found.low, found.high) == (-1, -1, -1)
    assert found.ours == "APP 2.50, addition 3.50 (ratio 0.71)"
    quoted = [pd.Series({"value": 5.6}), pd.Series({"value": 5.3})]
    found = of_scores(scored({"a": [2.0, 4], "b": [1.0, 2]}), question("a / b <= quoted"), "l2", quoted)
    assert (found.value, found.low, found.high) == (2, 2, 2)
    assert found.reference == pytest.approx(5.6 / 5.3)


def test_only_conditions_where_both_are_defined_count():
    found = of_scores(scored({"app": [1, np.nan, 3], "additive": [2.0, 100, 4]}), question("app < additive"), "l2")
    assert (found.value, found.ours) == (-1, "APP 2.00, addition 3.00 (ratio 0.67)")
    none = of_scores(scored({"app": [np.nan, 1], "additive": [1, np.nan]}), question("app < additive"), "l2")
    assert np.isnan(none.low)
    assert "no condition in common" in none.ours


# the table, from files

STUDIES = """
real:
  about: ''
  screens: {norman19: [doubles], adamson16: [doubles], demo: [doubles]}
  methods: {app: {}, additive: {}, worse: {}, anchored_app: {}}
"""
CLAIMS = """
screens: [norman19, adamson16]
to_come:
  ablation: {tasks: [doubles], methods: [app, app_without_25]}
cells: {studies: {T1: real, T4: ablation}, metric: l2, cannot: other scale, not_here: no weights}
claims:
  T1-better:
    says: APP is better
    theirs: app < additive
    where: {study: real, task: doubles, metric: l2}
    app: app < additive
    anchored_app: {cannot: it is not here}
  T1-worse:
    says: APP is worse
    where: {study: real, task: doubles, metric: l2}
    app: worse < app
  T3-again: {repeats: T1-better}
  T4-robust:
    says: it is robust
    theirs: app_without_25 / app
    where: {study: ablation, task: doubles, metric: l2}
    app: app_without_25 / app <= quoted
  T5-size:
    says: it is small
    theirs: app
    where: {table: efficiency, by: reference, measure: training_time}
    app: app <= quoted
  T5-large:
    says: it is smaller than large models
    theirs: large models
    where: {table: efficiency, by: reference, measure: training_time}
    app: app < quoted
  F2-targets:
    says: it finds targets
    where: {table: interpretability, by: model, measure: auroc_direct, task: seen}
    app: attention > chance
  F2-degree:
    kind: stand-in
    says: more than degree
    where: {table: interpretability, by: model, measure: auroc_direct, task: seen}
    app: attention > degree
  F3-sets:
    says: it wins
    theirs: app
    cannot: no weights
"""
PUBLISHED = """claim,method,screen,task,metric,value,low,high,unit,statement,source
T1,app,norman19,doubles,l2,5.3,,,log1p,mean,s
T1,additive,norman19,doubles,l2,5.5,,,log1p,mean,s
T1,deep,norman19,doubles,l2,6.1,,,log1p,mean,s
T3,app,norman19,doubles,l2,5.3,,,log1p,mean,s
T3,additive,norman19,doubles,l2,,,,log1p,not stated,s
T4,app,norman19,doubles,l2,5.0,,,log1p,mean,s
T4,app_without_25,norman19,doubles,l2,6.0,,,log1p,mean,s
T5,app,,,training_time,,0.5,1.5,h,hours,s
T5,large models,,,training_time,,10,60,h,hours,s
F3,app,,unseen,l2,,,,log1p,ahead on 134 genes,s
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "studies.yml").write_text(STUDIES)
    (tmp_path / "data" / "claims.yml").write_text(CLAIMS)
    (tmp_path / "data" / "published.csv").write_text(PUBLISHED)
    save_scores(scored(BETTER), tmp_path / "results" / "real_norman19_doubles.csv")
    return tmp_path


def read(project):
    published = load_published(project / "data" / "published.csv")
    table = claims_table(load_claims(project / "data" / "claims.yml"), published, project / "results")
    return table


def row(table, claim, model="app", screen=None):
    rows = table[(table["claim"] == claim) & (table["model"] == model)]
    rows = rows if screen is None else rows[rows["screen"] == screen]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_claims_are_judged_on_each_screen(project):
    table = read(project)
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
    table = read(project)
    assert row(table, "T1-better", "anchored_app")["verdict"] == "cannot be tested here: it is not here"
    assert row(table, "F3-sets", "both")["verdict"] == "cannot be tested here: no weights"
    assert row(table, "F3-sets", "both")["theirs"] == "ahead on 134 genes"
    assert row(table, "T4-robust")["verdict"] == "not yet measured"
    assert row(table, "T4-robust")["theirs"] == "APP, a quarter of the edges removed 6.0, APP 5.0 (ratio 1.20)"
    assert (table["verdict"] != "").all()


def test_a_repeated_claim_quotes_its_own_table(project):
    again = row(read(project), "T3-again", screen="norman19")
    assert (again["kind"], again["verdict"]) == ("repeat", "holds")
    assert again["theirs"] == "APP 5.3, addition not stated"


def test_cells_stand_beside_ours_and_are_not_judged(project):
    table = read(project)
    cell = row(table, "T1-doubles-additive", "additive", "norman19")
    assert (cell["theirs"], cell["ours"]) == ("5.5", "addition 3.50")
    assert cell["interval"].startswith("mean 3.500 (")
    assert cell["verdict"] == "cannot be tested here: other scale"
    assert row(table, "T1-doubles-deep", "deep")["verdict"] == "cannot be tested here: no weights"
    assert row(table, "T4-doubles-app")["verdict"] == "not yet measured"
    assert row(table, "T1-doubles-app", "anchored_app", "norman19")["verdict"] == "not yet measured"  # no rows of it


def test_a_study_fills_itself_in_when_its_results_land(project):
    (project / "studies.yml").write_text(
        STUDIES + "\nablation:\n  screens: {norman19: [doubles]}\n  methods: {app: {}, app_without_25: {}}\n"
    )
    save_scores(
        scored({"app": [1.0, 2], "app_without_25": [1.1, 2.2]}), project / "results" / "ablation_norman19_doubles.csv"
    )
    found = row(read(project), "T4-robust", screen="norman19")
    assert found["verdict"] == "holds"
    assert found["interval"] == "ratio 1.100 (1.100 to 1.100, against 1.200)"


def other(project, name, rows):
    table = findings(rows)
    table.attrs["provenance"] = {"dataset_hash": "h", "seeds": [0]}
    save_scores(table, project / "results" / name)


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
    other(project, "efficiency.csv", [{**row_of, **ends, "by": "reference"}, *sizes])
    table = read(project)
    assert row(table, "T5-size")["verdict"] == small
    assert row(table, "T5-large")["verdict"] == smaller
    assert row(table, "T5-size")["theirs"] == "0.5 to 1.5 h"
    assert row(table, "T5-large")["interval"].endswith("against 10)")
    (project / "data" / "claims.yml").write_text(CLAIMS.replace("by: reference", "by: genes"))
    assert row(read(project), "T5-size")["verdict"] == "not yet measured"  # several sizes are no answer


def test_efficiency_in_a_unit_that_cannot_be_compared_is_named(project):
    row_of = {"screen": "simulated", "method": "app", "measure": "peak_memory", "by": "reference"}
    other(project, "efficiency.csv", [{**row_of, "value": 1, "low": 1, "high": 1}])
    text = (project / "data" / "claims.yml").read_text().replace("training_time", "peak_memory")
    (project / "data" / "claims.yml").write_text(text)
    (project / "data" / "published.csv").write_text(PUBLISHED.replace("training_time", "peak_memory"))
    with pytest.raises(ValueError, match="measures in 'MiB' what is quoted in 'h'"):
        read(project)


def test_interpretability_is_judged_against_chance_and_by_paired_differences(project):
    about = {"by": "model", "bin": "app", "measure": "auroc_direct", "task": "seen", "n": 5, "method": "attention"}
    values = {"": (0.7, 0.6, 0.8), "degree": (-0.05, -0.08, -0.02)}
    rows = [
        {**about, "screen": screen, "against": against, "value": value, "low": low, "high": high}
        for screen in ("demo", "adamson16")
        for against, (value, low, high) in values.items()
    ]
    rows += [
        {**about, "screen": screen, "method": "degree", "value": 0.75, "low": 0.7, "high": 0.8}
        for screen in ("demo", "adamson16")
    ]
    other(project, "interpretability.csv", [*rows, {**rows[0], "task": "all", "low": 0.1}])
    table = read(project)
    for screen in ("demo", "adamson16"):
        assert row(table, "F2-targets", screen=screen)["verdict"] == "holds"
        assert row(table, "F2-targets", screen=screen)["interval"] == "value 0.700 (0.600 to 0.800, against 0.5)"
        assert row(table, "F2-degree", screen=screen)["verdict"] == "does not hold"
        assert row(table, "F2-degree", screen=screen)["ours"] == "attention 0.70, degree 0.75"


def test_interactions_are_judged_by_their_findings(project):
    about = {"screen": "norman19", "task": "doubles", "measure": "auroc", "n": 330}
    alone = [{**about, "method": name, "value": value} for name, value in (("app", 0.9), ("additive", 0.5))]
    paired = {**about, "method": "app", "against": "additive", "value": 0.4, "low": 0.3, "high": 0.5}
    other(project, "interactions.csv", [*alone, paired])
    (project / "data" / "claims.yml").write_text(
        CLAIMS
        + """
  T3-finds:
    says: it finds interactions
    where: {table: interactions, measure: auroc}
    app: app > additive
    anchored_app: anchored_app > additive
"""
    )
    held = row(read(project), "T3-finds", screen="norman19")
    assert (held["verdict"], held["ours"]) == ("holds", "APP 0.90, addition 0.50")
    assert row(read(project), "T3-finds", "anchored_app")["verdict"] == "not yet measured"


def test_chance_is_known_or_refused():
    assert (chance_of("auroc_direct"), chance_of("spearman_similarity")) == (0.5, 0.0)
    with pytest.raises(ValueError, match="average_precision"):
        chance_of("average_precision_direct")


# the first line


def test_the_first_line_counts_claims_and_not_rows():
    rows = [
        ("c1", "claim", "app", "holds"),
        ("c1", "claim", "app", "holds"),
        ("c2", "claim", "app", "holds"),
        ("c2", "claim", "app", "does not hold"),
        ("c3", "claim", "app", "cannot be told apart"),
        ("c4", "claim", "app", "not yet measured"),
        ("c5", "claim", "both", "cannot be tested here: why"),
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
    assert [counts[what] for what in ("claims", "waiting", "closed")] == [5, 1, 1]


# mistakes in claims.yml


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{study: real", "{study: rael", "T1-better: the study 'rael' is not in studies.yml"),
        ("app: app < additive", "app: app < aditive", "T1-better: the study 'real' has no method 'aditive'"),
        (
            "task: doubles, metric: l2}\n    app: worse",
            "task: unseen, metric: l2}\n    app: worse",
            "T1-worse: the study 'real' has no task 'unseen'",
        ),
        ("metric: l2}\n    app: worse", "metric: l3}\n    app: worse", "T1-worse: .* keeps no rows of the metric 'l3'"),
        ("app: worse < app", "app: worse beats app", "T1-worse: 'worse beats app' is no question"),
        ("repeats: T1-better", "repeats: T9-better", "T3-again: it repeats 'T9-better'"),
        ("says: it is robust", "say: it is robust", "T4-robust: it has the unknown key 'say'"),
        ("kind: stand-in", "kind: guess", "F2-degree: its kind 'guess'"),
        ("cannot: no weights\n", "app: app\n    cannot: no weights\n", "F3-sets: it says both"),
        ("    cannot: no weights\n", "", "F3-sets: nothing is measured"),
        ("{cannot: it is not here}", "{why: it is not here}", "T1-better: a model's entry has the unknown key 'why'"),
        ("{table: interpretability", "{table: pictures", "F2-targets: its table 'pictures' is none of"),
        (
            "study: real, task: doubles, metric: l2}\n    app: worse",
            "study: real, task: doubles}\n    app: worse",
            "T1-worse: 'where' has study, task: it needs",
        ),
    ],
)
def test_a_mistake_is_named_with_its_claim(project, old, new, says):
    assert old in CLAIMS
    (project / "data" / "claims.yml").write_text(CLAIMS.replace(old, new, 1))
    with pytest.raises(ValueError, match=says):
        load_claims(project / "data" / "claims.yml")


def test_a_quoted_number_that_is_missing_is_named(project):
    (project / "data" / "claims.yml").write_text(CLAIMS.replace("theirs: app < additive", "theirs: app < adative"))
    with pytest.raises(ValueError, match="hold 0 rows of 'adative' in T1"):
        read(project)


def test_a_metric_whose_rows_are_not_kept_is_named(project):
    (project / "studies.yml").write_text(STUDIES + "  per_condition: [pearson]\n")
    with pytest.raises(ValueError, match="keeps no rows of the metric 'l2'"):
        load_claims(project / "data" / "claims.yml")


# the committed claims


@pytest.fixture(scope="module")
def committed():
    return load_claims(ROOT / "data" / "claims.yml")


@pytest.fixture(scope="module")
def page(committed):
    return claims_table(committed, load_published(ROOT / "data" / "published.csv"), RESULTS)


def test_every_table_and_figure_of_the_paper_is_on_the_page(page):
    assert list(dict.fromkeys(page["table"])) == ["T1", "T2", "T3", "T4", "T5", "F2", "F3"]
    assert page["verdict"].str.startswith(VERDICTS).all()
    judged = page["verdict"].isin(VERDICTS[:4])
    assert (page.loc[judged, "interval"].str.contains(" to ")).all()
    assert (page.loc[judged, "ours"] != "").all()
    assert not page.duplicated(["claim", "model", "screen"]).any()


def test_every_quoted_number_of_the_paper_is_on_the_page(page, committed):
    published = load_published(ROOT / "data" / "published.csv")
    theirs = {(claim.table, part) for claim in committed.entries for part in re.split(r" [</] ", claim.theirs)}
    cells = set(page.loc[page["kind"] == "cell", "claim"])
    for _, line in published[published["claim"].str.fullmatch(r"[TF]\d")].iterrows():
        assert (
            line["claim"],
            line["method"],
        ) in theirs or f"{line['claim']}-{line['task']}-{line['method']}" in cells, dict(line)


def test_claims_about_app_show_both_models_or_say_why_not(committed):
    for claim in committed.entries:
        if "app" in claim.tests and claim.kind == "claim":
            assert set(claim.tests) == {"app", "anchored_app"}, claim.name


def test_what_has_results_is_not_called_unmeasured(page, committed):
    for _, line in page[page["verdict"] == "not yet measured"].iterrows():
        file = {"T5": "efficiency.csv", "F2": "interpretability.csv"}.get(line["table"])
        file = "interactions.csv" if line["metric"] in ("auroc", "cosine") else file
        assert not file or not (RESULTS / file).is_file(), f"{line['claim']}: {file} has no row for it"
    for claim in committed.entries:
        for model, test in claim.tests.items():
            if "study" not in test.where:
                continue
            for path in RESULTS.glob(f"{test.where['study']}_*_{test.where['task']}.csv"):
                screen = path.stem.removeprefix(f"{test.where['study']}_").removesuffix(f"_{test.where['task']}")
                has = set(load_scores(path).attrs["provenance"]["methods"])
                if screen in committed.screens and set(test.question.methods) <= has:
                    assert row(page, claim.name, model, screen)["verdict"] != "not yet measured"


def test_every_claim_and_cell_has_its_counterpart_with_an_interval(page):
    """Measured, or quoted with the reason why it cannot be measured here; nothing waits."""
    assert sorted(page.loc[page["verdict"] == "not yet measured", "claim"].unique()) == []
    measured = page[page["ours"] != ""]
    assert set(measured["table"]) == {"T1", "T2", "T3", "T4", "T5", "F2", "F3"}
    without = measured[~measured["interval"].str.contains(" to ")]
    assert without[["claim", "model", "screen", "ours"]].to_numpy().tolist() == []


DECIMAL = re.compile(r"\d\.\d|(?<![.:])\d ?%|\b\d+ times\b")  # but not the format .0%


def test_no_measurement_is_typed():
    text = (ROOT / "notebooks" / "claims.py").read_text()
    cells = re.split(r"(?m)^# %%", text)[1:]
    shown = "\n".join(cell for cell in cells if 'tags=["parameters"' not in cell).replace("95 %", "")
    assert not DECIMAL.findall(shown)
    prose = "\n".join(line for line in shown.splitlines() if line.startswith("# "))
    allowed = {"1", "2", "3", "4", "5", "0", "1,000", "50", "2016", "2019"}  # tables, figures, protocol, years
    assert set(re.findall(r"(?<![\w`])\d[\d,]*", prose)) <= allowed
    entries = yaml.safe_load((ROOT / "data" / "claims.yml").read_text())
    said = yaml.safe_dump(entries)
    assert not DECIMAL.findall(said)
    named = set(re.findall(r"\((\d+) genes\)", said))  # sets of genes are named by their size
    assert set(re.findall(r"(?<![\w-])\d+(?!\w)", said)) <= named


# beside the quoted numbers, and the figure


def test_quoted_and_measured_errors_stand_on_their_own_scales():
    published = pd.DataFrame(
        [("x", "additive", "norman19", "doubles", "l2", 2.0), ("x", "gears", "norman19", "doubles", "l2", 3.0)],
        columns=["claim", "method", "screen", "task", "metric", "value"],
    )
    board = pd.DataFrame(
        [("norman19", "doubles", "l2", "additive", 4.0, 3.5, 4.5), ("norman19", "doubles", "l2", "app", 6.0, 5.5, 6.5)],
        columns=["dataset", "task", "metric", "method", "mean", "low", "high"],
    )
    table = beside_quoted(published, board, "x", {"doubles": "additive"})
    assert list(table.index.get_level_values("method")) == ["additive", "gears", "app"]
    assert table["theirs, ratio"].tolist() == [1.0, 1.5, ""]
    assert table["ours, ratio"].tolist() == [1.0, "", 1.5]
    assert table["interval of ours"].tolist() == ["3.50 to 4.50", "", "5.50 to 6.50"]


def board(**columns):
    return pd.DataFrame(
        {
            "dataset": "x",
            "task": "doubles",
            "metric": "l2",
            "method": ["a", "b", "c"],
            "share": [0.5, -3.0, np.nan],
            "share_low": [0.4, -3.1, np.nan],
            "share_high": [0.7, -2.9, np.nan],
            **columns,
        }
    )


def test_a_mark_needs_an_interval_and_what_lies_beyond_the_edge_is_an_arrow():
    figure = plot_shares(board(), ["a", "b", "c"])
    ax = figure.axes[0]
    drawn = ax.containers[0]
    assert drawn.lines[0].get_xdata().tolist() == [0.5]
    assert drawn.lines[2][0].get_segments()[0][:, 0].tolist() == pytest.approx([0.4, 0.7])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    arrows = [line for line in ax.lines if line.get_marker() == "<"]
    assert arrows[0].get_ydata().tolist() == [1.0]
    plt.close(figure)
    with pytest.raises(ValueError, match="No method has a share"):
        plot_shares(board(share_low=np.nan), ["a", "b", "c"])
    with pytest.raises(ValueError, match="several tasks"):
        plot_shares(board(task=["doubles", "doubles", "unseen"]), ["a"])


def test_where_a_leaderboard_has_no_interval_of_the_share_that_of_the_mean_is_placed():
    plain = board(low=[4.0, 9, 1], high=[6.0, 10, 1], floor=8.0, ceiling=2.0).drop(columns=["share_low", "share_high"])
    found = with_share_intervals(plain)
    assert found.loc[0, ["share_low", "share_high"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found.loc[2, ["share_low", "share_high"]].isna().all()
    pd.testing.assert_frame_equal(with_share_intervals(board()), board())
