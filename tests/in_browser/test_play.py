"""The page to play with does what it says, asks nobody for anything, and can be used by everybody."""

import math

import pytest
from play import Watched

from appmodel import Additive, KernelRidge, TrainingMean, leaderboard, predict_splits, score_predictions
from appmodel.pages.play import (
    board_table,
    board_widget,
    distorted,
    fool_widget,
    halves,
    library,
    mean_scores,
    often_paired,
    pair_data,
    pick_widget,
    predict_unmeasured,
    starting_point,
)

METHODS = {"additive": Additive(), "kernel_ridge": KernelRidge()}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Play</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Play</h1>{}</main></body></html>"""


@pytest.fixture(scope="module")
def made(_tiny_effects, tiny_network):
    """The predictions of the tiny screen, the pairs and where the sliders start."""
    splits = halves(_tiny_effects, "doubles")
    methods = {**METHODS, "training_mean": TrainingMean()}
    predictions = predict_splits(methods, _tiny_effects, network=tiny_network, splits=splits)
    genes = often_paired([name for split in splits for name in split.test], 8)
    unmeasured = predict_unmeasured(METHODS, _tiny_effects, genes, tiny_network)
    pairs = pair_data(_tiny_effects, predictions, unmeasured, genes)
    board = board_table(leaderboard(score_predictions(predictions, _tiny_effects), "additive"))
    return pairs, board, starting_point(predictions, _tiny_effects, list(methods))


@pytest.fixture(scope="module")
def page(made, tmp_path_factory):
    """The parts of the page without the book around them."""
    pairs, board, start = made
    other = board.drop(index="addition")
    parts = [library(), pick_widget(pairs), board_widget({"one": board, "other": other}), fool_widget(start, True)]
    path = tmp_path_factory.mktemp("play") / "play.html"
    path.write_text(PAGE.format("\n".join(part.data for part in parts)))
    return path


@pytest.fixture(scope="module")
def chromium(program):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def watched(chromium, page):
    """The page, opened anew; at the end nothing went wrong and nothing was asked of another machine."""
    tab = chromium.new_page()
    seen = Watched(tab, page)
    yield seen
    assert seen.errors == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    tab.close()


def test_picking_genes_changes_the_pair(watched, made):
    pairs, before, marks = made[0], watched.pair(), watched.marks()
    measured = [pair["name"] for pair in pairs["pairs"] if pair["measured"]]
    assert before in measured
    first, second = next(name for name in measured if name != before).split("+")
    watched.pick("first", first)
    assert first not in watched.options("second")
    watched.pick("second", second)
    assert watched.pair() == f"{first}+{second}"
    assert watched.words().startswith(f"{first}+{second} (simulated) was measured in ")
    assert watched.marks() != marks


def test_what_is_said_of_a_pair_is_what_was_measured(watched, made):
    pair = next(pair for pair in made[0]["pairs"] if pair["name"] == watched.pair())
    nearest = min(range(2), key=lambda i: pair["error"][i])
    assert f"{made[0]['methods'][nearest]['name']}, which errs {pair['error'][nearest]:.2f}" in watched.words()
    assert ("more than noise explains" in watched.words()) == pair["interacts"]
    rows = watched.tab.locator("#play-pick tbody tr").all_inner_texts()
    assert rows[0].split("\t") == ["addition", f"{pair['error'][0]:.2f}", f"{pair['size'][0]:.2f}", "0.00"]


def test_a_pair_that_nobody_measured_has_no_error(watched, made):
    first, second = next(pair["name"] for pair in made[0]["pairs"] if not pair["measured"]).split("+")
    watched.pick("first", first)
    watched.pick("second", second)
    assert "was never measured" in watched.words()
    cells = watched.tab.locator("#play-pick tbody tr:first-child td").all_inner_texts()
    assert cells[0] == ""
    assert cells[1] != ""


def test_a_click_on_the_heat_map_picks_a_pair(watched):
    cells = watched.tab.locator("[data-play=places] .mark-rect path")
    before = watched.pair()
    cells.nth(1).click()
    other = watched.pair()
    cells.nth(4).click()
    assert len({before, other, watched.pair()}) > 1
    first, second = watched.pair().split("+")
    assert {watched.tab.input_value(f"[data-play={which}]") for which in ("first", "second")} == {first, second}


def test_the_heat_map_shows_what_is_chosen(watched):
    fills = "cells => cells.map(cell => cell.getAttribute('fill'))"
    before = watched.tab.eval_on_selector_all("[data-play=places] .mark-rect path", fills)
    watched.tab.select_option("#play-pick [data-play=shown]", "interaction")
    watched.tab.select_option("#play-pick [data-play=model]", label="kernel ridge")
    assert watched.tab.inner_text("#play-pick [data-play=side]") == "kernel ridge"
    watched.tab.wait_for_timeout(100)
    assert watched.tab.eval_on_selector_all("[data-play=places] .mark-rect path", fills) != before


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"shrinkage": 40},
        {"noise": 120},
        {"mixed": 60},
        {"mixed": 100},
        {"shrinkage": 100},
        {"shrinkage": 25, "noise": 35, "mixed": 80},
    ],
)
def test_sliders_move_the_metrics_as_the_package_does(watched, made, places):
    start = made[2]
    expected = mean_scores(start, distorted(start, "additive", **{name: place / 100 for name, place in places.items()}))
    scores = watched.slide(**places)
    assert set(scores) == set(expected)
    for name, value in expected.items():
        now = float(scores[name]["now"])
        assert (math.isnan(now) and math.isnan(value)) or now == pytest.approx(value, abs=2e-3), name


def test_a_change_is_called_better_or_worse_and_can_be_undone(watched):
    assert {row["change"] for row in watched.slide().values()} == {"the same"}
    scores = watched.slide(noise=200)
    assert (scores["l2"]["change"], scores["pearson"]["change"]) == ("worse", "worse")
    assert "L2 worse" in watched.tab.inner_text("#play-fool [data-play=words]")
    watched.tab.get_by_role("button", name="Back to the start").click()
    assert {row["change"] for row in watched.slide().values()} == {"the same"}
    assert watched.slide(mixed=100)["pearson_perturbed"]["change"] == "undefined"


def test_another_model_has_other_scores(watched, made):
    watched.tab.select_option("#play-fool [data-play=model]", label="kernel ridge")
    expected = mean_scores(made[2], made[2].predicted["kernel_ridge"])["l2"]
    assert float(watched.slide()["l2"]["now"]) == pytest.approx(expected, abs=2e-3)


def test_columns_are_sorted_both_ways(watched, made):
    table = made[1]
    watched.heading("Pearson").click()
    best_first = list(table["pearson"].sort_values(ascending=False).index)
    assert watched.column(1) == best_first
    watched.heading("Pearson").click()
    assert watched.column(1) == best_first[::-1]
    for _ in range(2):
        watched.heading("Pearson against the mean").click()
        assert watched.column(5)[-1] == "undefined"
    assert watched.tab.locator("th[aria-sort]").count() == 1 + 1  # the other table keeps its own
    watched.heading("method").click()
    assert watched.column(1) == sorted(table.index, key=str.lower)
    assert watched.tab.inner_text("#play-board [role=status]") == "Sorted by method, lowest first."


def test_another_leaderboard_is_shown_alone(watched):
    watched.tab.select_option("#play-board select", label="other")
    assert watched.tab.locator(".play-board:not([hidden])").count() == 1
    assert "addition" not in watched.column(1)


def test_all_of_it_works_from_the_keyboard(watched):
    keys, before = watched.tab.keyboard, watched.pair()
    watched.tab.get_by_label("First gene").focus()
    keys.press("ArrowDown" if watched.tab.input_value("[data-play=first]") != watched.options("first")[-1] else "Home")
    assert watched.pair() != before
    watched.tab.get_by_label("Shrinkage").focus()
    keys.press("ArrowRight")
    assert watched.tab.input_value("#play-shrinkage") == "5"
    assert watched.slide()["l2"]["change"] != "the same"
    assert watched.slide()["pearson"]["change"] == "the same"
    watched.heading("Pearson").focus()
    keys.press("Enter")
    assert watched.tab.locator("th[aria-sort]", has_text="Pearson").first.get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_everybody_can_use_it_at_every_width(chromium, page, width, scheme):
    from browser import AXE, AXE_SCRIPT, WCAG

    tab = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    Watched(tab, page)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(AXE, {"type": "tag", "values": WCAG})
    assert [(fault["id"], fault["nodes"][0]["html"][:150]) for fault in found["violations"]] == []
    tab.close()


def test_without_scripts_the_page_says_so_and_shows_what_it_can(chromium, page):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.as_uri())
    assert tab.locator("noscript strong:visible").count() == 3
    assert tab.locator("noscript img[alt^='Dot plot of the effects of']").is_visible()
    assert tab.locator("select:visible, input:visible, button:visible").count() == 0
    assert tab.locator(".play-board table").count() == tab.locator(".play-board table:visible").count() == 2
    context.close()


def test_the_page_of_the_book_plays_too(chromium, built):
    tab = chromium.new_page()
    seen = Watched(tab, built / "_build" / "html" / "notebooks" / "play.html")
    before = seen.pair()
    seen.pick("second", next(gene for gene in seen.options("second") if gene not in before))
    assert seen.pair() != before
    assert seen.slide(noise=200)["l2"]["change"] == "worse"
    seen.heading("Pearson").click()
    assert tab.locator(".play-board:not([hidden]) th[aria-sort]").inner_text() == "Pearson"
    assert "Norman 2019, hidden pairs" in tab.locator("#play-board option").all_inner_texts()
    widths = "places => places.map(place => [place.firstElementChild.clientWidth, place.clientWidth])"
    assert all(chart <= place for chart, place in tab.eval_on_selector_all(".play-chart", widths))
    assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert seen.errors == []
    tab.close()
