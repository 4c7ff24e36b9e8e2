"""The page of public calls holds all of them, and reads docstrings as they are written."""

import re
from pathlib import Path

import appmodel

ROOT = Path(__file__).resolve().parents[1]


def test_every_public_name_stands_on_the_page():
    page = (ROOT / "book" / "api.md").read_text()
    listed = re.findall(r"\.\. auto\w+:: (?:appmodel\.[a-z.]+\.)?(\w+)", page)
    assert sorted(set(listed) - {"Choices"}) == sorted(appmodel.__all__)
    assert len(listed) == len(set(listed))


def test_bars_and_stars_are_text(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_extensions")
    from plain_docstrings import escaped

    assert escaped("the factor of |y - s x|^2, see ``**told`` and a * b") == (
        r"the factor of \|y - s x\|^2, see ``**told`` and a \* b"
    )
