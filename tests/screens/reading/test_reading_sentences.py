"""The sentence that a user sees for each kind of bad input: the file, what is wrong, an argument that helps."""

from __future__ import annotations

import inspect
import re

import pytest

from appmodel import ReadingError, changes, condition_effects, load_cells, load_effects, reading_of
from appmodel.screens import Choices


def cells(made, **arguments):
    screen = made.screen(**arguments)
    screen.uns["dataset"] = "mine"
    return screen


BAD = {
    "no control": (
        lambda made: cells(made, conditions=made.singles[1:]),
        "mine has no control condition (obs['condition'] holds 'ATF4', 'BAK1', 'DDIT3', 'FOXA1'): name the label of "
        "the control cells with control=... (one label or a list).",
    ),
    "control of CELLxGENE": (
        lambda made: cells(made, spell=lambda name, i: "na" if name == "control" else name),
        "If 'na' is control, say control=['na'].",
    ),
    "reporters": (
        lambda made: cells(made, spell=lambda name, i: "GFP" if name == "control" else name),
        "If 'GFP' is control, say control=['GFP'].",
    ),
    "hyphen": (
        lambda made: cells(made, spell=lambda name, i: name.replace("+", "-")),
        "mine: Label 'ATF4-BAK1' holds '-' between 'ATF4', 'BAK1', which are genes by themselves; '-' may also "
        "belong to one name: say separator='-' if it joins genes, separator='+' if it does not.",
    ),
    "hyphens inside names": (
        lambda made: cells(
            made, conditions=["control", "ATF4", "HLA-B+NKX3-1"], spell=lambda n, i: n.replace("+", "-")
        ),
        "mine: Label 'HLA-B-NKX3-1' holds '-' between 'HLA-B', 'NKX3-1'",
    ),
    "plus in a name": (
        lambda made: cells(made, spell=lambda name, i: "CD34+" if name == "BAK1" else name),
        "mine: Condition 'CD34+' holds an empty gene name: write 'A' or 'A+B' (a '+' that belongs to a name, as in "
        "CD34+, has to go).",
    ),
    "gene twice": (
        lambda made: cells(made, spell=lambda name, i: "BAK1+BAK1" if name == "BAK1" else name),
        "mine: Condition 'BAK1+BAK1' names a gene twice",
    ),
    "codes": (
        lambda made: cells(made, spell=lambda name, i: str(made.pairs.index(name))),
        "mine: Labels are bare numbers ('0', '1', '2' and 5 more), which are no genes: no label is a gene.",
    ),
    "dates": (
        lambda made: cells(made, spell=lambda name, i: "2-Sep" if name == "BAK1" else name),
        "mine: Label '2-Sep' is a date that a spreadsheet made of a gene's name",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_sentences(made, kind):
    make, sentence = BAD[kind]
    with pytest.raises(ValueError, match=r"\w") as caught:
        load_effects(make(made))
    assert sentence in str(caught.value)
    asked = reading_of(make(made)).iloc[-1]
    assert asked["question"] in str(caught.value)
    assert asked["argument"] in inspect.signature(Choices).parameters
    assert isinstance(caught.value, ReadingError)


@pytest.mark.filterwarnings("ignore::appmodel.ReadingWarning")
def test_odd_leftovers_are_warned_about_and_recorded(made):
    odd = cells(
        made, spell=lambda name, i: "BAK1_only" if name == "BAK1" else "control-like" if name == "ATF4" else name
    )
    table = reading_of(odd)
    said = " ".join(table.loc[table["reading"] == "warning", "evidence"])
    assert "'BAK1_only') hold the name of a gene beside something that is none" in said
    assert "1 labels ('control-like', 12 cells) begin like a control but are read as genes" in said
    assert load_effects(odd).n_obs == 8


def test_fewer_variable_genes_than_asked_for_is_said(made):
    few = cells(made)
    X = few.X.toarray()
    X[:, 30:] = 0
    few.X = X
    effects = condition_effects(few, n_top_genes=39)
    assert "fewer variable genes than asked for" in set(changes(effects)["change"])


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ({"only": "day6"}, r"only='day6' names no column: write only=\{'context': 'day6'\}"),
        ({"separator": ""}, "separator='' joins nothing"),
        ({"values": "counted"}, "values='counted' is not known"),
        ({"rows": "both"}, "rows='both'"),
    ],
)
def test_an_argument_of_a_wrong_kind_gets_a_sentence(argument, says):
    with pytest.raises(ValueError, match=says):
        load_cells("demo", **argument)
    assert re.search(says, reading_of("demo", **argument)["question"].iloc[-1])
