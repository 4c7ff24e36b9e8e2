"""Every chapter that takes a screen runs on one without pairs, and says so; those with pairs are the book's test."""

import json
from pathlib import Path

import pytest

from appmodel.pipeline.notebooks import execute_notebook, notebook_parameters
from appmodel.screens.demo import demo_screen
from appmodel.studies.processes import ended

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
QUICK = {"max_epochs": 1, "seeds": 1, "n_top_genes": 80, "n_explained": 1}
WITHOUT_PAIRS = "has no two pairs whose genes are measured alone as well"
SAID = {
    **dict.fromkeys(
        ("ablation", "anchored", "baselines", "interactions", "preprocessing", "quickstart"), WITHOUT_PAIRS
    ),
    **dict.fromkeys(("results", "training", "your_predictor", "play"), WITHOUT_PAIRS),
    "extrapolation": "has too few pairs of seen genes",
    "interpretability": "The screen has no doubles.",
    "own_screen": "On genes that nothing measured perturbs",
}
# They ask for no pairs: the book of the tests has them on such a screen.
IN_THE_BOOK = {"network", "network_quality"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The notebook of each chapter, or why there is none; a few cells of twelve singles, as a user brings them."""
    folder = tmp_path_factory.mktemp("own")
    cells = demo_screen(seed=1, n_genes=120, n_singles=12, n_doubles=0, n_controls=60, cells_per_condition=(10, 15))
    cells.uns.pop("prior_network").to_csv(folder / "prior.csv", index=False)
    cells.uns.clear()
    cells.write_h5ad(folder / "mine.h5ad")
    given = {**QUICK, "screen": str(folder / "mine.h5ad"), "networks": [str(folder / "prior.csv")]}
    calls = {}
    for name in SAID:
        source = NOTEBOOKS / f"{name}.py"
        own = {key: value for key, value in given.items() if key in notebook_parameters(source)}
        calls[name] = execute_notebook, (source, folder / f"{name}.ipynb", own)
    errors = {name: future.exception() for name, future in ended(calls, workers=2, progress=False)}
    return {name: errors[name] or json.loads((folder / f"{name}.ipynb").read_text()) for name in SAID}


def test_every_chapter_that_takes_a_screen_is_run():
    takes = {path.stem for path in NOTEBOOKS.glob("*.py") if "screen" in notebook_parameters(path)}
    assert takes == {*SAID, *IN_THE_BOOK}


@pytest.mark.parametrize("chapter", SAID)
def test_a_chapter_runs_on_a_screen_without_pairs_and_says_so(runs, chapter):
    assert isinstance(runs[chapter], dict), runs[chapter]
    shown = [output.get("data", {}) for cell in runs[chapter]["cells"] for output in cell.get("outputs", [])]
    texts = ["".join(data.get("text/markdown", "")) for data in shown]
    assert any(SAID[chapter] in text for text in texts)
