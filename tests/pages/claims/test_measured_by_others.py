"""Published scores: what they judge is marked, what they cannot judge stands side by side, speed names its machines."""

import pytest

from appmodel import save_scores


def rows_of(table, claim):
    return table[table["claim"] == claim].set_index("model")


@pytest.fixture
def theirs(project, scored):
    """Addition errs by one less than the large model of others, over the same conditions."""
    scores = scored({"additive": [1.0, 2, 3, 4], "large": [2.0, 3, 4, 5], "small": [1.0, 4, 1, 4]})
    save_scores(scores, project.results / "theirs_norman19_doubles.parquet")
    return project


WHERE = "where: {study: real, task: doubles, metric: l2}"


def test_a_claim_without_our_model_is_judged_by_the_scores_of_others(theirs):
    theirs.add_claim("T1-large", f"{WHERE}, others: additive < large")
    table = theirs.table()
    held = rows_of(table, "T1-large").loc["additive"]
    assert held["verdict"] == "holds"
    assert held["ours"] == "measured by others (Somebody 2025): addition 2.50, large 3.50 (ratio 0.714)"
    assert held["interval"] == "difference -1.00 (-1.00 to -1.00)"
    assert rows_of(table, "T1-better").loc[["app"], "screen"].tolist() == ["norman19", "adamson16"]


def test_what_others_measured_is_corrected_for_by_itself(theirs):
    claims = {"sure": "additive < large", "unsure": "small < large"}
    for name, asked in claims.items():
        theirs.add_claim(f"T1-{name}", f"{WHERE}, others: {asked}")
    table = theirs.table()
    alone = {name: rows_of(table, f"T1-{name}")["q"].item() for name in claims}
    for again in range(5):  # more claims about our model change nothing
        theirs.add_claim(f"T1-{again}", f"{WHERE}, app: worse < app")
    table = theirs.table()
    assert {name: rows_of(table, f"T1-{name}")["q"].item() for name in claims} == alone


def test_what_cannot_be_judged_stands_side_by_side(theirs):
    asked = "app: app / additive, others: [large / additive, small / additive]"
    theirs.add_claim("T1-beside", f"{WHERE}, cannot: other readouts, {asked}")
    rows = rows_of(theirs.table(), "T1-beside")
    assert rows.index.tolist() == ["app", "large", "small"]
    assert set(rows["screen"]) == {"norman19"}  # theirs have no other one
    assert set(rows["verdict"]) == {"cannot be tested here: other readouts"}
    assert rows["q"].isna().all()
    assert rows.loc["app", "ours"] == "APP 2.50, addition 3.50 (ratio 0.714)"
    assert rows.loc["app", "interval"].startswith("ratio 0.714 (0.")
    assert "against" not in " ".join(rows["interval"])
    assert rows.loc["large", "ours"] == "measured by others (Somebody 2025): large 3.50, addition 2.50 (ratio 1.40)"


def test_a_cell_that_others_measured_stands_beside_the_quoted_one(theirs):
    theirs.change("data/claims.yml", "others: {}", "others: {deep: large}")
    cell = rows_of(theirs.table(), "T1-doubles-deep").loc["large"]
    assert (cell["theirs"], cell["ours"]) == ("6.1", "measured by others (Somebody 2025): large 3.50")
    assert cell["verdict"] == "cannot be tested here: other scale"


JOBS = "jobs: {table: resources_theirs, source: Somebody 2025, screen: norman19, methods: [large, small]%s}"
TIMED = "{table: efficiency, measure: prediction_time, plus: training_time, by: reference, " + JOBS + "}"


def timed(project, seconds, less=""):
    """Training takes so many seconds (10 less to 10 more), a prediction 500 ms; jobs of others 100 s or more."""
    about = {"screen": "simulated", "method": "app", "by": "reference"}
    ours = [
        {**about, "measure": "training_time", "value": seconds, "low": seconds - 10, "high": seconds + 10},
        {**about, "measure": "prediction_time", "value": 500, "low": 400, "high": 600},
    ]
    project.keep_findings(ours, "efficiency.csv", machine={"processor": "a processor", "threads": 1})
    about = {"screen": "norman19", "measure": "elapsed", "by": "job"}
    jobs = [
        {**about, "method": name, "bin": machine, "value": value, "low": value - 5, "high": value + 5}
        for name, machine, value in (("large", "a card", 105), ("small", "", 300), ("additive", "", 50))
    ]
    project.keep_findings(jobs, "resources_theirs.csv")
    project.add_claim("T5-speed", f"where: {TIMED % less}, app: app < jobs", "cost")
    return project


@pytest.mark.parametrize(
    ("seconds", "less", "verdict", "against"),
    [
        (20, "", "holds", "100"),
        (20, ", less: additive", "holds", "45.0"),
        (60, ", less: additive", "does not hold", "45.0"),
    ],
)
def test_our_time_is_judged_by_the_quickest_job_and_both_machines_are_named(project, seconds, less, verdict, against):
    found = rows_of(timed(project, seconds, less).table(), "T5-speed").loc["app"]
    assert found["verdict"] == verdict
    assert found["ours"].startswith(
        f"APP {seconds + 0.5} s (a processor, 1 thread); "
        f"measured by others (Somebody 2025): large, the quickest, 100 s (a card)"
    )
    assert found["interval"] == f"value {seconds + 0.5} ({seconds - 9.6} to {seconds + 10.6}), against {against}"


def test_a_job_that_is_missing_is_named(project):
    with pytest.raises(ValueError, match="hold 0 rows of screen 'norman19', measure 'elapsed', method 'nothing'"):
        timed(project, 20, ", less: nothing").table()
