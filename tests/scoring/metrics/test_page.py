"""The page of metrics says what the code does."""

from pathlib import Path

from appmodel.scoring.metrics import METRICS

BOOK = Path(__file__).parents[3] / "book"
RANGES = {"lower": "0 to", "higher": "to 1", "one": "0 to ∞"}


def tables():
    """The two tables of the page: formulas and rules, each a list of rows of cells."""
    text = (BOOK / "metrics.md").read_text()
    formulas, rules = text.split("## Rules and references")
    return [
        [
            [cell.strip() for cell in line.strip("|").split(" | ")]
            for line in part.splitlines()
            if line.startswith("| `")
        ]
        for part in (formulas, rules)
    ]


def test_every_metric_has_its_row_in_both_tables():
    for table, width in zip(tables(), (4, 5), strict=True):
        assert [row[0].strip("`") for row in table] == list(METRICS)
        assert {len(row) for row in table} == {width}
        assert all(cell for row in table for cell in row)


def test_a_row_states_range_and_direction():
    for (name, _, values, better), metric in zip(tables()[0], METRICS.values(), strict=True):
        assert better == metric.better, name
        assert RANGES[metric.better] in values, name


def test_every_source_cited_is_in_the_references_once():
    text, known = (BOOK / "metrics.md").read_text(), (BOOK / "references.bib").read_text()
    keys = {key for part in text.split("{cite}`")[1:] for key in part.split("`")[0].split(",")}
    assert {key: known.count("{" + key + ",") for key in keys} == dict.fromkeys(keys, 1)
