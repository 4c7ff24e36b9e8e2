"""The drawing of the two splits: as the package splits, and nothing of a hidden gene trains."""

import math
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle

from appmodel.names import genes_of
from appmodel.pages import style
from appmodel.pages.drawings.splits import GENES, PARTS, draw_splits, example_splits, part_of

PAGE = Path(__file__).resolve().parents[3] / "book" / "problem.md"


@pytest.fixture
def figure():
    with style():
        yield draw_splits()
    plt.close("all")


def names_in(ax):
    return [text.get_text() for text in ax.texts if text.get_bbox_patch() is not None]


def test_every_condition_has_a_box_of_its_part(figure):
    for ax, (task, split) in zip(figure.axes, example_splits().items(), strict=True):
        boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
        names = names_in(ax)
        assert len(names) == len(set(names)) == len(boxes) == len(GENES) * (len(GENES) + 1) // 2
        for name, box in zip(names, boxes, strict=True):
            assert box.get_hatch() == (PARTS[part_of(split, name)][1]), (task, name)


def test_parts_are_those_that_the_page_tells_of():
    splits = example_splits()
    doubles, unseen = splits["doubles"], splits["unseen"]
    assert {len(genes_of(name)) for name in doubles.test} == {2}
    assert len(doubles.test) == 5
    assert set(GENES) <= set(doubles.train)
    assert unseen.test == ["E"]
    assert not any("E" in genes_of(name) for name in unseen.train)
    assert part_of(unseen, "A+E") == "unused"


def test_what_is_left_out_carries_a_cross(figure):
    crosses = [len(ax.lines) // 2 for ax in figure.axes]
    assert crosses == [0, len(GENES) - 1]


def test_the_page_counts_pairs_rightly():
    page = PAGE.read_text()
    assert f"these are {math.comb(100, 2):,} pairs and 100 singles, {math.comb(100, 2) + 100:,} conditions" in page
    assert f"{math.comb(20_000, 2):,} pairs" in " ".join(page.split())
