"""The drawings of both models: what each says, that it fits, and that it is the same at every run."""

import re

import matplotlib.pyplot as plt
import pytest

from appmodel.pages import style
from appmodel.pages.drawings.architecture import draw_architectures
from appmodel.pages.drawings.svg import svg_of


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def figure():
    with style():
        return draw_architectures()


def said(ax):
    return " ".join(text.get_text() for text in ax.texts)


def test_each_model_says_what_it_works_on(figure):
    app, anchored = figure.axes
    for words in ("graph layer", "embeddings", "mean over $P$", "all genes", "linear decoder", "log-fold-changes"):
        assert words in said(app)
    for words in ("walks in networks", "measured effects", "anchor of $q$", "measured conditions", "log-fold-changes"):
        assert words in said(anchored)
    assert "linear decoder" not in said(anchored)


def test_no_text_runs_out_of_its_panel_or_into_another(figure):
    figure.canvas.draw()
    for ax in figure.axes:
        panel = ax.get_window_extent()
        boxes = [text.get_window_extent() for text in ax.texts if text.get_text() and not text.get_rotation()]
        assert all(panel.x0 <= box.x0 and box.x1 <= panel.x1 for box in boxes)
        overlapping = [
            (one, other) for i, one in enumerate(boxes) for other in boxes[:i] if one.padded(-1).overlaps(other)
        ]
        assert overlapping == []


def test_svg_is_the_same_at_every_run_and_white():
    with style():
        one, other = (svg_of(draw_architectures()) for _ in range(2))
    assert one == other
    assert "<dc:date>" not in one
    assert re.search(r'id="patch_1">\s*<path [^>]*style="fill: #ffffff', one)
    assert not plt.get_fignums()
