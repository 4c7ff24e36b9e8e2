"""Numbers in pages without cells: README and front page say what the committed tables say."""

from pathlib import Path

import pytest

from appmodel.pages import load_leaderboard, load_results
from appmodel.pages.headlines import says_table
from appmodel.scoring import difference_table, paired_difference

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "data" / "results"
PAGES = ("README.md", "book/index.md")


@pytest.fixture(scope="module")
def boards():
    return {
        study: load_leaderboard(RESULTS, study).query("metric == 'l2'") for study in ("real", "anchored", "external")
    }


def rows(board, method, task):
    return board[(board["method"] == method) & (board["task"] == task)]


@pytest.fixture(params=PAGES)
def page(request):
    return " ".join((ROOT / request.param).read_text().split())


def test_the_published_model(page, boards):
    doubles = rows(boards["real"], "app", "doubles").iloc[0]
    genes = rows(boards["real"], "app", "unseen")["ratio"]
    assert (
        f"errs {doubles['ratio']:.2f} times as much (95 % interval {doubles['ratio_low']:.2f} to "
        f"{doubles['ratio_high']:.2f}). On unseen genes it errs {genes.min():.2f} to {genes.max():.2f} times as much "
        f"as the mean of the training singles"
    ) in page
    assert "does not beat addition on unseen doubles" in page
    said = says_table(boards["real"], ["app", "app_of_five"])
    assert said.loc["app", "norman19 doubles"] != "better"
    assert "beats the mean of the training singles by more than a margin of 1 % on two real screens of four" in page
    assert "Five trained APPs averaged beat the mean on three screens" in page
    assert (said.filter(like="unseen") == "better").sum(axis=1).to_dict() == {"app": 2, "app_of_five": 3}


def test_beside_the_linear_model_and_kernel_ridge(page):
    scores = load_results(RESULTS, "real")
    said = {
        other: [
            paired_difference(part, "app", other)["says"]
            for (_, task), part in scores.groupby(["dataset", "task"])
            if task == "unseen" or other == "kernel_ridge"
        ]
        for other in ("linear_tuned", "kernel_ridge")
    }
    assert "and a tuned linear model on one" in page
    assert sorted(said["linear_tuned"]) == ["better"] + ["cannot be told apart"] * 3
    assert "nowhere better than plain kernel ridge" in page
    assert "better" not in said["kernel_ridge"]


def test_anchored_app(page, boards):
    doubles = rows(boards["anchored"], "anchored_app", "doubles").iloc[0]["ratio"]
    genes = rows(boards["anchored"], "anchored_app", "unseen").set_index("dataset")["ratio"]
    assert (
        f"errs {doubles:.2f} times as much as addition on unseen doubles and {genes.min():.2f} to {genes.max():.2f} "
        f"times as much as the mean on unseen genes"
    ) in page
    assert (says_table(boards["anchored"], ["anchored_app"]) == "better").all(axis=None)
    ridge = rows(boards["anchored"], "kernel_ridge", "unseen").set_index("dataset")["ratio"]
    assert "on genes most of that is kernel ridge too" in page
    assert ((1 - ridge) > 0.5 * (1 - genes)).all()


def test_the_screens_that_chose_nothing(page, boards):
    board = boards["external"]
    says = says_table(board, ["oracle", "anchored_app"])
    told = says.columns[says.loc["oracle"] == "better"]
    came = says.loc["anchored_app", told].value_counts().to_dict()
    assert (board["dataset"].nunique(), len(told), came) == (8, 7, {"better": 3, "cannot be told apart": 4})
    assert "On eight further screens, by which nothing was chosen" in page
    assert "wins three of the seven contests that can be decided, ties in four and loses none" in page
    wins = set(told[says.loc["anchored_app", told] == "better"])
    others = says_table(board, ["kernel_ridge"]).loc["kernel_ridge", told]
    five = says_table(load_leaderboard(RESULTS, "app_external"), ["app_of_five"]).loc["app_of_five", told]
    assert {place for place in told if others[place] == "better"} == wins
    assert {place for place in told if five[place] == "better"} == wins
    assert "Kernel ridge wins the same three and is nowhere told apart from it" in page
    beside = load_results(RESULTS, "external")
    for _, part in beside.groupby(["dataset", "task"]):
        assert paired_difference(part, "anchored_app", "kernel_ridge")["says"] == "cannot be told apart"
    assert (
        "one of the three, on genome-wide K562, is of two percent and cannot be told apart from what a constant" in page
    )
    genome = beside[beside["dataset"] == "replogle22_k562_gwps"]
    assert paired_difference(genome, "anchored_app", "training_median")["says"] == "cannot be told apart"
    assert (
        round(
            100
            - 100 * rows(board[board["dataset"] == "replogle22_k562_gwps"], "anchored_app", "unseen")["ratio"].iloc[0]
        )
        == 2
    )
    assert "over five splits five of them, averaged, win these three too" in page
    pairs = rows(board.query("dataset == 'wessels23'"), "anchored_app", "doubles").iloc[0]
    assert f"a second real screen of doubles it errs {pairs['ratio']:.2f} times as much as addition" in page


def test_other_screens_as_extra_data():
    page = " ".join((ROOT / "README.md").read_text().split())
    table = difference_table(load_results(RESULTS, "other_screens"), "anchored_app", ["with_screens"]).set_index(
        "screen"
    )
    less = -100 * table["value"] / table["baseline"]
    assert f"it errs {less['replogle22_k562']:.1f} % less on K562" in page
    assert table["says"].to_dict() == {"replogle22_k562": "better"} | dict.fromkeys(
        ("adamson16", "replogle22_rpe1", "norman19"), "cannot be told apart"
    )


def test_where_genes_have_names(page):
    assert "two screens of cells with one split each" in page
    assert load_results(RESULTS, "cells").groupby("dataset")["seed"].nunique().to_dict() == {
        "norman19_slice": 1,
        "papalexi21": 1,
    }
    assert "on which APP, kernel ridge and AnchoredAPP are not told apart from the mean" in page
    says = says_table(load_leaderboard(RESULTS, "gene_tables"), ["app", "kernel_ridge", "anchored_app"])
    assert set(says.to_numpy().ravel()) == {"cannot be told apart"}
    assert says.shape == (3, 2)
