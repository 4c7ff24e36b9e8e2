"""The drawing of a screen: its numbers follow from each other, and the page that shows it says what is drawn."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from appmodel.pages import style
from appmodel.pages.drawings.screen import CONDITIONS, COUNTS, GENES, draw_screen, means_and_effects

PAGE = Path(__file__).resolve().parents[3] / "book" / "problem.md"


@pytest.fixture
def figure():
    with style():
        yield draw_screen()
    plt.close("all")


def test_means_and_effects_by_hand():
    means, effects = means_and_effects()
    assert means[0, 0] == pytest.approx((np.log(3) + np.log(4)) / 2)
    assert effects[1, 0] == pytest.approx((np.log(12) + np.log(10)) / 2 - means[0, 0])
    assert (effects[0] == 0).all()


def test_every_number_is_drawn_once_for_its_box(figure):
    texts = [text.get_text() for text in figure.axes[0].texts]
    means, effects = means_and_effects()
    drawn = [str(count) for count in COUNTS.ravel()] + [f"{mean:.1f}" for mean in means.ravel()]
    drawn += [f"{effect:+.1f}" for effect in effects[1:].ravel()]
    numbers = [text for text in texts if text.lstrip("+-").replace(".", "").isdigit()]
    assert sorted(numbers) == sorted(drawn)
    assert set(CONDITIONS) <= set(texts)
    assert texts.count("g1") == 3
    boxes = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_width() > 0.5]
    assert len(boxes) == len(drawn)


def test_two_cells_of_each_condition_with_their_guides(figure):
    patches = figure.axes[0].patches
    assert sum(isinstance(patch, Circle) for patch in patches) == len(COUNTS) == 2 * len(CONDITIONS)
    guides = [patch for patch in patches if isinstance(patch, Rectangle) and patch.get_width() < 0.5]
    assert len(guides) == 2 + 2 + 2 + 4


def test_all_text_is_readable_and_inside(figure):
    figure.canvas.draw()
    frame = figure.bbox
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert text.get_fontsize() >= 9
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1, text.get_text()


def test_the_exercise_on_the_page_has_the_numbers_as_drawn():
    drawn = means_and_effects()[1].round(1)
    assert len(GENES) == 3
    off = (drawn[1] + drawn[2] - drawn[3]).round(1)
    page = PAGE.read_text()
    assert f"On g1 the sum is {drawn[1, 0]} + {drawn[2, 0]} = {drawn[1, 0] + drawn[2, 0]}" in page
    assert f"measured is {drawn[3, 0]}: off by {abs(off[0])}" in page
    assert "\\sqrt{" + " + ".join(f"{abs(each)}^2" for each in off) + "} = " + f"{np.linalg.norm(off):.2f}" in page
