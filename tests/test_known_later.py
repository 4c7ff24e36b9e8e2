"""What cannot be known yet is a setting: empty it is off, and given it shows."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import read, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).resolve().parents[1]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text())


@pytest.fixture
def page(monkeypatch, tmp_path):
    """A page that cites the paper, built with the settings given."""
    monkeypatch.syspath_prepend(ROOT / SETTINGS["sphinx"]["local_extensions"]["known_later"])

    def built(repository="", **settings):
        text = "Title\n=====\n\n:cite:`app2025`\n\n.. bibliography::\n\n.. toctree::\n\n   notebooks/topic\n"
        (tmp_path / "index.rst").write_text(text)
        (tmp_path / "notebooks").mkdir()
        write(new_notebook(cells=[new_markdown_cell("# Topic")], metadata=KERNEL), tmp_path / "notebooks/topic.ipynb")
        given = SETTINGS["sphinx"]["config"]
        config = {
            "extensions": ["myst_nb", "sphinx_book_theme", "sphinxcontrib.bibtex", "known_later"],
            "nb_execution_mode": "off",
            "bibtex_bibfiles": [str(ROOT / "book" / "references.bib")],
            "html_theme": "sphinx_book_theme",
            "html_theme_options": {"repository_url": repository, "repository_branch": SETTINGS["repository"]["branch"]},
            **{key: given[key] for key in ("bibtex_reference_style", "bibtex_default_style")},
            **settings,
        }
        html, trees = tmp_path / "html", tmp_path / "trees"
        with docutils_namespace():
            Sphinx(tmp_path, None, html, trees, "html", config, status=None, warningiserror=True).build()
        return (html / "index.html").read_text() + (html / "notebooks/topic.html").read_text()

    return built


def test_while_it_is_empty_it_is_off(page):
    text = page(paper_authors="", paper_doi="")
    assert "AdaptivePerturbPredictor" in text
    assert "doi.org" not in text
    assert "source-buttons" not in text
    assert "launch-buttons" not in text


def test_once_it_is_known_it_shows(page):
    text = page("https://github.com/NAME/appmodel", paper_authors="Doe, Jane and Roe, Max", paper_doi="10.0/x")
    assert "Doe and Roe" in text
    assert 'href="https://doi.org/10.0/x"' in text
    assert 'href="https://github.com/NAME/appmodel/issues/new' in text
    assert 'href="https://github.com/NAME/appmodel"' in text
    place = "published/notebooks/topic.ipynb"
    assert f'href="https://colab.research.google.com/github/NAME/appmodel/blob/{place}"' in text
    assert 'href="https://mybinder.org/v2/gh/NAME/appmodel/published?urlpath=lab/tree/notebooks/topic.ipynb"' in text


def test_what_the_buttons_lead_to_is_put_there(tmp_path):
    """The workflow commits the executed notebooks to the branch that the buttons name; on Colab they install first."""
    steps = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text())["jobs"]["test-and-build"]["steps"]
    (commands,) = [step["run"] for step in steps if "git push" in step.get("run", "")]
    branch = SETTINGS["repository"]["branch"]
    assert f"git switch --create {branch}\n" in commands
    assert f"git push --force origin {branch}\n" in commands
    assert "git add --force notebooks/*.ipynb\n" in commands
    made = tmp_path / "topic.ipynb"
    write(new_notebook(cells=[new_code_cell("a = 1")], metadata=KERNEL), made)
    script = [sys.executable, str(ROOT / ".github/for_colab.py"), "https://github.com/NAME/appmodel", branch, str(made)]
    for _ in range(2):  # a second time it is there already
        subprocess.run(script, check=True)
        first, second = read(made, as_version=4).cells
        assert second.source == "a = 1"
        assert "git clone --quiet --branch published https://github.com/NAME/appmodel project" in first.source
    space = {}
    exec(compile(TransformerManager().transform_cell(first.source), "cell", "exec"), space)  # elsewhere: nothing


def test_the_book_has_the_settings_and_loads_no_thebe():
    config = SETTINGS["sphinx"]["config"]
    assert {"paper_authors", "paper_doi"} <= set(config)
    assert "url" in SETTINGS["repository"]
    assert "known_later" in config["extensions"]
    assert "sphinx_thebe" not in config["extensions"]
