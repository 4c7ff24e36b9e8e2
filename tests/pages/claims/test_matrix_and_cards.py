"""The page's HTML: a matrix that is read without colour, cards that it leads to, and the file to take away."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from appmodel.files import sha256
from appmodel.pages.claims.cards import claim_cards
from appmodel.pages.claims.entries import GROUPS
from appmodel.pages.claims.matrix import claims_matrix
from appmodel.pages.claims.saving import COLUMNS, save_claims
from appmodel.pages.claims.signs import SIGNS, anchor
from appmodel.provenance import load_scores

VOID = {"br", "hr", "img"}


class Read(HTMLParser):
    """Tags with their attributes, the texts of cells by row, and whether every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.rows = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "tr" in self.open:
            self.rows[-1][-1] += data

    def values(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def rows_of(html):
    rows = Read(html).rows
    return {row[0]: [cell.strip() for cell in row[1:]] for row in rows}


def test_a_row_for_each_claim_and_a_column_for_each_screen(project):
    rows = rows_of(claims_matrix(project.table(), "app", "About APP"))
    assert rows["claim"] == ["Norman 2019", "Adamson 2016"]
    assert rows["better"] == ["✓ holds", "… not yet measured"]
    assert rows["worse"][0] == "✗ does not hold"
    assert rows["robust"] == ["… not yet measured", "not asked"]
    assert rows["sets"] == ["– cannot be tested here no weights"]
    assert {"Accuracy", "Network", "Attention", "Size and speed"} <= set(rows)
    assert "Parts of the model" not in rows  # no claim is about them
    assert "degree" not in rows  # a question of ours
    assert list(rows_of(claims_matrix(project.table(), "app", "Ours", "stand-in"))) == ["claim", "Attention", "degree"]


def test_what_nobody_can_ask_of_a_model_is_left_out(project):
    rows = rows_of(claims_matrix(project.table(), "anchored_app", "About it"))
    assert list(rows) == ["claim", "Accuracy", "better", "sets"]
    assert rows["better"] == ["– does not apply it is not here"]
    with pytest.raises(ValueError, match="holds no stand-in about anchored_app: name one of app, anchored_app"):
        claims_matrix(project.table(), "anchored_app", "", "stand-in")


def test_what_is_simulated_stands_last_and_what_others_measured_says_so(project):
    table = project.table().query("claim in ['T1-better', 'T1-worse']").copy()
    table.loc[table["screen"] == "norman19", ["screen", "simulated"]] = ["demo", True]
    table.loc[table["claim"] == "T1-worse", "model"] = "additive"
    rows = rows_of(claims_matrix(table, "app", ""))
    assert rows["claim"] == ["Adamson 2016", "simulated screen"]
    assert rows["worse"] == ["… not yet measuredmeasured by others", "✗ does not holdmeasured by others"]
    assert "worse" not in rows_of(claims_matrix(table, "anchored_app", ""))


def test_what_an_interval_says_by_itself_stands_beside_a_verdict_that_fell(project):
    table = project.table()
    table.loc[table["claim"] == "T1-better", "verdict"] = "cannot be told apart"
    table.loc[table["claim"] == "T1-better", "q"] = 0.0571
    row = rows_of(claims_matrix(table, "app", ""))["better"]
    assert row[0] == "≈ cannot be told apartby itself: holds"
    assert "by itself: holds" in claim_cards(table, "accuracy")
    assert "0.057" in claim_cards(table, "accuracy")


def test_every_verdict_has_a_mark_words_and_a_class_of_the_style_sheet():
    style = (Path(__file__).resolve().parents[3] / "book" / "_static" / "appmodel.css").read_text()
    assert len({sign.words for sign in SIGNS.values()}) == len(SIGNS)
    for sign in SIGNS.values():
        assert sign.mark
        if sign.mark != "–":
            assert [other.mark for other in SIGNS.values()].count(sign.mark) == 1
        assert f".claim-{sign.style} {{" in style or sign.style == "closed"  # which has no ground


def test_a_card_says_what_is_claimed_stated_and_measured(project):
    cards = claim_cards(project.table(), "accuracy")
    assert "<summary>Accuracy: 3 claims</summary>" in cards
    start = cards.index('id="claim-t1-better"')
    card = cards[start : cards.index('id="claim-t1-worse"')]
    for said in (
        "<h3>better</h3>",
        "Claim of Table 1. APP is better.",
        "APP 5.3, addition 5.5 (ratio 0.964). <cite>s</cite>",
        "<code>real_norman19_doubles.parquet</code>",
        "APP 2.50, addition 3.50 (ratio 0.714)",
        "difference -1.00 (-1.00 to -1.00)",
        "it is not here",
    ):
        assert said in card, said
    assert card.index(">APP</td>") < card.index(">AnchoredAPP</td>")
    assert "In the paper:</strong> nothing of it." in cards  # T1-worse
    assert "Figure 3" in cards
    assert "T3-again" not in cards  # a repeat
    assert claim_cards(project.table(), "attention").count("A question of ours beside Figure 2") == 1
    assert "1 claim, 1 question of ours" in claim_cards(project.table(), "attention")


def test_a_card_has_no_empty_column_and_no_markup_of_its_texts(project):
    table = project.table()
    table["statement"] = "a < b & c"
    cards = claim_cards(table, "accuracy")
    assert "a &lt; b &amp; c" in cards
    Read(cards)
    sets = cards[cards.index('id="claim-f3-sets"') :]
    assert re.findall(r'scope="col">(\w+)<', sets) == ["model", "verdict"]


def test_on_the_committed_page_every_row_leads_to_one_card(page):
    matrices = [
        claims_matrix(page, model, "", kind) for model in ("app", "anchored_app") for kind in ("claim", "stand-in")
    ]
    links = {link for html in matrices for link in Read(html).values("href")}
    ids = Read("".join(claim_cards(page, group) for group in GROUPS)).values("id")
    assert len(ids) == len(set(ids))
    assert links == {f"#{name}" for name in ids}
    shown = page.loc[page["kind"].isin(["claim", "stand-in"]), "claim"].unique()
    assert set(ids) == {anchor(name) for name in shown}


def test_no_text_of_the_committed_page_has_a_zero_with_a_sign_or_an_exponent(page):
    texts = [*page["ours"], *page["interval"], *page["theirs"]]
    wrong = [text for text in texts if re.search(r"[-+]0\.?0*(?![\d.])|\de[-+]\d|nan", text)]
    assert wrong == []
    assert (page["short"].str.len() < 70).all()


def test_the_file_holds_every_number_and_says_where_it_is_from(project, tmp_path):
    table, claims = project.table(), project.folder / "data" / "claims.yml"
    save_claims(table, tmp_path / "claims.csv", project.results, claims)
    kept = load_scores(tmp_path / "claims.csv")
    assert tuple(kept.columns) == COLUMNS
    assert len(kept) == len(table)
    assert kept.query("claim == 'T1-better' and screen == 'norman19'")["value"].tolist() == [-1]
    about = kept.attrs["provenance"]
    assert about["inputs"] == {"claims.yml": sha256(claims)}
    name = "real_norman19_doubles.parquet"
    assert about["results"] == {name: sha256(project.results / name)}
    assert about["code_version"]
