"""Arguments of a wrong kind or out of range: how a value is called, and where a bound lies."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from appmodel.arguments import called, cells_given, effects_given, listed, number, texts, truth, whole_number


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "None"),
        ("demo", "'demo'"),
        (np.float64(0.5), "0.5"),
        (np.str_("a"), "'a'"),
        (True, "True"),
        ("x" * 99, "'" + "x" * 59 + "..."),
        (np.zeros(2), "an array"),
        ({}, "a dict"),
        (pd.DataFrame(), "a DataFrame"),
        (AnnData(np.zeros((1, 1))), "an AnnData"),
        (int, "the class int"),
    ],
)
def test_how_a_value_is_called(value, name):
    assert called(value) == name


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2)])
def test_whole_numbers(value):
    assert whole_number("seed", value, 2) == 2
    assert type(whole_number("seed", value)) is int


@pytest.mark.parametrize("value", [1, True, 2.0, "2", None, np.nan])
def test_what_is_no_whole_number(value):
    with pytest.raises(ValueError, match=r"^seed is .*: give a whole number of at least 2\.$"):
        whole_number("seed", value, 2)


@pytest.mark.parametrize(
    ("bounds", "good", "bad", "words"),
    [
        ({"least": 0, "most": 1}, (0, 1, 0.5), (-0.1, 1.1), "from 0 to 1"),
        ({"above": 0, "below": 1}, (0.5, np.float32(0.25)), (0, 1), "between 0 and 1"),
        ({"least": 0, "below": 1}, (0, 0.9), (1, -1), "of at least 0 and below 1"),
        ({"above": 0}, (5,), (0, np.inf, np.nan, "5", True, None), "above 0"),
    ],
)
def test_numbers(bounds, good, bad, words):
    assert [number("x", value, **bounds) for value in good] == [float(value) for value in good]
    for value in bad:
        with pytest.raises(ValueError, match=rf"^x is .*: give a number {words}\.$"):
            number("x", value, **bounds)


def test_switches_texts_and_lists():
    assert truth("anchor", np.True_) is True
    with pytest.raises(ValueError, match="anchor is 'no': say True or False"):
        truth("anchor", "no")
    assert texts("control", None) == ()
    assert texts("control", 0) == ("0",)
    assert texts("control", ["NT", 5]) == ("NT", "5")
    for value in (AnnData, [None], [["NT"]]):
        with pytest.raises(ValueError, match=r"control is .*: give one text or a list of texts"):
            texts("control", value)
    assert listed("seeds", range(2), "range(5)") == [0, 1]
    with pytest.raises(ValueError, match=r"not one text: write \['l2'\]"):
        listed("metrics", "l2", "['mae']")
    with pytest.raises(TypeError, match=r"Give a list of seeds, not 5: write one like range\(5\)"):
        listed("seeds", 5, "range(5)")


def test_what_stands_in_the_place_of_a_screen():
    for check in (effects_given, cells_given):
        check(AnnData(np.zeros((1, 1))))
        with pytest.raises(TypeError, match="are an AnnData, not 'demo': pass what load_"):
            check("demo")
