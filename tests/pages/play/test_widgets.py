"""The parts of the page as text: whole, small, and complete for readers without scripts."""

import json
import re

import pytest

from appmodel import leaderboard, score_predictions
from appmodel.pages.play import board_table, board_widget, fool_widget, library, pick_widget
from appmodel.pages.play.numbers import unpacked


def stored(part):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', part.data, re.DOTALL)[1])


def test_nothing_is_asked_of_another_machine(data, start):
    for part in (pick_widget(data), fool_widget(start)):
        assert re.findall(r'(?:src|href)="(?!data:)', part.data) == []
    assert re.findall(r"<(?:script|link)[^>]*(?:src|href)=", library().data) == []


def test_the_library_is_whole_and_ends_no_script_early():
    text = library().data
    assert "window.vegaEmbed=" in text.replace(" ", "")
    assert text.count("<script>") == text.count("</script") == 2


def test_the_pair_farthest_from_addition_comes_first(data):
    farthest = max((pair for pair in data["pairs"] if pair["measured"]), key=lambda pair: pair["value_interaction"])
    assert stored(pick_widget(data))["picked"] == farthest["name"]
    other = next(pair["name"] for pair in data["pairs"] if pair["measured"] and pair is not farthest)
    assert stored(pick_widget(data, other))["picked"] == other


def test_readers_without_scripts_see_a_picture_and_are_told(data, start):
    pick, fool = pick_widget(data).data, fool_widget(start, simulated=True).data
    for part in (pick, fool):
        assert "Scripts are off" in re.search("<noscript>(.*?)</noscript>", part, re.DOTALL)[1]
    assert re.search(r'<img src="data:image/png;base64,[^"]{1000,}" alt="Dot plot of the effects of SIM', pick)
    assert "shrinkage 40 %" in fool


def test_what_is_simulated_is_called_so(data, start):
    assert pick_widget(data).data.count("(simulated)") >= 4
    assert "(simulated)" in fool_widget(start, simulated=True).data
    real = pick_widget({**data, "simulated": False}).data
    assert "(simulated)" not in re.sub(r"<script.*", "", real, flags=re.DOTALL)


def test_the_sliders_start_from_the_predictions(start):
    held = stored(fool_widget(start))
    assert [method["name"] for method in held["methods"]] == ["addition", "kernel ridge", "training mean"]
    packed = held["methods"][1]["predicted"]
    assert unpacked(packed) == pytest.approx(start.predicted["kernel_ridge"], abs=packed["scale"])


def test_names_cannot_end_a_script_or_make_a_tag(data):
    odd = {**data, "readouts": ["</script><b>" + name for name in data["readouts"]]}
    assert "</script><b>" not in pick_widget(odd).data


def test_undefined_numbers_are_said_to_be(predictions, effects_shared):
    board = board_table(leaderboard(score_predictions(predictions, effects_shared), "additive"))
    text = board_widget({"tiny (simulated)": board}).data
    assert '<td data-value="nan">undefined</td>' in text
    assert "<caption>tiny (simulated)</caption>" in text
