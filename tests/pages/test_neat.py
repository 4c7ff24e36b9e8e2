"""Tables as pages show them, cell by cell."""

import re

import numpy as np
import pandas as pd
import pytest

from appmodel.pages.neat import neat_tables, table_html


def rows(table):
    """The texts of each row of a table, the head first."""
    html = table_html(table)
    cells = [re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", row, re.DOTALL) for row in html.split("</tr>")]
    return [row for row in cells if row]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([2.6, 2.78, 12.0], ["2.60", "2.78", "12.00"]),  # rounded: the same decimals for all
        ([2.711358, 0.0623804, 156.412274, 2340.25], ["2.71", "0.0624", "156", "2340"]),
        ([0.99999, 1.00049], ["1.00", "1.00"]),
        ([0.00001234, 0.5123456], ["1.2e-05", "0.512"]),
        ([-0.00001, 0.25], ["-1e-05", "0.250"]),
        ([-0.0, 1.5], ["0.0", "1.5"]),
        ([3.0, np.nan, 40.0], ["3", "", "40"]),
        ([2019, 7], ["2019", "7"]),
        (["", 0.5, 1.25], ["", "0.50", "1.25"]),
        (["a", None, 0.123456], ["a", "", "0.123456"]),
        ([True, False], ["True", "False"]),
        ([np.inf, 0.5], ["inf", "0.5"]),
        ([pd.NA, pd.NaT, "a"], ["", "", "a"]),
    ],
)
def test_values_by_hand(given, shown):
    table = pd.DataFrame({"name": [f"row {i}" for i in range(len(given))], "x": pd.Series(given, dtype=object)})
    assert [row[1] for row in rows(table)[1:]] == shown
    assert [row[1] for row in rows(table.infer_objects())[1:]] == shown


def test_what_says_nothing_is_left_out():
    table = pd.DataFrame({"a": [1, 2], "none": [np.nan, np.nan], "blank": ["", ""], "b": ["x", "y"]})
    assert rows(table) == [["a", "b"], ["1", "x"], ["2", "y"]]
    assert rows(table.set_index("b")) == [["b", "a"], ["x", "1"], ["y", "2"]]
    assert rows(table.set_axis(["0", "1"])) == [["a", "b"], ["1", "x"], ["2", "y"]]  # as a file gives them back
    assert rows(table.set_axis(["r", "s"])) == [["", "a", "b"], ["r", "1", "x"], ["s", "2", "y"]]
    assert rows(table[["none"]]) == [["none"], [""], [""]]  # nothing else is there
    assert rows(table[["a"]].iloc[1:].reset_index(drop=True)) == [["a"], ["2"]]


def test_methods_and_screens_have_the_names_of_the_pages():
    table = pd.DataFrame({"adamson16": ["app_shuffled", "demo"]}, index=pd.Index(["app", "mine"], name="method"))
    assert rows(table) == [
        ["method", "Adamson 2016"],
        ["APP", "APP, shuffled network"],
        ["mine", "demo"],
    ]


def test_numbers_stand_on_the_right_and_texts_on_the_left():
    table = pd.DataFrame({"text": ["a 1", "12"], "n": [0.5, np.nan], "share": ["+12 %", "-3 %"]})
    numbers = ["n", "share", "0.5", "+12 %", "", "-3 %"]
    for shown in (table, table.set_index("text")):
        assert re.findall(r'<t[hd] class="number">(.*?)</t', table_html(shown)) == numbers


def test_heads_of_several_rows_and_long_tables_stay():
    wide = pd.DataFrame({("real", "x"): [0.25], ("real", "y"): ["z" * 200]}, index=pd.Index(["app"], name="method"))
    html = table_html(wide)
    assert "z" * 200 in html
    assert html.count("real") == 1
    assert 'colspan="2"' in html
    assert html.count("<tr") == 3  # the name of the index stands in the last row of heads
    assert "method" in html
    assert rows(wide["real"].rename_axis(columns="place"))[0] == ["method", "x", "y"]
    assert table_html(wide.iloc[:0]) == "<p>No rows.</p>"
    assert "..." in table_html(pd.DataFrame({"a": range(100)}))


def test_the_notebook_shows_its_tables_so(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    neat_tables()
    shown, _ = shell.display_formatter.format(pd.DataFrame({"x": [0.1234567]}))
    assert "0.123<" in shown["text/html"]
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    neat_tables()  # outside of a notebook
