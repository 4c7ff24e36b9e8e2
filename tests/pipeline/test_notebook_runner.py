"""The notebook runner: strict parameters, complete files, reproducible bytes; what every notebook says of itself."""

import json
import sys
from pathlib import Path

import pytest
from papermill.exceptions import PapermillExecutionError

from appmodel.pipeline.notebooks import NotebookError, execute_notebook, main, notebook_parameters

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))

SMALL = """# %% tags=["parameters"]
number = 2

# %%
print(number * 21)
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SMALL)
    return path


def outputs(path):
    notebook = json.loads(Path(path).read_text())
    return ["".join(output.get("text", "")) for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_parameters_reach_the_notebook(small, tmp_path):
    assert notebook_parameters(small) == {"number": "2"}
    execute_notebook(small, tmp_path / "out.ipynb", {"number": 3})
    assert outputs(tmp_path / "out.ipynb") == ["63\n"]
    cells = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    folded = [cell["metadata"]["tags"] for cell in cells if "number = 3" in "".join(cell["source"])]
    assert folded == [["injected-parameters", "hide-input"]]


def test_unknown_parameter_is_refused_before_anything_runs(small, tmp_path):
    with pytest.raises(ValueError, match=r"small.py has no parameter 'nmber': it has number"):
        execute_notebook(small, tmp_path / "out.ipynb", {"nmber": 3})
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
def test_a_second_run_gives_the_same_bytes(small, tmp_path):
    execute_notebook(small, tmp_path / "a.ipynb")
    execute_notebook(small, tmp_path / "b.ipynb")
    assert (tmp_path / "a.ipynb").read_bytes() == (tmp_path / "b.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        ("raise KeyError('gone')", PapermillExecutionError, "gone"),
        ("import warnings; warnings.warn('careful')", NotebookError, "wrote to stderr.*careful"),
    ],
)
def test_a_failing_or_warning_page_of_the_book_leaves_no_file(tmp_path, code, error, text):
    source = tmp_path / "bad.py"
    source.write_text(SMALL + "\n# %%\n" + code + "\n")
    with pytest.raises(error, match=f"(?s){text}"):
        execute_notebook(source, tmp_path / "out.ipynb", published=True)
    assert list(tmp_path.iterdir()) == [source]


OWN = """# %% tags=["parameters"]
screen = "demo"

# %%
import logging, warnings
warnings.warn("careful")
logging.getLogger("appmodel").warning("a gene is lost")

# %%
raise ValueError(f"There is no file {screen}:\\n  check the path.")
"""


def test_a_run_of_ones_own_keeps_what_came_before_a_failure_and_says_it_in_a_sentence(tmp_path, monkeypatch, capsys):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "own.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    given = ["--parameters", '{"screen": "sub/mine.h5ad"}']
    monkeypatch.setattr(sys, "argv", ["notebooks", "chapters/own.py", "runs/own.ipynb", *given])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == (
        """chapters/own.py, cell [4] (raise ValueError(f"There is no file {screen}:\\n  check the path.")): """
        "ValueError: There is no file sub/mine.h5ad: check the path.  "
        "The notebook as far as it came: runs/own.failed.ipynb"
    )
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["own.failed.ipynb"]
    kept = "".join(outputs(tmp_path / "runs" / "own.failed.ipynb"))
    assert "careful" in kept
    assert "a gene is lost" in kept


def test_a_run_of_ones_own_keeps_its_warnings(tmp_path):
    source = tmp_path / "own.py"
    source.write_text(OWN[: OWN.rindex("# %%")])
    execute_notebook(source, tmp_path / "out.ipynb")
    assert "a gene is lost" in "".join(outputs(tmp_path / "out.ipynb"))


@pytest.mark.slow
def test_that_a_model_has_collapsed_is_said_and_stays(tmp_path):
    source = tmp_path / "collapsed.py"
    code = "import warnings\nfrom appmodel.predictors.app import CollapseWarning\n"
    source.write_text(
        SMALL + "\n# %%\n" + code + "for n in (1, 2):\n    warnings.warn(f'a constant, {n}', CollapseWarning)\n"
    )
    execute_notebook(source, tmp_path / "out.ipynb", published=True)
    assert outputs(tmp_path / "out.ipynb")[1:] == ["CollapseWarning: a constant, 1\nCollapseWarning: a constant, 2\n"]


def test_missing_notebook_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.py does not exist"):
        execute_notebook(tmp_path / "none.py", tmp_path / "out.ipynb")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin_and_says_what_it_is(notebook):
    text = notebook.read_text()
    assert text.count('tags=["parameters"') == 1
    for said in ("**You need:**", "**Level:**", "**Reading:**", "**Run time:**", "# ## Take away\n"):
        assert said in text, said
    assert "**Exercise 1 (" in text or notebook.stem == "own_screen"  # a chapter to be run, not read
    # The model is written out by the reader, and whoever brings a predictor writes classes.
    assert text.count("def ") <= {"model": 20, "your_predictor": 4}.get(notebook.stem, 2)


def test_figures_have_captions_and_alternative_text():
    for notebook in NOTEBOOKS:
        for line in notebook.read_text().splitlines():
            if line.startswith("# %% mystnb="):
                about = json.loads(line.removeprefix("# %% mystnb="))
                assert about["figure"]["caption"], notebook
                assert about["image"]["alt"], notebook
