"""The notebook runner: strict parameters, complete files, reproducible bytes; what every notebook says of itself."""

import json
from pathlib import Path

import pytest

from appmodel.pipeline.notebooks import execute_notebook, notebook_parameters

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
    ("code", "error"),
    [
        ("raise KeyError('gone')", "gone"),
        ("import warnings; warnings.warn('careful')", "wrote to stderr.*careful"),
    ],
)
def test_a_failing_or_warning_notebook_leaves_no_file(tmp_path, code, error):
    source = tmp_path / "bad.py"
    source.write_text(SMALL + "\n# %%\n" + code + "\n")
    with pytest.raises(Exception, match=f"(?s){error}"):
        execute_notebook(source, tmp_path / "out.ipynb")
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.slow
def test_that_a_model_has_collapsed_is_said_and_stays(tmp_path):
    source = tmp_path / "collapsed.py"
    code = "import warnings\nfrom appmodel.predictors.app import CollapseWarning\n"
    source.write_text(
        SMALL + "\n# %%\n" + code + "for n in (1, 2):\n    warnings.warn(f'a constant, {n}', CollapseWarning)\n"
    )
    execute_notebook(source, tmp_path / "out.ipynb")
    assert outputs(tmp_path / "out.ipynb")[1:] == ["CollapseWarning: a constant, 1\nCollapseWarning: a constant, 2\n"]


def test_missing_notebook_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.py does not exist"):
        execute_notebook(tmp_path / "none.py", tmp_path / "out.ipynb")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin_and_says_what_it_is(notebook):
    text = notebook.read_text()
    assert text.count('tags=["parameters"') == 1
    assert "Run time:" in text
    assert "**Recap.**" in text
    assert text.count("def ") <= 2


def test_figures_have_captions_and_alternative_text():
    for notebook in NOTEBOOKS:
        for line in notebook.read_text().splitlines():
            if line.startswith("# %% mystnb="):
                about = json.loads(line.removeprefix("# %% mystnb="))
                assert about["figure"]["caption"], notebook
                assert about["image"]["alt"], notebook
