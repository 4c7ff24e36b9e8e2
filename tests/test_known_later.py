"""What cannot be known yet is a setting: empty it is off, and given it shows."""

from pathlib import Path

import pytest
import yaml
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text())


@pytest.fixture
def page(monkeypatch, tmp_path):
    """A page that cites the paper, built with the settings given."""
    monkeypatch.syspath_prepend(ROOT / SETTINGS["sphinx"]["local_extensions"]["known_later"])

    def built(repository="", **settings):
        (tmp_path / "index.rst").write_text("Title\n=====\n\n:cite:`app2025`\n\n.. bibliography::\n")
        given = SETTINGS["sphinx"]["config"]
        config = {
            "extensions": ["sphinx_book_theme", "sphinxcontrib.bibtex", "known_later"],
            "bibtex_bibfiles": [str(ROOT / "book" / "references.bib")],
            "html_theme": "sphinx_book_theme",
            "html_theme_options": {"repository_url": repository},
            **{key: given[key] for key in ("bibtex_reference_style", "bibtex_default_style")},
            **settings,
        }
        html, trees = tmp_path / "html", tmp_path / "trees"
        with docutils_namespace():
            Sphinx(tmp_path, None, html, trees, "html", config, status=None, warningiserror=True).build()
        return (html / "index.html").read_text()

    return built


def test_while_it_is_empty_it_is_off(page):
    text = page(paper_authors="", paper_doi="")
    assert "AdaptivePerturbPredictor" in text
    assert "doi.org" not in text
    assert "source-buttons" not in text


def test_once_it_is_known_it_shows(page):
    text = page("https://github.com/NAME/appmodel", paper_authors="Doe, Jane and Roe, Max", paper_doi="10.0/x")
    assert "Doe and Roe" in text
    assert 'href="https://doi.org/10.0/x"' in text
    assert 'href="https://github.com/NAME/appmodel/issues/new' in text
    assert 'href="https://github.com/NAME/appmodel"' in text


def test_the_book_has_the_settings_and_loads_no_thebe():
    config = SETTINGS["sphinx"]["config"]
    assert {"paper_authors", "paper_doi"} <= set(config)
    assert "url" in SETTINGS["repository"]
    assert "known_later" in config["extensions"]
    assert "sphinx_thebe" not in config["extensions"]
