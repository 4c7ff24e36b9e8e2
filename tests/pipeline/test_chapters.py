"""Every chapter that takes a screen runs on one without pairs, and says so; those with pairs are the book's test."""

from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from appmodel.pipeline.notebooks import _read, notebook_parameters
from appmodel.screens.demo import demo_screen

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
def given(tmp_path_factory):
    """Parameters: a few cells of twelve singles, as a user brings them, and a network beside them."""
    folder = tmp_path_factory.mktemp("own")
    cells = demo_screen(seed=1, n_genes=120, n_singles=12, n_doubles=0, n_controls=60, cells_per_condition=(10, 15))
    cells.uns.pop("prior_network").to_csv(folder / "prior.csv", index=False)
    cells.uns.clear()
    cells.write_h5ad(folder / "mine.h5ad")
    return {**QUICK, "screen": str(folder / "mine.h5ad"), "networks": [str(folder / "prior.csv")]}


@pytest.fixture(scope="module")
def run(given):
    """Run a chapter.  All run in one kernel, emptied between two: its imports take longer than most chapters."""
    kernel, client = start_new_kernel(kernel_name="python3", cwd=str(NOTEBOOKS))

    def executed(name):
        source = NOTEBOOKS / f"{name}.py"
        own = {key: value for key, value in given.items() if key in notebook_parameters(source)}
        notebook = _read(source)
        notebook.cells.insert(0, new_code_cell("%reset -f"))
        notebook = parameterize_notebook(load_notebook_node(notebook), own)
        runner = NotebookClient(notebook, km=kernel, timeout=None)
        runner.kc = client
        return runner.execute()

    yield executed
    client.stop_channels()
    kernel.shutdown_kernel(now=True)


def test_every_chapter_that_takes_a_screen_is_run():
    takes = {path.stem for path in NOTEBOOKS.glob("*.py") if "screen" in notebook_parameters(path)}
    assert takes == {*SAID, *IN_THE_BOOK}


@pytest.mark.parametrize("chapter", SAID)
def test_a_chapter_runs_on_a_screen_without_pairs_and_says_so(run, chapter):
    shown = [output.get("data", {}) for cell in run(chapter).cells for output in cell.get("outputs", [])]
    assert any(SAID[chapter] in data.get("text/markdown", "") for data in shown)
