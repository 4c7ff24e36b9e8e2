"""What cannot be known here is a setting of ``_config.yml``; while it is empty, what needs it is off."""

from __future__ import annotations

from pybtex.database import Person
from sphinx.application import Sphinx
from sphinx.config import Config

# Not the one to edit a page: the notebooks that it would lead to are made, their sources have another name.
BUTTONS = ("use_repository_button", "use_issues_button")
LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
PAPER = "app2025"  # its key in references.bib


def _offer_repository(app: Sphinx, config: Config) -> None:
    """Buttons that lead to the repository or launch a notebook of it, once its address is given."""
    known = bool(config.html_theme_options.get("repository_url"))
    config.html_theme_options.update(dict.fromkeys(BUTTONS, known), launch_buttons=LAUNCH if known else {})


def _complete_paper(app: Sphinx) -> None:
    """Authors and DOI of the paper in its entry of the references, which then links to it."""
    paper = app.env.get_domain("cite").bibdata.data.entries[PAPER]
    if authors := app.config.paper_authors:
        paper.persons["author"] = [Person(name) for name in authors.split(" and ")]
    if app.config.paper_doi:
        paper.fields["doi"] = app.config.paper_doi


def setup(app: Sphinx) -> dict[str, bool]:
    """The settings, and when they are read: the references are there once the builder is."""
    app.add_config_value("paper_authors", "", "env")
    app.add_config_value("paper_doi", "", "env")
    app.connect("config-inited", _offer_repository)
    app.connect("builder-inited", _complete_paper, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
