"""The page of a build says what it was made with, and how long each chapter ran."""

import platform
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def page(monkeypatch, tmp_path):
    """The page, built beside the times that are given."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_extensions")

    def built(**times):
        (tmp_path / "index.rst").write_text("Title\n=====\n\n.. versions::\n\n.. run-times::\n")
        for name, seconds in times.items():
            path = tmp_path / "_build" / "times" / f"{name}.tsv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"s\th:m:s\n{seconds}\t0:00:00\n")
        html = tmp_path / "html"
        with docutils_namespace():
            config = {"extensions": ["this_build"]}
            Sphinx(tmp_path, None, html, tmp_path / "trees", "html", config, status=None, warningiserror=True).build()
        return (html / "index.html").read_text()

    return built


def test_versions_and_times_are_those_of_this_build(page):
    import torch

    text = page(model=12.31)
    assert f"<p>{platform.python_version()}</p>" in text
    assert f"<p>{torch.__version__}</p>" in text
    assert "<p>model</p>" in text
    assert "<p>12</p>" in text


def test_what_was_not_measured_is_said(page):
    assert "Nothing was measured here." in page()
