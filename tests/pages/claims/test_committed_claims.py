"""The committed claims: everything of the paper is there, everything is measured, and no number is typed."""

import re
from pathlib import Path

import yaml

from appmodel.pages import load_published
from appmodel.provenance import load_scores, rows_name

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "data" / "results"
JUDGED = ("holds", "does not hold", "cannot be told apart", "not testable: the model does not beat a constant")


def test_every_table_and_figure_of_the_paper_is_on_the_page(page):
    assert list(dict.fromkeys(page["table"])) == ["T1", "T2", "T3", "T4", "T5", "F2", "F3"]
    assert not page.duplicated(["claim", "model", "screen"]).any()


def test_every_quoted_number_of_the_paper_is_on_the_page(page, committed):
    published = load_published(ROOT / "data" / "published.csv")
    theirs = {(claim.table, part) for claim in committed.entries for part in re.split(r" [</] ", claim.theirs)}
    cells = set(page.loc[page["kind"] == "cell", "claim"])
    for _, line in published[published["claim"].str.fullmatch(r"[TF]\d")].iterrows():
        cell = f"{line['claim']}-{line['task']}-{line['method']}"
        assert (line["claim"], line["method"]) in theirs or cell in cells, dict(line)


def test_claims_about_app_show_both_models_or_say_why_not(committed):
    for claim in committed.entries:
        if "app" in claim.tests and claim.kind == "claim":
            assert {"app", "anchored_app"} <= set(claim.tests), claim.name


def test_what_cannot_be_tested_is_app_against_large_models_with_both_beside_one_baseline(page):
    claims = page[page["kind"] == "claim"]
    assert claims["claim"].nunique() == 42
    closed = claims[claims["verdict"].str.startswith("cannot be tested here")]
    named = ["T1-doubles-app-vs-deep", "T1-unseen-app-vs-deep", "F3-first-set", "F3-second-set", "F3-third-set"]
    assert list(dict.fromkeys(closed["claim"])) == named
    for (_, screen), rows in closed.groupby(["claim", "screen"]):
        assert screen
        theirs = rows["ours"].str.startswith("measured by others (Ahlmann-Eltze, Huber and Anders 2025): ")
        assert rows.loc[~theirs, "model"].tolist() == ["app", "anchored_app"]
        assert theirs.any()
        assert rows["interval"].str.fullmatch(r"ratio \S+ \(\S+ to \S+\)").all()
        assert rows["ours"].str.contains("addition" if "doubles" in rows["claim"].iloc[0] else "mean of training").all()


def test_no_verdict_about_our_models_rests_on_scores_of_others(page):
    judged = page[page["verdict"].isin(JUDGED) & page["ours"].str.startswith("measured by others")]
    assert set(judged["model"]) == {"additive", "linear"}
    assert not judged["ours"].str.contains("APP").any()


def test_every_screen_with_results_has_its_row(page, committed):
    rows = set(page[["claim", "model", "screen"]].itertuples(index=False, name=None))
    for claim in committed.entries:
        for model, test in claim.tests.items():
            if "study" not in test.where or test.cannot:  # what is shown side by side needs a screen of both
                continue
            for path in RESULTS.glob(rows_name(test.where["study"], "*", test.where["task"])):
                screen = path.stem.removeprefix(f"{test.where['study']}_").removesuffix(f"_{test.where['task']}")
                has = set(load_scores(path).attrs["provenance"]["methods"])
                if screen in committed.screens and set(test.question.methods) <= has:
                    assert (claim.name, model, screen) in rows


def test_every_claim_and_cell_has_its_counterpart_with_an_interval(page):
    """Measured, or quoted with the reason why it cannot be measured here; nothing waits."""
    assert page["verdict"].str.startswith((*JUDGED, "cannot be tested here: ", "does not apply: ")).all()
    measured = page[page["ours"] != ""]
    assert set(measured["table"]) == set(page["table"])
    assert page.loc[page["verdict"].isin(JUDGED), "ours"].ne("").all()
    without = measured[~measured["interval"].str.contains(" to ")]
    assert without[["claim", "model", "screen", "ours"]].to_numpy().tolist() == []


DECIMAL = re.compile(r"\d\.\d|(?<![.:])\d ?%|\b\d+ times\b")  # but not the format .0%


def test_no_measurement_is_typed():
    text = (ROOT / "notebooks" / "claims.py").read_text()
    cells = re.split(r"(?m)^# %%", text)[1:]
    # The solution of an exercise calculates: its levels are no measurements.
    told = [cell for cell in cells if not re.search('"parameters"|"hide-cell"', cell.splitlines()[0])]
    shown = re.sub(r"95 %|\*\*Reading:\*\* \d+ minutes", "", "\n".join(told))
    assert not DECIMAL.findall(shown)
    prose = "\n".join(line for line in shown.splitlines() if line.startswith("# "))
    allowed = {"1", "2", "3", "4", "5", "0", "1,000", "50", "2016", "2019"}  # tables, figures, protocol, years
    assert set(re.findall(r"(?<![\w`])\d[\d,]*", prose)) <= allowed
    entries = yaml.safe_load((ROOT / "data" / "claims.yml").read_text())
    said = yaml.safe_dump(entries)
    assert not DECIMAL.findall(said)
    named = set(re.findall(r"\((\d+) genes\)", said))  # sets of genes are named by their size
    assert set(re.findall(r"(?<![\w-])\d+(?!\w)", said)) <= {*named, "2025"}  # the year of a source
