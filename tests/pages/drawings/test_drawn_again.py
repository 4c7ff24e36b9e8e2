"""The committed drawings are those that the code makes."""

import re
from pathlib import Path

import pytest

from appmodel.pages.drawings.__main__ import DRAWINGS, save_drawings

STATIC = Path(__file__).resolve().parents[3] / "book" / "_static"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return {path.stem: path for path in save_drawings(tmp_path_factory.mktemp("drawn"))}


def said(path):
    """Every text of a drawing, and how many shapes it has; outlines may differ between versions of matplotlib."""
    text = path.read_text()
    return re.findall(r"<!-- (.*?) -->", text, re.DOTALL), len(re.findall(r'<g id="patch_\d+"', text))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_committed_drawing_is_up_to_date(drawn, name):
    assert said(STATIC / f"{name}.svg") == said(drawn[name]), (
        "draw again: python -m appmodel.pages.drawings book/_static"
    )
    texts, shapes = said(drawn[name])
    assert len(texts) > 30
    assert shapes > 30


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_code_gives_the_same_bytes_on_white_ground(drawn, name, tmp_path):
    again = {path.stem: path for path in save_drawings(tmp_path)}[name]
    assert again.read_bytes() == drawn[name].read_bytes()
    assert "fill: #ffffff" in again.read_text().split("</g>")[0]
