"""The book as a reader meets it: every page at 1440 pixels, light and dark, and on a phone."""

from pathlib import Path

import faults
from pdf import in_order

ROOT = Path(__file__).resolve().parents[2]
# Rules of axe that are broken by what others write, and by whom.
KNOWN = {
    "aria-deprecated-role": "docutils: the entries of a bibliography have the role doc-biblioentry",
    "aria-required-children": "docutils: a bibliography is a list of such entries",
}


def test_every_page_is_opened_in_every_mode(visits):
    pages = set(in_order(ROOT / "_toc.yml"))
    for mode, scheme in (("light", "light"), ("dark", "dark"), ("phone", "light")):
        opened = [visit for visit in visits if visit.mode == mode]
        assert pages <= {visit.page for visit in opened}
        assert {visit.seen["scheme"] for visit in opened} == {scheme}


def test_nothing_leaves_the_machine_and_nothing_is_missing(visits):
    assert faults.asked_elsewhere(visits) == []
    assert faults.listed(visits, "missing") == []


def test_the_console_stays_empty(visits):
    assert faults.listed(visits, "errors") == []


def test_formulas_are_set(visits):
    assert faults.listed(visits, "unset") == []


def test_no_page_is_wider_than_its_window(visits):
    assert faults.listed(visits, "too_wide") == []


def test_no_code_and_no_table_is_cut(visits):
    assert faults.listed(visits, "code", ["light"]) == []
    assert faults.listed(visits, "tables", ["light"]) == []


def test_the_front_page_answers_without_scrolling(visits):
    front = next(visit for visit in visits if (visit.page, visit.mode) == ("book/index.html", "light"))
    ends = dict(front.seen["buttons"])  # they stand below the answer and its picture
    assert set(ends) == {"Read", "Run", "Your own screen"}
    assert max(ends.values()) < 900 - 60  # what is needed and how to cite still fit


def test_headings_are_in_order(visits):
    assert faults.headings_out_of_order(visits) == []


def test_accessibility(visits):
    assert faults.violations(visits, KNOWN) == []
    # What is listed as others' is still there, else the list is too long.
    assert set(KNOWN) <= {rule for visit in visits for rule, _ in visit.violations}


def test_links_lead_somewhere(visits):
    assert faults.dead_links(visits) == []


def test_there_is_one_search_box(visits):
    assert {visit.seen["searches"] for visit in visits if not visit.page.startswith("search")} == {1}


def test_figures_have_alternatives_and_readable_labels(visits, built):
    points = faults.smallest_font([ROOT / "appmodel" / "pages", ROOT / "notebooks"])
    assert faults.without_alternative(visits) == []
    assert faults.small_labels(visits, built / "_build" / "html" / "_images", points) == []


def test_figures_can_be_opened_alone(visits):
    figures = [(visit.page, figure) for visit in visits for figure in visit.seen["figures"]]
    assert figures
    assert [(page, figure["file"]) for page, figure in figures if not figure["alone"]] == []


def test_figures_keep_their_white_ground_in_the_dark(visits):
    assert faults.dimmed(visits) == []
